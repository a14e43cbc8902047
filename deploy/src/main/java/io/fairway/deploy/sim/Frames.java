package io.fairway.deploy.sim;

import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.UdpHeader;
import org.agrona.concurrent.UnsafeBuffer;

/** The frames of hosts: ARP replies and UDP datagrams that say which connection and which packet of it they are. */
final class Frames {
    static final int IP = EthernetHeader.LENGTH;
    static final int UDP = IP + Ipv4Header.LENGTH;
    static final int PAYLOAD = UDP + UdpHeader.LENGTH;

    /** u64 mark, u32 connection, u32 direction (0 from the client), u64 number from 1. */
    static final int MESSAGE_BYTES = 24;

    static final int FROM_CLIENT = 0;
    static final int FROM_SERVER = 1;
    private static final long MARK = 0x6661_6972_2d73_696dL;

    private Frames() {}

    /** Where a datagram comes from and goes to. */
    record Way(int source, int sourcePort, int destination, int destinationPort) {
        /** The way of an answer. */
        Way back() {
            return new Way(
                    /* source= */ destination,
                    /* sourcePort= */ destinationPort,
                    /* destination= */ source,
                    /* destinationPort= */ sourcePort);
        }
    }

    static void message(final UnsafeBuffer buffer, final int at, final int connection, final long number) {
        message(buffer, at, connection, FROM_CLIENT, number);
    }

    static void message(
            final UnsafeBuffer buffer, final int at, final int connection, final int direction, final long number) {
        buffer.putLong(at, MARK);
        buffer.putInt(at + 8, connection);
        buffer.putInt(at + 12, direction);
        buffer.putLong(at + 16, number);
    }

    static boolean isMessage(final UnsafeBuffer buffer, final int at, final int length) {
        return length >= MESSAGE_BYTES && buffer.getLong(at) == MARK;
    }

    static int connection(final UnsafeBuffer buffer, final int at) {
        return buffer.getInt(at + 8);
    }

    static int direction(final UnsafeBuffer buffer, final int at) {
        return buffer.getInt(at + 12);
    }

    static long number(final UnsafeBuffer buffer, final int at) {
        return buffer.getLong(at + 16);
    }

    /** A datagram around the payload that stands already at {@link #PAYLOAD}. */
    static byte[] udp(
            final UnsafeBuffer frame, final long fromMac, final long toMac, final Way way, final int payloadBytes) {
        final int length = UdpHeader.LENGTH + payloadBytes;
        EthernetHeader.encode(frame, 0, toMac, fromMac, EthernetHeader.IPV4);
        Ipv4Header.encode(frame, IP, Ipv4Header.LENGTH + length, 64, IpProtocol.UDP);
        Ipv4Header.setSource(frame, IP, way.source());
        Ipv4Header.setDestination(frame, IP, way.destination());
        Ipv4Header.computeChecksum(frame, IP);
        UdpHeader.encode(frame, UDP, way.sourcePort(), way.destinationPort(), length);
        UdpHeader.computeChecksum(frame, IP, UDP);
        final byte[] bytes = new byte[UDP + length];
        frame.getBytes(0, bytes);
        return bytes;
    }

    /** Room for a frame that is being built. */
    static UnsafeBuffer room() {
        return new UnsafeBuffer(new byte[256]);
    }

    static boolean isUdp(final UnsafeBuffer frame) {
        return frame.capacity() >= PAYLOAD
                && EthernetHeader.type(frame, 0) == EthernetHeader.IPV4
                && Ipv4Header.protocol(frame, IP) == IpProtocol.UDP;
    }

    static Way way(final UnsafeBuffer frame) {
        return new Way(
                Ipv4Header.source(frame, IP),
                UdpHeader.sourcePort(frame, UDP),
                Ipv4Header.destination(frame, IP),
                UdpHeader.destinationPort(frame, UDP));
    }

    static int payloadBytes(final UnsafeBuffer frame) {
        return UdpHeader.datagramLength(frame, UDP) - UdpHeader.LENGTH;
    }

    /** The answer of a host to an ARP request for one of these addresses, or null. */
    static byte[] arpReply(final UnsafeBuffer frame, final long mac, final int... addresses) {
        if (EthernetHeader.type(frame, 0) != EthernetHeader.ARP
                || ArpMessage.operation(frame, IP) != ArpMessage.REQUEST) {
            return null;
        }
        final int asked = ArpMessage.targetIp(frame, IP);
        for (final int address : addresses) {
            if (address == asked) {
                final UnsafeBuffer reply = new UnsafeBuffer(new byte[IP + ArpMessage.LENGTH]);
                final long asker = EthernetHeader.source(frame, 0);
                EthernetHeader.encode(reply, 0, asker, mac, EthernetHeader.ARP);
                ArpMessage.encodeHead(reply, IP, ArpMessage.REPLY);
                ArpMessage.encodeSender(reply, IP, mac, asked);
                ArpMessage.encodeTarget(reply, IP, asker, ArpMessage.senderIp(frame, IP));
                return reply.byteArray();
            }
        }
        return null;
    }
}
