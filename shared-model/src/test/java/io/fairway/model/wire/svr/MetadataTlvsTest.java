package io.fairway.model.wire.svr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fairway.model.config.Secret;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Words;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The TLVs that not every session has, in words and bytes, and the headers that the packet path writes. */
class MetadataTlvsTest {
    private static final String BASE = "4c48dbc6 ddf6670c ";
    private static final String FRAGMENT = BASE + """
            1022 0000
            0010 0004 00000007                 # 16 security id 7
            0001 000a cafe0001 1234 60b9 05dc  # 1  don't fragment, more follow, offset 185 * 8, largest seen 1500
            """;
    private static final String METRICS = BASE + """
            101a 0000
            001a 000a 10000abc 2fffffff 8123   # 26 colour 1, 2748 ms; colour 2, 2^28-1 ms; drop, 291 packets
            """;
    private static final String SELDOM = BASE + """
            100c 006b
            000b 0000 000c 0000                # 11 encrypted, 12 TCP as UDP
            0019 0004 c6336401                 # 25 source NAT 198.51.100.1
            0023 0003 646e73                   # 35 application "dns"
            0011 0004 77657374                 # 17 destination router "west"
            002a 0004 ffffffff                 # 42 remaining time
            002e 0020 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
            0032 000b 04 80 c0a8010a e8000001 11 # 50 192.168.1.10 to 232.0.0.1, UDP, flags 80
            0033 000d 0002 05 6e6f727468 04 65617374 # 51 "north", "east"
            """;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[Metadata.MAX_ENCODED_LENGTH]);
    private final MetadataView view = new MetadataView();

    @Test
    void fragmentIsWrittenAndRead() {
        view.setSecurityId(7).setFragment(185, true, 0xcafe0001).setOriginal(0x1234, true, 1500);
        assertThat(written(MetadataEncoder.header(buffer, 0, view))).isEqualTo(Words.bytes(FRAGMENT));
        assertThat(Words.bytes(FRAGMENT)).hasSize(MetadataEncoder.FRAGMENT_LENGTH);

        final ReceivedMetadata received = decoded(FRAGMENT);

        assertThat(view.fragment()).isTrue();
        assertThat(view.fragmentExtendedId()).isEqualTo(0xcafe0001);
        assertThat(view.fragmentOriginalId()).isEqualTo(0x1234);
        assertThat(view.fragmentDontFragment()).isTrue();
        assertThat(view.fragmentMore()).isTrue();
        assertThat(view.fragmentOffset()).isEqualTo(185);
        assertThat(view.fragmentLargestSeen()).isEqualTo(1500);
        assertThat(received.fragment()).isEqualTo(new Fragment(0xcafe0001, 0x1234, true, true, 185, 1500));
    }

    @Test
    void reservedBitOfAFragmentIsNotLookedAt() {
        assertThat(decoded(FRAGMENT.replace("60b9", "80b9")).fragment())
                .isEqualTo(new Fragment(0xcafe0001, 0x1234, false, false, 185, 1500));
    }

    @Test
    void pathMetricsAreWrittenAndRead() {
        view.setSentMark(1, 0xabc).setReceivedMark(2, 0x7fff_ffff).setPreviousCount(0x123, true);
        assertThat(written(MetadataEncoder.header(buffer, 0, view))).isEqualTo(Words.bytes(METRICS));

        final ReceivedMetadata received = decoded(METRICS);

        assertThat(view.hasPathMetrics()).isTrue();
        assertThat(view.sentColor()).isEqualTo(1);
        assertThat(view.sentTimeMs()).isEqualTo(2748);
        assertThat(view.receivedColor()).isEqualTo(2);
        assertThat(view.receivedTimeMs()).isEqualTo(0x0fff_ffff);
        assertThat(view.measuresOnly()).isTrue();
        assertThat(view.previousCount()).isEqualTo(291);
        assertThat(received.pathMetrics()).isEqualTo(new PathMetrics(1, 2748, 2, 0x0fff_ffff, true, 291));
    }

    @Test
    void placeOfAnIcmpErrorIsWrittenAndRead() {
        placeIsWrittenAndRead("10.0.0.9", "0014 0004 0a000009");
        placeIsWrittenAndRead("2001:db8::9", "0015 0010 20010db8000000000000000000000009");
    }

    private void placeIsWrittenAndRead(final String address, final String tlv) {
        final IpAddress place = IpAddress.parse(address);
        final String unkeyed = BASE + (place.isV4() ? "1014" : "1020") + "0000" + tlv;
        final String keyed = BASE + (place.isV4() ? "101c" : "1028") + "0000 0010 0004 00000007" + tlv;
        assertThat(written(MetadataEncoder.icmpErrorLocation(buffer, 0, place.high(), place.low(), 0)))
                .isEqualTo(Words.bytes(unkeyed));
        assertThat(written(MetadataEncoder.icmpErrorLocation(buffer, 0, place.high(), place.low(), 7)))
                .isEqualTo(Words.bytes(keyed));

        assertThat(decoded(keyed).icmpErrorLocation()).isEqualTo(place);
        assertThat(view.hasIcmpErrorLocation()).isTrue();
        assertThat(new IpAddress(view.icmpErrorLocationHigh(), view.icmpErrorLocationLow()))
                .isEqualTo(place);
        assertThat(view.securityId()).isEqualTo(7);
    }

    @Test
    void healthCheckIsWrittenAndRead() {
        assertThat(written(MetadataEncoder.healthCheck(buffer, 0, 1, 0)))
                .isEqualTo(Words.bytes(BASE + "1011 0000 002e 0001 01"));
        final String keyed = BASE + "1019 0000 0010 0004 00000007 002e 0001 02";
        assertThat(written(MetadataEncoder.healthCheck(buffer, 0, 2, 7))).isEqualTo(Words.bytes(keyed));

        assertThat(decoded(keyed).healthCheck()).isEqualTo(2);
        assertThat(view.healthCheck()).isEqualTo(2);
    }

    @Test
    void controlWithoutAKeyIsTheExample() {
        assertThat(written(MetadataEncoder.control(buffer, 0, ControlReason.ENABLE_METADATA, 0)))
                .isEqualTo(Words.bytes("4c48dbc6ddf6670c 1011 0000 0018 0001 02"));
        assertThat(written(MetadataEncoder.control(buffer, 0, ControlReason.KEEP_ALIVE, 0)))
                .isEqualTo(Words.bytes("4c48dbc6ddf6670c 1011 0000 0018 0001 01"));
    }

    @Test
    void metricsJoinThePayloadThatASessionSends() {
        final String session = BASE + "1014 000c 0010 0004 00000007 0007 0003 656e67 0007 0001 61";
        assertThat(MetadataParser.parseHeader(new UnsafeBuffer(Words.bytes(session)), 0, 32, view))
                .isNull();

        view.setSentMark(1, 5);

        assertThat(written(MetadataEncoder.header(buffer, 0, view)))
                .isEqualTo(Words.bytes(BASE + "1022 000c 0010 0004 00000007 001a 000a 10000005 00000000 0000"));
    }

    @Test
    void seldomPayloadTlvsAreWrittenAndRead() {
        final ReceivedMetadata received = decoded(SELDOM);

        assertThat(received.encrypted()).isTrue();
        assertThat(received.tcpAsUdp()).isTrue();
        assertThat(received.sourceNat()).isEqualTo(IpAddress.parse("198.51.100.1"));
        assertThat(received.application()).isEqualTo("dns");
        assertThat(received.destinationRouter()).isEqualTo("west");
        assertThat(received.remainingSeconds()).isEqualTo(0xffff_ffffL);
        assertThat(received.key())
                .isEqualTo(Secret.ofHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
        assertThat(received.multicast())
                .isEqualTo(
                        new MulticastContext(0x80, IpAddress.parse("192.168.1.10"), IpAddress.parse("232.0.0.1"), 17));
        assertThat(received.multicastEgress()).containsExactly("north", "east");
        final byte[] again = written(MetadataEncoder.encode(buffer, 0, received));
        assertThat(again).hasSameSizeAs(Words.bytes(SELDOM));
        assertThat(MetadataParser.decode(new UnsafeBuffer(again), 0, again.length))
                .isEqualTo(received);
    }

    @Test
    void multicastOverIpv6HasItsOwnFamily() {
        final ReceivedMetadata received = decoded(BASE + "100c 0027 0032 0023 06 00"
                + "20010db8000000000000000000000001 ff3e0000000000000000000000000001 11");

        assertThat(received.multicast())
                .isEqualTo(new MulticastContext(0, IpAddress.parse("2001:db8::1"), IpAddress.parse("ff3e::1"), 17));
    }

    @Test
    void keyNeverShowsItself() {
        final ReceivedMetadata received = decoded(SELDOM);

        assertThat(received.toString()).doesNotContain("0001020304", "[0, 1, 2").contains("secret of 32 bytes");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(new MetadataBuilder().key(Secret.of(new byte[24])));
        refused(new MetadataBuilder().multicastEgress(List.of("n".repeat(256))));
        refused(new MetadataBuilder().multicastEgress(Collections.nCopies(5, "n".repeat(255))));
        refused(new MetadataBuilder().sourceNat(IpAddress.parse("2001:db8::1")));
    }

    private void refused(final MetadataBuilder builder) {
        assertThatThrownBy(() -> MetadataEncoder.encode(buffer, 0, builder.build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longestMetadataFitsTheBound() {
        final String name = "n".repeat(255);
        final ReceivedMetadata all = new MetadataBuilder()
                .securityId(1)
                .disableForward(true)
                .controlReason(1)
                .healthCheck(1)
                .fragment(new Fragment(1, 2, true, true, 3, 4))
                .icmpErrorLocation(IpAddress.parse("2001:db8::1"))
                .pathMetrics(new PathMetrics(1, 2, 3, 4, true, 5))
                .tenant(name)
                .service(name)
                .router(name)
                .policy(name)
                .destinationRouter(name)
                .path(name)
                .application(name)
                .key(Secret.of(new byte[64]))
                .multicastEgress(Collections.nCopies(511, "n"))
                .build();

        final int length = MetadataEncoder.encode(buffer, 0, all);

        final int contextsAndTheRest = 2 * 41 + 39 + 20 + 8 + 8 + 4 + 4;
        assertThat(length + contextsAndTheRest).isLessThanOrEqualTo(Metadata.MAX_ENCODED_LENGTH);
        assertThat(MetadataParser.parseHeader(buffer, 0, length, view)).isNull();
        assertThat(view.headerLength()).isEqualTo(MetadataEncoder.MAX_HEADER_LENGTH);
    }

    @Test
    void headersOfThePacketPathAllocateNothing() {
        final UnsafeBuffer fragment = new UnsafeBuffer(Words.bytes(FRAGMENT));
        final UnsafeBuffer metrics = new UnsafeBuffer(Words.bytes(METRICS));
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(fragment, metrics, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(fragment, metrics, 1_000_000);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                .isZero();
    }

    private void work(final UnsafeBuffer fragment, final UnsafeBuffer metrics, final int times) {
        for (int i = 0; i < times; i++) {
            final UnsafeBuffer source = i % 2 == 0 ? fragment : metrics;
            if (MetadataParser.parseHeader(source, 0, source.capacity(), view) != null
                    || MetadataEncoder.header(buffer, 0, view) != source.capacity()) {
                throw new IllegalStateException();
            }
            MetadataEncoder.icmpErrorLocation(buffer, 0, 0, i, i);
            MetadataEncoder.healthCheck(buffer, 0, 1, i);
            MetadataEncoder.control(buffer, 0, ControlReason.KEEP_ALIVE, i);
        }
    }

    private byte[] written(final int length) {
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    private ReceivedMetadata decoded(final String words) {
        final byte[] bytes = Words.bytes(words);
        assertThat(MetadataParser.parseHeader(new UnsafeBuffer(bytes), 0, bytes.length, view))
                .isNull();
        final ReceivedMetadata received = MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length);
        assertThat(received).isNotNull();
        return received;
    }
}
