package io.fairway.ha.beat;

import io.fairway.model.config.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** HMAC-SHA256, cut to 128 bits, over beats and death notices. One thread uses it. */
public final class BeatAuthenticator {
    /** Bytes of the HMAC. */
    public static final int LENGTH = 16;

    private final Mac mac;
    private final byte[] body = new byte[BeatFlyweight.MAX_LENGTH];
    private final byte[] received = new byte[LENGTH];

    /** @param secret the pair's secret */
    public BeatAuthenticator(final Secret secret) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    /** Appends the HMAC to the first {@code length} bytes and returns the whole length. */
    public int sign(final MutableDirectBuffer buffer, final int length) {
        buffer.putBytes(length, digest(buffer, length), 0, LENGTH);
        return length + LENGTH;
    }

    /** Whether the HMAC after the first {@code length} bytes is right; in constant time. */
    public boolean verify(final DirectBuffer buffer, final int length) {
        buffer.getBytes(length, received, 0, LENGTH);
        return MessageDigest.isEqual(received, Arrays.copyOf(digest(buffer, length), LENGTH));
    }

    private byte[] digest(final DirectBuffer buffer, final int length) {
        buffer.getBytes(0, body, 0, length);
        mac.update(body, 0, length);
        return mac.doFinal();
    }
}
