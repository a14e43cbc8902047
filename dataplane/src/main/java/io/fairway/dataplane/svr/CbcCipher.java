package io.fairway.dataplane.svr;

import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * AES in CBC mode with PKCS#7 padding and the IV behind the ciphertext (svr-protocol.md section 9, items 1 and 2). The
 * IV is the encryption of a block that is never used twice with the key, hence not to be foretold (NIST SP 800-38A,
 * appendix C), and who has the key reads that block in it.
 *
 * <p>Both ciphers run on without being set up anew, which would allocate: what is chained from the packet before is
 * known and taken out again. Belongs to one thread; allocates nothing after construction.
 */
final class CbcCipher {
    private static final int BLOCK = 16;

    private final Cipher encrypting;
    private final Cipher decrypting;
    private final byte[] lastEncrypted = new byte[BLOCK];
    private final byte[] lastDecrypted = new byte[BLOCK];
    private final CryptoScratch scratch;
    private long high;
    private long low;

    CbcCipher(final JceProvider jce, final byte[] key, final CryptoScratch scratch) {
        encrypting = jce.aes("AES/CBC/NoPadding", Cipher.ENCRYPT_MODE, key);
        decrypting = jce.aes("AES/CBC/NoPadding", Cipher.DECRYPT_MODE, key);
        this.scratch = scratch;
    }

    /** Bytes of what a plaintext of this length becomes, with padding and IV. */
    static int encryptedLength(final int length) {
        return (length / BLOCK + 2) * BLOCK;
    }

    /**
     * Encrypts.
     *
     * @param blockHigh the upper half of the block that makes the IV
     * @param blockLow its lower half
     * @return {@link #encryptedLength}
     */
    int encrypt(
            final DirectBuffer source,
            final int offset,
            final int length,
            final long blockHigh,
            final long blockLow,
            final MutableDirectBuffer target,
            final int targetOffset) {
        final byte[] data = scratch.data;
        final byte[] out = scratch.keyStream;
        put(data, 0, blockHigh);
        put(data, Long.BYTES, blockLow);
        mix(data, lastEncrypted);
        source.getBytes(offset, data, BLOCK, length);
        final int padding = BLOCK - length % BLOCK;
        final int bytes = BLOCK + length + padding;
        Arrays.fill(data, BLOCK + length, bytes, (byte) padding);
        run(encrypting, data, bytes, out);
        System.arraycopy(out, bytes - BLOCK, lastEncrypted, 0, BLOCK);
        target.putBytes(targetOffset, out, BLOCK, bytes - BLOCK);
        target.putBytes(targetOffset + bytes - BLOCK, out, 0, BLOCK);
        return bytes;
    }

    /** Reads the block that made the IV of what {@link #encrypt} made; {@link #blockHigh} and {@link #blockLow}. */
    void readBlock(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] block = scratch.block;
        buffer.getBytes(offset + length - BLOCK, block, 0, BLOCK);
        run(decrypting, block, BLOCK, scratch.keyStream);
        mix(scratch.keyStream, lastDecrypted);
        System.arraycopy(block, 0, lastDecrypted, 0, BLOCK);
        high = get(scratch.keyStream, 0);
        low = get(scratch.keyStream, Long.BYTES);
    }

    long blockHigh() {
        return high;
    }

    long blockLow() {
        return low;
    }

    /**
     * Decrypts what {@link #encrypt} made; the caller has authenticated it.
     *
     * @return the plaintext's length, or -1 if length or padding are wrong
     */
    int decrypt(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final MutableDirectBuffer target,
            final int targetOffset) {
        if (length < 2 * BLOCK || length % BLOCK != 0) {
            return -1;
        }
        final byte[] data = scratch.data;
        final byte[] out = scratch.keyStream;
        buffer.getBytes(offset + length - BLOCK, data, 0, BLOCK);
        buffer.getBytes(offset, data, BLOCK, length - BLOCK);
        run(decrypting, data, length, out);
        System.arraycopy(data, length - BLOCK, lastDecrypted, 0, BLOCK);
        final int padding = out[length - 1] & 0xff;
        if (padding == 0 || padding > BLOCK) {
            return -1;
        }
        for (int i = length - padding; i < length; i++) {
            if (out[i] != padding) {
                return -1;
            }
        }
        final int plain = length - BLOCK - padding;
        target.putBytes(targetOffset, out, BLOCK, plain);
        return plain;
    }

    private static void run(final Cipher cipher, final byte[] data, final int bytes, final byte[] out) {
        try {
            cipher.update(data, 0, bytes, out, 0);
        } catch (final ShortBufferException e) {
            throw new IllegalStateException("CBC keeps the length", e);
        }
    }

    private static void mix(final byte[] block, final byte[] with) {
        for (int i = 0; i < BLOCK; i++) {
            block[i] ^= with[i];
        }
    }

    private static void put(final byte[] bytes, final int at, final long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> 56 - 8 * i);
        }
    }

    private static long get(final byte[] bytes, final int at) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | bytes[at + i] & 0xff;
        }
        return value;
    }
}
