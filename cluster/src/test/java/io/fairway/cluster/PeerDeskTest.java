package io.fairway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.cluster.peer.PathState;
import io.fairway.cluster.peer.PeerPort;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.PeerMessageFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.TcpProbe;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Two real controllers, of east and of west, whose messages reach each other as the forwarders would bring them. */
class PeerDeskTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final AtomicReference<ControllerSystem> west = new AtomicReference<>();
    private final AtomicReference<ControllerSystem> east = new AtomicReference<>();
    private final FakeNeighbours eastern = new FakeNeighbours();

    /** Brings what is said to the other router. */
    private static final class Wire extends SilentPort {
        private final Router router;
        private final AtomicReference<ControllerSystem> other;

        private Wire(final Router router, final long incarnation, final AtomicReference<ControllerSystem> other) {
            super(incarnation);
            this.router = router;
            this.other = other;
        }

        @Override
        public boolean leads(final int interfaceIndex) {
            return true;
        }

        @Override
        public void send(
                final int pathIndex, final DirectBuffer buffer, final int offset, final int length, final Endpoint to) {
            final UnsafeBuffer message = new UnsafeBuffer(new byte[PeerMessageFlyweight.PAYLOAD + length]);
            message.putShort(PeerMessageFlyweight.REMOTE_PORT, (short) PeerMessage.PORT);
            message.putInt(PeerMessageFlyweight.PAYLOAD_LENGTH, length);
            put(message, PeerMessageFlyweight.LOCAL, to.address());
            put(
                    message,
                    PeerMessageFlyweight.REMOTE,
                    router.peerPaths().get(pathIndex).localWaypoint());
            message.putBytes(PeerMessageFlyweight.PAYLOAD, buffer, offset, length);
            final ControllerSystem hearing = other.get();
            if (hearing != null) {
                hearing.onPeerMessage(message, 0);
            }
        }

        @Override
        public void probe(
                final int pathIndex,
                final DirectBuffer buffer,
                final int length,
                final IpAddress to,
                final TcpProbe probe) {
            send(pathIndex, buffer, 0, length, new Endpoint(to, probe.port()));
        }

        private static void put(final UnsafeBuffer message, final int at, final IpAddress address) {
            message.putLong(at, address.high());
            message.putLong(at + Long.BYTES, address.low());
        }
    }

    private ControllerSystem start(
            final String node,
            final FakeNeighbours neighbours,
            final long incarnation,
            final AtomicReference<ControllerSystem> other)
            throws IdentityException {
        final var authority = Lab.authority();
        final PeerPort port = new Wire(authority.routerOfNode(node), incarnation, other);
        return ControllerSystem.start(new ControllerContext(
                authority,
                node,
                new ControllerContext.Neighbours(
                        neighbours, neighbours, neighbours, neighbours, port, neighbours.refused::add)));
    }

    @Test
    void aPeerThatLosesItsSessionsIsToldOfThemAgain() throws IdentityException {
        final AtomicReference<ControllerSystem> eastAtFirst = new AtomicReference<>();
        try (ControllerSystem first = start("west0", new FakeNeighbours(), 1_000, eastAtFirst);
                ControllerSystem node = start("east0", eastern, 500, west)) {
            west.set(first);
            east.set(node);
            eastAtFirst.set(node);
            eastern.committed = (id, version) -> node.onCommitted(id, version, true);
            node.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
            await().until(() -> eastern.forwarder.size() == 1);
            await().atMost(PATIENCE)
                    .until(() -> node.peers().table().row(0).state() == PathState.UP
                            && first.peers().table().row(0).state() == PathState.UP);
            assertThat(first.peers().table().row(0).peerIncarnation()).isEqualTo(500);
            assertThat(eastern.log).noneMatch(line -> line.startsWith("recover"));
            eastAtFirst.set(null);
            try (ControllerSystem second = start("west0", new FakeNeighbours(), 2_000, east)) {
                west.set(second);
                await().atMost(PATIENCE).until(() -> eastern.log.contains("recover v1"));
                // Sessions are told by another thread; the row may follow.
                await().until(() -> node.peers().table().row(0).peerIncarnation() == 2_000);
            }
        }
    }

    private static UnsafeBuffer firstPacket() {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[FirstPacketFlyweight.MAX_LENGTH]);
        final FiveTuple tuple = new FiveTuple(Lab.CLIENT, Lab.SERVER, 40_000, 80, IpProtocol.TCP);
        FlowKeyFlyweight.encode(message, FirstPacketFlyweight.FLOW_KEY, Lab.LAN, 0, tuple);
        message.putByte(FirstPacketFlyweight.TCP_FLAGS, (byte) 2);
        return message;
    }
}
