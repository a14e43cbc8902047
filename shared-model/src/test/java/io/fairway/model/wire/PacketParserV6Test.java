package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowKeyFlyweight;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** IPv6 packets in words and bytes, and the verdict on each. The checksums were computed by another program. */
class PacketParserV6Test {
    private static final String ETHERNET = "020000000001 020000000002 86dd";
    private static final String CLIENT = "20010db8000100000000000000000010";
    private static final String SERVER = "20010db8000200000000000000000080";
    private static final String ROUTER = "20010db8000100000000000000000001";
    private static final String GROUP = "ff0200000000000000000001ff000001 # of the router's address\n";
    private static final String TCP = """
            c000 01bb 11223344 00000000 # 49152 > 443
            a0 02 faf0 eafb 0000        # 40 bytes, SYN
            020405a0 0402080a 00000001 00000000 01030307
            """;
    private static final String SYN = ETHERNET + "6a b 12345 0028 06 40 # traffic class ab\n" + CLIENT + SERVER + TCP;
    private static final String HELLO = "cf08 0035 000d 90bf 68656c6c6f # 53000 > 53, 13 bytes, hello";
    private static final String UDP = ETHERNET + "60000000 000d 11 40" + CLIENT + SERVER + HELLO;
    private static final String ECHO_REQUEST =
            ETHERNET + "60000000 0010 3a 01" + CLIENT + SERVER + "80 00 866c 0bad 0001 6162636465666768";
    private static final String ECHO_REPLY =
            ETHERNET + "60000000 0010 3a 40" + SERVER + CLIENT + "81 00 856c 0bad 0001 6162636465666768";
    private static final String SOLICITATION = ETHERNET + "60000000 0020 3a ff" + CLIENT + GROUP + "87 00 1c17 00000000"
            + ROUTER + "01 01 020000000002 # source address";
    private static final String ADVERTISEMENT = ETHERNET + "60000000 0020 3a ff" + ROUTER + CLIENT
            + "88 00 0a62 e0000000 # router, solicited, override\n" + ROUTER + "02 01 020000000001 # target address";
    private static final String PROBE =
            ETHERNET + "60000000 0018 3a ff 00000000000000000000000000000000" + GROUP + "87 00 4cec 00000000" + ROUTER;

    private final ParsedPacket packet = new ParsedPacket();

    @Test
    void synIsUnderstood() {
        final UnsafeBuffer buffer = parsed(SYN);

        assertThat(packet.isV6()).isTrue();
        assertThat(packet.tcpFlags()).isEqualTo(TcpHeader.SYN);
        assertThat(packet.ttl()).isEqualTo(64);
        assertThat(Ipv6Header.trafficClass(buffer, packet.ipOffset())).isEqualTo(0xab);
        assertThat(packet.l4Length()).isEqualTo(40);
        assertThat(packet.ipLength()).isEqualTo(80);
        assertThat(tuple()).isEqualTo("tcp [2001:db8:1::10]:49152 > [2001:db8:2::80]:443");
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
    }

    @Test
    void udpIsUnderstoodAndPaddingIsNotThePackets() {
        final UnsafeBuffer buffer = parsed(UDP + "\n000000000000 deadbeef");

        assertThat(tuple()).isEqualTo("udp [2001:db8:1::10]:53000 > [2001:db8:2::80]:53");
        assertThat(buffer.getStringWithoutLengthAscii(packet.payloadOffset(), packet.payloadLength()))
                .isEqualTo("hello");
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
        parsed(UDP.replace("90bf", "90be"));
        assertThat(PacketParser.l4ChecksumOk(new UnsafeBuffer(Words.bytes(UDP.replace("90bf", "90be"))), packet))
                .isFalse();
    }

    @Test
    void echoRequestAndReplyAreEachOthersReverse() {
        final UnsafeBuffer request = parsed(ECHO_REQUEST);
        assertThat(packet.isEchoRequest()).isTrue();
        assertThat(tuple()).isEqualTo("icmpv6 [2001:db8:1::10]:2989 > [2001:db8:2::80]:0");
        assertThat(PacketParser.l4ChecksumOk(request, packet)).isTrue();

        final UnsafeBuffer reply = parsed(ECHO_REPLY);
        assertThat(packet.isEchoRequest()).isFalse();
        assertThat(tuple()).isEqualTo("icmpv6 [2001:db8:2::80]:0 > [2001:db8:1::10]:2989");
        assertThat(PacketParser.l4ChecksumOk(reply, packet)).isTrue();
    }

