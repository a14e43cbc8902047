package io.fairway.deploy.fuzz;

import static io.fairway.deploy.fuzz.FuzzTarget.check;
import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.dataplane.svr.FragmentView;
import io.fairway.dataplane.svr.Reassembler;
import io.fairway.dataplane.svr.ReassemblyLimits;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@link Reassembler}, fed by the parsers: whatever comes, a whole datagram is made of fragments that were taken, end
 * to end; no fragment is lost from the count; and when all has expired, no memory is held.
 */
final class ReassemblyTarget implements FuzzTarget {
    private static final int FLOW = 9;
    private static final int FRAGMENT_HEADER = 44;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final FragmentSource source = new FragmentSource();
    private final Reassembler reassembler = new Reassembler(
            new ReassemblyLimits(2, 1 << 20, 1 << 21, TIMEOUT_NS), (reason, fragments) -> countEnded(fragments));
    private final FragmentView fragment = new FragmentView();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final ParsedPacket packet = new ParsedPacket();
    private final MetadataView metadata = new MetadataView();
    private final Map<String, TakenFragments> taken = new HashMap<>();
    private List<byte[]> frames = List.of();
    private long nowNs;
    private int start;
    private boolean more;
    private int accepted;
    private int completed;
    private int ended;

    @Override
    public boolean run(final FuzzRandom random) {
        frames = source.next(random);
        taken.clear();
        accepted = 0;
        completed = 0;
        ended = 0;
        nowNs += TIMEOUT_NS;
        for (final byte[] frame : frames) {
            feed(frame);
        }
        check(reassembler.heldFragments() == accepted - ended - completed, "a fragment has no fate, or two");
        reassembler.expire(nowNs + TIMEOUT_NS);
        check(reassembler.datagrams() == 0, "a datagram does not expire");
        check(reassembler.heldFragments() == 0, "a fragment stays");
        check(reassembler.heldBytes() == 0, "memory leaks");
        check(accepted == ended + completed, "a fragment has no fate in the end, or two");
        return completed > 0;
    }

    private void countEnded(final int fragments) {
        ended += fragments;
    }

    private void feed(final byte[] frame) {
        buffer.wrap(frame);
        final boolean whole = PacketParser.parse(buffer, 0, frame.length, false, packet) == null;
        final int ip = packet.ipOffset();
        if (packet.fragment() && packet.isV6()) {
            fragment.ipv6(1, buffer, ip, packet.ipLength());
            // Whatever is before it, the fragment header is the last of the extension headers that were walked.
            final int header = headerOfIpv6(ip);
            final int word = buffer.getShort(header + 2, BIG_ENDIAN);
            start = word & 0xfff8;
            more = (word & 1) != 0;
            add(0, "v6 " + addresses() + " " + buffer.getInt(header + 4), header + 8);
        } else if (packet.fragment()) {
            fragment.ipv4(1, buffer, ip, packet.ipLength());
            final int word = buffer.getShort(ip + 6, BIG_ENDIAN);
            start = (word & 0x1fff) << 3;
            more = (word & 0x2000) != 0;
            final String number = packet.protocol() + " " + buffer.getShort(ip + 4);
            add(0, "v4 " + addresses() + " " + number, packet.l4Offset());
        } else if (whole && packet.protocol() == IpProtocol.UDP && isPiece()) {
            fragment.svr(FLOW, metadata, buffer, ip, packet.ipLength());
            start = metadata.fragmentOffset() << 3;
            more = metadata.fragmentMore();
            add(1, "piece " + metadata.fragmentExtendedId(), packet.payloadOffset() + metadata.total());
        }
    }

    private String addresses() {
        return packet.sourceHigh() + " " + packet.sourceLow() + " " + packet.destinationHigh() + " "
                + packet.destinationLow();
    }

    private int headerOfIpv6(final int ip) {
        int type = buffer.getByte(ip + 6);
        int at = ip + 40;
        while (type != FRAGMENT_HEADER) {
            type = buffer.getByte(at);
            at += 8 + 8 * (buffer.getByte(at + 1) & 0xff);
        }
        return at;
    }

    private boolean isPiece() {
        final int length = packet.payloadLength();
        return Metadata.isPresent(buffer, packet.payloadOffset(), length)
                && MetadataParser.parseHeader(buffer, packet.payloadOffset(), length, metadata) == null
                && metadata.fragment();
    }

    private void add(final int owner, final String key, final int data) {
        if (reassembler.add(owner, fragment, nowNs) != null) {
            return;
        }
        accepted++;
        final TakenFragments datagram = taken.computeIfAbsent(key, unused -> new TakenFragments());
        datagram.add(new UnsafeBuffer(buffer, data, packet.endOffset() - data), start, more);
        if (reassembler.isWhole()) {
            completed++;
            datagram.checkWhole(reassembler.buffer(), reassembler.offset(), reassembler.length());
            taken.remove(key);
        }
    }

    @Override
    public List<byte[]> input() {
        return frames;
    }

    @Override
    public void close() {
        reassembler.close();
    }
}
