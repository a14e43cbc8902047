package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** The fast sum against the sum that RFC 1071 describes word by word; the incremental update against computing anew. */
class InternetChecksumTest {
    @Example
    void exampleOfRfc1071() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes("0001 f203 f4f5 f6f7"));

        assertThat(InternetChecksum.sum(buffer, 0, 8)).isEqualTo(0xddf2);
        assertThat(InternetChecksum.checksum(buffer, 0, 8)).isEqualTo(0x220d);
    }

    @Example
    void exampleOfRfc1624() {
        // Section 4: HC = 0xDD2F, m = 0x5555, m' = 0x3285, HC' = 0x0000.
        assertThat(InternetChecksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Example
    void sixtyFourKilobytesOfOnesDoNotOverflow() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[1 << 17]);
        buffer.setMemory(0, 1 << 17, (byte) 0xff);

        assertThat(InternetChecksum.sum(buffer, 1, 65535)).isEqualTo(naive(buffer, 1, 65535));
        assertThat(InternetChecksum.sum(buffer, 0, 1 << 17)).isEqualTo(0xffff);
    }

    @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
    void sumIsTheNaiveSum(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int length = random.nextInt(random.nextInt(20) == 0 ? 66_000 : 120);
        final int offset = random.nextInt(20);
        final byte[] bytes = new byte[offset + length];
        random.nextBytes(bytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

        final int sum = InternetChecksum.sum(buffer, offset, length);

        assertThat(sum).isEqualTo(naive(buffer, offset, length));
        final int cut = random.nextInt(length + 1);
        final int tail = InternetChecksum.sum(buffer, offset + cut, length - cut);
        assertThat(InternetChecksum.add(
                        InternetChecksum.sum(buffer, offset, cut), cut % 2 == 0 ? tail : InternetChecksum.swap(tail)))
                .isEqualTo(sum);
    }

    private static int naive(final UnsafeBuffer buffer, final int offset, final int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (buffer.getByte(offset + i) & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void updateIsComputingAnew(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[40]);
        for (int at = 0; at < 40; at += 2) {
            buffer.putShort(at, word(random));
        }
        // A packet's checksummed words are never all zero: version, ports or protocol stand among them.
        buffer.putShort(38, (short) (1 + random.nextInt(0xffff)));
        final int before = InternetChecksum.checksum(buffer, 0, 40);
        final int at = 2 * random.nextInt(17);

        final int oldWord = buffer.getShort(at, BIG_ENDIAN) & 0xffff;
        buffer.putShort(at, word(random));
        final int newWord = buffer.getShort(at, BIG_ENDIAN) & 0xffff;
        final int after = InternetChecksum.update16(before, oldWord, newWord);
        assertThat(after).isEqualTo(InternetChecksum.checksum(buffer, 0, 40));
        assertThat(InternetChecksum.updatePartial(~before & 0xffff, oldWord, newWord))
                .isEqualTo(InternetChecksum.sum(buffer, 0, 40));

        final int oldInt = buffer.getInt(at, BIG_ENDIAN);
        buffer.putInt(at, word(random) << 16 | word(random) & 0xffff);
        final int newInt = buffer.getInt(at, BIG_ENDIAN);
        assertThat(InternetChecksum.update32(after, oldInt, newInt))
                .isEqualTo(InternetChecksum.checksum(buffer, 0, 40));
    }

    private static short word(final SplittableRandom random) {
        return (short)
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> 0xffff;
                    default -> random.nextInt();
                };
    }

    @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
    void pseudoHeadersAreTheirBytesSummed(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int length = random.nextInt(1 << 16);
        final UnsafeBuffer v4 = new UnsafeBuffer(new byte[12]);
        v4.putInt(0, random.nextInt(), BIG_ENDIAN);
        v4.putInt(4, random.nextInt(), BIG_ENDIAN);
        v4.putByte(9, (byte) 6);
        v4.putShort(10, (short) length, BIG_ENDIAN);
        assertThat(InternetChecksum.pseudoHeaderV4(v4.getInt(0, BIG_ENDIAN), v4.getInt(4, BIG_ENDIAN), 6, length))
                .isEqualTo(naive(v4, 0, 12));

        final byte[] addresses = new byte[32];
        random.nextBytes(addresses);
        final UnsafeBuffer v6 = new UnsafeBuffer(new byte[40]);
        v6.putBytes(0, addresses);
        v6.putInt(32, length, BIG_ENDIAN);
        v6.putInt(36, 17, BIG_ENDIAN);
        final UnsafeBuffer header = new UnsafeBuffer(new byte[40]);
        header.putBytes(8, addresses);
        assertThat(InternetChecksum.pseudoHeaderV6(header, 0, 17, length)).isEqualTo(naive(v6, 0, 40));
    }
}