    @Test
    void extensionHeadersAreSteppedOver() {
        parsed(extended("00", "3c 00 0104 00000000", "2b 00 0502 0000 0000", "11 00 0400 00000000"));
        assertThat(tuple()).isEqualTo("udp [2001:db8:1::10]:53000 > [2001:db8:2::80]:53");
        assertThat(packet.l4Offset() - packet.ipOffset()).isEqualTo(64);

        parsed(extended("3c", "11 01 010c 00000000 0000000000000000"));
        assertThat(packet.l4Offset() - packet.ipOffset()).isEqualTo(56);

        parsed(extended("2c", "11 00 0000 12345678"));
        assertThat(packet.fragment()).as("an atomic fragment").isFalse();
        assertThat(packet.payloadLength()).isEqualTo(5);
    }

    @Test
    void extensionHeadersThatNobodyMayHaveAreDropped() {
        final String options = "3c 00 0104 00000000";
        assertThat(verdict(extended("2b", "11 00 0000 00000000"))).isEqualTo(DropReason.SOURCE_ROUTED);
        assertThat(verdict(extended("2b", "11 00 0401 00000000"))).isEqualTo(DropReason.SOURCE_ROUTED);
        assertThat(verdict(extended("3c", "00 00 0104 00000000", "11 00 0104 00000000")))
                .as("hop-by-hop options that are not first")
                .isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(verdict(extended("2c", "11 00 0001 12345678"))).isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(packet.fragment()).isTrue();
        assertThat(verdict(extended("2c", "11 00 0008 12345678"))).isEqualTo(DropReason.IP_FRAGMENT);
        assertThat(verdict(extended("3c", "11 03 0104 00000000"))).isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(verdict(ETHERNET + "60000000 0004 3c 40" + CLIENT + SERVER + "11 00 0000"))
                .isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(verdict(extended(
                        "3c", options, options, options, options, options, options, options, "11 00 0104 0000 0000")))
                .isNull();
        assertThat(verdict(extended(
                        "3c",
                        options,
                        options,
                        options,
                        options,
                        options,
                        options,
                        options,
                        options,
                        "11 00 0104 0000 0000")))
                .isEqualTo(DropReason.TOO_MANY_EXTENSION_HEADERS);
    }

    @Test
    void neighborMessagesAreUnderstood() {
        final UnsafeBuffer solicitation = parsed(SOLICITATION);
        final int nd = packet.l4Offset();
        assertThat(packet.isNeighborMessage()).isTrue();
        assertThat(packet.icmpType()).isEqualTo(NeighborMessage.SOLICITATION);
        assertThat(NeighborMessage.targetLow(solicitation, nd)).isEqualTo(1);
        assertThat(NeighborMessage.linkAddress(solicitation, nd, packet.l4Length(), NeighborMessage.SOURCE_ADDRESS))
                .isEqualTo(0x0200_0000_0002L);
        assertThat(NeighborMessage.groupLow(1)).isEqualTo(packet.destinationLow());
        assertThat(NeighborMessage.groupMac(packet.destinationLow())).isEqualTo(0x3333_ff00_0001L);
        assertThat(PacketParser.l4ChecksumOk(solicitation, packet)).isTrue();

        final UnsafeBuffer advertisement = parsed(ADVERTISEMENT);
        assertThat(NeighborMessage.flags(advertisement, nd))
                .isEqualTo(NeighborMessage.ROUTER | NeighborMessage.SOLICITED | NeighborMessage.OVERRIDE);
        assertThat(NeighborMessage.linkAddress(advertisement, nd, 32, NeighborMessage.SOURCE_ADDRESS))
                .isZero();
        assertThat(PacketParser.l4ChecksumOk(advertisement, packet)).isTrue();

        assertThat(PacketParser.l4ChecksumOk(parsed(PROBE), packet))
                .as("somebody asks whether an address is free")
                .isTrue();
    }

