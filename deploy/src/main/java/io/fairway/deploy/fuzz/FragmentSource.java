package io.fairway.deploy.fuzz;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataView;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The frames of a few datagrams, each cut by IPv4's or IPv6's rules or as a router cuts for its peer; some are then
 * lost, doubled or changed, and all mixed.
 */
final class FragmentSource {
    static final int IP = EthernetHeader.LENGTH;

    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_HEADER = 44;
    private static final int FRAGMENT_HEADER_LENGTH = 8;
    private static final int DESTINATION_OPTIONS = 60;

    /** Where the fragment's offset stands: IPv4, IPv6, and in TLV 1 without a security id and with one. */
    private static final int[] FRAGMENT_WORDS = {6, 42, 50, 58};

    private static final int MAX_OPTIONS = 40;

    private final MetadataView metadata = new MetadataView();
    private final UnsafeBuffer encoded = new UnsafeBuffer(new byte[MetadataEncoder.MAX_HEADER_LENGTH]);
    private final byte[] changed = new byte[2_000];

    /** Writes the frames of one input. */
    List<byte[]> next(final FuzzRandom random) {
        final List<byte[]> frames = new ArrayList<>();
        for (int datagrams = 1 + random.nextInt(3); datagrams > 0; datagrams--) {
            final int length = 1 + random.nextInt(random.oneIn(200) ? 65_400 : 3_000);
            switch (random.nextInt(3)) {
                case 0 -> cutByIpv4(random, length, datagrams, frames);
                case 1 -> cutByIpv6(random, length, datagrams, frames);
                default -> cutForPeer(random, length, frames);
            }
        }
        if (random.nextBoolean()) {
            spoil(random, frames);
        }
        if (random.nextBoolean()) {
            shuffle(random, frames);
        }
        return frames;
    }

    private void cutByIpv4(final FuzzRandom random, final int length, final int id, final List<byte[]> frames) {
        final int most = 8 * (1 + random.nextInt(1 + length / 16));
        for (int at = 0; at < length; ) {
            final int data = Math.min(length - at, random.oneIn(4) ? 8 * (1 + random.nextInt(most / 8)) : most);
            final int options = random.oneIn(8) ? 4 * random.nextInt(1 + MAX_OPTIONS / 4) : 0;
            final UnsafeBuffer frame = frame(random, options, data);
            Ipv4Header.setIdentification(frame, IP, id);
            final int more = at + data < length ? MORE_FRAGMENTS : 0;
            frame.putShort(IP + 6, (short) (more | at >> 3), BIG_ENDIAN);
            Ipv4Header.computeChecksum(frame, IP);
            frames.add(frame.byteArray());
            at += data;
        }
    }

    private void cutByIpv6(final FuzzRandom random, final int length, final int id, final List<byte[]> frames) {
        final int most = 8 * (1 + random.nextInt(1 + length / 16));
        final int options = random.oneIn(4) ? 8 * random.nextInt(12) : 0;
        final int headers = IP + Ipv6Header.LENGTH + options;
        for (int at = 0; at < length; ) {
            final int data = Math.min(length - at, random.oneIn(4) ? 8 * (1 + random.nextInt(most / 8)) : most);
            final byte[] bytes = new byte[headers + FRAGMENT_HEADER_LENGTH + data];
            random.fill(bytes, 0, bytes.length);
            final UnsafeBuffer frame = new UnsafeBuffer(bytes);
            EthernetHeader.encode(frame, 0, 1, 2, EthernetHeader.IPV6);
            final int next = options == 0 ? FRAGMENT_HEADER : DESTINATION_OPTIONS;
            Ipv6Header.encode(frame, IP, bytes.length - IP - Ipv6Header.LENGTH, 64, next);
            Ipv6Header.setSource(frame, IP, 0x2001_0db8_0000_0000L, 1);
            Ipv6Header.setDestination(frame, IP, 0x2001_0db8_0000_0000L, 2);
            if (options > 0) {
                bytes[IP + Ipv6Header.LENGTH] = FRAGMENT_HEADER;
                bytes[IP + Ipv6Header.LENGTH + 1] = (byte) (options / 8 - 1);
            }
            bytes[headers] = IpProtocol.UDP;
            frame.putShort(headers + 2, (short) (at | (at + data < length ? 1 : 0)), BIG_ENDIAN);
            frame.putInt(headers + 4, id, BIG_ENDIAN);
            frames.add(bytes);
            at += data;
        }
    }

