package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Router;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.NeighborMessage;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of a pair asks the gateway of its WAN once a second, second by second; its LAN has none. */
class GatewayWatchTest {
    private static final long GATEWAY_MAC = 0x0a00_0000_0001L;
    private static final MacAddress VIRTUAL = new MacAddress(0x0200_5e00_0001L);
    private static final String OWN = "203.0.113.1";
    private static final String GATEWAY = "203.0.113.2";
    private static final String OWN_V6 = "2001:db8::1";
    private static final String GATEWAY_V6 = "2001:db8::2";
    private static final String OWN_LINK_LOCAL = "fe80::ff:fe00:1";

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = rig(GATEWAY);
    }

    private NodeRig rig(final String gateway) {
        final Router plain = NodeRig.router("pair", "10.0.0.1", OWN + " " + OWN_V6, VIRTUAL, gateway);
        return new NodeRig(
                directory,
                new Router(
                        plain.name(),
                        plain.securityId(),
                        List.of(
                                new Router.Node("n0", 0, List.of("lan", "wan"), List.of(), ""),
                                new Router.Node("n1", 1, List.of("lan", "wan"), List.of(), "")),
                        plain.interfaces(),
                        List.of(),
                        plain.peerPaths(),
                        plain.peering(),
                        null,
                        plain.limits(),
                        plain.timers()),
                0,
                CrossingLink.NONE);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private boolean answers() {
        return (rig.agent.gateways().answering() >>> WAN & 1) != 0;
    }

    private boolean isSilent() {
        return (rig.agent.gateways().silent() >>> WAN & 1) != 0;
    }

    private void reply() {
        rig.receive(WAN, Frames.arp(ArpMessage.REPLY, GATEWAY_MAC, rig.mac(WAN), GATEWAY, OWN));
    }

    /** A second passes, and the next question is sent; what went out before is taken away. */
    private List<UnsafeBuffer> ask(final int etherType) {
        rig.ports[WAN].take();
        rig.advanceMs(1_000);
        return sent(etherType);
    }

    private List<UnsafeBuffer> sent(final int etherType) {
        return rig.ports[WAN].take().stream()
                .map(sent -> new UnsafeBuffer(sent.frame()))
                .filter(frame -> EthernetHeader.type(frame, 0) == etherType)
                .toList();
    }

    private void silentSeconds(final int seconds) {
        for (int i = 0; i < seconds; i++) {
            rig.advanceMs(1_000);
        }
    }

    private void answeredSeconds(final int seconds) {
        for (int i = 0; i < seconds; i++) {
            rig.advanceMs(1_000);
            reply();
        }
    }

    private void meet() {
        rig.turn();
        reply();
        assertThat(answers()).isTrue();
    }

    @Test
    void nothingIsKnownUntilTheFirstAnswer() {
        rig.turn();
        assertThat(answers()).isFalse();
        assertThat(isSilent()).isFalse();
        reply();
        assertThat(answers()).isTrue();
    }

    @Test
    void interfaceWithoutAGatewayIsWellAndNobodyIsAskedThere() {
        rig.turn();
        rig.ports[LAN].take();
        silentSeconds(9);
        assertThat(rig.agent.gateways().answering() >>> LAN & 1).isEqualTo(1);
        assertThat(rig.agent.gateways().silent() >>> LAN & 1).isZero();
        assertThat(rig.ports[LAN].take()).isEmpty();
    }

    @Test
    void threeQuestionsInARowWithoutAnAnswer_andItIsSilent() {
        meet();
        silentSeconds(3);
        assertThat(isSilent()).isFalse();
        assertThat(answers()).isTrue();
        silentSeconds(1);
        assertThat(isSilent()).isTrue();
        assertThat(answers()).isFalse();
    }

    @Test
    void twoLostAnswersInThree_andItIsStillThere() {
        meet();
        for (int i = 0; i < 10; i++) {
            silentSeconds(2);
            answeredSeconds(1);
        }
        assertThat(answers()).isTrue();
    }

    @Test
    void threeAnswersInARow_andItIsBack() {
        meet();
        silentSeconds(6);
        assertThat(isSilent()).isTrue();
        answeredSeconds(3);
        assertThat(isSilent()).as("the third counts when its second is over").isTrue();
        answeredSeconds(1);
        assertThat(isSilent()).isFalse();
        assertThat(answers()).isTrue();
    }

    @Test
    void whoSleptHasAskedOnlyOnce() {
        meet();
        silentSeconds(2);
        rig.advanceMs(60_000);
        assertThat(answers()).isTrue();
        rig.advanceMs(999);
        assertThat(answers()).isTrue();
        rig.advanceMs(1);
        assertThat(answers()).isFalse();
    }

    @Test
    void anyPacketOfItsIsAnAnswer() {
        meet();
        rig.gate.setLeader(WAN, true);
        for (int i = 0; i < 9; i++) {
            rig.advanceMs(1_000);
            rig.receive(
                    WAN,
                    Frames.udp(
                            GATEWAY_MAC, VIRTUAL.bits() + 1, "198.51.100.9", 53, "10.0.0.10", 99, Frames.bytes("a")));
        }
        assertThat(answers()).isTrue();
        for (int i = 0; i < 9; i++) {
            rig.advanceMs(1_000);
            rig.receive(
                    WAN,
                    Frames.udp(
                            GATEWAY_MAC + 1,
                            VIRTUAL.bits() + 1,
                            "198.51.100.9",
                            53,
                            "10.0.0.10",
                            99,
                            Frames.bytes("a")));
        }
        assertThat(isSilent()).as("the other station's do not count").isTrue();
    }

    @Test
    void behindAClosedGateNothingIsAskedAndNothingFollows() {
        meet();
        rig.gate.setValidUntilNs(0);
        assertThat(ask(EthernetHeader.ARP)).isEmpty();
        silentSeconds(9);
        assertThat(answers()).isTrue();
        rig.gate.setValidUntilNs(OwnershipGate.SOLO);
        assertThat(ask(EthernetHeader.ARP)).isNotEmpty();
        assertThat(answers()).isTrue();
    }

    @Test
    void whoDoesNotLeadAsksAsNobody() {
        rig.turn();
        final UnsafeBuffer first = sent(EthernetHeader.ARP).getFirst();
        assertThat(EthernetHeader.destination(first, 0)).isEqualTo(MacAddress.BROADCAST.bits());
        reply();
        final UnsafeBuffer next = ask(EthernetHeader.ARP).getFirst();
        assertThat(EthernetHeader.destination(next, 0)).isEqualTo(GATEWAY_MAC);
        assertThat(EthernetHeader.source(next, 0)).isEqualTo(rig.mac(WAN));
        assertThat(ArpMessage.senderEthernet(next, EthernetHeader.LENGTH)).isEqualTo(rig.mac(WAN));
        assertThat(ArpMessage.senderIp(next, EthernetHeader.LENGTH)).isZero();
        rig.gate.setLeader(WAN, true);
        final UnsafeBuffer leading = ask(EthernetHeader.ARP).getLast();
        assertThat(ArpMessage.senderIp(leading, EthernetHeader.LENGTH))
                .isEqualTo((int) IpAddress.parse(OWN).low());
    }

    @Test
    void oneThatDoesNotAnswerIsAskedWhereverItIs() {
        meet();
        silentSeconds(1);
        assertThat(EthernetHeader.destination(ask(EthernetHeader.ARP).getFirst(), 0))
                .isEqualTo(MacAddress.BROADCAST.bits());
    }

    @Test
    void gatewayOfIpv6IsAskedFromTheAddressThatIsThisNodesAlone() {
        rig.close();
        rig = rig(GATEWAY_V6);
        rig.turn();
        rig.receive(
                WAN,
                Frames.advertisement(GATEWAY_MAC, rig.mac(WAN), GATEWAY_V6, OWN_LINK_LOCAL, NeighborMessage.SOLICITED));
        assertThat(answers()).isTrue();
        final UnsafeBuffer asked = ask(EthernetHeader.IPV6).getLast();
        assertThat(EthernetHeader.destination(asked, 0)).isEqualTo(GATEWAY_MAC);
        assertThat(asked.getByte(EthernetHeader.LENGTH + Ipv6Header.LENGTH) & 0xff)
                .isEqualTo(NeighborMessage.SOLICITATION);
        assertThat(new IpAddress(
                        Ipv6Header.sourceHigh(asked, EthernetHeader.LENGTH),
                        Ipv6Header.sourceLow(asked, EthernetHeader.LENGTH)))
                .isEqualTo(IpAddress.parse(OWN_LINK_LOCAL));
    }
}