    @Test
    void neighborMessagesFromElsewhereOrMalformedAreDropped() {
        final DropReason bad = DropReason.BAD_NEIGHBOR_MESSAGE;
        assertThat(changed(SOLICITATION, 7, 254)).as("hop limit").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 41, 1)).as("code").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 5, 23)).as("no whole target").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 5, 25)).as("half an option").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 65, 0)).as("an option of no length").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 65, 2))
                .as("an option that is too long")
                .isEqualTo(bad);
        assertThat(changed(SOLICITATION, 48, 0xff)).as("a multicast target").isEqualTo(bad);
        assertThat(changed(SOLICITATION, 8, 0xff)).as("from many").isEqualTo(bad);
        assertThat(changed(PROBE, 35, 2)).as("to another group").isEqualTo(bad);
        assertThat(verdict(SOLICITATION.replace(CLIENT, "00000000000000000000000000000000")))
                .as("from nobody, but with an Ethernet address")
                .isEqualTo(bad);
        assertThat(verdict(ADVERTISEMENT.replace(CLIENT, "ff020000000000000000000000000001")))
                .as("an answer to all")
                .isEqualTo(bad);
        assertThat(verdict(ETHERNET + "60000000 0028 3c ff" + CLIENT + GROUP + "3a 00 0104 00000000"
                        + SOLICITATION.substring(SOLICITATION.indexOf("87 00"))))
                .as("behind an extension header")
                .isEqualTo(bad);
    }

    @Test
    void ipLayerDropsHaveTheirNames() {
        assertThat(verdict(ETHERNET + "60000000")).isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(changed(UDP, 0, 0x40)).isEqualTo(DropReason.BAD_IP_HEADER);
        assertThat(changed(UDP, 5, 14)).isEqualTo(DropReason.TRUNCATED_IP);
        assertThat(changed(UDP, 6, 59)).as("no next header").isEqualTo(DropReason.UNKNOWN_PROTOCOL);
        assertThat(changed(ECHO_REQUEST, 6, IpProtocol.ICMP)).isEqualTo(DropReason.UNKNOWN_PROTOCOL);
        assertThat(changed(UDP, 5, 7)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(changed(UDP, 45, 12)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(verdict(UDP.replace("90bf", "0000"))).isEqualTo(DropReason.BAD_L4_CHECKSUM);
        assertThat(changed(ECHO_REQUEST, 40, 100)).isEqualTo(DropReason.ICMP_NOT_ECHO);
        assertThat(changed(ECHO_REQUEST, 40, 1)).as("an error").isNull();
        assertThat(changed(ECHO_REQUEST, 41, 1)).isEqualTo(DropReason.BAD_L4_HEADER);
    }

    @Test
    void addressesThatNobodyHasAreDropped() {
        final String zero = "00000000000000000000";
        for (final String reserved :
                new String[] {"0000 00000000", "0000 00000001", "0000 0a010001", "ffff 0a010001"}) {
            assertThat(verdict(UDP.replace(CLIENT, zero + reserved))).isEqualTo(DropReason.MARTIAN_SOURCE);
            assertThat(verdict(UDP.replace(SERVER, zero + reserved))).isEqualTo(DropReason.MARTIAN_DESTINATION);
        }
        assertThat(changed(UDP, 8, 0xff)).isEqualTo(DropReason.MARTIAN_SOURCE);
        assertThat(changed(UDP, 24, 0xff)).isEqualTo(DropReason.MULTICAST_DESTINATION);
    }

    @Test
    void parsingAllocatesNothing() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(extended("3c", "11 00 0104 00000000")));
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        parseMany(buffer, key, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        parseMany(buffer, key, 1_000_000);
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

    /** The UDP packet with extension headers before it, the first of this type. */
    private static String extended(final String first, final String... headers) {
        final String all = String.join(" ", headers);
        final int length = Words.bytes(all).length + 13;
        return ETHERNET + "60000000 %04x".formatted(length) + first + "40" + CLIENT + SERVER + all + " " + HELLO;
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

    /** The verdict when one byte, counted from the IP header, changes. */
    private DropReason changed(final String words, final int at, final int value) {
        final byte[] bytes = Words.bytes(words);
        bytes[EthernetHeader.LENGTH + at] = (byte) value;
        return PacketParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, false, packet);
    }

    private String tuple() {
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        packet.encodeKey(key, 0, 0, 0);
        return FlowKeyFlyweight.tuple(key, 0).toString();
    }
}
