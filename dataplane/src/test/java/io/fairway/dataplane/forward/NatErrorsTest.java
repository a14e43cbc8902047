package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.TcpHeader;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ICMP errors about sessions with both addresses translated: each side is told of the packet as it sent it. */
class NatErrorsTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVICE = "192.0.2.80";
    private static final String SERVER = "203.0.113.80";
    private static final String OWN_LAN = "10.0.0.1";
    private static final String NAT = "203.0.113.1";
    private static final String TO_CLIENT =
            OWN_LAN + " > " + CLIENT + " about " + CLIENT + ":40000 > " + SERVICE + ":80";
    private static final String TO_SERVER = NAT + " > " + SERVER + " about " + SERVER + ":8080 > " + NAT + ":20000";
    private static final int ACK = TcpHeader.ACK;
    private static final int ERRORS_BURST = 50;

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = NodeRig.single(directory, OWN_LAN, NAT);
        rig.meet(LAN, CLIENT, CLIENT_MAC);
        rig.meet(WAN, SERVER, SERVER_MAC);
        final FiveTuple inside = NodeRig.tuple(6, CLIENT, 40000, SERVICE, 80);
        final FiveTuple outside = NodeRig.tuple(6, NAT, 20000, SERVER, 8080);
        rig.proxy.install(
                NodeRig.record(
                        5,
                        1,
                        NodeRig.flow(LAN, inside, WAN, outside, 0, false, SERVER),
                        NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, false, CLIENT)),
                0);
        rig.turn();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void theSessionIsTranslatedAtBothEnds() {
        rig.receive(LAN, toService(new byte[3]));
        assertThat(Frames.words(rig.onlySent(WAN))).isEqualTo("tcp " + NAT + ":20000 > " + SERVER + ":8080 ttl 63 ok");
        rig.receive(WAN, toClient(new byte[3]));
        assertThat(Frames.words(rig.onlySent(LAN)))
                .isEqualTo("tcp " + SERVICE + ":80 > " + CLIENT + ":40000 ttl 63 ok");
    }

    @Test
    void timeExceededQuotesThePacketAsItWasSent() {
        rig.receive(LAN, Frames.withTtl(toService(new byte[3]), 1));
        assertThat(error(rig.onlySent(LAN))).isEqualTo("11/0 " + TO_CLIENT);
        rig.receive(WAN, Frames.withTtl(toClient(new byte[3]), 1));
        assertThat(error(rig.onlySent(WAN))).isEqualTo("11/0 " + TO_SERVER);
        assertThat(rig.drops()).isEqualTo("TTL_EXCEEDED=2");
    }

    @Test
    void aPacketThatIsTooBigIsAnsweredWithWhatFits() {
        rig.receive(LAN, unfragmentable(toService(new byte[1461])));
        final byte[] toClient = rig.onlySent(LAN);
        assertThat(error(toClient)).isEqualTo("3/4 " + TO_CLIENT);
        assertThat(new UnsafeBuffer(toClient).getShort(Frames.L4 + 6, ByteOrder.BIG_ENDIAN))
                .isEqualTo((short) 1500);
        rig.receive(WAN, unfragmentable(toClient(new byte[1461])));
        assertThat(error(rig.onlySent(WAN))).isEqualTo("3/4 " + TO_SERVER);
        assertThat(rig.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=2");
    }

    @Test
    void errorsAreLimitedTogether() {
        for (int i = 0; i < 40; i++) {
            rig.receive(LAN, Frames.withTtl(toService(new byte[3]), 1));
            rig.receive(WAN, unfragmentable(toClient(new byte[1461])));
        }
        for (int i = 0; i < 10; i++) {
            rig.receive(LAN, Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 1000 + i, SERVICE, 81, TcpHeader.SYN, ""));
            rig.proxy.refuse(rig.pendingId(), DropReason.NO_SERVICE, RefusePendingFlyweight.ICMP_HOST_UNREACHABLE);
            rig.turn();
        }
        assertThat(rig.ports[LAN].take().size() + rig.ports[WAN].take().size()).isEqualTo(ERRORS_BURST);
        rig.advanceMs(100);
        rig.ports[LAN].take();
        rig.receive(LAN, Frames.withTtl(toService(new byte[3]), 1));
        assertThat(rig.ports[LAN].take()).as("a hundred a second").hasSize(1);
    }

    private byte[] toService(final byte[] payload) {
        return Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVICE, 80, ACK, payload);
    }

    private byte[] toClient(final byte[] payload) {
        return Frames.tcp(SERVER_MAC, rig.mac(WAN), SERVER, 8080, NAT, 20000, ACK, payload);
    }

    private static byte[] unfragmentable(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.clone());
        buffer.putByte(Frames.IP + 6, (byte) 0x40);
        Ipv4Header.computeChecksum(buffer, Frames.IP);
        return buffer.byteArray();
    }

    /** An error in words: its type and code, between whom, and the packet that it quotes. */
    private static String error(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        final int quoted = Frames.L4 + IcmpMessage.LENGTH;
        final int tcp = quoted + Ipv4Header.LENGTH;
        return IcmpMessage.type(buffer, Frames.L4) + "/" + buffer.getByte(Frames.L4 + 1) + " "
                + IpAddress.v4(Ipv4Header.source(buffer, Frames.IP)) + " > "
                + IpAddress.v4(Ipv4Header.destination(buffer, Frames.IP)) + " about "
                + IpAddress.v4(Ipv4Header.source(buffer, quoted)) + ":" + TcpHeader.sourcePort(buffer, tcp) + " > "
                + IpAddress.v4(Ipv4Header.destination(buffer, quoted)) + ":" + TcpHeader.destinationPort(buffer, tcp);
    }
}
