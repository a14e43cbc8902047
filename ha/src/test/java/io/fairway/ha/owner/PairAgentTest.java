package io.fairway.ha.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.beat.BeatWriter;
import io.fairway.ha.beat.MemoryNetwork;
import io.fairway.ha.beat.UnreadableBeats;
import io.fairway.model.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two whole nodes' pair rooms (beats, arbiter, gate, disk) on one manual clock, joined by a fabric and a LAN. */
final class PairAgentTest {
    private static final Secret SECRET = UnreadableBeats.SECRET;
    private static final long ROUTER = BeatSettings.routerHash("r1");
    private static final long MS = 1_000_000;
    private static final long LEASE_NS = 30 * MS;

    @TempDir
    Path directory;

    private final MemoryNetwork fabric = new MemoryNetwork();
    private final MemoryNetwork lan = new MemoryNetwork();
    private long nowNs = 7_000 * MS;

    private final class Node implements PairListener {
        final OwnershipGate gate;
        final EpochStore epochs;
        final BeatAgent beats;
        final PairAgent pair;
        final PartnerStatus partner = new PartnerStatus();
        final List<String> told = new ArrayList<>();
        final List<String> log = new ArrayList<>();
        boolean synced;
        int settling = SyncStatus.NONE;

        Node(final int id) throws IOException {
            final Path state = Files.createDirectories(directory.resolve("node" + id));
            gate = OwnershipGate.map(state.resolve("gate"), id);
            epochs = EpochStore.open(state.resolve("epochs"), id, told::add);
            final BeatExchange exchange = new BeatExchange(() -> {}, () -> {});
            final List<BeatPath> paths = List.of(
                    new BeatPath(0, "fabric", 0, fabric.port(id == 0)),
                    new BeatPath(BeatPath.DATA, "lan", 0b11, lan.port(id == 0)));
            beats = new BeatAgent(
                    new BeatSettings(ROUTER, id, epochs.incarnation(), 2 * MS, LEASE_NS, SECRET),
                    paths,
                    exchange,
                    () -> nowNs,
                    timeout -> {});
            final PairParts parts = new PairParts(
                    gate,
                    epochs,
                    exchange,
                    beats,
                    (link, up) -> told.add("link " + link + (up ? " up" : " down")),
                    new SyncStatus() {
                        @Override
                        public boolean synced() {
                            return synced;
                        }

                        @Override
                        public int takeSettled() {
                            final int bucket = settling;
                            settling = NONE;
                            return bucket;
                        }
                    },
                    Gateways.UNWATCHED,
                    partner,
                    this,
                    Outside.NOBODY,
                    () -> nowNs,
                    () -> 0,
                    Runnable::run,
                    log::add);
            pair = new PairAgent(
                    parts,
                    new ArbiterSettings(
                            id,
                            epochs.incarnation(),
                            LEASE_NS,
                            5 * MS,
                            500 * MS,
                            5_000 * MS,
                            1L << id,
                            0,
                            0b11,
                            0,
                            false,
                            false,
                            false));
        }

        void turn() {
            beats.doWork();
            pair.doWork();
        }

        void stop() throws IOException {
            epochs.close();
            gate.closeBySentinel();
            gate.close();
        }

        @Override
        public void onOwnershipChanged() {
            told.add("ownership");
        }

        @Override
        public void onSettle(final int bucket) {
            told.add("settle " + bucket);
            settling = bucket;
        }

        @Override
        public void onUnsettle(final int bucket) {
            told.add("unsettle " + bucket);
        }

        @Override
        public void onPartnerDead(final String why) {
            told.add("dead: " + why);
        }

        @Override
        public void onPartnerAlive() {
            told.add("alive");
        }

        @Override
        public void onRestartRequired(final String why) {
            told.add("restart: " + why);
        }
    }

    private void run(final long ms, final Node... nodes) {
        for (int i = 0; i < ms; i++) {
            nowNs += MS;
            for (final Node node : nodes) {
                node.turn();
            }
        }
    }

    @Test
    void coldStartPairingNoticeRejoinAndSecondTakeover() throws IOException {
        final Node node0 = new Node(0);
        final Node node1 = new Node(1);
        run(20, node0, node1);
        assertThat(node0.pair.view().state()).isEqualTo(PairState.PAIRED);
        assertThat(node0.gate.mayForward(5, nowNs)).isTrue();
        assertThat(node0.gate.mayForward(256 + 5, nowNs)).isFalse();
        assertThat(node1.gate.mayForward(256 + 5, nowNs)).isTrue();
        assertThat(node0.gate.leads(0)).isTrue();
        assertThat(node0.gate.leads(1)).isFalse();
        assertThat(node0.gate.mayForward(5, nowNs + LEASE_NS)).isFalse();
        assertThat(node0.partner.isAlive()).isTrue();

        node1.stop();
        notice(1, 1);
        run(1, node0);
        assertThat(node0.gate.mayForward(256 + 5, nowNs)).isTrue();
        assertThat(node0.gate.leads(1)).isTrue();
        assertThat(node0.partner.life()).isEqualTo(PartnerStatus.Life.DEAD);
        assertThat(node0.told).contains("dead: death notice of incarnation 1");
        assertThat(node0.pair.view().decisions().getLast().action().toString()).contains("SOLO");

        final Node again = new Node(1);
        run(50, node0, again);
        assertThat(again.pair.view().state()).isEqualTo(PairState.SYNCING);
        assertThat(again.gate.mayForward(256 + 5, nowNs)).isFalse();
        again.synced = true;
        run(50, node0, again);
        assertThat(again.pair.view().state()).isEqualTo(PairState.PAIRED);
        assertThat(node0.pair.view().state()).isEqualTo(PairState.PAIRED);

        run(34, again);
        assertThat(again.gate.mayForward(5, nowNs)).isFalse();
        run(5, again);
        assertThat(again.gate.mayForward(5, nowNs)).isTrue();
        assertThat(node0.gate.mayForward(5, nowNs)).isFalse();
        run(5, node0, again);
        assertThat(node0.told.getLast()).startsWith("restart: ");
    }

