package io.fairway.dataplane.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Payload that stays readable and carries an HMAC.
 *
 * <pre>
 * payload   u64 packet number   u16 excess   HMAC over all of it
 * </pre>
 */
final class MacSeal implements PayloadCipher {
    private static final int TAIL = Long.BYTES + Short.BYTES;

    private final Hmac hmac;
    private long number;
    private int excess;

    MacSeal(final Hmac hmac) {
        this.hmac = hmac;
    }

    @Override
    public int overhead(final int length) {
        return TAIL + hmac.length();
    }

    @Override
    public int seal(
            final DirectBuffer source,
            final int offset,
            final int length,
            final long packetNumber,
            final int sequenceExcess,
            final MutableDirectBuffer target,
            final int targetOffset) {
        target.putBytes(targetOffset, source, offset, length);
        target.putLong(targetOffset + length, packetNumber, BIG_ENDIAN);
        target.putShort(targetOffset + length + Long.BYTES, (short) sequenceExcess, BIG_ENDIAN);
        hmac.sign(target, targetOffset, length + TAIL, Hmac.NO_TIME);
        return length + TAIL + hmac.length();
    }

    @Override
    public boolean peek(final DirectBuffer buffer, final int offset, final int length) {
        final int tail = length - TAIL - hmac.length();
        if (tail < 0) {
            return false;
        }
        number = buffer.getLong(offset + tail, BIG_ENDIAN);
        excess = buffer.getShort(offset + tail + Long.BYTES, BIG_ENDIAN) & 0xffff;
        return true;
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public int excess() {
        return excess;
    }

    @Override
    public int open(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final MutableDirectBuffer target,
            final int targetOffset) {
        final int signed = length - hmac.length();
        if (!hmac.verify(buffer, offset, signed, Hmac.NO_TIME)) {
            return REFUSED;
        }
        if (target != buffer || targetOffset != offset) {
            target.putBytes(targetOffset, buffer, offset, signed - TAIL);
        }
        return signed - TAIL;
    }
}
