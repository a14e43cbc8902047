package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowKeyFlyweight;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Packets in words and bytes, and the verdict on each. The checksums were computed by another program. */
class PacketParserTest {
    private static final String ETHERNET = "020000000001 020000000002 0800";
    private static final String ADDRESSES = "c0a8010a 0a140050 # 192.168.1.10 > 10.20.0.80\n";
    private static final String SYN = ETHERNET + """
            4500 003c 1234 4000 40 06 5c72 # IPv4, 60 bytes, TTL 64, TCP
            c0a8010a 0a140050
            c000 01bb 11223344 00000000    # 49152 > 443
            a0 02 faf0 7ad6 0000           # 40 bytes, SYN
            020405b4 0402080a 00000001 00000000 01030307 # MSS 1460, ...
            """;
    private static final String UDP = ETHERNET + "4500 0021 1234 4000 40 11 5c82 " + ADDRESSES
            + "cf08 0035 000d 20ae 68656c6c6f # 53000 > 53, 13 bytes, hello";
    private static final String ECHO_REQUEST = ETHERNET + "4500 0024 1234 4000 01 01 9b8f " + ADDRESSES
            + "08 00 5abc 0bad 0001 6162636465666768 # identifier 0bad";
    private static final String ECHO_REPLY =
            ETHERNET + "4500 0024 1234 4000 40 01 5c8f 0a140050 c0a8010a" + "00 00 62bc 0bad 0001 6162636465666768";
    private static final String ROUTER_ALERT =
            ETHERNET + "4600 0022 1234 4000 40 11 c77c " + ADDRESSES + "94040000 cf08 0035 000a fc1c 6869";
    private static final String ARP =
            "ffffffffffff 020000000002 0806" + "0001 0800 06 04 0001 020000000002 c0a8010a 000000000000 c0a80101";

    private final ParsedPacket packet = new ParsedPacket();

