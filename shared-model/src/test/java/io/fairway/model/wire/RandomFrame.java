package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** A well-formed random frame of IPv4 or IPv6 with TCP, UDP or ICMP echo, built by the header classes. */
final class RandomFrame {
    private static final int[] PROTOCOLS = {IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP};
    private static final int[] PROTOCOLS_V6 = {IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMPV6};

    /**
     * Each in 8 bytes: hop-by-hop and destination options of PadN, a routing header that is done, an atomic fragment.
     */
    private static final String[] EXTENSIONS = {
        "00 00 0104 00000000", "3c 00 0104 00000000", "2b 00 0400 00000000", "2c 00 0000 12345678"
    };

    final byte[] bytes;
    final boolean v6;
    final int vlan;
    final boolean tagged;
    final int ip;
    final int l4;
    final int end;
    final int protocol;
    final IpAddress source;
    final IpAddress destination;
    final int firstPort;
    final int secondPort;
    final int payloadLength;

    private final SplittableRandom random;
    private final UnsafeBuffer buffer;

    RandomFrame(final SplittableRandom random) {
        this(random, random.nextBoolean());
    }

    RandomFrame(final SplittableRandom random, final boolean v6) {
        this.random = random;
        this.v6 = v6;
        tagged = random.nextInt(4) == 0;
        vlan = tagged ? random.nextInt(4096) : 0;
        ip = EthernetHeader.LENGTH + (tagged ? EthernetHeader.TAG_LENGTH : 0);
        final int options = random.nextInt(3) == 0 ? random.nextInt(11) : 0;
        l4 = ip + (v6 ? Ipv6Header.LENGTH + 8 * Math.min(options, Ipv6Extensions.MAX_HEADERS) : 20 + 4 * options);
        protocol = (v6 ? PROTOCOLS_V6 : PROTOCOLS)[random.nextInt(3)];
        final int l4Header = protocol == IpProtocol.TCP ? TcpHeader.LENGTH + 4 * random.nextInt(11) : UdpHeader.LENGTH;
        final int mostPayload = Ipv4Header.MAX_TOTAL_LENGTH - (l4 - ip) - l4Header + (v6 ? Ipv6Header.LENGTH : 0);
        payloadLength = random.nextInt(50) == 0 ? mostPayload : random.nextInt(200);
        end = l4 + l4Header + payloadLength;
        source = v6 ? addressV6() : IpAddress.v4(0x0a00_0000 | random.nextInt(1 << 24));
        destination = v6 ? addressV6() : IpAddress.v4(0xc0a8_0000 | random.nextInt(1 << 16));
        firstPort = random.nextInt(1 << 16);
        secondPort = random.nextInt(1 << 16);
        bytes = new byte[end + (random.nextBoolean() ? random.nextInt(50) : 0)];
        random.nextBytes(bytes);
        buffer = new UnsafeBuffer(bytes);
        encode(l4Header);
    }

    private IpAddress addressV6() {
        return new IpAddress(0x2001_0db8_0000_0000L | random.nextInt() & 0xffff_ffffL, random.nextLong());
    }

    private void encode(final int l4Header) {
        final int etherType = v6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4;
        EthernetHeader.encode(buffer, 0, 0x0200_0000_0001L, 0x0200_0000_0002L, etherType);
        if (tagged) {
            EthernetHeader.encodeTag(buffer, 0, vlan, etherType);
        }
        if (v6) {
            encodeIpv6();
        } else {
            encodeIpv4();
        }
        switch (protocol) {
            case IpProtocol.TCP -> encodeTcp(l4Header);
            case IpProtocol.UDP -> {
                UdpHeader.encode(buffer, l4, firstPort, secondPort, end - l4);
                UdpHeader.computeChecksum(buffer, ip, l4);
            }
            default -> {
                final int reply = secondPort % 2;
                final int type = v6
                        ? Icmpv6Message.ECHO_REQUEST + reply
                        : IcmpMessage.ECHO_REQUEST - reply * IcmpMessage.ECHO_REQUEST;
                IcmpMessage.encode(buffer, l4, type, 0, firstPort << 16);
                if (v6) {
                    Icmpv6Message.computeChecksum(buffer, ip, l4, end - l4);
                } else {
                    IcmpMessage.computeChecksum(buffer, l4, end - l4);
                }
            }
        }
    }

