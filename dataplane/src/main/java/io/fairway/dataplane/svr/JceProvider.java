package io.fairway.dataplane.svr;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Where ciphers and digests come from: the platform's default, or a JCE provider that the configuration names. */
public final class JceProvider {
    /** The platform's. */
    public static final JceProvider DEFAULT = new JceProvider(null);

    private static final int BLOCK = 16;

    private final Provider provider;

    private JceProvider(final Provider provider) {
        this.provider = provider;
    }

    /**
     * The provider with this name.
     *
     * @throws IllegalArgumentException if this JVM has none with that name
     */
    public static JceProvider named(final String name) {
        final Provider found = Security.getProvider(name);
        if (found == null) {
            throw new IllegalArgumentException("this JVM has no JCE provider with the name " + name);
        }
        return new JceProvider(found);
    }

    /** A cipher ready to go on; CBC begins with an IV of zeros. */
    Cipher aes(final String transformation, final int mode, final byte[] key) {
        try {
            final Cipher cipher = provider == null
                    ? Cipher.getInstance(transformation)
                    : Cipher.getInstance(transformation, provider);
            final SecretKeySpec spec = new SecretKeySpec(key, "AES");
            if (transformation.contains("CBC")) {
                cipher.init(mode, spec, new IvParameterSpec(new byte[BLOCK]));
            } else {
                cipher.init(mode, spec);
            }
            return cipher;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the JCE provider refuses " + transformation, e);
        }
    }

    /** A digest. */
    MessageDigest digest(final String algorithm) {
        try {
            return provider == null
                    ? MessageDigest.getInstance(algorithm)
                    : MessageDigest.getInstance(algorithm, provider);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("the JCE provider refuses " + algorithm, e);
        }
    }
}
