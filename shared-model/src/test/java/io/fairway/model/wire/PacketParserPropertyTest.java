package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** Any bytes whatever: the parser answers, stays within the frame, and finds in a good packet what was put there. */
class PacketParserPropertyTest {
    private final ParsedPacket packet = new ParsedPacket();

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void anyBytesAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] frame = new byte[random.nextInt(120)];
        random.nextBytes(frame);
        if (frame.length > 14 && random.nextBoolean()) {
            frame[12] = 8;
            frame[13] = (byte) (random.nextInt(10) == 0 ? 6 : 0);
            frame[14] = (byte) (0x45 + random.nextInt(3));
        } else if (frame.length > 60 && random.nextBoolean()) {
            almostIpv6(frame, random);
        }
        parseWithinWalls(frame, frame.length, random);
    }

    /** Extension headers and neighbour messages of nonsense behind an IPv6 header. */
    private static void almostIpv6(final byte[] frame, final SplittableRandom random) {
        final int[] headers = {0, 43, 44, 60, 6, 17, 58};
        frame[12] = (byte) 0x86;
        frame[13] = (byte) 0xdd;
        frame[14] = 0x60;
        frame[18] = 0;
        frame[19] = (byte) random.nextInt(frame.length - 53);
        frame[20] = (byte) headers[random.nextInt(headers.length)];
        frame[21] = (byte) (random.nextBoolean() ? 255 : 64);
        frame[54] = (byte) (random.nextBoolean() ? 133 + random.nextInt(5) : headers[random.nextInt(headers.length)]);
        frame[55] = (byte) random.nextInt(2);
    }

    @Property(tries = 50_000, shrinking = ShrinkingMode.OFF)
    void mutatedPacketsAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final RandomFrame frame = new RandomFrame(random);
        final int length = frame.mutate();
        parseWithinWalls(frame.bytes, length, random);
    }

    /** The buffer ends with the frame, so that a read behind it throws; what stands before it must not matter. */
    private void parseWithinWalls(final byte[] frame, final int length, final SplittableRandom random) {
        final int before = random.nextInt(40);
        final byte[] memory = new byte[before + length];
        System.arraycopy(frame, 0, memory, before, length);
        final UnsafeBuffer buffer = new UnsafeBuffer(memory);
        final String first = outcome(buffer, before, length);
        Arrays.fill(memory, 0, before, (byte) 0xff);
        assertThat(outcome(buffer, before, length)).isEqualTo(first);
    }

    private String outcome(final UnsafeBuffer buffer, final int offset, final int length) {
        final DropReason reason = PacketParser.parse(buffer, offset, length, false, packet);
        if (reason != null) {
            return reason.name();
        }
        assertThat(packet.ipOffset()).isGreaterThanOrEqualTo(offset + EthernetHeader.LENGTH);
        assertThat(packet.endOffset()).isLessThanOrEqualTo(offset + length);
        if (packet.isArp()) {
            return "ARP";
        }
        if (packet.isNeighborMessage()) {
            return "ND " + PacketParser.l4ChecksumOk(buffer, packet)
                    + linkAddress(buffer, NeighborMessage.SOURCE_ADDRESS)
                    + linkAddress(buffer, NeighborMessage.TARGET_ADDRESS);
        }
        assertThat(packet.l4Offset())
                .isGreaterThanOrEqualTo(packet.ipOffset() + (packet.isV6() ? Ipv6Header.LENGTH : Ipv4Header.LENGTH));
        final int header = IpProtocol.hasSessions(packet.protocol()) ? 0 : UdpHeader.LENGTH;
        assertThat(packet.payloadOffset()).isBetween(packet.l4Offset() + header, packet.endOffset());
        if (packet.protocol() == IpProtocol.TCP) {
            assertThat(TcpHeader.mssValueOffset(buffer, packet.l4Offset())).isLessThan(packet.payloadOffset());
        }
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        packet.encodeKey(key, 0, 3, packet.vlan());
        return FlowKeyFlyweight.tuple(key, 0) + " checksum " + PacketParser.l4ChecksumOk(buffer, packet);
    }

    private String linkAddress(final UnsafeBuffer buffer, final int option) {
        final boolean hasTarget =
                packet.icmpType() == NeighborMessage.SOLICITATION || packet.icmpType() == NeighborMessage.ADVERTISEMENT;
        return hasTarget ? " " + NeighborMessage.linkAddress(buffer, packet.l4Offset(), packet.l4Length(), option) : "";
    }

    @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
    void goodPacketsAreUnderstood(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final RandomFrame frame = new RandomFrame(random);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.bytes);

        assertThat(PacketParser.parse(buffer, 0, frame.bytes.length, false, packet))
                .isNull();

        assertThat(packet.vlan()).isEqualTo(frame.vlan);
        assertThat(packet.isTagged()).isEqualTo(frame.tagged);
        assertThat(packet.ipOffset()).isEqualTo(frame.ip);
        assertThat(packet.l4Offset()).isEqualTo(frame.l4);
        assertThat(packet.endOffset()).isEqualTo(frame.end);
        assertThat(packet.payloadLength()).isEqualTo(frame.payloadLength);
        assertThat(PacketParser.l4ChecksumOk(buffer, packet)).isTrue();
        final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        packet.encodeKey(key, 0, 7, 42);
        final UnsafeBuffer expected = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
        final FiveTuple tuple = new FiveTuple(
                frame.source, frame.destination, frame.sourcePort(), frame.destinationPort(), frame.protocol);
        FlowKeyFlyweight.encode(expected, 0, 7, 42, tuple);
        assertThat(key).isEqualTo(expected);

        final int at = frame.l4 + random.nextInt(frame.end - frame.l4);
        frame.bytes[at] ^= (byte) (1 << random.nextInt(8));
        final boolean noChecksum = frame.protocol == IpProtocol.UDP && UdpHeader.checksum(buffer, frame.l4) == 0;
        final DropReason reason = PacketParser.parse(buffer, 0, frame.bytes.length, false, packet);
        assertThat(reason != null || noChecksum || !PacketParser.l4ChecksumOk(buffer, packet))
                .as("a flipped bit at %d is noticed", at)
                .isTrue();
    }
}
