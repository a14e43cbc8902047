package io.fairway.deploy.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whatever the attacker makes of a frame has right lengths and checksums: it must be refused for what it says. */
final class CapturedFrameTest {
    private static final int IP = 14;
    private static final int L4 = 34;
    private static final byte[] STATION = {2, 0, 0, 0, 0, 0x66};

    private final byte[] good;
    private final CapturedFrame frame;

    CapturedFrameTest() throws UnknownHostException {
        good = new FrameForge(STATION, "02:00:00:00:00:01", "172.16.0.1", "172.16.0.2").frame("good", 20_000, 30_001);
        frame = CapturedFrame.of(good);
    }

    @Test
    void aReplayIsTheFrameItself() {
        assertThat(frame.replayed(STATION)).isEqualTo(good);
        assertThat(frame.hasMetadata()).isFalse();
    }

    @Test
    void whatIsMadeOfAFrameIsWellFormed() {
        final byte[] other = new byte[33];
        Arrays.fill(other, (byte) 7);
        assertWellFormed(frame.flipped(3, 5, STATION), 17);
        assertWellFormed(frame.from(0xac10_004d, STATION), 17);
        assertWellFormed(frame.between(1280, 1280, STATION), 17);
        assertWellFormed(frame.shortened(5, STATION), 17);
        assertWellFormed(frame.carrying(other, STATION), 17);
        assertWellFormed(tcp().inUdp(other, STATION), 17);
        assertWellFormed(tcp().carrying(other, STATION), 6);
        assertWellFormed(tcp().reset(STATION), 6);
        assertWellFormed(frame.icmpError(3, 4, other, STATION), 1);
    }

    @Test
    void aTurnedBitIsTheOnlyOne() {
        final byte[] flipped = frame.flipped(3, 5, STATION);
        assertThat(flipped[L4 + 8 + 3]).isEqualTo((byte) (good[L4 + 8 + 3] ^ 1 << 5));
        assertThat(Arrays.copyOf(flipped, L4 + 6)).isEqualTo(Arrays.copyOf(good, L4 + 6));
    }

    @Test
    void whatIsNoWholePacketIsLeftAlone() {
        assertThat(CapturedFrame.of(Arrays.copyOf(good, good.length - 1))).isNull();
        assertThat(CapturedFrame.of(new byte[20])).isNull();
        final byte[] fragment = good.clone();
        fragment[IP + 6] = 0x20;
        assertThat(CapturedFrame.of(fragment)).isNull();
    }

    private CapturedFrame tcp() {
        final byte[] bytes = Arrays.copyOf(good, L4 + 40);
        bytes[IP + 9] = 6;
        bytes[L4 + 12] = 5 << 4;
        ByteBuffer.wrap(bytes).putShort(IP + 2, (short) (bytes.length - IP));
        return CapturedFrame.of(bytes);
    }

    private static void assertWellFormed(final byte[] bytes, final int protocol) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        assertThat(bytes[IP + 9]).isEqualTo((byte) protocol);
        assertThat(buffer.getShort(IP + 2)).isEqualTo((short) (bytes.length - IP));
        assertThat(FrameForge.fold(FrameForge.words(buffer, IP, 20))).isZero();
        final int pseudo = protocol == 1 ? 0 : FrameForge.words(buffer, IP + 12, 8) + protocol + bytes.length - L4;
        assertThat(FrameForge.fold(pseudo + FrameForge.words(buffer, L4, bytes.length - L4)))
                .isZero();
    }
}
