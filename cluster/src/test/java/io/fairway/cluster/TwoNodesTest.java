package io.fairway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.cluster.membership.MembershipView;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.IpProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Two real controllers in one JVM: they form a cluster over loopback, and only a declared death downs one. */
class TwoNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String[] FABRIC = {"127.0.0.2", "127.0.0.3"};

    private final int port = freePort();
    private final FakeNeighbours neighbours0 = owned(0);
    private final FakeNeighbours neighbours1 = owned(0);

    @Test
    void theyMeetAndOneIsDownedJustWhenItIsDeclaredDeadAndRejoins() throws IdentityException {
        try (ControllerSystem node0 = start("east0", neighbours0)) {
            try (ControllerSystem node1 = start("east1", neighbours1)) {
                await().atMost(PATIENCE).until(() -> up(node0) == 2 && up(node1) == 2);

                // The session is node 0's; node 1 asks it.
                neighbours0.committed = (id, version) -> node0.onCommitted(id, version, true);
                node0.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
                await().until(() -> neighbours0.forwarder.size() == 1);
                final long id = neighbours0.only().sessionId();
                await().atMost(PATIENCE)
                        .until(() -> node1.delete(id).toCompletableFuture().join());
                assertThat(neighbours0.forwarder).isEmpty();

                node0.onPartnerDead("test");
                await().atMost(PATIENCE)
                        .until(() -> node0.membership().members().size() == 1);
                // The downed node's actor system ends by itself: its process must restart.
                await().atMost(PATIENCE)
                        .until(() -> node1.terminated().toCompletableFuture().isDone());
                assertThat(node0.terminated().toCompletableFuture()).isNotDone();
            }
            try (ControllerSystem again = start("east1", neighbours1)) {
                await().atMost(PATIENCE).until(() -> up(node0) == 2 && up(again) == 2);
            }
        }
    }

    @Test
    void theSecondNodeFoundsTheClusterWhenTheFirstIsDead() throws IdentityException {
        try (ControllerSystem node1 = start("east1", neighbours1)) {
            node1.onPartnerDead("never came");
            await().atMost(PATIENCE).until(() -> up(node1) == 1);
            try (ControllerSystem node0 = start("east0", neighbours0)) {
                await().atMost(PATIENCE).until(() -> up(node0) == 2 && up(node1) == 2);
            }
        }
    }

    @Test
    void aLoneRouterHasNoClusterAndWorks() throws IdentityException {
        final ControllerContext context = new ControllerContext(Lab.authority(), "east0", neighbours0.neighbours());
        try (ControllerSystem lone = ControllerSystem.start(context)) {
            neighbours0.committed = (id, version) -> lone.onCommitted(id, version, true);
            lone.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
            await().until(() -> neighbours0.forwarder.size() == 1);
            assertThat(lone.membership()).isEqualTo(MembershipView.alone());
            final long id = neighbours0.only().sessionId();
            assertThat(lone.delete(id).toCompletableFuture().join()).isTrue();
            assertThat(lone.delete(id).toCompletableFuture().join()).isFalse();
        }
    }

    @Test
    void aControllerGoesOnWithTheSessionsOfOneThatDied() throws IdentityException {
        final ControllerContext context = new ControllerContext(Lab.authority(), "east0", neighbours0.neighbours());
        try (ControllerSystem first = ControllerSystem.start(context)) {
            neighbours0.committed = (id, version) -> first.onCommitted(id, version, true);
            first.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
            await().until(() -> neighbours0.forwarder.size() == 1);
        }
        final long id = neighbours0.only().sessionId();
        neighbours0.forwarder.clear();
        neighbours0.log.clear();
        try (ControllerSystem second = ControllerSystem.start(context)) {
            second.resume();
            await().until(() -> neighbours0.log.contains("report"));
            assertThat(neighbours0.forwarder).containsKey(id);
            await().until(() -> second.counters().adopted().sum() == 1);
            second.onSessionEvent(id, SessionEventFlyweight.ESTABLISHED, 0);
            await().until(() -> neighbours0.only().state() == SessionState.ESTABLISHED);
            second.onSessionEvent(id, SessionEventFlyweight.IDLE, 0);
            await().until(neighbours0.forwarder::isEmpty);
        }
    }

    @Test
    void whatTheForwarderRefusesAsStandbyIsTriedAgainElsewhere() throws IdentityException {
        final FakeNeighbours standing = owned(1);
        final ControllerContext context = new ControllerContext(Lab.authority(), "east0", standing.neighbours());
        try (ControllerSystem lone = ControllerSystem.start(context)) {
            lone.onSessionEvent(7, SessionEventFlyweight.INSTALL_FAILED, 0);
            assertThat(standing.refused).containsExactly(7L);
        }
    }

    private ControllerSystem start(final String nodeName, final FakeNeighbours neighbours) throws IdentityException {
        return ControllerSystem.start(
                new ControllerContext(Lab.authority(FABRIC), nodeName, neighbours.neighbours(), port));
    }

    private static long up(final ControllerSystem node) {
        return node.membership().members().stream()
                .filter(member -> member.reachable() && member.status().equals("Up"))
                .count();
    }

    private static FakeNeighbours owned(final int owner) {
        final FakeNeighbours neighbours = new FakeNeighbours();
        Arrays.fill(neighbours.owners, owner);
        return neighbours;
    }

    private static UnsafeBuffer firstPacket() {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[FirstPacketFlyweight.MAX_LENGTH]);
        final FiveTuple tuple = new FiveTuple(Lab.CLIENT, Lab.SERVER, 40_000, 80, IpProtocol.TCP);
        FlowKeyFlyweight.encode(message, FirstPacketFlyweight.FLOW_KEY, Lab.LAN, 0, tuple);
        message.putByte(FirstPacketFlyweight.TCP_FLAGS, (byte) 2);
        return message;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(FABRIC[0]))) {
            return socket.getLocalPort();
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
