package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.DropReason;
import org.agrona.DirectBuffer;

/**
 * Walks the extension headers between an IPv6 header and the transport header (RFC 8200 section 4): hop-by-hop and
 * destination options, whose content concerns the end systems, and routing and fragment headers, which a session cannot
 * take. Stateless; any thread.
 *
 * <pre>
 * 0 u8 next header   1 u8 length in 8 bytes, the first 8 not counted   2 content
 * routing:  2 u8 type   3 u8 segments left
 * fragment: 1 u8 reserved   2 u13 offset, u2 reserved, u1 more fragments   4 u32 identification (8 bytes in all)
 * </pre>
 */
final class Ipv6Extensions {
    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int DESTINATION_OPTIONS = 60;

    /** More than RFC 8200 section 4.1 has uses for. */
    static final int MAX_HEADERS = 8;

    private static final int MIN_LENGTH = 8;
    private static final int OFFSET = 0xfff8;
    private static final int OFFSET_OR_MORE = 0xfff9;

    private Ipv6Extensions() {}

    /**
     * Finds the transport header and sets its place, its protocol and whether this is a fragment.
     *
     * @param end where the packet ends
     * @param firstSuffices whether the first fragment may be taken for the packet, of which it has the transport header
     * @return null, or why the packet is refused
     */
    static DropReason walk(
            final DirectBuffer buffer,
            final int ip,
            final int end,
            final ParsedPacket out,
            final boolean firstSuffices) {
        final int fragmentBits = firstSuffices ? OFFSET : OFFSET_OR_MORE;
        int at = ip + Ipv6Header.LENGTH;
        int protocol = Ipv6Header.nextHeader(buffer, ip);
        for (int headers = 0; isExtension(protocol); headers++) {
            if (headers == MAX_HEADERS) {
                return DropReason.TOO_MANY_EXTENSION_HEADERS;
            }
            final int length = end - at < MIN_LENGTH ? MIN_LENGTH : length(buffer, at, protocol);
            if (length > end - at) {
                return DropReason.TRUNCATED_IP;
            }
            if (protocol == HOP_BY_HOP && headers > 0) {
                return DropReason.BAD_IP_HEADER;
            }
            if (protocol == ROUTING && isSourceRoute(buffer, at)) {
                return DropReason.SOURCE_ROUTED;
            }
            // An atomic fragment is a whole packet (RFC 6946).
            if (protocol == FRAGMENT && (buffer.getShort(at + 2, BIG_ENDIAN) & fragmentBits) != 0) {
                out.fragment = true;
                return DropReason.IP_FRAGMENT;
            }
            protocol = buffer.getByte(at) & 0xff;
            at += length;
        }
        out.protocol = protocol;
        out.l4Offset = at;
        return null;
    }

    static boolean isExtension(final int protocol) {
        return protocol == HOP_BY_HOP || protocol == ROUTING || protocol == FRAGMENT || protocol == DESTINATION_OPTIONS;
    }

    private static int length(final DirectBuffer buffer, final int at, final int protocol) {
        return protocol == FRAGMENT ? MIN_LENGTH : (buffer.getByte(at + 1) & 0xff) + 1 << 3;
    }

    /** Type 0 is deprecated (RFC 5095); with segments left, the destination is not the session's. */
    private static boolean isSourceRoute(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at + 2) == 0 || buffer.getByte(at + 3) != 0;
    }
}
