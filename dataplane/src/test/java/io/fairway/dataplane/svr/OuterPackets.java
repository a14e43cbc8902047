package io.fairway.dataplane.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.UdpHeader;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Packets between routers for tests: IP header, UDP header, random payload. */
final class OuterPackets {
    static final int SOURCE = 0xc6336401;
    static final int DESTINATION = 0xc6336402;
    static final int SOURCE_PORT = 16384;
    static final int DESTINATION_PORT = 16385;

    private static final int IPV6_LENGTH = 40;

    private OuterPackets() {}

    static byte[] ipv4(final SplittableRandom random, final int payloadLength, final int optionBytes) {
        final int ipLength = Ipv4Header.LENGTH + optionBytes;
        final byte[] bytes = new byte[ipLength + UdpHeader.LENGTH + payloadLength];
        random.nextBytes(bytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        Ipv4Header.encode(buffer, 0, bytes.length, 64, IpProtocol.UDP);
        buffer.putByte(0, (byte) (0x40 | ipLength >> 2));
        Ipv4Header.setSource(buffer, 0, SOURCE);
        Ipv4Header.setDestination(buffer, 0, DESTINATION);
        buffer.setMemory(Ipv4Header.LENGTH, optionBytes, (byte) 1);
        Ipv4Header.computeChecksum(buffer, 0);
        UdpHeader.encode(buffer, ipLength, SOURCE_PORT, DESTINATION_PORT, UdpHeader.LENGTH + payloadLength);
        return bytes;
    }

    static byte[] ipv6(final SplittableRandom random, final int payloadLength) {
        final byte[] bytes = new byte[IPV6_LENGTH + UdpHeader.LENGTH + payloadLength];
        random.nextBytes(bytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putInt(0, 0x6000_0000, BIG_ENDIAN);
        buffer.putShort(4, (short) (UdpHeader.LENGTH + payloadLength), BIG_ENDIAN);
        buffer.putByte(6, (byte) IpProtocol.UDP);
        UdpHeader.encode(buffer, IPV6_LENGTH, SOURCE_PORT, DESTINATION_PORT, UdpHeader.LENGTH + payloadLength);
        return bytes;
    }

    /** The packet's length by its IP header. */
    static int length(final UnsafeBuffer packet, final int ip) {
        return Ipv4Header.version(packet, ip) == 4
                ? Ipv4Header.totalLength(packet, ip)
                : IPV6_LENGTH + (packet.getShort(ip + 4, BIG_ENDIAN) & 0xffff);
    }
}
