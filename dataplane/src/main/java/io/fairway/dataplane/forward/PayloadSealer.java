package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.PayloadCipher;
import io.fairway.model.DropReason;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import org.agrona.MutableDirectBuffer;

/**
 * Seals the payload of packets that leave for another router, and opens it in those that come from one (svr-protocol.md
 * section 4; docs/decisions/011). Of a super-frame every segment is sealed for itself, and all leave as one super-frame
 * of larger segments. TCP segments without a payload pass (section 9, item 12), but for those that end a session: these
 * are sealed too, or anybody could end it. Forwarder's thread only.
 */
final class PayloadSealer {
    /** A length at which a cipher of blocks pads by a whole one. */
    private static final int WHOLE_BLOCKS = 1024;

    private final SealTable seals;
    private final Egress egress;

    PayloadSealer(final SealTable seals, final Egress egress) {
        this.seals = seals;
        this.egress = egress;
    }

    /** Whether a packet with so many bytes to seal is sealed. */
    static boolean wants(final Packet packet, final int length) {
        return length > 0
                || packet.protocol == IpProtocol.TCP
                        && (TcpHeader.flags(packet.buffer, packet.l4) & (TcpHeader.RST | TcpHeader.FIN)) != 0;
    }

    /** Bytes by which sealing lengthens a payload, or a segment, of this length. */
    int growth(final int flow, final int length) {
        return seals.cipher(flow).overhead(length);
    }

    /** The most bytes by which sealing lengthens a payload. */
    int mostGrowth(final int flow) {
        return growth(flow, WHOLE_BLOCKS);
    }

    /** Seals what is behind the transport header; the packet stands in the egress's memory afterwards. */
    void seal(final Packet packet, final int flow) {
        final int length = packet.payloadLength();
        if (!wants(packet, length)) {
            return;
        }
        final PayloadCipher cipher = seals.cipher(flow);
        final int segment = packet.isSuperFrame() ? packet.gsoSize : Math.max(length, 1);
        final int segments = Math.max((length + segment - 1) / segment, 1);
        final int headers = packet.payload - packet.ip;
        final int growth = cipher.overhead(segment);
        final int room = headers + length + segments * Math.max(growth, cipher.overhead(length % segment));
        final int ip = egress.reserve(room);
        final MutableDirectBuffer out = egress.memory();
        out.putBytes(ip, packet.buffer, packet.ip, headers);
        int from = packet.payload;
        int to = ip + headers;
        for (int i = 0; i < segments; i++) {
            final int bytes = Math.min(segment, packet.end - from);
            to += cipher.seal(packet.buffer, from, bytes, seals.nextNumber(flow), i * growth, out, to);
            from += bytes;
        }
        if (packet.isSuperFrame()) {
            packet.gsoSize = segment + growth;
        }
        packet.moved(out, ip, to);
        packet.lengthChanged();
    }

    /**
     * Opens what is behind the transport header, in place.
     *
     * @return null, or why the packet is not believed
     */
    DropReason open(final Packet packet, final int flow) {
        final int length = packet.payloadLength();
        if (length == 0) {
            return wants(packet, length) ? DropReason.PAYLOAD_NOT_SEALED : null;
        }
        final PayloadCipher cipher = seals.cipher(flow);
        final int segment = packet.isSuperFrame() ? packet.gsoSize : length;
        int from = packet.payload;
        int to = packet.payload;
        int firstExcess = 0;
        int plainSegment = 0;
        while (from < packet.end) {
            final int bytes = Math.min(segment, packet.end - from);
            if (!cipher.peek(packet.buffer, from, bytes)) {
                return DropReason.PAYLOAD_NOT_SEALED;
            }
            final long number = cipher.number();
            final int excess = cipher.excess();
            if (!seals.mayCome(flow, number)) {
                return DropReason.PAYLOAD_REPLAYED;
            }
            final int plain = cipher.open(packet.buffer, from, bytes, packet.buffer, to);
            if (plain < 0) {
                return DropReason.PAYLOAD_BAD_SEAL;
            }
            seals.note(flow, number);
            if (from == packet.payload) {
                firstExcess = excess;
                plainSegment = plain;
            }
            from += bytes;
            to += plain;
        }
        opened(packet, to, plainSegment, firstExcess);
        return null;
    }

    private static void opened(final Packet packet, final int end, final int segment, final int excess) {
        if (packet.isSuperFrame()) {
            packet.gsoSize = segment;
        }
        packet.end = end;
        if (packet.protocol == IpProtocol.TCP && excess != 0) {
            TcpHeader.setSequence(packet.buffer, packet.l4, TcpHeader.sequence(packet.buffer, packet.l4) - excess);
        }
        packet.lengthChanged();
    }
}
