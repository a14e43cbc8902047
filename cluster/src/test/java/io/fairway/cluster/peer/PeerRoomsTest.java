package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairway.cluster.Lab;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.cluster.peer.exchange.TestPki;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.TcpProbe;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochClock;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real actors of east (both nodes of it) and west, with a manual clock, wired to each other. */
class PeerRoomsTest {
    /** Messages are handled where they are sent, so that time never runs ahead of the actors. */
    private static final DispatcherSelector AT_ONCE =
            DispatcherSelector.fromConfig("pekko.test.calling-thread-dispatcher");

    /** The test kit takes a tenth of a second for each step. */
    private static final int STEP_MS = 250;

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final AtomicLong nowNs = new AtomicLong(1_000_000_000L);
    private final Authority authority = Lab.authority("127.0.0.2", "127.0.0.3");
    private final EpochClock wall = () -> TestPki.NOW_MS;
    private final Told eastTold = new Told();
    private final Told westTold = new Told();
    private volatile int eastLeader;
    private volatile boolean cut;
    private PeerRooms east0;
    private PeerRooms east1;
    private PeerRooms west;

    @TempDir
    private Path directory;

    private static final class Told implements PeerListener {
        private final Queue<String> log = new ConcurrentLinkedQueue<>();
        private volatile PeerKeys keys = PeerKeys.NONE;

        @Override
        public void onPathUp(final int pathIndex) {
            log.add("up " + pathIndex);
        }

        @Override
        public void onPathDown(final int pathIndex, final String why) {
            log.add("down " + pathIndex);
        }

        @Override
        public void onMtu(final int pathIndex, final int mtuBytes) {
            // PeerSessionTest looks at it.
        }

        @Override
        public void onTcpRefused(final int pathIndex, final int refused) {
            log.add("tcp refused " + refused);
        }

        @Override
        public void onPeerIncarnation(final int pathIndex, final long incarnation, final boolean lost) {
            if (lost) {
                log.add("lost state " + pathIndex);
            }
        }

        @Override
        public void onObservedAddressChanged(final int pathIndex, final Endpoint seen) {
            log.add("peer at " + seen);
        }

        @Override
        public void onOwnAddressChanged(final int pathIndex, final Endpoint seen) {
            log.add("seen at " + seen);
        }

        @Override
        public void onKeys(final int pathIndex, final PeerKeys newKeys) {
            keys = newKeys;
        }
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    private void open(final Peering.Identity eastFiles, final Peering.Identity westFiles) throws IdentityException {
        final Router eastRouter = peering(authority.router("east"), eastFiles, westFiles != null);
        final Router westRouter = peering(authority.router("west"), westFiles, eastFiles != null);
        east0 = rooms(eastRouter, 0, port -> eastLeader == 0, eastTold);
        east1 = rooms(eastRouter, 1, port -> eastLeader == 1, eastTold);
        west = rooms(westRouter, 0, port -> true, westTold);
    }

    private static Router peering(final Router router, final Peering.Identity files, final boolean peerHas) {
        final Peering.Terms terms = router.peering().terms().getFirst();
        return new Router(
                router.name(),
                router.securityId(),
                router.nodes(),
                router.interfaces(),
                router.serviceRoutes(),
                router.peerPaths(),
                new Peering(
                        router.name(),
                        files,
                        86_400,
                        List.of(new Peering.Terms(
                                terms.peerName(),
                                files != null && peerHas,
                                terms.bfd(),
                                terms.listening(),
                                Peering.UdpTransform.NEVER))),
                router.pair(),
                router.limits(),
                router.timers());
    }

    private PeerOutput output(final boolean isEast) {
        return new PeerOutput() {
            @Override
            public void send(
                    final int path, final DirectBuffer buffer, final int offset, final int length, final Endpoint to) {
                final byte[] bytes = new byte[length];
                buffer.getBytes(offset, bytes);
                if (!cut) {
                    deliver(bytes, isEast, to.address());
                }
            }

            @Override
            public void probe(
                    final int path,
                    final DirectBuffer buffer,
                    final int length,
                    final IpAddress to,
                    final TcpProbe probe) {
                throw new AssertionError("these paths look for no firewall");
            }
        };
    }

    private PeerRooms rooms(final Router router, final int node, final IntPredicate leads, final PeerListener listener)
            throws IdentityException {
        final boolean isEast = router.name().equals("east");
        final PeerOutput output = output(isEast);
        final PeerContext context = new PeerContext(
                authority,
                router,
                node,
                () -> 77,
                isEast,
                path -> PeerHandover.NONE,
                leads,
                output,
                listener,
                new PeerContext.Clocks(nowNs::get, wall),
                new SecureRandom());
        final Object[] opened = new Object[1];
        kit.spawn(
                Behaviors.setup(actor -> {
                    try {
                        opened[0] = PeerRooms.open(context, actor, DispatcherSelector.sameAsParent());
                    } catch (final IdentityException e) {
                        opened[0] = e;
                    }
                    return Behaviors.empty();
                }),
                AT_ONCE);
        if (opened[0] instanceof final IdentityException e) {
            throw e;
        }
        return (PeerRooms) opened[0];
    }

