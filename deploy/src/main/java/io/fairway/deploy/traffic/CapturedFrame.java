package io.fairway.deploy.traffic;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An Ethernet frame with TCP or UDP over IPv4 as it was captured, and what an attacker can make of it. Every frame made
 * has right lengths and checksums, so that nothing but what it carries can betray it.
 */
final class CapturedFrame {
    private static final int IP = 14;
    private static final int IP_BYTES = 20;
    private static final int L4 = IP + IP_BYTES;
    private static final int UDP_BYTES = 8;
    private static final int TCP_BYTES = 20;
    private static final int LONGEST = IP + 1500;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int TCP_RST = 4;
    private static final long COOKIE = 0x4c48dbc6ddf6670cL;

    private final byte[] bytes;
    private final int payload;

    private CapturedFrame(final byte[] bytes, final int payload) {
        this.bytes = bytes;
        this.payload = payload;
    }

    /** The frame, or null if it is of another kind, a fragment, a super-frame, or cut. */
    static CapturedFrame of(final byte[] frame) {
        final ByteBuffer buffer = ByteBuffer.wrap(frame);
        if (frame.length < L4 + UDP_BYTES
                || frame.length > LONGEST
                || buffer.getShort(IP - 2) != ETHERTYPE_IPV4
                || frame[IP] != 0x45
                || (buffer.getShort(IP + 6) & 0x3fff) != 0) {
            return null;
        }
        final int end = IP + (buffer.getShort(IP + 2) & 0xffff);
        final int protocol = frame[IP + 9];
        final boolean tcp = protocol == TCP && frame.length >= L4 + TCP_BYTES;
        final int payload = tcp ? L4 + (frame[L4 + 12] >>> 4 & 0xf) * 4 : L4 + UDP_BYTES;
        return (tcp || protocol == UDP) && payload <= end && end <= frame.length
                ? new CapturedFrame(Arrays.copyOf(frame, end), payload)
                : null;
    }

    /** The destination address as 32 bits. */
    int destination() {
        return ByteBuffer.wrap(bytes).getInt(IP + 16);
    }

    boolean isTcp() {
        return bytes[IP + 9] == TCP;
    }

    boolean hasMetadata() {
        return payloadLength() >= Long.BYTES && ByteBuffer.wrap(bytes).getLong(payload) == COOKIE;
    }

    int payloadLength() {
        return bytes.length - payload;
    }

    /** The frame itself, from this station. */
    byte[] replayed(final byte[] station) {
        return finished(bytes.clone(), station);
    }

    /** With another source address. */
    byte[] from(final int address, final byte[] station) {
        final byte[] frame = bytes.clone();
        ByteBuffer.wrap(frame).putInt(IP + 12, address);
        return finished(frame, station);
    }

    /** Between other ports. */
    byte[] between(final int sourcePort, final int destinationPort, final byte[] station) {
        final byte[] frame = bytes.clone();
        ByteBuffer.wrap(frame).putShort(L4, (short) sourcePort).putShort(L4 + 2, (short) destinationPort);
        return finished(frame, station);
    }

    int sourcePort() {
        return ByteBuffer.wrap(bytes).getShort(L4) & 0xffff;
    }

    int destinationPort() {
        return ByteBuffer.wrap(bytes).getShort(L4 + 2) & 0xffff;
    }

    /** With one bit of the payload's byte turned over. */
    byte[] flipped(final int payloadByte, final int bit, final byte[] station) {
        final byte[] frame = bytes.clone();
        frame[payload + payloadByte] ^= (byte) (1 << bit);
        return finished(frame, station);
    }

    /** With the last bytes of the payload missing. */
    byte[] shortened(final int by, final byte[] station) {
        return finished(Arrays.copyOf(bytes, Math.max(payload, bytes.length - by)), station);
    }

    /** With another payload. */
    byte[] carrying(final byte[] other, final byte[] station) {
        final byte[] frame = Arrays.copyOf(bytes, payload + other.length);
        System.arraycopy(other, 0, frame, payload, other.length);
        return finished(frame, station);
    }

    /** In UDP between the same ports, with this payload. */
    byte[] inUdp(final byte[] other, final byte[] station) {
        final byte[] frame = Arrays.copyOf(bytes, L4 + UDP_BYTES + other.length);
        frame[IP + 9] = UDP;
        System.arraycopy(other, 0, frame, L4 + UDP_BYTES, other.length);
        return finished(frame, station);
    }

    /** A reset on this TCP connection without payload, for a byte far from any that is awaited. */
    byte[] reset(final byte[] station) {
        final byte[] frame = Arrays.copyOf(bytes, L4 + TCP_BYTES);
        final ByteBuffer buffer = ByteBuffer.wrap(frame);
        buffer.putInt(L4 + 4, buffer.getInt(L4 + 4) + (1 << 30));
        frame[L4 + 12] = TCP_BYTES / 4 << 4;
        frame[L4 + 13] = TCP_RST;
        return finished(frame, station);
    }

    /** An ICMP error about a packet that went the other way on this frame's tuple (RFC 792), with a tail of ours. */
    byte[] icmpError(final int type, final int code, final byte[] tail, final byte[] station) {
        final ByteBuffer frame = ByteBuffer.allocate(L4 + UDP_BYTES + IP_BYTES + UDP_BYTES + tail.length);
        frame.put(bytes, 0, L4).put((byte) type).put((byte) code).putShort((short) 0);
        frame.putInt(code == 4 ? 68 : 0);
        final int quoted = frame.position();
        frame.put(bytes, IP, IP_BYTES).put(bytes, L4 + 2, 2).put(bytes, L4, 2).put(bytes, L4 + 4, 4);
        frame.put(quoted + 12, bytes, IP + 16, 4).put(quoted + 16, bytes, IP + 12, 4);
        frame.put(tail).put(IP + 9, (byte) ICMP);
        return finished(frame.array(), station);
    }

    /** With right lengths and checksums, from this station. */
    private static byte[] finished(final byte[] frame, final byte[] station) {
        final ByteBuffer buffer = ByteBuffer.wrap(frame);
        final int l4Bytes = frame.length - L4;
        buffer.put(6, station);
        buffer.putShort(IP + 2, (short) (frame.length - IP)).putShort(IP + 10, (short) 0);
        buffer.putShort(IP + 10, FrameForge.fold(FrameForge.words(buffer, IP, IP_BYTES)));
        final int checksum = L4 + (frame[IP + 9] == TCP ? 16 : frame[IP + 9] == UDP ? 6 : 2);
        final int pseudo = frame[IP + 9] == ICMP ? 0 : FrameForge.words(buffer, IP + 12, 8) + frame[IP + 9] + l4Bytes;
        if (frame[IP + 9] == UDP) {
            buffer.putShort(L4 + 4, (short) l4Bytes);
        }
        buffer.putShort(checksum, (short) 0);
        buffer.putShort(checksum, FrameForge.fold(pseudo + FrameForge.words(buffer, L4, l4Bytes)));
        return frame;
    }
}
