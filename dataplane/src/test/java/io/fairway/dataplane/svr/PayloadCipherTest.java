package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sealed is opened and nothing else is; the ciphers are the platform's; nothing is allocated. */
class PayloadCipherTest {
    private static final int OFFSET = 24;
    private static final int TAIL = 10;

    private final CryptoScratch scratch = new CryptoScratch();
    private final byte[] sessionKey = new byte[32];
    private final UnsafeBuffer packet = new UnsafeBuffer(new byte[70_000]);
    private final UnsafeBuffer sealed = new UnsafeBuffer(new byte[70_000]);

    @ParameterizedTest
    @CsvSource({
        "AES_256_GCM, NONE",
        "AES_128_CBC, SHA256_128",
        "AES_256_CBC, SHA256",
        "AES_256_CBC, SHA384",
        "NONE, SHA256_128",
        "NONE, SHA384"
    })
    void whatIsSealedIsOpenedAndNothingElseIs(final Encryption encryption, final Hmac hmac) {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        random.nextBytes(sessionKey);
        final PayloadCipher east = cipher(encryption, hmac, true);
        final PayloadCipher west = cipher(encryption, hmac, true);
        final PayloadCipher back = cipher(encryption, hmac, false);
        for (int i = 0; i < 400; i++) {
            final int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 65_000 : 1500);
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            packet.putBytes(OFFSET, payload);
            final long number = random.nextLong();
            final int excess = random.nextInt(65_536);
            final int bytes = east.seal(packet, OFFSET, length, number, excess, sealed, OFFSET);
            assertThat(bytes).as("seed %d", seed).isEqualTo(length + east.overhead(length));
            final byte[] wire = new byte[bytes];
            sealed.getBytes(OFFSET, wire);

            spoil(west, wire, random, seed);
            sealed.putBytes(OFFSET, wire);
            assertThat(back.peek(sealed, OFFSET, bytes)).isTrue();
            assertThat(back.open(sealed, OFFSET, bytes, packet, 0)).isEqualTo(PayloadCipher.REFUSED);

            assertThat(west.peek(sealed, OFFSET, bytes)).isTrue();
            assertThat(west.number()).as("seed %d", seed).isEqualTo(number);
            assertThat(west.excess()).as("seed %d", seed).isEqualTo(excess);
            assertThat(west.open(sealed, OFFSET, bytes, sealed, OFFSET)).isEqualTo(length);
            final byte[] opened = new byte[length];
            sealed.getBytes(OFFSET, opened);
            assertThat(opened).as("seed %d, length %d", seed, length).isEqualTo(payload);
        }
    }

    private void spoil(final PayloadCipher west, final byte[] wire, final Random random, final long seed) {
        final byte[] spoilt = wire.clone();
        int length = spoilt.length;
        if (random.nextBoolean()) {
            spoilt[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        } else {
            length = random.nextInt(length);
        }
        sealed.putBytes(OFFSET, spoilt);
        if (west.peek(sealed, OFFSET, length)) {
            assertThat(west.open(sealed, OFFSET, length, packet, 0))
                    .as("seed %d", seed)
                    .isEqualTo(PayloadCipher.REFUSED);
        }
    }

    @Test
    void gcmIsThePlatforms() throws GeneralSecurityException {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        random.nextBytes(sessionKey);
        final PayloadCipher cipher = cipher(Encryption.AES_256_GCM, Hmac.NONE, true);
        final byte[] key = KeyDerivation.derive(sessionKey, "payload gcm forward", 32);
        for (int i = 0; i < 300; i++) {
            final int length = 1 + random.nextInt(200);
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            packet.putBytes(OFFSET, payload);
            final long number = random.nextLong();
            final int bytes = cipher.seal(packet, OFFSET, length, number, 0x0102, sealed, OFFSET);
            final Cipher platform = Cipher.getInstance("AES/GCM/NoPadding");
            final byte[] nonce =
                    ByteBuffer.allocate(12).putLong(number).putInt(0x0102_0000).array();
            platform.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            final byte[] expected = platform.doFinal(payload);
            final byte[] wire = new byte[bytes];
            sealed.getBytes(OFFSET, wire);
            assertThat(Arrays.copyOf(wire, length)).as("seed %d", seed).isEqualTo(Arrays.copyOf(expected, length));
            assertThat(Arrays.copyOfRange(wire, length + TAIL, bytes))
                    .as("seed %d", seed)
                    .isEqualTo(Arrays.copyOfRange(expected, length, length + 16));
        }
    }

    @Test
    void cbcIsThePlatformsWithTheIvBehind() throws GeneralSecurityException {
        final Random random = new Random(1);
        random.nextBytes(sessionKey);
        final PayloadCipher cipher = cipher(Encryption.AES_128_CBC, Hmac.SHA256_128, true);
        final byte[] key = KeyDerivation.derive(sessionKey, "payload cbc forward", 16);
        final byte[] macKey = KeyDerivation.derive(sessionKey, "payload hmac forward", 32);
        for (int length = 1; length < 70; length++) {
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            packet.putBytes(OFFSET, payload);
            final int bytes = cipher.seal(packet, OFFSET, length, length, 0, sealed, OFFSET);
            final byte[] wire = new byte[bytes];
            sealed.getBytes(OFFSET, wire);
            final byte[] iv = Arrays.copyOfRange(wire, bytes - 32, bytes - 16);
            final Cipher platform = Cipher.getInstance("AES/CBC/PKCS5Padding");
            platform.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
            assertThat(platform.doFinal(wire, 0, bytes - 32)).isEqualTo(payload);
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
            assertThat(Arrays.copyOfRange(wire, bytes - 16, bytes))
                    .isEqualTo(Arrays.copyOf(mac.doFinal(Arrays.copyOf(wire, bytes - 16)), 16));
        }
    }

    @ParameterizedTest
    @CsvSource({"AES_256_GCM, NONE", "AES_256_CBC, SHA256_128", "NONE, SHA384"})
    void allocatesNothing(final Encryption encryption, final Hmac hmac) {
        final PayloadCipher cipher = cipher(encryption, hmac, true);
        run(cipher, 20_000);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        run(cipher, 20_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4096);
    }

    private void run(final PayloadCipher cipher, final int packets) {
        for (int i = 0; i < packets; i++) {
            final int bytes = cipher.seal(packet, OFFSET, 100, i, 0, sealed, OFFSET);
            if (!cipher.peek(sealed, OFFSET, bytes) || cipher.open(sealed, OFFSET, bytes, sealed, OFFSET) != 100) {
                throw new AssertionError("packet " + i);
            }
        }
    }

    private PayloadCipher cipher(final Encryption encryption, final Hmac hmac, final boolean forward) {
        return new KeyDerivation(JceProvider.DEFAULT, scratch).payload(encryption, hmac, sessionKey, forward);
    }
}
