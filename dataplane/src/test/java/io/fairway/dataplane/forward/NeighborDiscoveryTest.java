package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.NeighborMessage;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neighbour discovery as the link sees it, message by message; the LAN has both families, the WAN only IPv4. */
class NeighborDiscoveryTest {
    private static final long HOST_MAC = 0x0a00_0000_0001L;
    private static final String HOST = "fd00:1::10";
    private static final String OWN = "fd00:1::1";
    private static final String OWN_LINK_LOCAL = "fe80::ff:fe00:0";
    private static final int REPORT = Frames.L4_V6 + 8;
    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
    private static final int ANSWER = NeighborMessage.ROUTER | NeighborMessage.SOLICITED | NeighborMessage.OVERRIDE;

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = NodeRig.single(directory, "10.0.0.1 " + OWN, "203.0.113.1");
        rig.turn();
        rig.ports[LAN].take();
        rig.ports[WAN].take();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private byte[] toUs(final byte[] frame) {
        rig.receive(LAN, frame);
        return rig.onlySent(LAN);
    }

    private List<String> neighbors() {
        return rig.agent.neighbors().snapshot().stream()
                .map(entry -> entry.ip() + " " + entry.mac() + " " + entry.state())
                .toList();
    }

    private static int flags(final byte[] advertisement) {
        return NeighborMessage.flags(new UnsafeBuffer(advertisement), Frames.L4_V6);
    }

    private static long mac(final byte[] advertisement) {
        return NeighborMessage.linkAddress(
                new UnsafeBuffer(advertisement),
                Frames.L4_V6,
                NeighborMessage.LENGTH_WITH_ADDRESS,
                NeighborMessage.TARGET_ADDRESS);
    }

    private static long destination(final byte[] frame) {
        return EthernetHeader.destination(new UnsafeBuffer(frame), 0);
    }

    @Test
    void ourAddressesAreAnsweredForAndTheAskerIsLearned() {
        final byte[] answer = toUs(Frames.solicitation(HOST_MAC, 0, HOST, OWN));
        assertThat(Frames.words(answer)).isEqualTo("nd 136 " + OWN + " > " + HOST + " target " + OWN + " ok");
        assertThat(flags(answer)).isEqualTo(ANSWER);
        assertThat(mac(answer)).isEqualTo(rig.mac(LAN));
        assertThat(destination(answer)).isEqualTo(HOST_MAC);
        assertThat(neighbors()).containsExactly(HOST + " 0a:00:00:00:00:01 reachable");

        final byte[] linkLocal = toUs(Frames.solicitation(HOST_MAC, rig.mac(LAN), "fe80::10", OWN_LINK_LOCAL));
        assertThat(Frames.words(linkLocal))
                .isEqualTo("nd 136 " + OWN_LINK_LOCAL + " > fe80::10 target " + OWN_LINK_LOCAL + " ok");
        assertThat(neighbors()).hasSize(2);
        assertThat(rig.drops()).isEmpty();
    }

    /** A report of groups, by RFC 3810 section 5.2, from an interface that has just begun to speak. */
    @Test
    void switchesAreToldWhereWeListen() {
        rig.advanceMs(100);
        final byte[] report = rig.ports[LAN].take().getFirst().frame();
        assertThat(destination(report)).isEqualTo(0x3333_0000_0016L);
        final UnsafeBuffer frame = new UnsafeBuffer(report);
        assertThat(Ipv6Header.hopLimit(frame, Frames.IP)).isEqualTo(1);
        assertThat(Ipv6Header.sourceHigh(frame, Frames.IP)).isEqualTo(IpAddress.LINK_LOCAL_HIGH);
        assertThat(frame.getLong(Frames.L4_V6, ByteOrder.BIG_ENDIAN))
                .as("hop-by-hop options with a router alert")
                .isEqualTo(0x3a00_0502_0000_0100L);
        assertThat(report[REPORT]).isEqualTo((byte) 143);
        assertThat(groups(report)).containsExactly("ff02::1:ff00:0", "ff02::1:ff00:1");
        final int checksum = IcmpMessage.checksum(frame, REPORT);
        Icmpv6Message.computeChecksum(frame, Frames.IP, REPORT, report.length - REPORT);
        assertThat(checksum).isEqualTo(IcmpMessage.checksum(frame, REPORT));
        assertThat(rig.ports[WAN].take()).as("no report where there is no IPv6").hasSize(1);
    }

    private static List<String> groups(final byte[] report) {
        final UnsafeBuffer frame = new UnsafeBuffer(report);
        final List<String> groups = new ArrayList<>();
        for (int at = REPORT + 8; at < report.length; at += 20) {
            final long high = frame.getLong(at + 4, ByteOrder.BIG_ENDIAN);
            groups.add(new IpAddress(high, frame.getLong(at + 12, ByteOrder.BIG_ENDIAN)).toString());
        }
        return groups;
    }

