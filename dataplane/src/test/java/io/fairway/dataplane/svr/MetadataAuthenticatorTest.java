package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import java.lang.management.ManagementFactory;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** The HMAC against the platform's, the worked example, forgeries, and bytes allocated. */
class MetadataAuthenticatorTest {
    private static final String FORWARD_HEADER = "4c48dbc6ddf6670c 1014 0060 0010 0004 00000001";
    private static final String FORWARD_PAYLOAD = "0002000dc0a8010a0a140050c00001bb06 00070003656e67 000a0003776562"
            + "000600100f1e2d3c4b5a49789796a5b4c3d2e1f0 000e000465617374 000f0003737031 001300027031";

    @Example
    void workedExampleOfSection39() throws GeneralSecurityException {
        final byte[] iv = counting(0x10, 16);
        final Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(counting(0, 32), "AES"), new IvParameterSpec(iv));
        final byte[] encrypted = cipher.doFinal(hex(FORWARD_PAYLOAD));
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[116 + 16]);
        packet.putBytes(0, hex(FORWARD_HEADER));
        packet.putBytes(20, encrypted);
        packet.putBytes(20 + encrypted.length, iv);
        final MetadataAuthenticator authenticator = new MetadataAuthenticator(List.of(key(1, counting(0x40, 32))));

        assertThat(authenticator.sign(packet, 0, 116)).isTrue();

        assertThat(Arrays.copyOfRange(packet.byteArray(), 116, 132)).isEqualTo(hex("779b765879c76e09863400f333784c9a"));
        assertThat(authenticator.verify(packet, 0, 116, 1)).isTrue();
    }

    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void signsAsThePlatformDoesAndNoticesEveryFlip(@ForAll("seeds") final long seed) throws GeneralSecurityException {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] secret = new byte[1 + random.nextInt(100)];
        random.nextBytes(secret);
        final int offset = random.nextInt(64);
        final int length = random.nextInt(random.nextInt(20) == 0 ? 70_000 : 200);
        final byte[] bytes = new byte[offset + length + 16];
        random.nextBytes(bytes);
        final byte[] original = bytes.clone();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final MetadataAuthenticator authenticator =
                new MetadataAuthenticator(List.of(key(5, counting(0, 32)), key(9, secret)), 9);

        assertThat(authenticator.sign(buffer, offset, length)).isTrue();

        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update(original, offset, length);
        System.arraycopy(mac.doFinal(), 0, original, offset + length, 16);
        assertThat(bytes).isEqualTo(original);
        assertThat(authenticator.verify(buffer, offset, length, 9)).isTrue();
        assertThat(authenticator.verify(buffer, offset, length, 5)).isFalse();
        bytes[offset + random.nextInt(length + 16)] ^= (byte) (1 << random.nextInt(8));
        assertThat(authenticator.verify(buffer, offset, length, 9)).isFalse();
    }

    @Provide
    Arbitrary<Long> seeds() {
        final Long fixed = Long.getLong("seed");
        return fixed != null ? Arbitraries.just(fixed) : Arbitraries.randomValue(Random::nextLong);
    }

    @Example
    void whatCannotBeSignedOrVerifiedIsRefused() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        final List<SecurityKey> keys = List.of(key(1, counting(0, 32)), key(2, counting(1, 32)));
        final MetadataAuthenticator authenticator = new MetadataAuthenticator(keys);

        assertThat(authenticator.knows(2)).isTrue();
        assertThat(authenticator.knows(3)).isFalse();
        assertThat(authenticator.verify(buffer, 0, 32, 3)).isFalse();
        assertThat(authenticator.sign(buffer, 0, 49)).isFalse();
        assertThat(authenticator.verify(buffer, 0, 49, 1)).isFalse();
        assertThat(authenticator.verify(buffer, 0, -1, 1)).isFalse();
        assertThat(new MetadataAuthenticator(keys, 3).sign(buffer, 0, 32)).isFalse();
        assertThat(new MetadataAuthenticator(List.of()).sign(buffer, 0, 32)).isFalse();
        assertThat(buffer.byteArray()).containsOnly(0);
        assertThatThrownBy(() -> new MetadataAuthenticator(List.of(keys.get(0), keys.get(0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MetadataAuthenticator(List.of(key(0, counting(0, 32)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MetadataAuthenticator(List.of(key(1, new byte[0]))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void signingAndVerifyingAllocateNothing() {
        final UnsafeBuffer heap = new UnsafeBuffer(new byte[200]);
        final UnsafeBuffer direct = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(70_000));
        final MetadataAuthenticator authenticator = new MetadataAuthenticator(List.of(key(1, counting(0, 32))));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(authenticator, heap, 120, 2_000);
        work(authenticator, direct, 65_000, 20);
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(authenticator, heap, 120, 200_000);
        work(authenticator, direct, 65_000, 200);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                .isZero();
    }

    private static void work(
            final MetadataAuthenticator authenticator, final UnsafeBuffer buffer, final int length, final int times) {
        for (int i = 0; i < times; i++) {
            if (!authenticator.sign(buffer, 0, length) || !authenticator.verify(buffer, 0, length, 1)) {
                throw new IllegalStateException();
            }
        }
    }

    private static SecurityKey key(final int id, final byte[] bytes) {
        return new SecurityKey(
                id,
                new SecurityPolicy(
                        "sp" + id, SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.SHA256_128, false, false),
                Secret.ofHex(HexFormat.of().formatHex(bytes)));
    }

    private static byte[] counting(final int first, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    private static byte[] hex(final String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
