package io.fairway.dataplane.svr;

import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.session.SessionSecurity;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Seals and opens so much that the JVM compiles a policy's ciphers before packets need them: interpreted, AES is a
 * hundred times slower. Takes about a second of one core; any thread.
 */
public final class CipherWarmUp {
    private static final int ROUNDS = 30_000;
    private static final int LENGTH = 1_400;
    private static final int ROOM = 128;

    private CipherWarmUp() {}

    /** Works off the rounds. */
    public static void run(final JceProvider jce, final SecurityPolicy policy) {
        final PayloadCipher cipher = new KeyDerivation(jce, new CryptoScratch())
                .payload(policy.encryption(), policy.hmac(), new byte[SessionSecurity.KEY_LENGTH], true);
        final UnsafeBuffer plain = new UnsafeBuffer(new byte[LENGTH]);
        final UnsafeBuffer sealed = new UnsafeBuffer(new byte[LENGTH + ROOM]);
        for (int i = 1; i <= ROUNDS; i++) {
            final int length = cipher.seal(plain, 0, LENGTH, i, 0, sealed, 0);
            if (!cipher.peek(sealed, 0, length) || cipher.open(sealed, 0, length, sealed, 0) != LENGTH) {
                throw new IllegalStateException("the JCE provider opens what it sealed to something else");
            }
        }
    }
}
