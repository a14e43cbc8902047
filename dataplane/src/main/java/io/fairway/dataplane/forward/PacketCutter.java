package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.Fragmenter;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.UdpHeader;
import java.util.concurrent.ThreadLocalRandom;
import org.agrona.MutableDirectBuffer;

/**
 * Sends packets that exceed their link's MTU in parts: to a peer in UDP packets of their own, each with its HMAC
 * (svr-protocol.md section 2.10), elsewhere as IP fragments (RFC 791 section 3.2, RFC 8200 section 4.5). Forwarder's
 * thread only.
 */
final class PacketCutter implements AutoCloseable {
    private static final int UNIT_MASK = -8;

    private final FlowTable table;
    private final PeerKeys keys;
    private final Egress egress;
    private final ForwardCounters counters;
    private final Fragmenter fragmenter =
            new Fragmenter(ThreadLocalRandom.current().nextInt());
    private final Packet piece = new Packet();

    private int identification = ThreadLocalRandom.current().nextInt();

    PacketCutter(final FlowTable table, final PeerKeys keys, final Egress egress, final ForwardCounters counters) {
        this.table = table;
        this.keys = keys;
        this.egress = egress;
        this.counters = counters;
    }

    /** Sends a packet that is complete but for the checksums of its parts; null, or why it cannot be cut. */
    DropReason send(final Packet packet, final int flow, final int bucket, final int mtuBytes) {
        final boolean toPeer = FlowActionFlyweight.metadataRole(table.actions(), table.actionOffset(flow))
                != FlowActionFlyweight.METADATA_NONE;
        return toPeer ? toPeer(packet, flow, bucket, mtuBytes) : fragments(packet, flow, bucket, mtuBytes);
    }

    private DropReason toPeer(final Packet packet, final int flow, final int bucket, final int mtuBytes) {
        final MetadataKey key = keys.signing(table.actions(), table.actionOffset(flow));
        if (key == null) {
            return DropReason.TOO_BIG_FOR_EGRESS;
        }
        final DropReason refused =
                fragmenter.begin(packet.buffer, packet.ip, packet.ipLength(), mtuBytes, key.id(), key.macLength());
        if (refused != null) {
            return refused;
        }
        boolean first = true;
        while (fragmenter.hasNext()) {
            final int ip = egress.reserve(fragmenter.nextLength());
            final MutableDirectBuffer out = egress.memory();
            final int length = fragmenter.next(out, ip);
            final int metadata = ip + fragmenter.headersLength();
            piece.built(out, ip, metadata - UdpHeader.LENGTH, ip + length);
            keys.sign(key, out, metadata, ip + length - key.macLength() - metadata);
            piece.lengthChanged();
            forward(flow, bucket, first);
            first = false;
        }
        return null;
    }

    private DropReason fragments(final Packet packet, final int flow, final int bucket, final int mtuBytes) {
        final int plain = packet.l4 - packet.ip;
        final int headers = plain + (packet.v6 ? Ipv6Header.FRAGMENT_LENGTH : 0);
        final int room = mtuBytes - headers & UNIT_MASK;
        if (room <= 0 || packet.v6 && plain != Ipv6Header.LENGTH) {
            return DropReason.TOO_BIG_FOR_EGRESS;
        }
        identification++;
        final int total = packet.end - packet.l4;
        for (int at = 0; at < total; at += room) {
            final int length = Math.min(room, total - at);
            final int ip = egress.reserve(headers + length);
            final MutableDirectBuffer out = egress.memory();
            out.putBytes(ip, packet.buffer, packet.ip, plain);
            out.putBytes(ip + headers, packet.buffer, packet.l4 + at, length);
            piece.built(out, ip, ip + plain, ip + headers + length);
            piece.writeIpLength();
            if (packet.v6) {
                Ipv6Header.insertFragment(out, ip, at, at + length < total, identification);
            } else {
                Ipv4Header.setIdentification(out, ip, identification);
                Ipv4Header.setFragment(out, ip, at, at + length < total);
            }
            forward(flow, bucket, at == 0);
        }
        return null;
    }

    private void forward(final int flow, final int bucket, final boolean first) {
        if (!first) {
            counters.addCut();
        }
        Rewriter.finish(piece);
        egress.forward(piece, flow, bucket);
    }

    @Override
    public void close() {
        fragmenter.close();
    }
}
