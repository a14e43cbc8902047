package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.dataplane.svr.FragmentView;
import io.fairway.dataplane.svr.Reassembler;
import io.fairway.dataplane.svr.ReassemblyLimits;
import io.fairway.model.DropReason;
import io.fairway.model.config.Router;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.VnetHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Puts packets together before anything looks for their session: IP fragments of clients and servers, and the pieces
 * that routers cut (svr-protocol.md section 2.10). Forwarder's thread only.
 */
final class Fragments implements AutoCloseable {
    private static final int OWNER_BYTES = 4 << 20;
    private static final int TOTAL_BYTES = 16 << 20;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    /** The whole packet stands in the egress's memory, and is copied there as often as any other. */
    private static final int COPIES = 5;

    private static final int GROWTH = 8192;

    private final int interfaces;
    private final MetadataRemover remover;
    private final PeerKeys keys;
    private final Egress egress;
    private final Losses losses;
    private final Reassembler reassembler;
    private final FragmentView fragment = new FragmentView();
    private final MetadataView view = new MetadataView();

    private int vnet;
    private int frameLength;

    /** How it is told that fragments were given up, and of which packets nobody is told. */
    record Losses(Waypoints waypoints, IcmpResponder icmp, ForwardCounters counters) {}

    Fragments(
            final Router router,
            final MetadataRemover remover,
            final PeerKeys keys,
            final Egress egress,
            final Losses losses) {
        interfaces = router.interfaces().size();
        this.remover = remover;
        this.keys = keys;
        this.egress = egress;
        this.losses = losses;
        final ReassemblyLimits limits =
                new ReassemblyLimits(interfaces + router.peerPaths().size(), OWNER_BYTES, TOTAL_BYTES, TIMEOUT_NS);
        reassembler = new Reassembler(limits, losses.counters()::drop, this::gaveUp);
    }

    /** What stood for a waypoint of ours was no session's: between routers nothing is cut by IP. */
    private void gaveUp(final int interfaceIndex, final long stationMac, final DirectBuffer buffer, final int ip) {
        final boolean v6 = Ipv6Header.version(buffer, ip) == 6;
        final long high = v6 ? Ipv6Header.destinationHigh(buffer, ip) : 0;
        final long low =
                v6 ? Ipv6Header.destinationLow(buffer, ip) : IpAddress.v4Low(Ipv4Header.destination(buffer, ip));
        if (!losses.waypoints().isLocal(high, low)) {
            losses.icmp().reassemblyTimeExceeded(interfaceIndex, buffer, ip, stationMac);
        }
    }

    /** Whether a packet is a piece, so far as it says itself. */
    boolean isPiece(final Packet packet) {
        return packet.protocol == IpProtocol.UDP
                && Metadata.isPresent(packet.buffer, packet.payload, packet.payloadLength())
                && MetadataParser.parseHeader(packet.buffer, packet.payload, packet.payloadLength(), view) == null
                && view.fragment();
    }

    /** Takes a piece; null if it is kept or was the last to come ({@link #isWhole}), else why it is dropped. */
    DropReason onPiece(final Packet packet, final DirectBuffer key, final long nowNs) {
        final int path = keys.path(packet.parsed);
        if (path == Waypoints.NONE) {
            return DropReason.METADATA_UNKNOWN_PEER;
        }
        final DropReason refused = remover.check(packet);
        if (refused != null) {
            return refused;
        }
        final int flow = (int) FlowKeyFlyweight.hash(key, 0);
        final int length = packet.ipLength() - remover.macLength();
        return reassembler.add(
                interfaces + path, fragment.svr(flow, remover.view(), packet.buffer, packet.ip, length), nowNs);
    }

    /** Takes an IP fragment whose headers have been checked; as {@link #onPiece}. */
    DropReason onIpFragment(final Packet packet, final long nowNs) {
        final int ip = packet.parsed.ipOffset();
        final int length = packet.parsed.endOffset() - ip;
        final int from = packet.interfaceIndex;
        return reassembler.add(
                from,
                packet.parsed.isV6()
                        ? fragment.from(packet.stationMac).ipv6(from, packet.buffer, ip, length)
                        : fragment.from(packet.stationMac).ipv4(from, packet.buffer, ip, length),
                nowNs);
    }

    /** Whether the fragment that came last made a packet whole. */
    boolean isWhole() {
        return reassembler.isWhole();
    }

    /**
     * Makes a frame of the whole packet, which came by the last fragment's link.
     *
     * @param trusted whether its transport checksum need not be looked at, as an HMAC has been
     */
    void frame(final Packet last, final boolean trusted) {
        final int length = reassembler.length();
        egress.makeRoom(COPIES * (length + GROWTH));
        final int ip = egress.reserve(length);
        final MutableDirectBuffer out = egress.memory();
        out.putBytes(ip, reassembler.buffer(), reassembler.offset(), length);
        if (!last.parsed.isV6()) {
            Ipv4Header.computeChecksum(out, ip);
        }
        final int ethernet = ip - EthernetHeader.LENGTH;
        EthernetHeader.setDestination(out, ethernet, EthernetHeader.destination(last.buffer, last.frameOffset()));
        EthernetHeader.setSource(out, ethernet, last.stationMac);
        EthernetHeader.setType(out, ethernet, last.parsed.isV6() ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
        vnet = ethernet - VnetHeader.LENGTH;
        VnetHeader.clear(out, vnet);
        VnetHeader.setFlags(out, vnet, VnetHeader.REASSEMBLED | (trusted ? VnetHeader.DATA_VALID : 0));
        frameLength = EthernetHeader.LENGTH + length;
    }

    /** Where {@link #frame} put the frame, until the egress is flushed. */
    int vnetOffset() {
        return vnet;
    }

    int frameLength() {
        return frameLength;
    }

    MutableDirectBuffer memory() {
        return egress.memory();
    }

    /** Drops what has waited too long. */
    int expire(final long nowNs) {
        return reassembler.expire(nowNs);
    }

    /** Fragments that wait. */
    int held() {
        return reassembler.heldFragments();
    }

    @Override
    public void close() {
        reassembler.close();
    }
}
