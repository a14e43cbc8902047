package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Big packets between routers, cut into pieces: each a packet of its own, none too long, nothing lost. */
class FragmenterTest {
    private static final int OFFSET = 30;
    private static final int TRAILER = 16;

    private final Fragmenter fragmenter = new Fragmenter(0xcafe0001);
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[70_000]);
    private final MetadataView view = new MetadataView();

    @AfterEach
    void close() {
        fragmenter.close();
    }

    @Test
    void packetOfTwoThousandBytesGoesInTwoPieces() {
        final UnsafeBuffer packet = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 2_000, 0));

        assertThat(fragmenter.begin(packet, 0, packet.capacity(), 1500, 7, TRAILER))
                .isNull();
        fragmenter.setOriginal(0x1234, true, 1400);

        // 1,500 less headers (28), metadata (34) and trailer (16) is 1,422: 177 units of eight.
        assertThat(fragmenter.nextLength()).isEqualTo(28 + 34 + 1416 + 16);
        assertThat(fragmenter.next(out, OFFSET)).isEqualTo(1494);
        assertThat(hex(OFFSET, 20)).isEqualTo("450005d6000040004011" + hex(OFFSET + 10, 2) + "c6336401c6336402");
        assertThat(hex(OFFSET + 20, 8)).isEqualTo("4000400105c20000");
        assertThat(hex(OFFSET + fragmenter.headersLength(), 34))
                .isEqualTo("4c48dbc6ddf6670c1022000000100004000000070001000acafe0001123460000578");
        assertThat(hex(OFFSET + 62, 1416)).isEqualTo(hex(packet, 28, 1416));

        assertThat(fragmenter.hasNext()).isTrue();
        assertThat(fragmenter.next(out, OFFSET)).isEqualTo(28 + 34 + 584 + 16);
        assertThat(hex(OFFSET + 28, 34))
                .isEqualTo("4c48dbc6ddf6670c1022000000100004000000070001000acafe0001123440b10578");
        assertThat(hex(OFFSET + 62, 584)).isEqualTo(hex(packet, 28 + 1416, 584));
        assertThat(fragmenter.hasNext()).isFalse();
    }

    @Test
    void nextPacketHasTheNextNumberAndNothingOfTheLastOne() {
        final UnsafeBuffer packet = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 2_000, 0));
        fragmenter.begin(packet, 0, packet.capacity(), 1500, 7, TRAILER);
        fragmenter.setOriginal(0x1234, true, 1400);

        fragmenter.begin(packet, 0, packet.capacity(), 1500, 0, TRAILER);
        fragmenter.next(out, OFFSET);

        assertThat(hex(OFFSET + 28, 26)).isEqualTo("4c48dbc6ddf6670c101a00000001000acafe0002000020000000");
    }

    @Test
    void whatCannotBeCutIsNamed() {
        final UnsafeBuffer packet = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 2_000, 0));
        final int least = 28 + 34 + 8 + TRAILER;
        assertThat(fragmenter.begin(packet, 0, packet.capacity(), least - 1, 7, TRAILER))
                .isEqualTo(DropReason.METADATA_DOES_NOT_FIT);
        assertThat(fragmenter.hasNext()).isFalse();
        assertThat(fragmenter.begin(packet, 0, packet.capacity(), least, 7, TRAILER))
                .isNull();
        assertThat(fragmenter.hasNext()).isTrue();

        Ipv4Header.rewriteProtocol(packet, 0, IpProtocol.TCP);
        assertThat(fragmenter.begin(packet, 0, packet.capacity(), 1500, 7, TRAILER))
                .isEqualTo(DropReason.TOO_BIG_FOR_EGRESS);
        assertThat(fragmenter.hasNext()).isFalse();

        final UnsafeBuffer huge = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 65_535 - 27, 0));
        assertThat(fragmenter.begin(huge, 0, huge.capacity(), 1500, 7, TRAILER))
                .isEqualTo(DropReason.TOO_BIG_FOR_EGRESS);
    }

    @Test
    void piecesMakeThePacketWhateverItsLength() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            final int payload = random.nextInt(10) == 0 ? random.nextInt(65_400) : 1 + random.nextInt(6_000);
            final byte[] bytes = random.nextBoolean()
                    ? OuterPackets.ipv4(random, payload, 4 * random.nextInt(11))
                    : OuterPackets.ipv6(random, payload);
            cut(bytes, random, "seed " + seed + " packet " + i);
        }
    }

    private void cut(final byte[] bytes, final SplittableRandom random, final String name) {
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[random.nextInt(20) + bytes.length]);
        final int at = packet.capacity() - bytes.length;
        packet.putBytes(at, bytes);
        final int trailer = random.nextInt(3) * 16;
        final int mtu = 200 + random.nextInt(9_000);
        assertThat(fragmenter.begin(packet, at, bytes.length, mtu, random.nextInt(3), trailer))
                .as(name)
                .isNull();
        // Whoever cuts may build the pieces where the packet stood.
        packet.setMemory(at, bytes.length, (byte) 0);
        final int headers = fragmenter.headersLength();
        final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(bytes, 0, headers);
        while (fragmenter.hasNext()) {
            final int length = fragmenter.next(out, OFFSET);
            assertThat(length).as(name).isLessThanOrEqualTo(mtu);
            assertThat(OuterPackets.length(out, OFFSET)).as(name).isEqualTo(length);
            assertThat(UdpHeader.datagramLength(out, OFFSET + headers - UdpHeader.LENGTH))
                    .as(name)
                    .isEqualTo(length - headers + UdpHeader.LENGTH);
            assertThat(MetadataParser.parseHeader(out, OFFSET + headers, length - headers - trailer, view))
                    .as(name)
                    .isNull();
            assertThat(view.fragmentMore()).as(name).isEqualTo(fragmenter.hasNext());
            assertThat(view.fragmentOffset() * 8).as(name).isEqualTo(whole.size() - headers);
            final int piece = length - headers - trailer - view.total();
            assertThat(piece % 8 == 0 || !view.fragmentMore()).as(name).isTrue();
            whole.write(out.byteArray(), OFFSET + headers + view.total(), piece);
        }
        assertThat(whole.toByteArray()).as(name).isEqualTo(bytes);
    }

    @Test
    void cuttingAllocatesNothing() {
        final UnsafeBuffer packet = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 2_000, 0));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(packet, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(packet, 500_000);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                .isZero();
    }

    private void work(final UnsafeBuffer packet, final int times) {
        for (int i = 0; i < times; i++) {
            if (fragmenter.begin(packet, 0, packet.capacity(), 1500, 7, TRAILER) != null) {
                throw new IllegalStateException();
            }
            while (fragmenter.hasNext()) {
                fragmenter.next(out, OFFSET);
            }
        }
    }

    private String hex(final int offset, final int length) {
        return hex(out, offset, length);
    }

    private static String hex(final UnsafeBuffer buffer, final int offset, final int length) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(buffer.byteArray(), offset, offset + length));
    }
}
