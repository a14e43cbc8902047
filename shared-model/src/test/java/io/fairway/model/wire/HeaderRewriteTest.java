package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** Rewriting a field in place leaves the checksum that computing anew gives. */
class HeaderRewriteTest {
    @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
    void ipv4ChecksumFollowsEveryRewrite(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final RandomFrame frame = new RandomFrame(random, false);
        final UnsafeBuffer buffer = new UnsafeBuffer(frame.bytes);
        final int ttl = Ipv4Header.ttl(buffer, frame.ip);

        Ipv4Header.decrementTtl(buffer, frame.ip);
        Ipv4Header.rewriteSource(buffer, frame.ip, random.nextInt());
        Ipv4Header.rewriteDestination(buffer, frame.ip, random.nextInt());
        Ipv4Header.rewriteTotalLength(buffer, frame.ip, random.nextInt(1 << 16));
        Ipv4Header.rewriteProtocol(buffer, frame.ip, random.nextInt(256));

        assertThat(Ipv4Header.ttl(buffer, frame.ip)).isEqualTo(ttl - 1);
        final int checksum = Ipv4Header.checksum(buffer, frame.ip);
        Ipv4Header.computeChecksum(buffer, frame.ip);
        assertThat(checksum).isEqualTo(Ipv4Header.checksum(buffer, frame.ip));
    }

    @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
    void icmpChecksumFollowsTheIdentifier(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[8 + random.nextInt(60)];
        random.nextBytes(bytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putByte(0, (byte) IcmpMessage.ECHO_REQUEST);
        IcmpMessage.computeChecksum(buffer, 0, bytes.length);

        IcmpMessage.rewriteIdentifier(buffer, 0, random.nextInt(1 << 16));

        final int checksum = IcmpMessage.checksum(buffer, 0);
        IcmpMessage.computeChecksum(buffer, 0, bytes.length);
        assertThat(checksum).isEqualTo(IcmpMessage.checksum(buffer, 0));
    }

    @Example
    void mssIsLoweredAndNeverRaised() {
        // The MSS option stands once at an even and once (after a NOP) at an odd place.
        for (final String options : new String[] {"020405b4 00000000", "01020405 b4000000"}) {
            final UnsafeBuffer buffer =
                    new UnsafeBuffer(Words.bytes("c000 01bb 11223344 00000000 7002 faf0 0000 0000" + options));
            TcpHeader.setChecksum(buffer, 0, InternetChecksum.checksum(buffer, 0, 28));

            TcpHeader.clampMss(buffer, 0, 9000, false);
            assertThat(mss(buffer)).isEqualTo(1460);
            TcpHeader.clampMss(buffer, 0, 1321, false);
            assertThat(mss(buffer)).isEqualTo(1321);
            assertThat(InternetChecksum.sum(buffer, 0, 28)).isEqualTo(0xffff);

            final int checksum = TcpHeader.checksum(buffer, 0);
            TcpHeader.clampMss(buffer, 0, 1000, true);
            assertThat(mss(buffer)).isEqualTo(1000);
            assertThat(TcpHeader.checksum(buffer, 0)).isEqualTo(checksum);
        }
    }

    @Example
    void lyingTcpOptionsEndTheSearch() {
        for (final String options :
                new String[] {"00000000", "02000000", "01010102", "03ff0000", "02030000", "01010101"}) {
            final UnsafeBuffer buffer =
                    new UnsafeBuffer(Words.bytes("c000 01bb 11223344 00000000 6002 faf0 0000 0000" + options));
            assertThat(TcpHeader.mssValueOffset(buffer, 0)).isEqualTo(-1);
        }
    }

    private static int mss(final UnsafeBuffer buffer) {
        return buffer.getShort(TcpHeader.mssValueOffset(buffer, 0), java.nio.ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    @Example
    void vnetHeaderIsLittleEndianAndSaysWhatToTrust() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes("01 01 4200 a805 2200 1000"));

        assertThat(VnetHeader.needsChecksum(buffer, 0)).isTrue();
        assertThat(VnetHeader.gsoType(buffer, 0)).isEqualTo(VnetHeader.GSO_TCPV4);
        assertThat(VnetHeader.headerLengthBytes(buffer, 0)).isEqualTo(66);
        assertThat(VnetHeader.gsoSizeBytes(buffer, 0)).isEqualTo(1448);
        assertThat(VnetHeader.checksumStart(buffer, 0)).isEqualTo(34);
        assertThat(VnetHeader.checksumOffset(buffer, 0)).isEqualTo(16);
        assertThat(VnetHeader.checksumTrusted(buffer, 0)).isTrue();
        VnetHeader.clear(buffer, 0);
        assertThat(VnetHeader.checksumTrusted(buffer, 0)).isFalse();
        VnetHeader.setFlags(buffer, 0, VnetHeader.DATA_VALID);
        assertThat(VnetHeader.checksumTrusted(buffer, 0)).isTrue();
    }
}
