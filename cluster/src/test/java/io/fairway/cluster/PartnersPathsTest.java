package io.fairway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A pair whose nodes have a WAN each: sessions go by the near one, and off a dead node's. */
class PartnersPathsTest {
    private static final int WAN_2 = 3;
    private static final String PATH_2 = "wan2-west";

    private final FakeNeighbours neighbours = new FakeNeighbours();

    /** The laboratory's, but its WAN is node 1's alone, and node 0 has another one. */
    private static Authority authority() {
        final Authority lab = Lab.authority();
        final Router east = lab.router("east");
        final List<Router.NetworkInterface> interfaces = new ArrayList<>(east.interfaces());
        interfaces.add(new Router.NetworkInterface(
                "wan2",
                0,
                new Router.InterfaceAddress(IpAddress.parse("172.18.0.1"), 24, null),
                null,
                null,
                List.of("wan2"),
                null,
                null,
                0,
                false,
                1500));
        final Router.PeerPath first = east.peerPaths().getFirst();
        final Router.PeerPath second = new Router.PeerPath(
                PATH_2,
                first.peer(),
                WAN_2,
                IpAddress.parse("172.18.0.1"),
                IpAddress.parse("172.18.0.2"),
                first.remoteSecurityId());
        final Peering peering = east.peering();
        final Router pair = new Router(
                east.name(),
                east.securityId(),
                List.of(
                        new Router.Node("east0", 0, List.of("lan", "", "dmz", "wan2"), List.of(), ""),
                        new Router.Node("east1", 1, List.of("lan", "wan", "dmz", ""), List.of(), "")),
                interfaces,
                east.serviceRoutes(),
                List.of(first, second),
                new Peering(
                        peering.name(),
                        null,
                        peering.keyLifetimeS(),
                        Collections.nCopies(2, peering.terms().getFirst())),
                null,
                east.limits(),
                east.timers());
        return new Authority(
                lab.name(),
                lab.tenants(),
                lab.services(),
                lab.policies(),
                lab.security(),
                Stream.concat(Stream.of(pair), lab.routers().stream().filter(other -> !other.name()
                                .equals(east.name())))
                        .toList());
    }

    private ControllerSystem start(final String node) throws IdentityException {
        final ControllerSystem started = ControllerSystem.start(new ControllerContext(
                authority(),
                node,
                new ControllerContext.Neighbours(
                        neighbours, neighbours, neighbours, neighbours, new SilentPort(500), neighbours.refused::add)));
        neighbours.committed = (id, version) -> started.onCommitted(id, version, true);
        return started;
    }

    @Test
    void sessionLeavesTheWanOfADeadNode() throws IdentityException {
        Arrays.fill(neighbours.owners, 1);
        try (ControllerSystem node1 = start("east1")) {
            node1.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
            await().until(() -> neighbours.forwarder.size() == 1);
        }
        final SessionRecord before = neighbours.only();
        assertThat(before.path()).as("the near one").isNotEqualTo(PATH_2);
        Arrays.fill(neighbours.owners, 0);
        try (ControllerSystem node0 = start("east0")) {
            node0.restore();
            node0.onOwnershipChanged();
            node0.onPartnerDead("test");
            await().until(() -> neighbours.log.contains("recover v" + (before.version() + 1)));
            await().until(() -> neighbours.only().path().equals(PATH_2));
            final SessionRecord moved = neighbours.only();
            assertThat(moved.uuid()).isEqualTo(before.uuid());
            assertThat(moved.forward().tuple()).isEqualTo(before.forward().tuple());
            assertThat(moved.forward().action().egressInterface()).isEqualTo(WAN_2);
        }
    }

    @Test
    void newSessionGoesByTheNearWan() throws IdentityException {
        try (ControllerSystem node0 = start("east0")) {
            node0.onFirstPacket(firstPacket(), 0, FirstPacketFlyweight.METADATA);
            await().until(() -> neighbours.forwarder.size() == 1);
            assertThat(neighbours.only().path()).isEqualTo(PATH_2);
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
