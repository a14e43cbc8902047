package io.fairway.model.wire.svr;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import io.fairway.model.wire.InternetChecksum;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Seeds;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.Words;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** TCP carried as UDP: in words and bytes, there and back, and back from any bytes. */
class TcpAsUdpTest {
    private static final String TCP = """
            c000 01bb 11223344 55667788  # 49152 > 443, sequence, acknowledgement
            70 18 faf0 7ad6 0000         # 28 bytes of header, PSH and ACK
            0204 05b4 01 03 03 07        # MSS, no operation, window scale
            6869                         # "hi"
            """;
    private static final String UDP = """
            c000 01bb 001e 0000 55667788 # 30 bytes, checksum not there yet
            70 18 faf0 11223344          # the sequence number where checksum and urgent pointer were
            0204 05b4 01 03 03 07
            6869
            """;
    private static final int SOURCE = 0xc0a8010a;
    private static final int DESTINATION = 0x0a140050;

    @Example
    void segmentBecomesADatagramOfTheSameLengthAndBack() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(TCP));

        TcpAsUdp.encode(buffer, 0, buffer.capacity());

        assertThat(buffer.byteArray()).isEqualTo(Words.bytes(UDP));
        assertThat(TcpAsUdp.decode(buffer, 0, buffer.capacity())).isNull();
        assertThat(buffer.byteArray()).isEqualTo(Words.bytes(TCP.replace("7ad6", "0000")));
    }

    @Example
    void urgentPointerAndItsFlagAreLost() {
        final UnsafeBuffer buffer =
                new UnsafeBuffer(Words.bytes(TCP.replace("70 18 faf0 7ad6 0000", "70 38 faf0 7ad6 0009")));

        TcpAsUdp.encode(buffer, 0, buffer.capacity());
        assertThat(buffer.byteArray()).isEqualTo(Words.bytes(UDP));

        final UnsafeBuffer forged = new UnsafeBuffer(Words.bytes(UDP.replace("70 18", "70 38")));
        assertThat(TcpAsUdp.decode(forged, 0, forged.capacity())).isNull();
        assertThat(forged.byteArray()).isEqualTo(Words.bytes(TCP.replace("7ad6", "0000")));
    }

    @Example
    void noSegmentLooksLikeMetadata() {
        final byte[] segment = Words.bytes("c000 01bb 11223344 4c48dbc6 ddf6 670c 7ad6 0000" + "00".repeat(32));
        final UnsafeBuffer buffer = new UnsafeBuffer(segment);
        assertThat(Metadata.isPresent(buffer, UdpHeader.LENGTH, 44)).isTrue();

        TcpAsUdp.encode(buffer, 0, segment.length);

        assertThat(Metadata.isPresent(buffer, UdpHeader.LENGTH, 44)).isFalse();
    }

    @Example
    void headersThatLieAreNamedAndLeftAlone() {
        assertThat(verdict(UDP, 19)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(verdict(UDP, 0)).isEqualTo(DropReason.TRUNCATED_L4);
        assertThat(verdict(UDP, 27)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(verdict(UDP.replace("70 18", "40 18"), 30)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(verdict(UDP.replace("70 18", "80 18"), 30)).isEqualTo(DropReason.BAD_L4_HEADER);
        assertThat(verdict(UDP.replace("70 18", "50 18"), 20)).isNull();
    }

    private static DropReason verdict(final String words, final int length) {
        final byte[] bytes = Arrays.copyOf(Words.bytes(words), length);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes.clone());
        final DropReason reason = TcpAsUdp.decode(buffer, 0, length);
        assertThat(reason == null || Arrays.equals(buffer.byteArray(), bytes)).isTrue();
        return reason;
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void everySegmentComesBack(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] segment = segment(random);
        final int before = random.nextInt(40);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[before + segment.length]);
        buffer.putBytes(before, segment);

        TcpAsUdp.encode(buffer, before, segment.length);

        assertThat(UdpHeader.sourcePort(buffer, before)).isEqualTo(u16(segment, 0));
        assertThat(UdpHeader.destinationPort(buffer, before)).isEqualTo(u16(segment, 2));
        assertThat(UdpHeader.datagramLength(buffer, before)).isEqualTo(segment.length);
        assertThat(Metadata.isPresent(buffer, before + UdpHeader.LENGTH, segment.length - UdpHeader.LENGTH))
                .isFalse();

        assertThat(TcpAsUdp.decode(buffer, before, segment.length)).isNull();

        final UnsafeBuffer expected = new UnsafeBuffer(segment);
        TcpHeader.setFlags(expected, 0, TcpHeader.flags(expected, 0) & ~TcpHeader.URG);
        expected.putShort(18, (short) 0);
        checksum(expected, 0, segment.length);
        checksum(buffer, before, segment.length);
        assertThat(Arrays.copyOfRange(buffer.byteArray(), before, before + segment.length))
                .isEqualTo(segment);
    }

    @Property(tries = 50_000, shrinking = ShrinkingMode.OFF)
    void anyBytesAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[random.nextInt(90)];
        random.nextBytes(bytes);
        if (bytes.length > 12 && random.nextBoolean()) {
            bytes[12] = (byte) (random.nextInt(5, 8) << 4 | random.nextInt(16));
        }
        final int before = random.nextInt(40);
        // The buffer ends with the packet, so that a read or a write behind it throws.
        final byte[] memory = new byte[before + bytes.length];
        System.arraycopy(bytes, 0, memory, before, bytes.length);
        Arrays.fill(memory, 0, before, (byte) 0xa5);

        final DropReason reason = TcpAsUdp.decode(new UnsafeBuffer(memory), before, bytes.length);

        final byte[] after = Arrays.copyOfRange(memory, before, memory.length);
        for (int i = 0; i < before; i++) {
            assertThat(memory[i]).isEqualTo((byte) 0xa5);
        }
        if (reason != null) {
            assertThat(reason).isIn(DropReason.TRUNCATED_L4, DropReason.BAD_L4_HEADER);
            assertThat(after).isEqualTo(bytes);
            return;
        }
        TcpAsUdp.encode(new UnsafeBuffer(memory), before, bytes.length);
        // What decoded encodes to the same, but for length, checksum and a flag that the encoder clears.
        System.arraycopy(memory, before + 4, bytes, 4, 4);
        bytes[13] &= (byte) ~TcpHeader.URG;
        assertThat(Arrays.copyOfRange(memory, before, memory.length)).isEqualTo(bytes);
    }

    @Example
    void neitherWayAllocates() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(TCP));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(buffer, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(buffer, 1_000_000);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                .isZero();
    }

    private static void work(final UnsafeBuffer buffer, final int times) {
        for (int i = 0; i < times; i++) {
            TcpAsUdp.encode(buffer, 0, buffer.capacity());
            if (TcpAsUdp.decode(buffer, 0, buffer.capacity()) != null) {
                throw new IllegalStateException();
            }
        }
    }

    private static byte[] segment(final SplittableRandom random) {
        final int headerLength = TcpHeader.LENGTH + 4 * random.nextInt(11);
        final byte[] segment = new byte[headerLength + (random.nextInt(50) == 0 ? 60_000 : random.nextInt(100))];
        random.nextBytes(segment);
        segment[12] = (byte) (headerLength << 2 | random.nextInt(16));
        checksum(new UnsafeBuffer(segment), 0, segment.length);
        return segment;
    }

    private static void checksum(final UnsafeBuffer buffer, final int l4, final int length) {
        TcpHeader.setChecksum(buffer, l4, 0);
        final int sum = InternetChecksum.add(
                InternetChecksum.pseudoHeaderV4(SOURCE, DESTINATION, IpProtocol.TCP, length),
                InternetChecksum.sum(buffer, l4, length));
        TcpHeader.setChecksum(buffer, l4, ~sum & 0xffff);
    }

    private static int u16(final byte[] bytes, final int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
