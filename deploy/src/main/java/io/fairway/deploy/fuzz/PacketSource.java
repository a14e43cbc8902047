package io.fairway.deploy.fuzz;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.NeighborMessage;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames such as an honest host sends: ARP; TCP with options, UDP and ICMP echo over IPv4 with options and over IPv6
 * with extension headers; neighbour discovery; tagged or not. The frame begins at 0 and knows where its headers are, so
 * that lies can be put where they hurt.
 */
final class PacketSource {
    /** Bytes of the longest frame. */
    static final int MAX_LENGTH = 1 << 16;

    /** Behind a short frame, headers that lie may still be written. */
    private static final int ROOM_FOR_LIES = 256;

    private static final int[] V4 = {IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP};
    private static final int[] V6 = {IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMPV6};

    /** Hop by hop, routing, fragment, destination options. */
    private static final int[] EXTENSIONS = {0, 43, 44, 60};

    private static final int ROUTING = 43;

    private static final int ARP_LENGTH = 28;

    final byte[] bytes = new byte[MAX_LENGTH];
    int ip;
    int l4;
    int length;

    /** How many bytes may have been written since the last frame; behind them stands what always does. */
    int written = MAX_LENGTH;

    private final byte[] background = new byte[MAX_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

    PacketSource() {
        new FuzzRandom().fill(background, 0, MAX_LENGTH);
    }

    /** Writes a frame; nothing of the one before is left. */
    void next(final FuzzRandom random) {
        System.arraycopy(background, 0, bytes, 0, Math.min(MAX_LENGTH, written));
        final boolean tagged = random.oneIn(5);
        ip = EthernetHeader.LENGTH + (tagged ? EthernetHeader.TAG_LENGTH : 0);
        random.fill(bytes, 0, ip + 256);
        final int kind = random.nextInt(10);
        final int etherType = kind == 0 ? EthernetHeader.ARP : kind < 7 ? EthernetHeader.IPV4 : EthernetHeader.IPV6;
        EthernetHeader.encode(buffer, 0, random.nextLong(), random.nextLong(), etherType);
        if (tagged) {
            EthernetHeader.encodeTag(buffer, 0, random.nextInt(4096), etherType);
        }
        switch (etherType) {
            case EthernetHeader.ARP -> arp(random);
            case EthernetHeader.IPV4 -> ipv4(random, payloadLength(random));
            default -> ipv6(random, payloadLength(random));
        }
        // Short frames are padded.
        length += random.oneIn(4) ? random.nextInt(30) : 0;
        written = length + ROOM_FOR_LIES;
    }

    private static int payloadLength(final FuzzRandom random) {
        return random.oneIn(500) ? random.nextInt(60_000) : random.nextInt(random.oneIn(10) ? 1_400 : 60);
    }

    private void arp(final FuzzRandom random) {
        l4 = ip;
        buffer.putLong(ip, 0x0001_0800_0604_0000L | 1 + random.nextInt(2), BIG_ENDIAN);
        length = ip + ARP_LENGTH;
    }

    private void ipv4(final FuzzRandom random, final int payloadLength) {
        final int options = random.oneIn(4) ? 4 * random.nextInt(11) : 0;
        final int protocol = V4[random.nextInt(V4.length)];
        l4 = ip + Ipv4Header.LENGTH + options;
        transport(random, protocol, payloadLength);
        Ipv4Header.encode(buffer, ip, length - ip, 1 + random.nextInt(255), protocol);
        buffer.putByte(ip, (byte) (0x40 | l4 - ip >> 2));
        buffer.setMemory(ip + Ipv4Header.LENGTH, options, (byte) (random.oneIn(4) ? random.nextInt(256) : 1));
        Ipv4Header.setSource(buffer, ip, 0x0a00_0000 | random.nextInt(1 << 24));
        Ipv4Header.setDestination(buffer, ip, 0xc0a8_0000 | random.nextInt(1 << 16));
        sealIpv4();
    }

    /** Makes the checksum of an IPv4 header right. */
    void sealIpv4() {
        if (buffer.getShort(ip - 2, BIG_ENDIAN) == EthernetHeader.IPV4
                && ip + Ipv4Header.headerLength(buffer, ip) <= bytes.length) {
            Ipv4Header.computeChecksum(buffer, ip);
        }
    }

    private void ipv6(final FuzzRandom random, final int payloadLength) {
        l4 = ip + Ipv6Header.LENGTH;
        Ipv6Header.setSource(buffer, ip, 0x2001_0db8_0000_0000L | random.nextInt(1 << 16), random.nextLong());
        Ipv6Header.setDestination(buffer, ip, 0x2001_0db8_0001_0000L | random.nextInt(1 << 16), random.nextLong());
        if (random.oneIn(5)) {
            neighborMessage(random);
            Ipv6Header.encode(buffer, ip, length - l4, NeighborMessage.HOP_LIMIT, IpProtocol.ICMPV6);
            return;
        }
        final int protocol = V6[random.nextInt(V6.length)];
        int type = protocol;
        for (int extensions = random.oneIn(2) ? random.nextInt(4) : 0; extensions > 0; extensions--) {
            final int units = random.nextInt(3);
            // From the transport header's neighbour to the front: each names the one behind it.
            shiftExtensions(8 + 8 * units);
            final int extension = EXTENSIONS[random.nextInt(EXTENSIONS.length)];
            final int at = ip + Ipv6Header.LENGTH;
            bytes[at] = (byte) type;
            bytes[at + 1] = (byte) units;
            if (extension == ROUTING && random.nextBoolean()) {
                buffer.putShort(at + 2, (short) 0x0400, BIG_ENDIAN);
            }
            type = extension;
        }
        transport(random, protocol, payloadLength);
        Ipv6Header.encode(buffer, ip, length - ip - Ipv6Header.LENGTH, 1 + random.nextInt(255), type);
    }

    private void shiftExtensions(final int by) {
        final int first = ip + Ipv6Header.LENGTH;
        System.arraycopy(bytes, first, bytes, first + by, l4 - first);
        l4 += by;
    }

    /** A solicitation or an advertisement, with up to two options. */
    private void neighborMessage(final FuzzRandom random) {
        final boolean asks = random.nextBoolean();
        final int type = asks ? NeighborMessage.SOLICITATION : NeighborMessage.ADVERTISEMENT;
        NeighborMessage.encodeHead(buffer, l4, type, asks ? 0 : random.nextInt());
        NeighborMessage.encodeTarget(buffer, l4, 0x2001_0db8_0000_0000L, random.nextLong());
        length = l4 + NeighborMessage.LENGTH;
        for (int options = random.nextInt(3); options > 0; options--) {
            bytes[length] = (byte) (1 + random.nextInt(3));
            bytes[length + 1] = 1;
            length += 8;
        }
        if (random.oneIn(3)) {
            Ipv6Header.setDestination(
                    buffer, ip, NeighborMessage.GROUP_HIGH, NeighborMessage.groupLow(random.nextLong()));
            Ipv6Header.setSource(buffer, ip, 0, random.nextInt(2));
        }
    }

    private void transport(final FuzzRandom random, final int protocol, final int payloadLength) {
        switch (protocol) {
            case IpProtocol.TCP -> {
                final int header = TcpHeader.LENGTH + 4 * random.nextInt(11);
                length = l4 + header + payloadLength;
                TcpHeader.setHeaderLength(buffer, l4, header);
                if (header > TcpHeader.LENGTH && random.nextBoolean()) {
                    buffer.putInt(l4 + TcpHeader.LENGTH, 0x0204_05b4, BIG_ENDIAN);
                }
            }
            case IpProtocol.UDP -> {
                length = l4 + UdpHeader.LENGTH + payloadLength;
                UdpHeader.setDatagramLength(buffer, l4, length - l4);
            }
            default -> {
                length = l4 + IcmpMessage.LENGTH + payloadLength;
                final int request = protocol == IpProtocol.ICMP ? IcmpMessage.ECHO_REQUEST : 128;
                bytes[l4] = (byte) (random.oneIn(8) ? random.nextInt(256) : request);
                bytes[l4 + 1] = 0;
            }
        }
    }
}