    @Test
    void whoeverChecksThatOurAddressIsFreeHearsThatItIsNot() {
        final byte[] answer = toUs(Frames.solicitation(HOST_MAC, 0, "::", OWN));
        assertThat(Frames.words(answer)).isEqualTo("nd 136 " + OWN + " > ff02::1 target " + OWN + " ok");
        assertThat(flags(answer)).isEqualTo(NeighborMessage.ROUTER | NeighborMessage.OVERRIDE);
        assertThat(destination(answer)).isEqualTo(ALL_NODES_MAC);
        assertThat(neighbors()).isEmpty();
    }

    @Test
    void othersAddressesAreNoneOfOurBusiness() {
        // These two end like our address, so that the group is ours too.
        rig.receive(LAN, Frames.solicitation(HOST_MAC, 0, "::", "fd00:1::9:0:1"));
        rig.receive(LAN, Frames.solicitation(HOST_MAC, 0, HOST, "fd00:1::9:0:1"));
        rig.receive(LAN, Frames.solicitation(HOST_MAC, 0, HOST, "fd00:1::77"));
        rig.receive(LAN, Frames.solicitation(HOST_MAC, rig.mac(LAN), OWN, OWN));
        rig.receive(WAN, Frames.solicitation(HOST_MAC, rig.mac(WAN), "fe80::10", "fe80::ff:fe00:1"));
        assertThat(rig.ports[LAN].take()).isEmpty();
        assertThat(rig.ports[WAN].take()).isEmpty();
        assertThat(neighbors()).isEmpty();
        assertThat(rig.drops()).isEqualTo("NOT_FOR_US=1");
    }

    @Test
    void onlyDiscoveryMayComeToAGroup() {
        rig.receive(LAN, Frames.udp(HOST_MAC, ALL_NODES_MAC, HOST, 1, "fd00:2::1", 2, new byte[4]));
        rig.receive(LAN, Frames.echo(HOST_MAC, ALL_NODES_MAC, HOST, "ff02::1", IcmpMessage.ECHO_REQUEST, 1));
        rig.receive(LAN, Frames.udp(HOST_MAC, 0x3333_0000_0016L, HOST, 1, "ff02::16", 2, new byte[4]));
        final byte[] damaged = Frames.solicitation(HOST_MAC, 0, HOST, OWN);
        damaged[damaged.length - 1] ^= 1;
        rig.receive(LAN, damaged);
        final byte[] router = Frames.solicitation(HOST_MAC, 0, HOST, OWN);
        router[Frames.L4_V6] = (byte) 134;
        router[Frames.L4_V6 + 2]++;
        rig.receive(LAN, router);
        assertThat(rig.ports[LAN].take()).isEmpty();
        assertThat(rig.drops())
                .isEqualTo("NOT_FOR_US=2 MULTICAST_DESTINATION=1 BAD_L4_CHECKSUM=1 ROUTER_MESSAGE_IGNORED=1");
    }

    @Test
    void aNeighbourIsAskedForConfirmedAndGivenUp() {
        final List<String> sent = new ArrayList<>();
        install(HOST);
        sent.addAll(sentToLan());
        assertThat(sent).containsExactly("nd 135 " + OWN + " > ff02::1:ff00:10 target " + HOST + " ok");
        rig.receive(LAN, Frames.advertisement(HOST_MAC, rig.mac(LAN), HOST, OWN, NeighborMessage.SOLICITED));
        assertThat(neighbors()).containsExactly(HOST + " 0a:00:00:00:00:01 reachable");

        rig.advanceMs(30_000);
        assertThat(sentToLan()).contains("nd 135 " + OWN + " > " + HOST + " target " + HOST + " ok");
        rig.advanceMs(1_000);
        assertThat(sentToLan()).contains("nd 135 " + OWN + " > ff02::1:ff00:10 target " + HOST + " ok");
        rig.advanceMs(1_000);
        rig.advanceMs(1_000);
        rig.advanceMs(1_000);
        assertThat(neighbors()).isEmpty();
    }

    @Test
    void whatIsKnownGivesWayToAnOverrideOnly() {
        rig.meet(LAN, HOST, HOST_MAC);
        rig.receive(LAN, Frames.advertisement(0x0b, ALL_NODES_MAC, HOST, "ff02::1", 0));
        assertThat(neighbors()).containsExactly(HOST + " 0a:00:00:00:00:01 reachable");
        rig.receive(LAN, Frames.advertisement(0x0b, ALL_NODES_MAC, HOST, "ff02::1", NeighborMessage.OVERRIDE));
        assertThat(neighbors()).containsExactly(HOST + " 00:00:00:00:00:0b reachable");
        rig.receive(LAN, Frames.advertisement(0x0c, ALL_NODES_MAC, "fd00:1::11", "ff02::1", NeighborMessage.OVERRIDE));
        assertThat(neighbors()).as("nobody asked for that one").hasSize(1);
    }

