package io.fairway.deploy.fuzz;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.svr.Fragment;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataBuilder;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MulticastContext;
import io.fairway.model.wire.svr.PathMetrics;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/** Metadata such as a peer sends, and the ways in which its TLVs can be wrong. */
final class MetadataSource {
    /** Bytes of the longest metadata after changes. */
    static final int MAX_LENGTH = 8192;

    private static final int TEMPLATES = 512;
    private static final int HEADER_LENGTH = 8;
    private static final int PAYLOAD_LENGTH = 10;
    private static final int BASE_LENGTH = 12;
    private static final int TLV_HEADER_LENGTH = 4;
    private static final int ROOM = 64;

    final byte[] bytes = new byte[MAX_LENGTH];
    int length;

    /** How many bytes may differ from 0. */
    private int written = MAX_LENGTH;

    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final byte[][] templates = new byte[TEMPLATES][];

    MetadataSource() {
        final FuzzRandom random = new FuzzRandom();
        for (int i = 0; i < TEMPLATES; i++) {
            random.begin(0, i);
            final int size = MetadataEncoder.encode(buffer, 0, metadata(random));
            templates[i] = new byte[size];
            buffer.getBytes(0, templates[i]);
        }
    }

    /** Writes metadata, right or wrong. */
    void next(final FuzzRandom random) {
        final byte[] template = templates[random.nextInt(TEMPLATES)];
        Arrays.fill(bytes, 0, written, (byte) 0);
        written = 0;
        length = template.length;
        System.arraycopy(template, 0, bytes, 0, length);
        touched();
        switch (random.nextInt(8)) {
            case 0 -> {
                // As it is.
            }
            case 1 -> length = Mutator.mutate(random, bytes, length);
            case 2 -> random(random);
            default -> {
                for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                    changeTlv(random);
                }
            }
        }
        touched();
    }

    /** A right base header, and behind it anything. */
    private void random(final FuzzRandom random) {
        length = random.nextInt(120);
        random.fill(bytes, 0, length);
        if (length >= BASE_LENGTH && !random.oneIn(10)) {
            final int header = random.nextInt(BASE_LENGTH, length + 1);
            buffer.putLong(0, Metadata.COOKIE, BIG_ENDIAN);
            putLengths(header, length - header);
            for (int at = BASE_LENGTH; at + TLV_HEADER_LENGTH <= length; at += TLV_HEADER_LENGTH + bytes[at + 3]) {
                buffer.putShort(at, (short) random.nextInt(54), BIG_ENDIAN);
                buffer.putShort(at + 2, (short) random.nextInt(20), BIG_ENDIAN);
            }
        }
    }

    /** Changes one TLV, and keeps the lengths of the sections right but for one time in a few. */
    private void changeTlv(final FuzzRandom random) {
        if (length < BASE_LENGTH) {
            return;
        }
        final int headerEnd = (buffer.getShort(HEADER_LENGTH, BIG_ENDIAN) & 0xfff);
        final int at = tlv(random);
        switch (random.nextInt(7)) {
            case 0 -> buffer.putShort(at, (short) random.nextInt(54), BIG_ENDIAN);
            case 1 -> buffer.putShort(at + 2, (short) random.nextInt(70), BIG_ENDIAN);
            case 2 -> splice(at, headerEnd, copyOf(random, at));
            case 3 -> splice(at, headerEnd, unknown(random));
            case 4 -> bytes[Math.min(MAX_LENGTH - 1, valueByte(random, at))] = (byte) random.nextInt(256);
            case 5 -> length = random.nextInt(length + 1);
            default -> putLengths(headerEnd + random.nextInt(-5, 6), length - headerEnd + random.nextInt(-5, 6));
        }
    }

    /** Where a random TLV begins, if the lengths can be believed. */
    private int tlv(final FuzzRandom random) {
        int at = BASE_LENGTH;
        for (int steps = random.nextInt(16); steps > 0; steps--) {
            final int next = at + TLV_HEADER_LENGTH + (buffer.getShort(at + 2, BIG_ENDIAN) & 0xffff);
            if (next + TLV_HEADER_LENGTH > length) {
                break;
            }
            at = next;
        }
        return at;
    }

    /** A byte of a TLV's value, more often one of the first, where its own lengths stand. */
    private int valueByte(final FuzzRandom random, final int at) {
        final int valueLength = buffer.getShort(at + 2, BIG_ENDIAN) & 0xffff;
        final int reach = random.nextBoolean() ? 4 : Math.min(valueLength, length - at);
        return at + TLV_HEADER_LENGTH + random.nextInt(1 + Math.max(0, reach));
    }

    private byte[] copyOf(final FuzzRandom random, final int at) {
        final int size = TLV_HEADER_LENGTH + (buffer.getShort(at + 2, BIG_ENDIAN) & 0xff);
        final byte[] copy = new byte[Math.min(size, MAX_LENGTH - at)];
        buffer.getBytes(at, copy);
        copy[0] ^= (byte) (random.oneIn(4) ? 1 : 0);
        return copy;
    }

    private static byte[] unknown(final FuzzRandom random) {
        final byte[] unknown = new byte[TLV_HEADER_LENGTH + random.nextInt(40)];
        random.fill(unknown, 0, unknown.length);
        unknown[2] = 0;
        unknown[3] = (byte) (unknown.length - TLV_HEADER_LENGTH);
        return unknown;
    }

    /** Puts bytes before a TLV. */
    private void splice(final int at, final int headerEnd, final byte[] inserted) {
        if (at > length || length + inserted.length > MAX_LENGTH) {
            return;
        }
        System.arraycopy(bytes, at, bytes, at + inserted.length, length - at);
        System.arraycopy(inserted, 0, bytes, at, inserted.length);
        length += inserted.length;
        touched();
        final int header = at < headerEnd ? headerEnd + inserted.length : headerEnd;
        putLengths(header, length - header);
    }

    /** Changes reach a little behind the last byte. */
    private void touched() {
        written = Math.clamp(length + ROOM, written, MAX_LENGTH);
    }

    private void putLengths(final int header, final int payload) {
        buffer.putShort(HEADER_LENGTH, (short) (Metadata.VERSION << 12 | header & 0xfff), BIG_ENDIAN);
        buffer.putShort(PAYLOAD_LENGTH, (short) payload, BIG_ENDIAN);
    }

    private static ReceivedMetadata metadata(final FuzzRandom random) {
        final MetadataBuilder metadata = new MetadataBuilder()
                .securityId(random.nextBoolean() ? 1 + random.nextInt(9) : 0)
                .disableForward(random.oneIn(3))
                .encrypted(random.oneIn(3))
                .tcpAsUdp(random.oneIn(3));
        if (random.oneIn(4)) {
            metadata.controlReason(random.nextInt(10)).healthCheck(random.nextInt(3));
        }
        if (random.oneIn(3)) {
            metadata.fragment(new Fragment(random.nextInt(), 1, false, true, random.nextInt(8192), 1500));
        }
        if (random.oneIn(3)) {
            metadata.pathMetrics(new PathMetrics(1, random.nextInt(1 << 28), 2, random.nextInt(1 << 28), false, 9));
        }
        metadata.icmpErrorLocation(random.oneIn(4) ? address(random, random.nextBoolean()) : null);
        return random.oneIn(4) ? metadata.build() : payload(random, metadata).build();
    }

    private static MetadataBuilder payload(final FuzzRandom random, final MetadataBuilder metadata) {
        metadata.forwardContext(random.oneIn(4) ? null : tuple(random))
                .reverseContext(random.oneIn(4) ? tuple(random) : null)
                .uuid(random.oneIn(4) ? null : new UUID(random.nextLong(), random.nextLong()))
                .tenant(text(random))
                .service(text(random))
                .router(text(random))
                .policy(text(random))
                .path(text(random))
                .destinationRouter(random.oneIn(3) ? text(random) : null)
                .application(random.oneIn(3) ? text(random) : null)
                .sourceNat(random.oneIn(3) ? address(random, true) : null);
        if (random.oneIn(3)) {
            metadata.remainingSeconds(random.nextInt(1 << 30));
        }
        if (random.oneIn(3)) {
            metadata.key(Secret.of(new byte[16 * (1 + random.nextInt(4))]));
        }
        if (random.oneIn(3)) {
            final boolean v4 = random.nextBoolean();
            metadata.multicast(new MulticastContext(1, address(random, v4), address(random, v4), 17));
        }
        return random.oneIn(3) ? metadata.multicastEgress(names(random)) : metadata;
    }

    private static List<String> names(final FuzzRandom random) {
        final List<String> names = new ArrayList<>();
        for (int count = random.nextInt(5); count > 0; count--) {
            names.add(text(random));
        }
        return names;
    }

    private static String text(final FuzzRandom random) {
        return "abcdefghijklmnopqrstuvwxyz.-_0123456789".substring(random.nextInt(20), 20 + random.nextInt(20));
    }

    private static FiveTuple tuple(final FuzzRandom random) {
        final boolean v4 = random.nextBoolean();
        return new FiveTuple(
                address(random, v4), address(random, v4), random.nextInt(1 << 16), random.nextInt(1 << 16), 6);
    }

    private static IpAddress address(final FuzzRandom random, final boolean v4) {
        return v4 ? IpAddress.v4(random.nextInt()) : new IpAddress(random.nextLong(), random.nextLong());
    }
}
