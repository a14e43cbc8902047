package io.fairway.dataplane.svr;

import io.fairway.model.config.SecurityPolicy;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * HMAC-SHA256 and HMAC-SHA384 (RFC 2104), whole or cut, over a range and, if wanted, the time of day behind it as four
 * bytes (svr-protocol.md sections 4.4 and 9, items 4 and 5). Belongs to one thread, allocates nothing after
 * construction, never logs a key.
 */
public final class Hmac {
    /** Stands for a time that is not authenticated. */
    public static final long NO_TIME = -1;

    /** Seconds of a step of the time of day. */
    public static final int STEP_SECONDS = 2;

    private static final int CHUNK = 4096;
    private static final int INNER = 0x36;
    private static final int OUTER = 0x5c;

    private final MessageDigest inner;
    private final MessageDigest outer;
    private final byte[] innerPad;
    private final byte[] outerPad;
    private final int length;
    private final CryptoScratch scratch;

    /**
     * @param hmac which; not NONE
     * @param key of any length but 0
     */
    public Hmac(final JceProvider jce, final SecurityPolicy.Hmac hmac, final byte[] key, final CryptoScratch scratch) {
        if (key.length == 0 || hmac == SecurityPolicy.Hmac.NONE) {
            throw new IllegalArgumentException("an HMAC needs a key and a digest");
        }
        final boolean long384 = hmac == SecurityPolicy.Hmac.SHA384;
        inner = jce.digest(long384 ? "SHA-384" : "SHA-256");
        outer = jce.digest(long384 ? "SHA-384" : "SHA-256");
        final int blockLength = long384 ? 128 : 64;
        final byte[] block = Arrays.copyOf(key.length > blockLength ? inner.digest(key) : key, blockLength);
        innerPad = pad(block, INNER);
        outerPad = pad(block, OUTER);
        length = hmac.length();
        this.scratch = scratch;
    }

    private static byte[] pad(final byte[] block, final int with) {
        final byte[] pad = new byte[block.length];
        for (int i = 0; i < pad.length; i++) {
            pad[i] = (byte) (block[i] ^ with);
        }
        return pad;
    }

    /** Bytes of the code. */
    public int length() {
        return length;
    }

    /** Writes the code of a range behind it. */
    public void sign(final MutableDirectBuffer buffer, final int offset, final int rangeLength, final long seconds) {
        hash(buffer, offset, rangeLength, step(seconds));
        buffer.putBytes(offset + rangeLength, scratch.digest, 0, length);
    }

    /**
     * Whether the bytes behind a range are its code, at this time or one step around it; compared in constant time. The
     * caller has checked that the buffer holds them.
     */
    public boolean verify(final DirectBuffer buffer, final int offset, final int rangeLength, final long seconds) {
        final long step = step(seconds);
        return matches(buffer, offset, rangeLength, step)
                || seconds != NO_TIME
                        && (matches(buffer, offset, rangeLength, step - STEP_SECONDS)
                                || matches(buffer, offset, rangeLength, step + STEP_SECONDS));
    }

    private static long step(final long seconds) {
        return seconds == NO_TIME ? NO_TIME : seconds - seconds % STEP_SECONDS;
    }

    private boolean matches(final DirectBuffer buffer, final int offset, final int rangeLength, final long step) {
        hash(buffer, offset, rangeLength, step);
        int difference = 0;
        for (int i = 0; i < length; i++) {
            difference |= scratch.digest[i] ^ buffer.getByte(offset + rangeLength + i);
        }
        return difference == 0;
    }

    private void hash(final DirectBuffer buffer, final int offset, final int rangeLength, final long step) {
        inner.update(innerPad);
        for (int done = 0; done < rangeLength; done += CHUNK) {
            final int bytes = Math.min(CHUNK, rangeLength - done);
            buffer.getBytes(offset + done, scratch.data, 0, bytes);
            inner.update(scratch.data, 0, bytes);
        }
        final byte[] digest = scratch.digest;
        if (step != NO_TIME) {
            for (int i = 0; i < Integer.BYTES; i++) {
                digest[i] = (byte) (step >>> 24 - 8 * i);
            }
            inner.update(digest, 0, Integer.BYTES);
        }
        try {
            final int whole = inner.digest(digest, 0, digest.length);
            outer.update(outerPad);
            outer.update(digest, 0, whole);
            outer.digest(digest, 0, digest.length);
        } catch (final DigestException e) {
            throw new IllegalStateException("a digest fits into " + digest.length + " bytes", e);
        }
    }
}
