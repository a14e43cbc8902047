package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** A well-formed random frame with TCP, UDP or ICMP echo, built by the header classes, and what is in it. */
final class RandomFrame {
    private static final int[] PROTOCOLS = {IpProtocol.TCP, IpProtocol.UDP, IpProtocol.ICMP};

    final byte[] bytes;
    final int vlan;
    final boolean tagged;
    final int ip;
    final int l4;
    final int end;
    final int protocol;
    final int source;
    final int destination;
    final int firstPort;
    final int secondPort;
    final int payloadLength;

    private final SplittableRandom random;
    private final UnsafeBuffer buffer;

    RandomFrame(final SplittableRandom random) {
        this.random = random;
        tagged = random.nextInt(4) == 0;
        vlan = tagged ? random.nextInt(4096) : 0;
        ip = EthernetHeader.LENGTH + (tagged ? EthernetHeader.TAG_LENGTH : 0);
        l4 = ip + Ipv4Header.LENGTH + 4 * (random.nextInt(3) == 0 ? random.nextInt(11) : 0);
        protocol = PROTOCOLS[random.nextInt(PROTOCOLS.length)];
        final int l4Header = protocol == IpProtocol.TCP ? TcpHeader.LENGTH + 4 * random.nextInt(11) : UdpHeader.LENGTH;
        final int mostPayload = Ipv4Header.MAX_TOTAL_LENGTH - (l4 - ip) - l4Header;
        payloadLength = random.nextInt(50) == 0 ? mostPayload : random.nextInt(200);
        end = l4 + l4Header + payloadLength;
        source = 0x0a00_0000 | random.nextInt(1 << 24);
        destination = 0xc0a8_0000 | random.nextInt(1 << 16);
        firstPort = random.nextInt(1 << 16);
        secondPort = random.nextInt(1 << 16);
        bytes = new byte[end + (random.nextBoolean() ? random.nextInt(50) : 0)];
        random.nextBytes(bytes);
        buffer = new UnsafeBuffer(bytes);
        encode(l4Header);
    }

    private void encode(final int l4Header) {
        EthernetHeader.encode(buffer, 0, 0x0200_0000_0001L, 0x0200_0000_0002L, EthernetHeader.IPV4);
        if (tagged) {
            EthernetHeader.encodeTag(buffer, 0, vlan, EthernetHeader.IPV4);
        }
        Ipv4Header.encode(buffer, ip, end - ip, 1 + random.nextInt(255), protocol);
        buffer.putByte(ip, (byte) (0x40 | l4 - ip >> 2));
        Ipv4Header.setSource(buffer, ip, source);
        Ipv4Header.setDestination(buffer, ip, destination);
        buffer.setMemory(ip + Ipv4Header.LENGTH, l4 - ip - Ipv4Header.LENGTH, (byte) 1);
        Ipv4Header.computeChecksum(buffer, ip);
        switch (protocol) {
            case IpProtocol.TCP -> encodeTcp(l4Header);
            case IpProtocol.UDP -> {
                UdpHeader.encode(buffer, l4, firstPort, secondPort, end - l4);
                UdpHeader.computeChecksum(buffer, ip, l4);
            }
            default -> {
                final boolean request = secondPort % 2 == 0;
                IcmpMessage.encode(buffer, l4, request ? IcmpMessage.ECHO_REQUEST : IcmpMessage.ECHO_REPLY, 0, 0);
                buffer.putShort(l4 + IcmpMessage.IDENTIFIER, (short) firstPort, BIG_ENDIAN);
                IcmpMessage.computeChecksum(buffer, l4, end - l4);
            }
        }
    }

    private void encodeTcp(final int l4Header) {
        TcpHeader.setSourcePort(buffer, l4, firstPort);
        TcpHeader.setDestinationPort(buffer, l4, secondPort);
        TcpHeader.setHeaderLength(buffer, l4, l4Header);
        TcpHeader.setChecksum(buffer, l4, 0);
        final int sum = InternetChecksum.add(
                Ipv4Header.pseudoHeaderSum(buffer, ip, protocol, end - l4), InternetChecksum.sum(buffer, l4, end - l4));
        TcpHeader.setChecksum(buffer, l4, ~sum & 0xffff);
    }

    /** The key's source port by FlowKeyFlyweight's rule. */
    int sourcePort() {
        return protocol == IpProtocol.ICMP && secondPort % 2 != 0 ? 0 : firstPort;
    }

    /** The key's destination port by FlowKeyFlyweight's rule. */
    int destinationPort() {
        if (protocol == IpProtocol.ICMP) {
            return secondPort % 2 == 0 ? 0 : firstPort;
        }
        return secondPort;
    }

    /** Flips, lies in a length field, or nothing but a shorter frame; returns the frame's new length. */
    int mutate() {
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            switch (random.nextInt(8)) {
                case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> buffer.putShort(ip + 2, (short) lie(end - ip), BIG_ENDIAN);
                case 2 -> bytes[ip] = (byte) (0x40 | random.nextInt(16));
                case 3 -> bytes[Math.min(l4 + 12, bytes.length - 1)] = (byte) random.nextInt(256);
                case 4 -> buffer.putShort(l4 + 4, (short) lie(end - l4), BIG_ENDIAN);
                case 5 -> bytes[ip + 9] = (byte) random.nextInt(20);
                case 6 -> buffer.putShort(ip + 6, (short) random.nextInt(1 << 16), BIG_ENDIAN);
                default -> random.nextBytes(bytes);
            }
        }
        final int headerLength = (bytes[ip] & 0x0f) << 2;
        if (random.nextInt(4) != 0 && headerLength <= bytes.length - ip) {
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