    @Test
    void unheardNeighboursFillHalfOfTheTableAtMost() {
        for (int i = 0; i < 5_000; i++) {
            install("fd00:1::1:" + Integer.toHexString(i));
            rig.ports[LAN].take();
        }
        assertThat(neighbors()).hasSize(2_048);
        rig.meet(LAN, HOST, HOST_MAC);
        assertThat(neighbors()).as("who asks for us is learned").hasSize(2_049);
    }

    /** Installs a standby session towards this host, whose next hop is then asked for. */
    private void install(final String host) {
        final long id = IpAddress.parse(host).low() & 0xffff;
        final var toHost = NodeRig.tuple(17, "203.0.113.9", 1, "203.0.113.8", (int) id);
        rig.proxy.install(
                NodeRig.record(
                        id,
                        1,
                        NodeRig.flow(WAN, toHost, LAN, toHost, 0, false, host),
                        NodeRig.flow(LAN, toHost.reversed(), LAN, toHost.reversed(), 0, false, host)),
                0);
        rig.turn();
        rig.proxy.remove(id);
        rig.turn();
    }

    private List<String> sentToLan() {
        return rig.ports[LAN].take().stream()
                .map(sent -> Frames.words(sent.frame()))
                .filter(words -> words.startsWith("nd 135"))
                .toList();
    }

    @Test
    void echoToOurAddressesIsAnswered() {
        rig.receive(LAN, Frames.echo(HOST_MAC, rig.mac(LAN), HOST, OWN, IcmpMessage.ECHO_REQUEST, 9));
        assertThat(Frames.words(rig.onlySent(LAN))).isEqualTo("icmpv6 [" + OWN + "]:0 > [" + HOST + "]:9 ttl 64 ok");
        rig.receive(LAN, Frames.echo(HOST_MAC, rig.mac(LAN), "fe80::10", OWN_LINK_LOCAL, IcmpMessage.ECHO_REQUEST, 9));
        assertThat(Frames.words(rig.onlySent(LAN)))
                .isEqualTo("icmpv6 [" + OWN_LINK_LOCAL + "]:0 > [fe80::10]:9 ttl 64 ok");
        rig.receive(LAN, Frames.udp(HOST_MAC, rig.mac(LAN), "fe80::10", 1, "fd00:2::1", 2, new byte[4]));
        rig.receive(LAN, Frames.udp(HOST_MAC, rig.mac(LAN), HOST, 1, "fe80::11", 2, new byte[4]));
        rig.receive(LAN, Frames.udp(HOST_MAC, rig.mac(LAN), HOST, 1, OWN, 2, new byte[4]));
        assertThat(rig.drops()).isEqualTo("LINK_LOCAL=2 CONSUMED_ECHO=2 TO_OURSELVES=1");
    }

    @Test
    void ofAPairOnlyTheLeaderSpeaksForWhatIsShared() {
        rig.close();
        final MacAddress virtual = MacAddress.parse("02:fa:17:00:01:01");
        rig = new NodeRig(
                directory, NodeRig.router("pair", "10.0.0.1 " + OWN, "203.0.113.1", virtual), 0, CrossingLink.NONE);
        rig.turn();
        assertThat(groups(rig.onlySent(LAN))).as("only that it listens").containsExactly("ff02::1:ff00:0");
        rig.receive(LAN, Frames.solicitation(HOST_MAC, 0, HOST, OWN));
        assertThat(rig.ports[LAN].take()).isEmpty();
        install(HOST);
        assertThat(sentToLan())
                .as("it asks in its own name")
                .containsExactly("nd 135 " + OWN_LINK_LOCAL + " > ff02::1:ff00:10 target " + HOST + " ok");
        assertThat(Frames.words(toUs(Frames.solicitation(HOST_MAC, 0, HOST, OWN_LINK_LOCAL))))
                .as("and answers for it")
                .startsWith("nd 136 " + OWN_LINK_LOCAL);

        rig.gate.setLeader(LAN, true);
        rig.turn();
        final List<byte[]> announced =
                rig.ports[LAN].take().stream().map(MemoryPort.Sent::frame).toList();
        assertThat(groups(announced.getFirst()))
                .containsExactly("ff02::1:ff00:0", "ff02::1:ff00:101", "ff02::1:ff00:1");
        assertThat(announced)
                .extracting(Frames::words)
                .containsExactly(
                        "MULTICAST_DESTINATION",
                        "arp 1 10.0.0.1 > 10.0.0.1",
                        "nd 136 " + OWN + " > ff02::1 target " + OWN + " ok",
                        "nd 136 fe80::fa:17ff:fe00:101 > ff02::1 target fe80::fa:17ff:fe00:101 ok");
        assertThat(mac(announced.get(2))).isEqualTo(virtual.bits());
        assertThat(flags(announced.get(2))).isEqualTo(NeighborMessage.ROUTER | NeighborMessage.OVERRIDE);
        assertThat(mac(toUs(Frames.solicitation(HOST_MAC, 0, HOST, OWN)))).isEqualTo(virtual.bits());
        assertThat(rig.drops()).isEmpty();
    }
}
