package io.fairway.dataplane.svr;

import io.fairway.model.config.SecurityKey;
import io.fairway.model.wire.svr.Metadata;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Signs and verifies packets with metadata: HMAC-SHA256 (RFC 2104) cut to 128 bits, over the transport payload from the
 * cookie to its last byte, put behind it (svr-protocol.md sections 3.8 and 9, item 4; without time). Belongs to one
 * thread, allocates nothing after construction, never logs a key.
 */
public final class MetadataAuthenticator {
    private static final int BLOCK_LENGTH = 64;
    private static final int DIGEST_LENGTH = 32;
    private static final int CHUNK_LENGTH = 4096;

    private final Int2ObjectHashMap<Pads> padsBySecurityId = new Int2ObjectHashMap<>();
    private final int signingId;
    private final MessageDigest inner = sha256();
    private final MessageDigest outer = sha256();
    private final byte[] chunk = new byte[CHUNK_LENGTH];
    private final byte[] digest = new byte[DIGEST_LENGTH];

    /** Signs with the first of the keys and verifies with all. */
    public MetadataAuthenticator(final List<SecurityKey> keys) {
        this(keys, keys.isEmpty() ? 0 : keys.getFirst().id());
    }

    /**
     * Signs with one of the keys and verifies with all.
     *
     * @throws IllegalArgumentException if an id comes twice, is not positive, or a key is empty
     */
    public MetadataAuthenticator(final List<SecurityKey> keys, final int signingId) {
        for (final SecurityKey key : keys) {
            if (key.id() <= 0
                    || padsBySecurityId.put(key.id(), pads(key.hmacKey().bytes())) != null) {
                throw new IllegalArgumentException("security id " + key.id() + " is not positive or comes twice");
            }
        }
        this.signingId = signingId;
    }

    private Pads pads(final byte[] key) {
        if (key.length == 0) {
            throw new IllegalArgumentException("an HMAC key is empty");
        }
        final byte[] block = Arrays.copyOf(key.length > BLOCK_LENGTH ? inner.digest(key) : key, BLOCK_LENGTH);
        final byte[] innerPad = new byte[BLOCK_LENGTH];
        final byte[] outerPad = new byte[BLOCK_LENGTH];
        for (int i = 0; i < BLOCK_LENGTH; i++) {
            innerPad[i] = (byte) (block[i] ^ 0x36);
            outerPad[i] = (byte) (block[i] ^ 0x5c);
        }
        return new Pads(innerPad, outerPad);
    }

    /** Whether a key with this id is configured: if not, the drop is METADATA_UNKNOWN_KEY. */
    public boolean knows(final int securityId) {
        return padsBySecurityId.containsKey(securityId);
    }

    /**
     * Appends the HMAC of a range to it, with our signing key: {@link Metadata#HMAC_LENGTH} bytes at offset + length.
     *
     * @return false, and nothing is written, if the signing key is not configured or the buffer ends before the HMAC
     */
    public boolean sign(final MutableDirectBuffer buffer, final int offset, final int length) {
        final Pads pads = padsBySecurityId.get(signingId);
        if (pads == null || !fits(buffer, offset, length)) {
            return false;
        }
        hash(buffer, offset, length, pads);
        buffer.putBytes(offset + length, digest, 0, Metadata.HMAC_LENGTH);
        return true;
    }

    /**
     * Whether the {@link Metadata#HMAC_LENGTH} bytes behind a range are its HMAC; compared in constant time.
     *
     * @param lengthWithoutMac bytes from the cookie to the last byte before the HMAC
     * @return false also if the key is not configured or the buffer ends before the HMAC
     */
    public boolean verify(
            final DirectBuffer buffer, final int offset, final int lengthWithoutMac, final int securityId) {
        final Pads pads = padsBySecurityId.get(securityId);
        if (pads == null || !fits(buffer, offset, lengthWithoutMac)) {
            return false;
        }
        hash(buffer, offset, lengthWithoutMac, pads);
        int difference = 0;
        for (int i = 0; i < Metadata.HMAC_LENGTH; i++) {
            difference |= digest[i] ^ buffer.getByte(offset + lengthWithoutMac + i);
        }
        return difference == 0;
    }

    private static boolean fits(final DirectBuffer buffer, final int offset, final int length) {
        return offset >= 0 && length >= 0 && (long) offset + length + Metadata.HMAC_LENGTH <= buffer.capacity();
    }

    private void hash(final DirectBuffer buffer, final int offset, final int length, final Pads pads) {
        inner.update(pads.inner);
        for (int done = 0; done < length; done += CHUNK_LENGTH) {
            final int bytes = Math.min(CHUNK_LENGTH, length - done);
            buffer.getBytes(offset + done, chunk, 0, bytes);
            inner.update(chunk, 0, bytes);
        }
        try {
            inner.digest(digest, 0, DIGEST_LENGTH);
            outer.update(pads.outer);
            outer.update(digest);
            outer.digest(digest, 0, DIGEST_LENGTH);
        } catch (final DigestException e) {
            throw new IllegalStateException("SHA-256 did not fit into 32 bytes", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A key mixed with the two pads of RFC 2104, 64 bytes each. */
    private static final class Pads {
        private final byte[] inner;
        private final byte[] outer;

        private Pads(final byte[] inner, final byte[] outer) {
            this.inner = inner;
            this.outer = outer;
        }
    }
}
