package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.SecurityPolicy.Encryption;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The HMAC against the platform's and the worked example of section 3.9, the time of day, and encrypted TLVs. */
class MetadataKeyTest {
    private static final long NOON = 1_700_000_000L;
    private static final byte[] METADATA = HexFormat.of()
            .parseHex("4c48dbc6ddf6670c10140048" + "0010000400000007" + "0002000dc0a8010a0a140050c00001bb06"
                    + "00070003656e67" + "000a0003776562" + "000600100f1e2d3c4b5a49789796a5b4c3d2e1f0"
                    + "000e000465617374" + "000f0003737031" + "001300027031");

    private final CryptoScratch scratch = new CryptoScratch();
    private final UnsafeBuffer wire = new UnsafeBuffer(new byte[600]);
    private final UnsafeBuffer clear = new UnsafeBuffer(new byte[600]);

    @ParameterizedTest
    @EnumSource(SecurityPolicy.Hmac.class)
    void signsAsThePlatformDoesAndNoticesEveryFlip(final SecurityPolicy.Hmac hmac) throws GeneralSecurityException {
        if (hmac == SecurityPolicy.Hmac.NONE) {
            return;
        }
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        final String name = hmac == SecurityPolicy.Hmac.SHA384 ? "HmacSHA384" : "HmacSHA256";
        for (int i = 0; i < 300; i++) {
            final byte[] secret = new byte[1 + random.nextInt(200)];
            random.nextBytes(secret);
            final MetadataKey key = key(Encryption.NONE, hmac, false, secret);
            final int length = random.nextInt(500);
            final byte[] data = new byte[length];
            random.nextBytes(data);
            wire.putBytes(3, data);
            key.sign(wire, 3, length, NOON);
            final Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            final byte[] code = new byte[hmac.length()];
            wire.getBytes(3 + length, code);
            assertThat(code).as("seed %d", seed).isEqualTo(Arrays.copyOf(mac.doFinal(data), hmac.length()));
            assertThat(key.verify(wire, 3, length, NOON + 1000)).isTrue();
            final int at = 3 + random.nextInt(length + hmac.length());
            wire.putByte(at, (byte) (wire.getByte(at) ^ 1 << random.nextInt(8)));
            assertThat(key.verify(wire, 3, length, NOON)).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void theTimeOfDayIsCoveredToAStepOnEitherSide() throws GeneralSecurityException {
        final byte[] secret = counting(0x40);
        final MetadataKey key = key(Encryption.NONE, SecurityPolicy.Hmac.SHA256, true, secret);
        wire.putBytes(0, METADATA);
        key.sign(wire, 0, METADATA.length, NOON + 1);
        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update(METADATA);
        final byte[] code = new byte[32];
        wire.getBytes(METADATA.length, code);
        assertThat(code)
                .isEqualTo(mac.doFinal(ByteBuffer.allocate(4).putInt((int) NOON).array()));
        assertThat(key.verify(wire, 0, METADATA.length, NOON + 3)).isTrue();
        assertThat(key.verify(wire, 0, METADATA.length, NOON - 1)).isTrue();
        assertThat(key.verify(wire, 0, METADATA.length, NOON + 4)).isFalse();
        assertThat(key.verify(wire, 0, METADATA.length, NOON - 3)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Encryption.class)
    void encryptedTlvsAreRevealedAndNeverTwiceTheSame(final Encryption encryption) {
        final MetadataKey east = key(encryption, SecurityPolicy.Hmac.SHA256_128, true, counting(1));
        final MetadataKey west = key(encryption, SecurityPolicy.Hmac.SHA256_128, true, counting(1));
        byte[] last = null;
        for (int i = 0; i < 50; i++) {
            clear.putBytes(5, METADATA);
            final int length = east.protect(clear, 5, i + 1, wire, 7);
            assertThat(length).isEqualTo(20 + east.wireLength(METADATA.length - 20));
            final byte[] sent = new byte[length];
            wire.getBytes(7, sent);
            assertThat(new String(sent, java.nio.charset.StandardCharsets.ISO_8859_1).contains("east"))
                    .isEqualTo(encryption == Encryption.NONE);
            assertThat(Arrays.equals(sent, last)).isEqualTo(encryption == Encryption.NONE && last != null);
            last = sent;
            assertThat(west.reveal(wire, 7, clear, 0)).isEqualTo(METADATA.length);
            final byte[] revealed = new byte[METADATA.length];
            clear.getBytes(0, revealed);
            assertThat(revealed).isEqualTo(METADATA);
        }
    }

    private MetadataKey key(
            final Encryption encryption, final SecurityPolicy.Hmac hmac, final boolean timeBased, final byte[] secret) {
        final SecurityPolicy policy = new SecurityPolicy("sp", encryption, hmac, timeBased, false);
        return new MetadataKey(JceProvider.DEFAULT, new SecurityKey(7, policy, Secret.of(secret)), scratch);
    }

    private static byte[] counting(final int first) {
        final byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }
}