    @Test
    void handover_movesEveryBucketThroughTheGatesOneByOne() throws IOException {
        final Node node0 = new Node(0);
        final Node node1 = new Node(1);
        node0.synced = true;
        node1.synced = true;
        run(20, node0, node1);
        final CompletionStage<PairAgent.Answer> answer = node0.pair.order(PairEvent.Order.HANDOVER);
        run(1, node0, node1);
        assertThat(answer.toCompletableFuture().join().taken()).isTrue();
        int gone = 0;
        for (int i = 0; i < 5_000 && gone < 256; i++) {
            run(1, node0, node1);
            gone = 0;
            for (int bucket = 0; bucket < 256; bucket++) {
                final boolean here = node0.gate.mayForward(bucket, nowNs);
                final boolean there = node1.gate.mayForward(bucket, nowNs);
                assertThat(here && there).isFalse();
                gone += there ? 1 : 0;
            }
        }
        assertThat(gone).isEqualTo(256);
        run(25, node0, node1);
        assertThat(node0.told).contains("settle 0", "settle 255");
        assertThat(node0.gate.leads(0)).isFalse();
        assertThat(node1.gate.leads(0)).isTrue();
        assertThat(node1.pair.view().report().home0().isAllOf(1)).isTrue();
        assertThat(node0.pair.view().decisions().getLast().action().toString()).contains("ReleaseInterfaces");
    }

    @Test
    void fabricLost_isMarkedAndNothingElseHappens() throws IOException {
        final Node node0 = new Node(0);
        final Node node1 = new Node(1);
        run(20, node0, node1);
        fabric.up(false);
        run(200, node0, node1);
        assertThat(node0.pair.view().fabricUp()).isFalse();
        assertThat(node0.told).contains("link 0 down");
        assertThat(node0.pair.view().state()).isEqualTo(PairState.PAIRED);
        assertThat(node0.gate.mayForward(5, nowNs)).isTrue();
        fabric.up(true);
        run(5, node0, node1);
        assertThat(node0.pair.view().fabricUp()).isTrue();
        assertThat(node0.told).contains("link 0 up");
        assertThat(node0.pair.view().paths()).hasSize(2);
    }

    @Test
    void fabricLinkWithoutCarrier_isLeftAtOnce_oneThatLosesBeatsAfterHalfALease() throws IOException {
        final Node node0 = new Node(0);
        final Node node1 = new Node(1);
        run(20, node0, node1);
        fabric.up(false);
        run(6, node0, node1);
        assertThat(node0.told).contains("link 0 down");
        fabric.up(true);
        run(10, node0, node1);
        assertThat(node0.told).endsWith("link 0 up");
        fabric.silent(true);
        run(10, node0, node1);
        assertThat(node0.told).endsWith("link 0 up");
        run(10, node0, node1);
        assertThat(node0.told).endsWith("link 0 down");
        assertThat(node0.pair.view().state()).isEqualTo(PairState.PAIRED);
    }

    @Test
    void aPartnerOfAnotherVersion_isSaidOnceAndKeepsThisNodeFromServing() throws IOException {
        final Node alone = new Node(0);
        for (int i = 1; i < 1_000; i++) {
            send(UnreadableBeats.beat(ROUTER, 1, 0, 4, i));
            alone.turn();
            nowNs += 2 * MS;
        }
        assertThat(alone.pair.view().state()).isEqualTo(PairState.STARTING);
        assertThat(alone.pair.view().partner().obstacle())
                .contains("have version " + UnreadableBeats.VERSION)
                .contains("neither takes over");
        assertThat(alone.log).filteredOn(line -> line.contains("have version")).hasSize(1);
        for (int i = 0; i < 1_000; i++) {
            alone.turn();
            nowNs += MS;
        }
        assertThat(alone.pair.view().state()).isEqualTo(PairState.SOLO);
        assertThat(alone.pair.view().partner().obstacle()).isNull();
        alone.stop();
    }

    private void send(final byte[] frame) {
        fabric.port(false).send(new UnsafeBuffer(frame), frame.length);
    }

    @Test
    void standalone_ownsAllForEver() {
        try (OwnershipGate gate = OwnershipGate.map(directory.resolve("gate"), 0)) {
            StandaloneOwnership.open(gate, 0, 3);
            assertThat(gate.mayForward(511, Long.MAX_VALUE)).isTrue();
            assertThat(gate.leads(2)).isTrue();
            assertThat(gate.leads(3)).isFalse();
        }
    }

    private void notice(final int node, final long incarnation) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final int length = new BeatWriter(ROUTER, node, SECRET).deathNotice(buffer, 0, incarnation);
        fabric.port(node == 0).send(buffer, length);
    }
}
