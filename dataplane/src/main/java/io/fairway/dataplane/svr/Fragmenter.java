package io.fairway.dataplane.svr;

import io.fairway.dataplane.forward.AnonymousMemory;
import io.fairway.model.DropReason;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts a packet between routers that exceeds the path's MTU (svr-protocol.md section 2.10). The packet has been sealed
 * as a whole; its UDP payload is cut into pieces, each of which leaves as a UDP packet of its own with the same
 * addresses and ports, so that no middlebox sees an IP fragment:
 *
 * <pre>
 * IP header, UDP header, metadata header with TLV 1 (and 16), piece, room for the HMAC of this piece
 * </pre>
 *
 * Only UDP: a session that crosses as TCP has its MSS clamped, and its segments never get too big. The packet is copied
 * at the beginning, so that its memory is free for the pieces. Forwarder's thread only; allocates nothing after its
 * construction.
 */
public final class Fragmenter implements AutoCloseable {
    private static final int MAX_PACKET_LENGTH = 65535;
    private static final int UNIT_MASK = -8;

    private final AnonymousMemory memory = AnonymousMemory.map(MAX_PACKET_LENGTH);
    private final UnsafeBuffer packet = memory.buffer();
    private final MetadataView header = new MetadataView();

    private int extendedId;
    private int packetLength;
    private int headersLength;
    private int overhead;
    private int room;
    private int done;

    /** @param firstId the first packet's extended id; best a random one, since a peer may remember those of before */
    public Fragmenter(final int firstId) {
        extendedId = firstId - 1;
    }

    /**
     * Takes the packet that is to be cut.
     *
     * @param offset where its IP header begins
     * @param length its bytes; the lengths in its headers are not looked at
     * @param mtuBytes how long the packets of the pieces may be
     * @param securityId the key that the pieces' HMACs are made with, 0 to name none
     * @param trailerBytes room to leave behind each piece
     * @return null, or why it cannot be cut: TOO_BIG_FOR_EGRESS if it is not UDP or exceeds 64 KB,
     *     METADATA_DOES_NOT_FIT if no eight bytes of it fit into a packet
     */
    public DropReason begin(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int mtuBytes,
            final int securityId,
            final int trailerBytes) {
        packetLength = 0;
        done = 0;
        if (length > MAX_PACKET_LENGTH || !OuterHeaders.isUdp(buffer, offset)) {
            return DropReason.TOO_BIG_FOR_EGRESS;
        }
        headersLength = OuterHeaders.length(buffer, offset);
        overhead = headersLength
                + MetadataEncoder.FRAGMENT_LENGTH
                - (securityId == 0 ? MetadataEncoder.SECURITY_ID_LENGTH : 0)
                + trailerBytes;
        room = mtuBytes - overhead & UNIT_MASK;
        if (room <= 0) {
            return DropReason.METADATA_DOES_NOT_FIT;
        }
        packet.putBytes(0, buffer, offset, length);
        packetLength = length;
        done = headersLength;
        extendedId++;
        header.clear().setSecurityId(securityId);
        return null;
    }

    /**
     * After {@link #begin}, for a packet that came to us in fragments: what the pieces tell of it.
     *
     * @param originalId its IP identification
     * @param dontFragment its flag
     * @param largestSeen bytes of the largest of its fragments
     */
    public void setOriginal(final int originalId, final boolean dontFragment, final int largestSeen) {
        header.setOriginal(originalId, dontFragment, largestSeen);
    }

    /** Whether another piece is to come. */
    public boolean hasNext() {
        return done < packetLength;
    }

    /** Bytes of the next piece's packet, with the room behind it. */
    public int nextLength() {
        return overhead + pieceLength();
    }

    /** Bytes of IP and UDP header: where in the packet of a piece its metadata begins, and its HMAC's range. */
    public int headersLength() {
        return headersLength;
    }

    /**
     * Writes the packet of the next piece. Its lengths are right; IP checksum, UDP checksum (if it is not 0) and HMAC
     * are the caller's.
     *
     * @param offset where the IP header goes
     * @return its bytes, {@link #nextLength()} of before
     */
    public int next(final MutableDirectBuffer out, final int offset) {
        final int length = nextLength();
        final int piece = pieceLength();
        out.putBytes(offset, packet, 0, headersLength);
        final int metadata = offset + headersLength;
        header.setFragment(done - headersLength >> 3, done + piece < packetLength, extendedId);
        final int data = metadata + MetadataEncoder.header(out, metadata, header);
        out.putBytes(data, packet, done, piece);
        OuterHeaders.setLengths(out, offset, length);
        done += piece;
        return length;
    }

    private int pieceLength() {
        return Math.min(room, packetLength - done);
    }

    @Override
    public void close() {
        memory.close();
    }
}
