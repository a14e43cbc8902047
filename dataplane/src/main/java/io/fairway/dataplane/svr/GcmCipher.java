package io.fairway.dataplane.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * AES-256 in Galois counter mode (NIST SP 800-38D), composed of the JCE's AES and {@link Ghash}: the JCE's own mode
 * makes new objects for every packet. No additional data; the nonce holds what must be authenticated besides.
 *
 * <pre>
 * ciphertext (as long as the payload)   u64 packet number   u16 excess   tag (16)
 * nonce: u64 packet number, u16 excess, u16 zero
 * </pre>
 */
final class GcmCipher implements PayloadCipher {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle NATIVE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int BLOCK = 16;
    private static final int TAG = 16;
    private static final int EXCESS = Long.BYTES;
    private static final int TAIL = EXCESS + Short.BYTES;
    private static final int OVERHEAD = TAIL + TAG;

    private final Cipher aes;
    private final Ghash ghash = new Ghash();
    private final CryptoScratch scratch;
    private long number;
    private int excess;

    GcmCipher(final JceProvider jce, final byte[] key, final CryptoScratch scratch) {
        aes = jce.aes("AES/ECB/NoPadding", Cipher.ENCRYPT_MODE, key);
        this.scratch = scratch;
        Arrays.fill(scratch.counters, 0, BLOCK, (byte) 0);
        keyStream(BLOCK);
        ghash.subkey(scratch.keyStream);
    }

    @Override
    public int overhead(final int length) {
        return OVERHEAD;
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
        final byte[] data = scratch.data;
        source.getBytes(offset, data, 0, length);
        counters(packetNumber, sequenceExcess, length);
        xor(length);
        target.putBytes(targetOffset, data, 0, length);
        target.putLong(targetOffset + length, packetNumber, BIG_ENDIAN);
        target.putShort(targetOffset + length + EXCESS, (short) sequenceExcess, BIG_ENDIAN);
        authenticate(length);
        final int tag = targetOffset + length + TAIL;
        target.putLong(tag, tagHigh(), BIG_ENDIAN);
        target.putLong(tag + Long.BYTES, tagLow(), BIG_ENDIAN);
        return length + OVERHEAD;
    }

    @Override
    public boolean peek(final DirectBuffer buffer, final int offset, final int length) {
        if (length < OVERHEAD) {
            return false;
        }
        final int tail = offset + length - OVERHEAD;
        number = buffer.getLong(tail, BIG_ENDIAN);
        excess = buffer.getShort(tail + EXCESS, BIG_ENDIAN) & 0xffff;
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
        final int plain = length - OVERHEAD;
        final byte[] data = scratch.data;
        buffer.getBytes(offset, data, 0, plain);
        counters(number, excess, plain);
        authenticate(plain);
        final int tag = offset + plain + TAIL;
        final long difference =
                buffer.getLong(tag, BIG_ENDIAN) ^ tagHigh() | buffer.getLong(tag + Long.BYTES, BIG_ENDIAN) ^ tagLow();
        if (difference != 0) {
            return REFUSED;
        }
        xor(plain);
        target.putBytes(targetOffset, data, 0, plain);
        return plain;
    }

    /** The key stream: the first block masks the tag, the payload's come behind it (section 7.1). */
    private void counters(final long packetNumber, final int sequenceExcess, final int length) {
        final byte[] counters = scratch.counters;
        final int blocks = 1 + (length + BLOCK - 1) / BLOCK;
        final long rest = (sequenceExcess & 0xffffL) << 48;
        for (int block = 0; block < blocks; block++) {
            LONGS.set(counters, block * BLOCK, packetNumber);
            LONGS.set(counters, block * BLOCK + Long.BYTES, rest | block + 1);
        }
        keyStream(blocks * BLOCK);
    }

    private void keyStream(final int bytes) {
        try {
            aes.update(scratch.counters, 0, bytes, scratch.keyStream, 0);
        } catch (final ShortBufferException e) {
            throw new IllegalStateException("a key stream is as long as its counters", e);
        }
    }

    private void xor(final int length) {
        final byte[] data = scratch.data;
        final byte[] stream = scratch.keyStream;
        for (int i = 0; i < length; i += Long.BYTES) {
            NATIVE.set(data, i, (long) NATIVE.get(data, i) ^ (long) NATIVE.get(stream, BLOCK + i));
        }
    }

    private void authenticate(final int length) {
        final byte[] data = scratch.data;
        final int padded = (length + BLOCK - 1) / BLOCK * BLOCK;
        for (int i = length; i < padded; i++) {
            data[i] = 0;
        }
        LONGS.set(data, padded, 0L);
        LONGS.set(data, padded + Long.BYTES, length * (long) Byte.SIZE);
        ghash.hash(data, 0, padded / BLOCK + 1);
    }

    private long tagHigh() {
        return ghash.high() ^ (long) LONGS.get(scratch.keyStream, 0);
    }

    private long tagLow() {
        return ghash.low() ^ (long) LONGS.get(scratch.keyStream, Long.BYTES);
    }
}