    private void encodeIpv4() {
        Ipv4Header.encode(buffer, ip, end - ip, 1 + random.nextInt(255), protocol);
        buffer.putByte(ip, (byte) (0x40 | l4 - ip >> 2));
        Ipv4Header.setSource(buffer, ip, source.v4Bits());
        Ipv4Header.setDestination(buffer, ip, destination.v4Bits());
        buffer.setMemory(ip + Ipv4Header.LENGTH, l4 - ip - Ipv4Header.LENGTH, (byte) 1);
        Ipv4Header.computeChecksum(buffer, ip);
    }

    private void encodeIpv6() {
        final int begin = ip + Ipv6Header.LENGTH;
        Ipv6Header.encode(buffer, ip, end - begin, 1 + random.nextInt(255), protocol);
        Ipv6Header.setSource(buffer, ip, source.high(), source.low());
        Ipv6Header.setDestination(buffer, ip, destination.high(), destination.low());
        int naming = ip + 6;
        for (int at = begin; at < l4; at += 8) {
            final byte[] extension = Words.bytes(EXTENSIONS[at == begin ? random.nextInt(4) : 1 + random.nextInt(3)]);
            buffer.putByte(naming, extension[0]);
            buffer.putBytes(at, extension);
            naming = at;
        }
        buffer.putByte(naming, (byte) protocol);
    }

    private void encodeTcp(final int l4Header) {
        TcpHeader.setSourcePort(buffer, l4, firstPort);
        TcpHeader.setDestinationPort(buffer, l4, secondPort);
        TcpHeader.setHeaderLength(buffer, l4, l4Header);
        TcpHeader.computeChecksum(buffer, ip, l4, end - l4);
    }

    /** The key's source port by FlowKeyFlyweight's rule. */
    int sourcePort() {
        return isEcho() && secondPort % 2 != 0 ? 0 : firstPort;
    }

    /** The key's destination port by FlowKeyFlyweight's rule. */
    int destinationPort() {
        if (isEcho()) {
            return secondPort % 2 == 0 ? 0 : firstPort;
        }
        return secondPort;
    }

    private boolean isEcho() {
        return protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
    }

    /** Flips, lies in a length field, or nothing but a shorter frame; returns the frame's new length. */
    int mutate() {
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            switch (random.nextInt(8)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> buffer.putShort(ip + (v6 ? 4 : 2), (short) lie(end - ip), BIG_ENDIAN);
                case 2 -> bytes[ip] = (byte) ((v6 ? 0x60 : 0x40) | random.nextInt(16));
                case 3 -> bytes[Math.min(l4 + 12, bytes.length - 1)] = (byte) random.nextInt(256);
                case 4 -> buffer.putShort(l4 + 4, (short) lie(end - l4), BIG_ENDIAN);
                case 5 -> bytes[v6 ? ip + 6 : ip + 9] = (byte) random.nextInt(64);
                case 6 -> buffer.putShort(ip + (v6 ? 40 : 6), (short) random.nextInt(1 << 16), BIG_ENDIAN);
                default -> random.nextBytes(bytes);
            }
        }
        final int headerLength = (bytes[ip] & 0x0f) << 2;
        if (!v6 && random.nextInt(4) != 0 && headerLength <= bytes.length - ip) {
            // So that the lie is met by more than the header checksum.
            Ipv4Header.computeChecksum(buffer, ip);
        }
        return random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1);
    }

    private int lie(final int truth) {
        return switch (random.nextInt(5)) {
            case 0 -> truth + 1;
            case 1 -> truth - 1;
            case 2 -> random.nextInt(64);
            case 3 -> 0xffff;
            default -> random.nextInt(1 << 16);
        };
    }
}
