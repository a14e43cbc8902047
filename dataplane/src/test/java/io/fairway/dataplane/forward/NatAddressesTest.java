package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that stand in for others: they are ours on the link, and what comes to them may be led on. */
class NatAddressesTest {
    private static final long STRANGER_MAC = 0x0a00_0000_0002L;
    private static final String STRANGER = "203.0.113.80";
    private static final String OWN = "203.0.113.1";
    private static final String PEER = "203.0.113.2";
    private static final String LENT = "203.0.113.18";
    private static final String LENT_ELSEWHERE = "192.0.2.7";

    @TempDir
    private Path directory;

    private NodeRig rig;

    private void start(final Router.NatTarget target) {
        final Router plain = NodeRig.router("r", "10.0.0.1", OWN, null, PEER);
        final SourceNatPool pool = new SourceNatPool(
                "p",
                List.of(
                        new SourceNatPool.Range(IpAddress.parse("203.0.113.16"), IpAddress.parse("203.0.113.19")),
                        new SourceNatPool.Range(IpAddress.parse(LENT_ELSEWHERE), IpAddress.parse(LENT_ELSEWHERE))),
                1024,
                65535);
        rig = new NodeRig(
                directory,
                new Router(
                        plain.name(),
                        plain.securityId(),
                        plain.nodes(),
                        plain.interfaces(),
                        List.of(new Router.ServiceRoute("s", null, "lan", null, target, pool)),
                        plain.peerPaths(),
                        plain.peering(),
                        null,
                        plain.limits(),
                        plain.timers()),
                0,
                CrossingLink.NONE);
        rig.meet(WAN, STRANGER, STRANGER_MAC);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void arpIsAnsweredForLentAddressesOfTheLink() {
        start(null);
        ask(WAN, STRANGER, LENT);
        assertThat(Frames.words(rig.onlySent(WAN))).isEqualTo("arp 2 " + LENT + " > " + STRANGER);
        ask(WAN, STRANGER, "203.0.113.20");
        ask(WAN, STRANGER, LENT_ELSEWHERE);
        ask(LAN, "10.0.0.9", LENT);
        assertThat(rig.ports[WAN].take()).isEmpty();
        assertThat(rig.ports[LAN].take()).isEmpty();
    }

    @Test
    void aLentAddressIsOurs() {
        start(null);
        rig.receive(WAN, Frames.echo(STRANGER_MAC, rig.mac(WAN), STRANGER, LENT, IcmpMessage.ECHO_REQUEST, 9));
        assertThat(Frames.words(rig.onlySent(WAN))).isEqualTo("icmp " + LENT + ":0 > " + STRANGER + ":9 ttl 64 ok");
        rig.receive(WAN, syn(LENT));
        rig.receive(WAN, syn(LENT_ELSEWHERE));
        rig.receive(WAN, Frames.tcp(STRANGER_MAC, rig.mac(WAN), LENT, 1, "10.0.0.9", 80, TcpHeader.SYN, ""));
        assertThat(rig.drops()).isEqualTo("MARTIAN_SOURCE=1 CONSUMED_ECHO=1 TO_OURSELVES=2");
        assertThat(rig.messages).isEmpty();
    }

    @Test
    void whatComesToOurAddressesIsLedOnIfThereIsATarget() {
        start(new Router.NatTarget(IpAddress.parse("10.0.0.80"), 8080));
        for (final String ours : new String[] {OWN, LENT, LENT_ELSEWHERE}) {
            rig.receive(WAN, syn(ours));
            assertThat(FlowKeyFlyweight.tuple(rig.firstPacket(), FirstPacketFlyweight.FLOW_KEY))
                    .isEqualTo(NodeRig.tuple(6, STRANGER, 5000, ours, 80));
        }
        rig.receive(WAN, Frames.echo(STRANGER_MAC, rig.mac(WAN), STRANGER, OWN, IcmpMessage.ECHO_REQUEST, 9));
        assertThat(rig.drops()).isEqualTo("CONSUMED_ECHO=1");
    }

    @Test
    void aPeersPacketToAWaypointIsStillAWaypointsBusiness() {
        start(new Router.NatTarget(IpAddress.parse("10.0.0.80"), 8080));
        rig.receive(WAN, Frames.tcp(STRANGER_MAC, rig.mac(WAN), PEER, 20000, OWN, 20001, TcpHeader.ACK, "x"));
        assertThat(rig.drops()).isEqualTo("UNKNOWN_FLOW_AT_WAYPOINT=1");
    }

    private void ask(final int interfaceIndex, final String asker, final String address) {
        rig.receive(
                interfaceIndex,
                Frames.arp(ArpMessage.REQUEST, STRANGER_MAC, MacAddress.BROADCAST.bits(), asker, address));
    }

    private byte[] syn(final String destination) {
        return Frames.tcp(STRANGER_MAC, rig.mac(WAN), STRANGER, 5000, destination, 80, TcpHeader.SYN, "");
    }
}