    private void deliver(final byte[] bytes, final boolean fromEast, final IpAddress to) {
        if (fromEast && west != null) {
            west.received(bytes, new Endpoint(Lab.EAST_WAN, PeerMessage.PORT), to);
        } else if (!fromEast) {
            // The shared address: a switch hands the frame to the leader, and at first perhaps to both.
            final PeerRooms leader = eastLeader == 0 ? east0 : east1;
            if (leader != null) {
                leader.received(bytes, new Endpoint(Lab.WEST_WAN, PeerMessage.PORT), to);
            }
        }
    }

    private void pass(final int ms) {
        for (int i = 0; i < ms; i += STEP_MS) {
            nowNs.addAndGet(STEP_MS * 1_000_000L);
            time.timePasses(Duration.ofMillis(STEP_MS));
        }
    }

    private void passUntil(final int atMostMs, final BooleanSupplier done) {
        for (int i = 0; i < atMostMs && !done.getAsBoolean(); i += STEP_MS) {
            pass(STEP_MS);
        }
        assertThat(done.getAsBoolean()).isTrue();
    }

    private boolean up(final PeerRooms rooms) {
        return rooms.table().row(0).isUsable() && rooms.table().row(0).state() == PathState.UP;
    }

    @Test
    void bothComeUpAndOnlyTheLeaderSpeaks() throws Exception {
        open(null, null);
        passUntil(10_000, () -> up(east0) && up(west));
        assertThat(east0.table().row(0).leading()).isTrue();
        assertThat(east1.table().row(0).leading()).isFalse();
        assertThat(east1.table().counters(0).sent().sum()).isZero();
        assertThat(east1.table().size()).isOne();
        assertThat(west.table().snapshot()).hasSize(1);
        assertThat(west.table().row(0).peerIncarnation()).isEqualTo(77);
        assertThat(west.table().row(0).keys()).isEqualTo(new PeerPathRow.Keys(Lab.WEST_KEY, Lab.EAST_KEY));
    }

    @Test
    void theOtherNodeGoesOnAndThePeerNoticesNothing() throws Exception {
        open(null, null);
        passUntil(10_000, () -> up(east0) && up(west));
        east1.handedOver(0, new PeerHandover(PeerKeys.NONE, east0.table().row(0).peerIncarnation(), null));
        eastLeader = 1;
        east0.leadershipChanged();
        east1.leadershipChanged();
        passUntil(10_000, () -> up(east1));
        pass(4_000);
        assertThat(up(west)).isTrue();
        assertThat(westTold.log).containsExactly("up 0");
        assertThat(east0.table().row(0).leading()).isFalse();
        final long sent = east0.table().counters(0).sent().sum();
        pass(2_000);
        assertThat(east0.table().counters(0).sent().sum()).isEqualTo(sent);
    }

    @Test
    void keysAreAgreedOnRenewedAndHandedOver() throws Exception {
        final TestPki ca = new TestPki(directory, "ca", "EC");
        open(ca.issue("east", new Wanted("east"), ca), ca.issue("west", new Wanted("west"), ca));
        passUntil(10_000, () -> up(east0) && up(west));
        assertThat(eastTold.keys.inUse()).isEqualTo(2);
        assertThat(westTold.keys.inUse()).isEqualTo(2);
        assertThat(westTold.keys.sending().receiving())
                .isEqualTo(eastTold.keys.sending().sending());
        west.rekey(0);
        passUntil(10_000, () -> eastTold.keys.inUse() == 3 && westTold.keys.inUse() == 3);
        assertThat(westTold.keys.find(3).receiving())
                .isEqualTo(eastTold.keys.sending().sending());
        east1.handedOver(0, new PeerHandover(eastTold.keys, 77, null));
        eastLeader = 1;
        passUntil(10_000, () -> up(east1));
        assertThat(eastTold.keys.inUse()).isEqualTo(3);
        assertThat(westTold.log).containsExactly("up 0");
    }

    @Test
    void anOperatorsWordOutlivesAChangeOfLeader() throws Exception {
        open(null, null);
        passUntil(10_000, () -> up(east0) && up(west));
        east1.administer(0, false);
        east0.administer(0, false);
        passUntil(10_000, () -> west.table().row(0).state() == PathState.DOWN);
        eastLeader = 1;
        passUntil(10_000, () -> east1.table().row(0).state() == PathState.ADMIN_DOWN);
        east1.administer(0, true);
        passUntil(20_000, () -> up(east1) && up(west));
    }

    @Test
    void aCutIsFoundInTime() throws Exception {
        open(null, null);
        passUntil(10_000, () -> up(east0) && up(west));
        cut = true;
        pass(2_000);
        assertThat(westTold.log).containsExactly("up 0");
        passUntil(1_500, () -> westTold.log.contains("down 0"));
        assertThat(eastTold.log).contains("down 0");
    }

    @Test
    void whoIsOnNoPathIsCounted() throws Exception {
        open(null, null);
        west.received(new byte[100], new Endpoint(Lab.EAST_WAN, 1), Lab.WEST_WAN);
        assertThat(west.unknown().sum()).isOne();
    }

    @Test
    void aFileThatCannotBeReadIsSaid() {
        final TestPki ca = new TestPki(directory, "ca", "EC");
        final Path none = directory.resolve("none");
        final Peering.Identity files = new Peering.Identity(none, none, List.of(none), null);
        assertThatThrownBy(() -> open(files, ca.issue("west", new Wanted("west"), ca)))
                .isInstanceOf(IdentityException.class)
                .hasMessage(none + ": expected a file, found nothing.");
    }
}
