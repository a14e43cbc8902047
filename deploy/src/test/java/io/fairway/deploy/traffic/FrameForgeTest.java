package io.fairway.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A frame without a fault is right; one with a fault has that fault alone. */
final class FrameForgeTest {
    private static final int IP = 14;
    private static final int UDP = 34;

    private final FrameForge forge;

    FrameForgeTest() throws UnknownHostException {
        forge = new FrameForge(new byte[6], "02:00:00:00:00:01", "10.1.0.10", "10.2.0.10");
    }

    @Test
    void aGoodFramesChecksumsAreRight() {
        final byte[] frame = forge.frame("good", 40_000, 7100);
        assertThat(sum(frame, IP, 20)).isEqualTo(0xffff);
        final int pseudo = sum(frame, IP + 12, 8) + 17 + frame.length - UDP;
        assertThat(fold(pseudo + sum(frame, UDP, frame.length - UDP))).isEqualTo(0xffff);
    }

    @Test
    void aBadIpChecksumIsTheOnlyDifference() {
        final byte[] good = forge.frame("good", 40_000, 7100);
        final byte[] bad = forge.frame("bad-ip-checksum", 40_000, 7100);
        assertThat(sum(bad, IP, 20)).isNotEqualTo(0xffff);
        bad[IP + 10] = good[IP + 10];
        bad[IP + 11] = good[IP + 11];
        assertThat(bad).isEqualTo(good);
    }

    @Test
    void metadataBeginsWithTheCookie() {
        final byte[] frame = forge.frame("bad-hmac", 40_000, 16_385);
        assertThat(ByteBuffer.wrap(frame).getLong(UDP + 8)).isEqualTo(0x4c48dbc6ddf6670cL);
    }

    private static int sum(final byte[] bytes, final int offset, final int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (bytes[offset + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        return fold(sum);
    }

    private static int fold(final int sum) {
        return (sum & 0xffff) + (sum >>> 16) > 0xffff
                ? fold((sum & 0xffff) + (sum >>> 16))
                : (sum & 0xffff) + (sum >>> 16);
    }
}