    @Test
    void synIsUnderstood() {
        final UnsafeBuffer buffer = parsed(SYN);

        assertThat(packet.protocol()).isEqualTo(IpProtocol.TCP);
        assertThat(packet.tcpFlags()).isEqualTo(TcpHeader.SYN);
        assertThat(packet.ttl()).isEqualTo(64);
        assertThat(packet.payloadLength()).isZero();
        assertThat(packet.l4Length()).isEqualTo(40);
        assertThat(packet.ipLength()).isEqualTo(60);
        assertThat(tuple()).isEqualTo("tcp 192.168.1.10:49152 > 10.20.0.80:443");
        assertThat(TcpHeader.sequence(buffer, packet.l4Offset())).isEqualTo(0x11223344);
        assertThat(TcpHeader.window(buffer, packet.l4Offset())).isEqualTo(0xfaf0);
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void udpIsUnderstood() {
        final UnsafeBuffer buffer = parsed(UDP);

        assertThat(tuple()).isEqualTo("udp 192.168.1.10:53000 > 10.20.0.80:53");
        assertThat(buffer.getStringWithoutLengthAscii(packet.payloadOffset(), packet.payloadLength()))
                .isEqualTo("hello");
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void udpWithoutChecksumIsAccepted() {
        final UnsafeBuffer buffer = parsed(UDP.replace("20ae", "0000"));

        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void wrongTransportChecksumIsSeenUnlessTrusted() {
        final UnsafeBuffer buffer = parsed(UDP.replace("20ae", "20af"));

        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isFalse();
        assertThat(PacketParser.parse(buffer, 0, buffer.capacity(), true, packet))
                .isNull();
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void echoRequestAndReplyAreEachOthersReverse() {
        final UnsafeBuffer request = parsed(ECHO_REQUEST);
        assertThat(tuple()).isEqualTo("icmp 192.168.1.10:2989 > 10.20.0.80:0");
        assertThat(PacketParser.l4ChecksumOk(request, packet)).isTrue();

        final UnsafeBuffer reply = parsed(ECHO_REPLY);
        assertThat(tuple()).isEqualTo("icmp 10.20.0.80:0 > 192.168.1.10:2989");
        assertThat(PacketParser.l4ChecksumOk(reply, packet)).isTrue();
    }

    @Test
    void optionsAreSteppedOver() {
        final UnsafeBuffer buffer = parsed(ROUTER_ALERT);

        assertThat(packet.l4Offset() - packet.ipOffset()).isEqualTo(24);
        assertThat(packet.payloadLength()).isEqualTo(2);
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void paddingBehindThePacketIsNotThePackets() {
        parsed(UDP + "\n000000000000000000000000 deadbeef");

        assertThat(packet.payloadLength()).isEqualTo(5);
    }

    @Test
    void tagIsReadAndPriorityTagIsNoVlan() {
        parsed(UDP.replace("0002 0800", "0002 8100 2064 0800"));
        assertThat(packet.vlan()).isEqualTo(100);
        assertThat(packet.isTagged()).isTrue();

        parsed(UDP.replace("0002 0800", "0002 8100 6000 0800"));
        assertThat(packet.vlan()).isZero();
        assertThat(packet.isTagged()).isTrue();
    }

    @Test
    void arpIsUnderstood() {
        final UnsafeBuffer buffer = parsed(ARP);

        assertThat(packet.isArp()).isTrue();
        final int arp = packet.ipOffset();
        assertThat(ArpMessage.operation(buffer, arp)).isEqualTo(ArpMessage.REQUEST);
        assertThat(ArpMessage.senderEthernet(buffer, arp)).isEqualTo(0x0200_0000_0002L);
        assertThat(IpAddress.v4(ArpMessage.senderIp(buffer, arp))).hasToString("192.168.1.10");
        assertThat(ArpMessage.targetEthernet(buffer, arp)).isZero();
        assertThat(IpAddress.v4(ArpMessage.targetIp(buffer, arp))).hasToString("192.168.1.1");
    }

    @Test
    void frameLayerDropsHaveTheirNames() {
        assertThat(verdict("0200")).isEqualTo(DropReason.TRUNCATED_ETHERNET);
        assertThat(verdict("020000000001 020000000002 8100 0064")).isEqualTo(DropReason.TRUNCATED_ETHERNET);
        assertThat(verdict("020000000001 020000000002 8100 0064 8100 0065 0800"))
                .isEqualTo(DropReason.UNKNOWN_ETHERTYPE);
        assertThat(verdict("020000000001 020000000002 0026 4242")).isEqualTo(DropReason.UNKNOWN_ETHERTYPE);
        assertThat(verdict(ARP.substring(0, ARP.length() - 2))).isEqualTo(DropReason.BAD_ARP);
        assertThat(verdict(ARP.replace("06 04 0001", "06 04 0008"))).isEqualTo(DropReason.BAD_ARP);
        assertThat(verdict(ARP.replace("0001 0800", "0006 0800"))).isEqualTo(DropReason.BAD_ARP);
    }

    @Test
    void ipLayerDropsHaveTheirNames() {
        assertThat(verdict(ETHERNET + "4500 0021")).isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(repaired(UDP, 0, 0x55)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(UDP, 0, 0x44)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(UDP, 0, 0x4f)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(UDP, 3, 0x00)).as("total length 0").isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(UDP, 3, 0x13)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(UDP, 3, 0x22)).isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(repaired(ROUTER_ALERT, 21, 0x01)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(repaired(ROUTER_ALERT, 21, 0x05)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(verdict(UDP.replace("5c82", "5c83"))).isEqualTo(DropReason.BAD_IP_CHECKSUM);
        assertThat(repaired(UDP, 6, 0x20)).isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(packet.fragment()).isTrue();
        assertThat(repaired(UDP, 7, 0x01)).isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(repaired(UDP, 9, IpProtocol.ICMPV6)).isEqualTo(DropReason.UNKNOWN_PROTOCOL);
        assertThat(repaired(UDP, 9, 0)).isEqualTo(DropReason.UNKNOWN_PROTOCOL);
        assertThat(repaired(UDP, 9, 255)).isEqualTo(DropReason.UNKNOWN_PROTOCOL);
        assertThat(repaired(UDP, 9, IpProtocol.GRE))
                .as("a protocol without ports")
                .isNull();
    }

    @Test
    void optionWithoutLengthAtTheFramesEndIsNotReadOn() {
        final byte[] bytes = Words.bytes(ETHERNET + "4600 0018 1234 4000 40 11 0000 " + ADDRESSES + "01010194");
        Ipv4Header.computeChecksum(new UnsafeBuffer(bytes), EthernetHeader.LENGTH);

        assertThat(PacketParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, false, packet))
                .isEqualTo(DropReason.BAD_IP_HEADER);
    }

    @Test
    void addressesThatNobodyHasAreDropped() {
        assertThat(repaired(UDP, 12, 0)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(repaired(UDP, 12, 127)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(repaired(UDP, 12, 224)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(repaired(UDP, 12, 239)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(repaired(UDP.replace("c0a8010a", "ffffffff"), 1, 0)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(repaired(UDP, 16, 224)).isEqualTo(DropReason.MULTICAST_DESTINATION);
        assertThat(repaired(UDP.replace("0a140050", "ffffffff"), 1, 0)).isEqualTo(DropReason.MULTICAST_DESTINATION);
        assertThat(repaired(UDP, 16, 0)).isEqualTo(DropReason.MARTIAN_DESTINATION);
        assertThat(repaired(UDP, 16, 127)).isEqualTo(DropReason.MARTIAN_DESTINATION);
        assertThat(repaired(UDP, 16, 240)).isNull();
    }

    @Test
    void transportLayerDropsHaveTheirNames() {
        assertThat(repaired(SYN, 3, 20 + 19)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(repaired(SYN, 3, 20 + 39)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(SYN, 32, 0x40)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(SYN, 32, 0xb0)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(UDP, 3, 20 + 7)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(repaired(UDP, 25, 12)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(UDP, 25, 14)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(ECHO_REQUEST, 3, 20 + 7)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(repaired(ECHO_REQUEST, 21, 1)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(repaired(ECHO_REQUEST, 20, 5)).as("redirect").isEqualTo(DropReason.ICMP_NOT_ECHO);
        assertThat(repaired(ECHO_REQUEST, 20, 3)).as("an error").isNull();
        assertThat(packet.icmpType()).isEqualTo(IcmpMessage.DESTINATION_UNREACHABLE);
    }

    @Test
    void parsingAllocatesNothing() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(SYN));
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        parseMany(buffer, key, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        parseMany(buffer, key, 1_000_000);
        // Less than a byte per turn: the JVM itself allocates a little, once, for the code that it links.
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 1_000_000)
                .isZero();
    }

    private void parseMany(final UnsafeBuffer buffer, final UnsafeBuffer key, final int times) {
        for (int i = 0; i < times; i++) {
            if (PacketParser.parse(buffer, 0, buffer.capacity(), false, packet) != null
                    || !PacketParser.l4ChecksumOk(buffer, packet)) {
                throw new IllegalStateException();
            }
            packet.encodeKey(key, 0, 1, 0);
        }
    }

    private UnsafeBuffer parsed(final String words) {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(words));
        assertThat(PacketParser.parse(buffer, 0, buffer.capacity(), false, packet))
                .isNull();
        return buffer;
    }

    private DropReason verdict(final String words) {
        final byte[] bytes = Words.bytes(words);
        return PacketParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, false, packet);
    }

    /** The verdict when one byte, counted from the IP header, changes and the header checksum is made right again. */
    private DropReason repaired(final String words, final int at, final int value) {
        final byte[] bytes = Words.bytes(words);
        bytes[EthernetHeader.LENGTH + at] = (byte) value;
        final byte[] roomy = Arrays.copyOf(bytes, bytes.length + Ipv4Header.MAX_LENGTH);
        Ipv4Header.computeChecksum(new UnsafeBuffer(roomy), EthernetHeader.LENGTH);
        return PacketParser.parse(new UnsafeBuffer(roomy), 0, bytes.length, false, packet);
    }

    private String tuple() {
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        packet.encodeKey(key, 0, 0, 0);
        return FlowKeyFlyweight.tuple(key, 0).toString();
    }
}