    /** An IPv4 frame, all but fragment and checksum. */
    private static UnsafeBuffer frame(final FuzzRandom random, final int options, final int data) {
        final int header = Ipv4Header.LENGTH + options;
        final byte[] bytes = new byte[IP + header + data];
        random.fill(bytes, 0, bytes.length);
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        EthernetHeader.encode(frame, 0, 1, 2, EthernetHeader.IPV4);
        Ipv4Header.encode(frame, IP, header + data, 64, IpProtocol.UDP);
        frame.putByte(IP, (byte) (0x40 | header >> 2));
        frame.setMemory(IP + Ipv4Header.LENGTH, options, (byte) 1);
        Ipv4Header.setSource(frame, IP, 0x0a00_0001);
        Ipv4Header.setDestination(frame, IP, 0x0a00_0002);
        return frame;
    }

    private void cutForPeer(final FuzzRandom random, final int length, final List<byte[]> frames) {
        final int most = 8 * (1 + random.nextInt(1 + length / 16));
        final int extendedId = random.nextInt(4);
        metadata.clear().setSecurityId(random.nextInt(2));
        for (int at = 0; at < length; ) {
            final int data = Math.min(length - at, most);
            metadata.setFragment(at >> 3, at + data < length, extendedId);
            final int header = MetadataEncoder.header(encoded, 0, metadata);
            final UnsafeBuffer frame = frame(random, 0, UdpHeader.LENGTH + header + data);
            final int udp = IP + Ipv4Header.LENGTH;
            UdpHeader.setDatagramLength(frame, udp, UdpHeader.LENGTH + header + data);
            frame.putBytes(udp + UdpHeader.LENGTH, encoded, 0, header);
            Ipv4Header.computeChecksum(frame, IP);
            frames.add(frame.byteArray());
            at += data;
        }
    }

    private void spoil(final FuzzRandom random, final List<byte[]> frames) {
        for (int changes = 1 + random.nextInt(3); changes > 0 && !frames.isEmpty(); changes--) {
            final int i = random.nextInt(frames.size());
            switch (random.nextInt(4)) {
                case 0 -> frames.remove(i);
                case 1 -> frames.add(frames.get(i).clone());
                case 2 -> frames.set(i, mutated(random, frames.get(i)));
                default -> frames.add(moved(random, frames.get(i)));
            }
        }
    }

    private byte[] mutated(final FuzzRandom random, final byte[] frame) {
        if (frame.length > changed.length) {
            return frame;
        }
        System.arraycopy(frame, 0, changed, 0, frame.length);
        final byte[] bytes = new byte[Mutator.mutate(random, changed, frame.length)];
        System.arraycopy(changed, 0, bytes, 0, bytes.length);
        return sealed(bytes);
    }

    /** Another place, or another end, for a copy of a fragment. */
    private static byte[] moved(final FuzzRandom random, final byte[] frame) {
        final byte[] bytes = frame.clone();
        final int at = IP + FRAGMENT_WORDS[random.nextInt(FRAGMENT_WORDS.length)];
        if (at + 1 < bytes.length) {
            final int word = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
            final int other =
                    random.nextBoolean() ? word ^ (at == IP + 42 ? 1 : MORE_FRAGMENTS) : word + random.nextInt(-3, 4);
            bytes[at] = (byte) (other >>> 8);
            bytes[at + 1] = (byte) other;
        }
        return sealed(bytes);
    }

    private static byte[] sealed(final byte[] bytes) {
        final UnsafeBuffer frame = new UnsafeBuffer(bytes);
        if (bytes.length > IP + Ipv4Header.LENGTH
                && Ipv4Header.version(frame, IP) == 4
                && IP + Ipv4Header.headerLength(frame, IP) <= bytes.length) {
            Ipv4Header.computeChecksum(frame, IP);
        }
        return bytes;
    }

    private static void shuffle(final FuzzRandom random, final List<byte[]> frames) {
        for (int i = frames.size() - 1; i > 0; i--) {
            frames.set(i, frames.set(random.nextInt(i + 1), frames.get(i)));
        }
    }
}
