package io.fairway.model.wire.svr;

/**
 * What TLV 1 says of a piece of a packet (svr-protocol.md sections 2.10 and 3.4); for the controller and for tests, the
 * packet path reads it from {@link MetadataView}.
 *
 * @param extendedId the sender's number for the packet, the same in all its pieces
 * @param originalId the IP identification, 0 to 65535, if the packet had arrived in fragments
 * @param dontFragment the flag of the original packet
 * @param moreFragments whether this is not the last piece
 * @param offset where the piece belongs, in units of eight bytes, 0 to 8191
 * @param largestSeen bytes of the largest fragment in which the packet had arrived, 0 to 65535
 */
public record Fragment(
        int extendedId, int originalId, boolean dontFragment, boolean moreFragments, int offset, int largestSeen) {}
