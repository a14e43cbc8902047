package io.fairway.dataplane.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole packets out of real fragments: of a peer's and of a client's, over IPv4 and over IPv6. */
class ReassembledPacketTest {
    private final Reassembler reassembler = new Reassembler(
            new ReassemblyLimits(3, 1 << 16, 1 << 17, TimeUnit.SECONDS.toNanos(5)), (reason, count) -> {});
    private final FragmentView fragment = new FragmentView();
    private final long nowNs = System.nanoTime();

    @AfterEach
    void close() {
        reassembler.close();
    }

    @Test
    void piecesBetweenRoutersMakeTheirPacket() {
        final byte[] packet = OuterPackets.ipv4(new SplittableRandom(1), 3_000, 4);
        assertMadeOfPieces(packet);
        assertMadeOfPieces(OuterPackets.ipv6(new SplittableRandom(1), 3_000));
    }

    private void assertMadeOfPieces(final byte[] packet) {
        final UnsafeBuffer out = new UnsafeBuffer(new byte[2_000]);
        final MetadataView view = new MetadataView();
        try (Fragmenter fragmenter = new Fragmenter(1)) {
            assertThat(fragmenter.begin(new UnsafeBuffer(packet), 0, packet.length, 1400, 7, 16))
                    .isNull();
            while (fragmenter.hasNext()) {
                final int length = fragmenter.next(out, 10) - 16;
                final int payload = 10 + fragmenter.headersLength();
                assertThat(MetadataParser.parseHeader(out, payload, 10 + length - payload, view))
                        .isNull();
                assertThat(reassembler.add(1, fragment.svr(9, view, out, 10, length), nowNs))
                        .isNull();
                assertThat(reassembler.isWhole()).isEqualTo(!fragmenter.hasNext());
            }
        }
        assertThat(whole()).isEqualTo(packet);
    }

    @Test
    void sameNumberOnAnotherFlowIsAnotherPacket() {
        final UnsafeBuffer packet = new UnsafeBuffer(OuterPackets.ipv4(new SplittableRandom(1), 100, 0));
        final MetadataView view = new MetadataView();
        view.setFragment(0, true, -1);
        assertThat(reassembler.add(0, fragment.svr(9, view, packet, 0, 28 + 96), nowNs))
                .isNull();
        view.setFragment(12, false, -1);
        assertThat(reassembler.add(0, fragment.svr(10, view, packet, 0, 28 + 96), nowNs))
                .isNull();
        assertThat(reassembler.isWhole()).isFalse();
        assertThat(reassembler.add(0, fragment.svr(9, view, packet, 0, 28 + 96), nowNs))
                .isNull();
        assertThat(reassembler.isWhole()).isTrue();
    }

    @Test
    void ipv4FragmentsMakeTheirDatagram() {
        final byte[] packet = OuterPackets.ipv4(new SplittableRandom(1), 3_000, 0);
        final UnsafeBuffer source = new UnsafeBuffer(packet);
        Ipv4Header.setIdentification(source, 0, 0xbeef);
        source.putShort(6, (short) 0);
        Ipv4Header.computeChecksum(source, 0);
        UdpHeader.computeChecksum(source, 0, 20);
        for (int start = 0; start < 3_008; start += 1_480) {
            final int length = Math.min(1_480, 3_008 - start);
            final UnsafeBuffer piece = new UnsafeBuffer(new byte[20 + length]);
            piece.putBytes(0, source, 0, 20);
            piece.putBytes(20, source, 20 + start, length);
            final int more = start + length < 3_008 ? 0x2000 : 0;
            piece.putShort(6, (short) (more | start >> 3), BIG_ENDIAN);
            assertThat(reassembler.add(2, fragment.ipv4(4, piece, 0, piece.capacity()), nowNs))
                    .isNull();
            assertThat(reassembler.isWhole()).isEqualTo(more == 0);
        }
        assertThat(whole()).isEqualTo(packet);
        assertThat(reassembler.largestFragment()).isEqualTo(1_500);
    }

    @Test
    void ipv6FragmentsMakeTheirDatagram() {
        // Hop-by-hop and destination options before the fragment header stay, and the latter names the transport.
        final byte[] options = HexFormat.of().parseHex("3c000104000000002c01010c000000000000000000000000");
        final byte[] bare = OuterPackets.ipv6(new SplittableRandom(1), 3_000);
        final UnsafeBuffer expected = new UnsafeBuffer(new byte[bare.length + options.length]);
        expected.putBytes(0, bare, 0, Ipv6Header.LENGTH);
        expected.putBytes(Ipv6Header.LENGTH, options);
        expected.putBytes(Ipv6Header.LENGTH + options.length, bare, Ipv6Header.LENGTH, 3_008);
        Ipv6Header.setNextHeader(expected, 0, 0);
        Ipv6Header.setPayloadLength(expected, 0, options.length + 3_008);
        final int headers = Ipv6Header.LENGTH + options.length;
        for (int start = 2_464; start >= 0; start -= 1_232) {
            final int length = Math.min(1_232, 3_008 - start);
            final UnsafeBuffer piece = new UnsafeBuffer(new byte[7 + headers + 8 + length]);
            piece.putBytes(7, expected, 0, headers);
            Ipv6Header.setPayloadLength(piece, 7, options.length + 8 + length);
            // Only the first fragment's next header counts.
            final int next = start == 0 ? IpProtocol.UDP : 59;
            piece.putShort(7 + headers, (short) (next << 8), BIG_ENDIAN);
            piece.putShort(7 + headers + 2, (short) (start | (start + length < 3_008 ? 1 : 0)), BIG_ENDIAN);
            piece.putInt(7 + headers + 4, 0xcafe_0001, BIG_ENDIAN);
            piece.putBytes(7 + headers + 8, expected, headers + start, length);
            assertThat(reassembler.add(2, fragment.ipv6(4, piece, 7, piece.capacity() - 7), nowNs))
                    .isNull();
            assertThat(reassembler.isWhole()).isEqualTo(start == 0);
        }
        expected.putByte(Ipv6Header.LENGTH + 8, (byte) IpProtocol.UDP);
        assertThat(whole()).isEqualTo(expected.byteArray());
    }

    private byte[] whole() {
        final byte[] found = new byte[reassembler.length()];
        reassembler.buffer().getBytes(reassembler.offset(), found);
        return found;
    }
}
