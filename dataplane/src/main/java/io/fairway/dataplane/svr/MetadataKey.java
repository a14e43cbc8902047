package io.fairway.dataplane.svr;

import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One generation of the key that protects packets with metadata between two routers: an HMAC from the cookie to the
 * packet's end, and AES-CBC over the payload TLVs if its policy encrypts (svr-protocol.md sections 3.8 and 4). Belongs
 * to one thread, allocates nothing after construction.
 */
public final class MetadataKey {
    /** Bytes of a control message's TLV. */
    private static final int CONTROL_TLV = 5;

    private final int id;
    private final boolean timeBased;
    private final Hmac hmac;
    private final CbcCipher cipher;

    /** The key that the configuration shares out. */
    public MetadataKey(final JceProvider jce, final SecurityKey key, final CryptoScratch scratch) {
        final SecurityPolicy policy = key.policy();
        final byte[] secret = key.hmacKey().bytes();
        id = key.id();
        timeBased = policy.timeBased();
        hmac = new Hmac(jce, policy.hmac(), secret, scratch);
        cipher = switch (policy.encryption()) {
            case NONE -> null;
            case AES_128_CBC -> new CbcCipher(jce, KeyDerivation.derive(secret, "metadata cbc", 16), scratch);
            case AES_256_CBC, AES_256_GCM ->
                new CbcCipher(jce, KeyDerivation.derive(secret, "metadata cbc", 32), scratch);
        };
    }

    /** The security id of TLV 16. */
    public int id() {
        return id;
    }

    /** Whether payload TLVs are encrypted; then no two packets with any are alike. */
    public boolean encrypts() {
        return cipher != null;
    }

    /** Bytes of the HMAC. */
    public int macLength() {
        return hmac.length();
    }

    /** Bytes of payload TLVs on the wire that are this long in the clear. */
    public int wireLength(final int payloadLength) {
        return cipher == null || payloadLength == 0 ? payloadLength : CbcCipher.encryptedLength(payloadLength);
    }

    /**
     * Copies metadata from the cookie to the end of the payload TLVs as it goes onto the wire: encrypted if the policy
     * wants it, with the length of that and this key's id, which the first header TLV holds.
     *
     * @param number never used before with this key
     * @return bytes written
     */
    public int protect(
            final DirectBuffer metadata,
            final int offset,
            final long number,
            final MutableDirectBuffer target,
            final int targetOffset) {
        final int headerLength = Metadata.headerLength(metadata, offset);
        final int payloadLength = Metadata.payloadLength(metadata, offset);
        target.putBytes(targetOffset, metadata, offset, headerLength);
        Metadata.setSecurityId(target, targetOffset, id);
        final int payload = targetOffset + headerLength;
        if (cipher == null || payloadLength == 0) {
            target.putBytes(payload, metadata, offset + headerLength, payloadLength);
            return headerLength + payloadLength;
        }
        final int encrypted =
                cipher.encrypt(metadata, offset + headerLength, payloadLength, number, 0, target, payload);
        Metadata.setPayloadLength(target, targetOffset, encrypted);
        return headerLength + encrypted;
    }

    /** Bytes of {@link #announce}. */
    public int announcementLength(final DirectBuffer metadata, final int offset) {
        return Metadata.headerLength(metadata, offset)
                + CONTROL_TLV
                + wireLength(Metadata.payloadLength(metadata, offset));
    }

    /** As {@link #protect}, with a keep-alive's TLV behind the header TLVs. */
    public void announce(
            final DirectBuffer metadata,
            final int offset,
            final long number,
            final MutableDirectBuffer target,
            final int targetOffset) {
        protect(metadata, offset, number, target, targetOffset + CONTROL_TLV);
        final int headerLength = Metadata.headerLength(metadata, offset);
        target.putBytes(targetOffset, target, targetOffset + CONTROL_TLV, headerLength);
        MetadataEncoder.insertControl(target, targetOffset, ControlReason.KEEP_ALIVE);
    }

    /**
     * Copies metadata that was verified into the clear.
     *
     * @return bytes written, or -1 if the payload TLVs cannot be decrypted
     */
    public int reveal(
            final DirectBuffer metadata, final int offset, final MutableDirectBuffer target, final int targetOffset) {
        final int headerLength = Metadata.headerLength(metadata, offset);
        final int payloadLength = Metadata.payloadLength(metadata, offset);
        target.putBytes(targetOffset, metadata, offset, headerLength);
        final int payload = targetOffset + headerLength;
        if (cipher == null || payloadLength == 0) {
            target.putBytes(payload, metadata, offset + headerLength, payloadLength);
            return headerLength + payloadLength;
        }
        final int plain = cipher.decrypt(metadata, offset + headerLength, payloadLength, target, payload);
        if (plain < 0) {
            return -1;
        }
        Metadata.setPayloadLength(target, targetOffset, plain);
        return headerLength + plain;
    }

    /**
     * Writes the HMAC of a range behind it.
     *
     * @param seconds since 1970
     */
    public void sign(final MutableDirectBuffer buffer, final int offset, final int length, final long seconds) {
        hmac.sign(buffer, offset, length, timeBased ? seconds : Hmac.NO_TIME);
    }

    /** Whether the bytes behind a range are its HMAC; the buffer holds them. */
    public boolean verify(final DirectBuffer buffer, final int offset, final int length, final long seconds) {
        return hmac.verify(buffer, offset, length, timeBased ? seconds : Hmac.NO_TIME);
    }
}
