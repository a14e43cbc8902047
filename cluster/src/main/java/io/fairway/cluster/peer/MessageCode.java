package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.Hashes;
import io.fairway.model.config.Secret;
import io.fairway.model.wire.peer.PeerMessage;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 over messages to or from a peer, with a key derived from the metadata key. One thread uses it. */
final class MessageCode {
    private static final String HMAC = "HmacSHA256";

    private final Mac mac;

    /** @param metadataKey the key of one direction; it is not used as it is, as it protects metadata already */
    MessageCode(final Secret metadataKey) {
        final byte[] secret = Hashes.extract(metadataKey.bytes(), new byte[0]);
        try {
            mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(Hashes.expand(secret, "peer message", new byte[0]), HMAC));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /** Writes the code of the bytes before it. */
    void sign(final byte[] message, final int codeOffset) {
        mac.update(message, 0, codeOffset);
        try {
            mac.doFinal(message, codeOffset);
        } catch (final ShortBufferException e) {
            throw new IllegalStateException("the writer made room for the code", e);
        }
    }

    /** Whether the code is right; in constant time. */
    boolean verify(final byte[] message, final int codeOffset) {
        mac.update(message, 0, codeOffset);
        final byte[] received = Arrays.copyOfRange(message, codeOffset, codeOffset + PeerMessage.CODE_LENGTH);
        return MessageDigest.isEqual(mac.doFinal(), received);
    }
}
