package io.fairway.model.wire.peer;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a message part by part: {@link #begin}, {@link #sender} and {@link #clock} first, then whatever else is to be
 * said, then {@link #code} or {@link #end}. One object, reused by one thread; allocates nothing. The buffer must hold
 * what is written.
 */
public final class PeerMessageWriter {
    private MutableDirectBuffer buffer;
    private int offset;
    private int at;

    /** Begins a message: a BFD control packet that still says nothing, to be filled in by {@link BfdHeader}. */
    public PeerMessageWriter begin(final MutableDirectBuffer target, final int targetOffset) {
        buffer = target;
        offset = targetOffset;
        BfdHeader.begin(buffer, offset);
        buffer.setMemory(offset + BfdHeader.LENGTH, PeerMessage.BASE_LENGTH - BfdHeader.LENGTH, (byte) 0);
        buffer.putByte(offset + PeerMessage.VERSION_FIELD, (byte) PeerMessage.VERSION);
        at = offset + PeerMessage.BASE_LENGTH;
        return this;
    }

    /**
     * Who speaks.
     *
     * @param authorityHash {@link PeerMessage#authorityHash}
     * @param name the peering name, 1 to 63 ASCII characters
     * @param incarnation changes whenever the router lost its sessions
     */
    public PeerMessageWriter sender(
            final long authorityHash, final String name, final long incarnation, final int nodeId) {
        head(PeerMessage.AUTHORITY, PeerMessage.AUTHORITY_LENGTH);
        u64(authorityHash);
        head(PeerMessage.PEERING_NAME, name.length());
        at += buffer.putStringWithoutLengthAscii(at, name);
        head(PeerMessage.NODE, PeerMessage.NODE_LENGTH);
        u64(incarnation);
        buffer.putByte(at++, (byte) nodeId);
        return this;
    }

    /**
     * When this message is sent; {@link #echo} must follow.
     *
     * @param sequence its number, from 1
     * @param count its number if probes are not counted
     * @param sentNs the sender's time
     */
    public PeerMessageWriter clock(final long sequence, final long count, final long sentNs) {
        head(PeerMessage.CLOCK, PeerMessage.CLOCK_LENGTH);
        u64(sequence);
        u32((int) count);
        u64(sentNs);
        return this;
    }

    /**
     * What of the receiver's came last.
     *
     * @param sequence its number, or 0
     * @param sentNs when it was sent, the receiver's clock
     * @param heldNs how long it lies here
     * @param loss what was missed of the receiver's, in 1/10,000
     */
    public PeerMessageWriter echo(final long sequence, final long sentNs, final long heldNs, final int loss) {
        u64(sequence);
        u64(sentNs);
        u64(heldNs);
        u16(loss);
        return this;
    }

    /** Where the sender believes itself to be. */
    public PeerMessageWriter ownEndpoint(final Endpoint endpoint) {
        return endpoint(endpoint, PeerMessage.OWN_ENDPOINT_V4);
    }

    /** Where the sender sees the receiver. */
    public PeerMessageWriter seenEndpoint(final Endpoint endpoint) {
        return endpoint(endpoint, PeerMessage.SEEN_ENDPOINT_V4);
    }

    private PeerMessageWriter endpoint(final Endpoint endpoint, final int typeV4) {
        if (endpoint.address().isV4()) {
            head(typeV4, PeerMessage.ENDPOINT_V4_LENGTH);
            u32(endpoint.address().v4Bits());
        } else {
            head(typeV4 + 1, PeerMessage.ENDPOINT_V6_LENGTH);
            u64(endpoint.address().high());
            u64(endpoint.address().low());
        }
        u16(endpoint.port());
        return this;
    }

    /** The generation of the key with which the sender signs, and the newest that it accepts. */
    public PeerMessageWriter keyGenerations(final int inUse, final int newest) {
        head(PeerMessage.KEY_GENERATIONS, PeerMessage.KEY_GENERATIONS_LENGTH);
        u32(inUse);
        u32(newest);
        return this;
    }

    /** A part of a key exchange, at most {@link PeerMessage#MAX_EXCHANGE_LENGTH} bytes. */
    public PeerMessageWriter keyExchange(final DirectBuffer part, final int partOffset, final int partLength) {
        head(PeerMessage.KEY_EXCHANGE, partLength);
        buffer.putBytes(at, part, partOffset, partLength);
        at += partLength;
        return this;
    }

    /** A probe of this size came. */
    public PeerMessageWriter mtuAnswer(final int packetBytes) {
        head(PeerMessage.MTU_ANSWER, PeerMessage.MTU_LENGTH);
        u16(packetBytes);
        return this;
    }

    /**
     * Makes the message a probe, padded so that with a code behind it has so many bytes.
     *
     * @param packetBytes the IP packet's length
     * @param messageBytes this message's length; too few for what was written already are exceeded
     */
    public PeerMessageWriter mtuProbe(final int packetBytes, final int messageBytes) {
        final int length = padded(PeerMessage.MTU_LENGTH, messageBytes);
        head(PeerMessage.MTU_PROBE, length);
        u16(packetBytes);
        return pad(length - PeerMessage.MTU_LENGTH);
    }

    /** Makes the message a TCP probe's payload, padded as {@link #mtuProbe} does. */
    public PeerMessageWriter tcpProbe(final TcpProbe probe, final int messageBytes) {
        final int length = padded(PeerMessage.TCP_PROBE_LENGTH, messageBytes);
        head(PeerMessage.TCP_PROBE, length);
        u8(probe.code());
        return pad(length - PeerMessage.TCP_PROBE_LENGTH);
    }

    private int padded(final int least, final int messageBytes) {
        final int before = at - offset + 2 * PeerMessage.TLV_HEADER_LENGTH + PeerMessage.CODE_TLV_LENGTH;
        return Math.max(least, messageBytes - before);
    }

    private PeerMessageWriter pad(final int bytes) {
        buffer.setMemory(at, bytes, (byte) 0);
        at += bytes;
        return this;
    }

    /**
     * What is known of TCP on this path.
     *
     * @param arrived the kind of the receiver's probe that came, or null
     * @param refused the kinds of ours that did not come through
     */
    public PeerMessageWriter tcpState(final TcpProbe arrived, final int refused) {
        head(PeerMessage.TCP_STATE, PeerMessage.TCP_STATE_LENGTH);
        u8(arrived == null ? 0 : arrived.code());
        u8(refused);
        return this;
    }

    /**
     * Ends the message with room for a code, which is zero.
     *
     * @return where the code goes, from the message's begin: it is over the bytes before; the message ends behind it
     */
    public int code(final int generation) {
        head(PeerMessage.CODE, PeerMessage.CODE_TLV_LENGTH);
        u32(generation);
        buffer.setMemory(at, PeerMessage.CODE_LENGTH, (byte) 0);
        at += PeerMessage.CODE_LENGTH;
        return end() - PeerMessage.CODE_LENGTH;
    }

    /** Ends the message; returns its length in bytes. */
    public int end() {
        buffer.putShort(offset + PeerMessage.LENGTH_FIELD, (short) (at - offset), BIG_ENDIAN);
        return at - offset;
    }

    private void head(final int type, final int length) {
        u16(type);
        u16(length);
    }

    private void u8(final int value) {
        buffer.putByte(at, (byte) value);
        at++;
    }

    private void u16(final int value) {
        buffer.putShort(at, (short) value, BIG_ENDIAN);
        at += Short.BYTES;
    }

    private void u32(final int value) {
        buffer.putInt(at, value, BIG_ENDIAN);
        at += Integer.BYTES;
    }

    private void u64(final long value) {
        buffer.putLong(at, value, BIG_ENDIAN);
        at += Long.BYTES;
    }
}
