package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metadata handshake between two forwarders over a link that loses, repeats and reorders, with one of them losing
 * every session midway: whatever happened, once packets get through, metadata stops both ways, and what arrives is what
 * was sent (svr-protocol.md sections 2.5 to 2.7).
 */
class HandshakeModelTest {
    private static final int RUNS = 150;
    private static final int STEPS = 80;
    private static final int SETTLING_ROUNDS = 12;
    private static final int CALM_ROUNDS = 4;
    private static final int MOST_COPIES = 2;
    private static final int FIRST_PORT = 5000;
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";

    @TempDir
    private Path directory;

    @Test
    void bothDirectionsConverge() throws IOException {
        final long seed = Long.getLong("seed", System.nanoTime());
        for (int run = 0; run < RUNS; run++) {
            final long runSeed = seed + run;
            try (World world = new World(Files.createDirectory(directory.resolve("run" + run)), runSeed)) {
                world.live();
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("-Dseed=" + runSeed + ": " + e.getMessage(), e);
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Flying(byte[] frame, boolean toWest, long dueNs) {}

    /** One router and what answers it. */
    private static final class Side {
        private final Map<String, Integer> received = new HashMap<>();
        private NodeRig rig;
        private ScriptedController controller;
        private boolean heard;
    }

    private static final class World implements AutoCloseable {
        private final Random random;
        private final Path directory;
        private final boolean sealed;
        private final boolean encrypted;
        private final boolean tcp;
        private final int lossPercent;
        private final int copiesPercent;
        private final Side east = new Side();
        private final Side west = new Side();
        private final List<Flying> link = new ArrayList<>();
        private final Set<String> sent = new HashSet<>(Set.of(""));
        private long nowNs = 1_000_000_000L;
        private long lastId;
        private int generation;
        private int withMetadata;
        private boolean perfect;
        private boolean lossOfState;

        World(final Path directory, final long seed) throws IOException {
            this.directory = directory;
            random = new Random(seed);
            sealed = random.nextBoolean();
            encrypted = random.nextBoolean();
            tcp = random.nextBoolean();
            lossPercent = random.nextInt(50);
            copiesPercent = random.nextInt(30);
            start(east);
            start(west);
        }

        private void start(final Side side) throws IOException {
            final Path own = Files.createDirectory(directory.resolve("generation" + generation++));
            final boolean first = side == east;
            final String local = first ? EAST : WEST;
            final String remote = first ? WEST : EAST;
            side.rig = NodeRig.keyed(
                    own, encrypted ? NodeRig.ENCRYPTED : NodeRig.KEY, first ? "10.0.0.1" : "10.2.0.1", local, remote);
            side.rig.nowNs = nowNs;
            side.controller = new ScriptedController(
                    side.rig, first, inside(), () -> ++lastId, sealed ? World::key : id -> SessionSecurity.CLEAR);
            side.rig.meet(LAN, first ? CLIENT : SERVER, first ? CLIENT_MAC : SERVER_MAC);
        }

        private void meetEachOther() {
            east.rig.meet(WAN, WEST, west.rig.mac(WAN));
            west.rig.meet(WAN, EAST, east.rig.mac(WAN));
        }

        private FiveTuple inside() {
            return NodeRig.tuple(tcp ? IpProtocol.TCP : IpProtocol.UDP, CLIENT, FIRST_PORT, SERVER, 53);
        }

        private static SessionSecurity key(final long id) {
            final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
            Arrays.fill(key, (byte) id);
            return new SessionSecurity(
                    "sp1", Encryption.AES_256_GCM, Hmac.NONE, Secret.of(key), SessionSecurity.Adaptation.NONE);
        }

        void live() throws IOException {
            meetEachOther();
            final int lossAt = random.nextBoolean() ? random.nextInt(STEPS) : STEPS;
            for (int step = 0; step < STEPS; step++) {
                if (step == lossAt) {
                    loseState(random.nextBoolean() ? east : west);
                }
                speak(random.nextInt(4));
                pass(random.nextInt(3_000_000));
            }
            perfect = true;
            pass(20_000_000);
            for (int round = 0; round < SETTLING_ROUNDS; round++) {
                speakBothWays(round);
            }
            calm();
            judge();
        }

        /** Packets wait for nothing any more: none carries metadata, and each arrives. */
        private void calm() {
            withMetadata = 0;
            for (int round = 0; round < CALM_ROUNDS; round++) {
                final int already = sent.size();
                speakBothWays(SETTLING_ROUNDS + round);
                assertThat(sent).hasSize(already + 2);
            }
            assertThat(withMetadata).as(() -> "packets with metadata; " + this).isZero();
            for (final String payload : sent) {
                if (payload.contains("calm")) {
                    assertThat(deliveries(payload))
                            .as(() -> payload + "; " + this)
                            .isEqualTo(1);
                }
            }
        }

        private void judge() {
            for (final Side side : List.of(east, west)) {
                side.received.forEach((payload, count) -> {
                    assertThat(sent)
                            .as(() -> "what was never sent came; " + this)
                            .contains(payload);
                    // Who has forgotten what came may take a late copy once more.
                    final int most = sealed && !lossOfState ? 1 : MOST_COPIES;
                    if (!payload.isEmpty()) {
                        assertThat(count).as(() -> payload + "; " + this).isLessThanOrEqualTo(most);
                    }
                });
            }
        }

        private int deliveries(final String payload) {
            return east.received.getOrDefault(payload, 0) + west.received.getOrDefault(payload, 0);
        }

        private void loseState(final Side side) throws IOException {
            lossOfState = true;
            side.rig.close();
            start(side);
            meetEachOther();
        }

        private void speakBothWays(final int round) {
            final String name = round < SETTLING_ROUNDS ? "settling" : "calm";
            clientSays(name + round);
            pass(50_000_000);
            serverSays(name + round);
            pass(50_000_000);
        }

        private void speak(final int who) {
            if (who == 0) {
                clientSays("");
            } else if (who == 1) {
                serverSays("");
            }
        }

        private void clientSays(final String name) {
            final boolean opens = tcp && !east.heard;
            final String payload = opens ? "" : payload("client", name);
            final long gateway = east.rig.mac(LAN);
            final int flags = opens ? TcpHeader.SYN : TcpHeader.ACK;
            east.rig.receive(
                    LAN,
                    tcp
                            ? Frames.tcp(CLIENT_MAC, gateway, CLIENT, FIRST_PORT, SERVER, 53, flags, payload)
                            : Frames.udp(CLIENT_MAC, gateway, CLIENT, FIRST_PORT, SERVER, 53, Frames.bytes(payload)));
        }

        /** It only answers. */
        private void serverSays(final String name) {
            if (!west.heard) {
                return;
            }
            final String payload = payload("server", name);
            final long gateway = west.rig.mac(LAN);
            west.rig.receive(
                    LAN,
                    tcp
                            ? Frames.tcp(SERVER_MAC, gateway, SERVER, 53, CLIENT, FIRST_PORT, TcpHeader.ACK, payload)
                            : Frames.udp(SERVER_MAC, gateway, SERVER, 53, CLIENT, FIRST_PORT, Frames.bytes(payload)));
        }

        private String payload(final String who, final String name) {
            final String payload = who + " " + name + " " + sent.size() + "x".repeat(random.nextInt(60));
            sent.add(payload);
            return payload;
        }

        /** Lets time pass, by the millisecond, with all that it brings. */
        private void pass(final long ns) {
            final long untilNs = nowNs + ns;
            while (nowNs - untilNs < 0) {
                nowNs = Math.min(untilNs, nowNs + 1_000_000);
                east.rig.nowNs = nowNs;
                west.rig.nowNs = nowNs;
                exchange(east, true);
                exchange(west, false);
                deliver();
            }
        }

        private void exchange(final Side side, final boolean toWest) {
            side.rig.turn();
            side.controller.answer();
            for (final MemoryPort.Sent frame : side.rig.ports[WAN].take()) {
                fly(Frames.completed(frame), toWest);
            }
            for (final MemoryPort.Sent frame : side.rig.ports[LAN].take()) {
                final String words = Frames.words(frame.frame());
                if (words.startsWith("udp") || words.startsWith("tcp")) {
                    side.heard = true;
                    side.received.merge(Frames.text(frame.frame()), 1, Integer::sum);
                }
            }
        }

        private void fly(final byte[] frame, final boolean toWest) {
            final byte[] payload = Frames.payload(frame);
            withMetadata += Metadata.isPresent(new UnsafeBuffer(payload), 0, payload.length) ? 1 : 0;
            if (perfect) {
                link.add(new Flying(frame, toWest, nowNs));
                return;
            }
            final int copies = happens(lossPercent) ? 0 : happens(copiesPercent) ? MOST_COPIES : 1;
            for (int i = 0; i < copies; i++) {
                link.add(new Flying(frame, toWest, nowNs + random.nextInt(8_000_000)));
            }
        }

        private boolean happens(final int percent) {
            return random.nextInt(100) < percent;
        }

        private void deliver() {
            for (final Flying flying : List.copyOf(link)) {
                if (flying.dueNs - nowNs <= 0) {
                    link.remove(flying);
                    (flying.toWest ? west : east).rig.receive(WAN, flying.frame);
                }
            }
        }

        @Override
        public String toString() {
            return (tcp ? "tcp" : "udp") + (sealed ? " sealed" : " clear") + (encrypted ? " encrypted" : "")
                    + (lossOfState ? " with loss of state" : "") + "; east " + east.rig.drops() + "; west "
                    + west.rig.drops();
        }

        @Override
        public void close() {
            east.rig.close();
            west.rig.close();
        }
    }
}
