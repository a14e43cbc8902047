package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** Any bytes whatever: the parser answers and stays within them; what the encoder writes it reads. */
class MetadataPropertyTest {
    private final MetadataView view = new MetadataView();

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void anyBytesAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[random.nextInt(150)];
        random.nextBytes(bytes);
        if (bytes.length >= Metadata.BASE_LENGTH && random.nextInt(10) != 0) {
            final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
            final int headerLength = 12 + random.nextInt(bytes.length - 11);
            buffer.putLong(0, Metadata.COOKIE, BIG_ENDIAN);
            buffer.putShort(8, (short) (0x1000 | headerLength), BIG_ENDIAN);
            buffer.putShort(10, (short) random.nextInt(bytes.length - headerLength + 1), BIG_ENDIAN);
            for (int at = 12; at + 4 < bytes.length; at += 4 + (bytes[at + 3] & 0xff)) {
                buffer.putShort(at, (short) random.nextInt(54), BIG_ENDIAN);
                buffer.putShort(at + 2, (short) random.nextInt(20), BIG_ENDIAN);
            }
        }
        parseWithinWalls(bytes, bytes.length, random);
    }

    @Property(tries = 50_000, shrinking = ShrinkingMode.OFF)
    void mutatedMetadataIsAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = encoded(metadata(random));
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            final int at =
                    random.nextBoolean() ? random.nextInt(Math.min(bytes.length, 40)) : random.nextInt(bytes.length);
            if (random.nextBoolean()) {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            } else {
                bytes[at] = (byte) random.nextInt(-1, 40);
            }
        }
        parseWithinWalls(bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1), random);
    }

    /** The buffer ends with the packet, so that a read behind it throws; what stands before it must not matter. */
    private void parseWithinWalls(final byte[] bytes, final int length, final SplittableRandom random) {
        final int before = random.nextInt(40);
        final byte[] memory = new byte[before + length];
        System.arraycopy(bytes, 0, memory, before, length);
        final UnsafeBuffer buffer = new UnsafeBuffer(memory);
        final DropReason reason = MetadataParser.parseHeader(buffer, before, length, view);
        final ReceivedMetadata received = MetadataParser.decode(buffer, before, length);
        Arrays.fill(memory, 0, before, (byte) 0xff);
        assertThat(MetadataParser.decode(buffer, before, length)).isEqualTo(received);
        // What is decrypted with a wrong key is any bytes.
        final int tail = random.nextInt(length + 1);
        MetadataParser.decodePayload(view, buffer, memory.length - tail, tail);
        if (reason != null) {
            assertThat(reason).isEqualTo(DropReason.METADATA_MALFORMED);
            assertThat(received).isNull();
            return;
        }
        assertThat(view.headerLength()).isGreaterThanOrEqualTo(Metadata.BASE_LENGTH);
        assertThat(view.total()).isLessThanOrEqualTo(length);
        if (received != null) {
            assertThat(received.securityId()).isEqualTo(view.securityId());
            assertThat(received.disableForward()).isEqualTo(view.disableForward());
            assertThat(received.controlReason()).isEqualTo(view.controlReason());
            // Whatever was accepted can be sent on.
            assertThat(decoded(encoded(received))).isEqualTo(received);
        }
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void headerAndPayloadReadApartAreTheSame(@ForAll(supplier = Seeds.class) final long seed) {
        final ReceivedMetadata metadata = metadata(new SplittableRandom(seed));
        final UnsafeBuffer header = new UnsafeBuffer(new byte[MetadataEncoder.MAX_HEADER_LENGTH]);
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[Metadata.MAX_ENCODED_LENGTH]);
        final int headerLength =
                MetadataEncoder.header(header, 0, metadata.header().view());
        final int payloadLength = MetadataEncoder.encodePayload(payload, 0, metadata.payload());

        assertThat(MetadataParser.parseHeader(header, 0, headerLength, view)).isNull();

        assertThat(MetadataParser.decodePayload(view, payload, 0, payloadLength))
                .isEqualTo(metadata);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void decodeOfEncodeIsTheSame(@ForAll(supplier = Seeds.class) final long seed) {
        final ReceivedMetadata metadata = metadata(new SplittableRandom(seed));

        assertThat(decoded(encoded(metadata))).isEqualTo(metadata);
    }

    private static byte[] encoded(final ReceivedMetadata metadata) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[Metadata.MAX_ENCODED_LENGTH]);
        return Arrays.copyOf(buffer.byteArray(), MetadataEncoder.encode(buffer, 0, metadata));
    }

    private static ReceivedMetadata decoded(final byte[] bytes) {
        return MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static ReceivedMetadata metadata(final SplittableRandom random) {
        return new ReceivedMetadata(header(random), payload(random));
    }

    private static HeaderTlvs header(final SplittableRandom random) {
        return new HeaderTlvs(
                random.nextBoolean() ? random.nextInt() : 0,
                random.nextBoolean(),
                random.nextBoolean() ? random.nextInt(256) : MetadataView.NO_CONTROL,
                random.nextInt(3),
                random.nextBoolean()
                        ? new Fragment(
                                random.nextInt(),
                                random.nextInt(1 << 16),
                                random.nextBoolean(),
                                random.nextBoolean(),
                                random.nextInt(1 << 13),
                                random.nextInt(1 << 16))
                        : null,
                random.nextBoolean() ? address(random, random.nextBoolean()) : null,
                random.nextBoolean()
                        ? new PathMetrics(
                                random.nextInt(1 << 4),
                                random.nextInt(1 << 28),
                                random.nextInt(1 << 4),
                                random.nextInt(1 << 28),
                                random.nextBoolean(),
                                random.nextInt(1 << 15))
                        : null);
    }

    private static PayloadTlvs payload(final SplittableRandom random) {
        return new PayloadTlvs(
                context(random),
                context(random),
                random.nextBoolean() ? new UUID(random.nextLong(), random.nextLong()) : null,
                text(random),
                text(random),
                random.nextBoolean(),
                random.nextBoolean(),
                text(random),
                text(random),
                text(random),
                text(random),
                random.nextBoolean() ? IpAddress.v4(random.nextInt()) : null,
                text(random),
                random.nextBoolean() ? random.nextLong(1L << 32) : ReceivedMetadata.NO_REMAINING_TIME,
                random.nextBoolean() ? key(random) : null,
                random.nextBoolean() ? multicast(random) : null,
                random.nextBoolean() ? names(random) : null);
    }

    private static Secret key(final SplittableRandom random) {
        final byte[] bytes = new byte[16 * (1 + random.nextInt(4))];
        random.nextBytes(bytes);
        return Secret.of(bytes);
    }

    private static MulticastContext multicast(final SplittableRandom random) {
        final boolean v4 = random.nextBoolean();
        return new MulticastContext(random.nextInt(256), address(random, v4), address(random, v4), random.nextInt(256));
    }

    private static List<String> names(final SplittableRandom random) {
        return Stream.generate(() -> text(random))
                .filter(Objects::nonNull)
                .limit(random.nextInt(4))
                .toList();
    }

    private static IpAddress address(final SplittableRandom random, final boolean v4) {
        return v4 ? IpAddress.v4(random.nextInt()) : new IpAddress(random.nextLong(), random.nextLong());
    }

    private static FiveTuple context(final SplittableRandom random) {
        if (random.nextBoolean()) {
            return null;
        }
        final boolean v4 = random.nextBoolean();
        return new FiveTuple(
                address(random, v4),
                address(random, v4),
                random.nextInt(1 << 16),
                random.nextInt(1 << 16),
                random.nextInt(256));
    }

    private static String text(final SplittableRandom random) {
        if (random.nextBoolean()) {
            return null;
        }
        final StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(10) == 0 ? 255 : random.nextInt(20); length > 0; length--) {
            text.append((char) random.nextInt(' ', '~' + 1));
        }
        return text.toString();
    }
}
