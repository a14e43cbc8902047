package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.DropReason;
import io.fairway.model.wire.IpAddress;
import org.agrona.DirectBuffer;

/**
 * Reads SVR metadata. For any bytes within the bounds that it is given it returns, never throws, and never reads beyond
 * them. Stateless; any thread.
 *
 * <p>Unknown TLVs are skipped, as are known ones in the section that is not theirs. A TLV that runs over its section's
 * end, comes twice (or as IPv4 and as IPv6) or has a length or text that its type forbids makes the whole malformed
 * (svr-protocol.md section 9, items 6 and 32).
 */
public final class MetadataParser {
    /** A value of any length up to the section's end. */
    private static final int UNKNOWN = -1;

    private MetadataParser() {}

    /**
     * Where the session's UUID (TLV 6) stands in unencrypted metadata of this length, or -1 if it has none. Allocates
     * nothing.
     */
    public static int uuidOffset(final DirectBuffer buffer, final int offset, final int length) {
        return valueOffset(buffer, offset, length, Metadata.SESSION_UUID, 2 * Long.BYTES);
    }

    /** Whether unencrypted metadata of this length says that the payload is sealed (TLV 11). Allocates nothing. */
    public static boolean saysEncrypted(final DirectBuffer buffer, final int offset, final int length) {
        return valueOffset(buffer, offset, length, Metadata.SESSION_ENCRYPTED, 0) >= 0;
    }

    /** Whether unencrypted metadata of this length says that TCP is carried as UDP (TLV 12). Allocates nothing. */
    public static boolean saysTcpAsUdp(final DirectBuffer buffer, final int offset, final int length) {
        return valueOffset(buffer, offset, length, Metadata.TCP_AS_UDP, 0) >= 0;
    }

    private static int valueOffset(
            final DirectBuffer buffer, final int offset, final int length, final int type, final int lawful) {
        if (length < Metadata.BASE_LENGTH) {
            return -1;
        }
        int at = offset + Metadata.headerLength(buffer, offset);
        final int end = offset + length;
        while (end - at >= Metadata.TLV_HEADER_LENGTH) {
            final int valueLength = buffer.getShort(at + 2, BIG_ENDIAN) & 0xffff;
            if (valueLength > end - at - Metadata.TLV_HEADER_LENGTH) {
                return -1;
            }
            if (valueLength == lawful && u16(buffer, at) == type) {
                return at + Metadata.TLV_HEADER_LENGTH;
            }
            at += Metadata.TLV_HEADER_LENGTH + valueLength;
        }
        return -1;
    }

    /**
     * Reads lengths and header TLVs; the packet path's parse, which allocates nothing. The payload TLVs, which may be
     * encrypted, are not looked into.
     *
     * @param offset where the cookie stands
     * @param available bytes from there to the end of the packet
     * @return null if the header is well formed and the metadata lies within the packet, else METADATA_MALFORMED
     */
    public static DropReason parseHeader(
            final DirectBuffer buffer, final int offset, final int available, final MetadataView view) {
        view.clear();
        if (available < Metadata.BASE_LENGTH || !Metadata.isPresent(buffer, offset, available)) {
            return DropReason.METADATA_MALFORMED;
        }
        final int word = u16(buffer, offset + Metadata.VERSION_AND_HEADER_LENGTH);
        final int headerLength = word & Metadata.MAX_HEADER_LENGTH;
        final int payloadLength = u16(buffer, offset + Metadata.PAYLOAD_LENGTH);
        if (word >>> 12 != Metadata.VERSION
                || headerLength < Metadata.BASE_LENGTH
                || headerLength + payloadLength > available) {
            return DropReason.METADATA_MALFORMED;
        }
        view.headerLength = headerLength;
        view.payloadLength = payloadLength;
        long seen = 0;
        int at = offset + Metadata.BASE_LENGTH;
        final int end = offset + headerLength;
        while (at < end) {
            final int type = wholeTlvType(buffer, at, end);
            if (type < 0) {
                return DropReason.METADATA_MALFORMED;
            }
            final int length = valueLength(buffer, at);
            final int lawful = lawfulLength(type);
            if (lawful != UNKNOWN) {
                final long bit = 1L << oncePer(type);
                if (length != lawful || (seen & bit) != 0) {
                    return DropReason.METADATA_MALFORMED;
                }
                seen |= bit;
                readTlv(buffer, at + Metadata.TLV_HEADER_LENGTH, type, view);
            }
            at += Metadata.TLV_HEADER_LENGTH + length;
        }
        return null;
    }

    private static int lawfulLength(final int type) {
        return switch (type) {
            case Metadata.FRAGMENT -> Metadata.FRAGMENT_LENGTH;
            case Metadata.PATH_METRICS -> Metadata.PATH_METRICS_LENGTH;
            case Metadata.SECURITY_ID, Metadata.ICMP_ERROR_LOCATION_V4 -> 4;
            case Metadata.DISABLE_FORWARD -> 0;
            case Metadata.ICMP_ERROR_LOCATION_V6 -> 16;
            case Metadata.CONTROL_MESSAGE, Metadata.HEALTH_CHECK -> 1;
            default -> UNKNOWN;
        };
    }

    /** The place of an ICMP error may come once, whether as IPv4 or as IPv6. */
    private static int oncePer(final int type) {
        return type == Metadata.ICMP_ERROR_LOCATION_V6 ? Metadata.ICMP_ERROR_LOCATION_V4 : type;
    }

    private static void readTlv(final DirectBuffer buffer, final int value, final int type, final MetadataView view) {
        switch (type) {
            case Metadata.FRAGMENT -> readFragment(buffer, value, view);
            case Metadata.SECURITY_ID -> view.securityId = buffer.getInt(value, BIG_ENDIAN);
            case Metadata.DISABLE_FORWARD -> view.disableForward = true;
            case Metadata.ICMP_ERROR_LOCATION_V4 ->
                view.setIcmpErrorLocation(0, IpAddress.v4Low(buffer.getInt(value, BIG_ENDIAN)));
            case Metadata.ICMP_ERROR_LOCATION_V6 ->
                view.setIcmpErrorLocation(buffer.getLong(value, BIG_ENDIAN), buffer.getLong(value + 8, BIG_ENDIAN));
            case Metadata.CONTROL_MESSAGE -> view.controlReason = buffer.getByte(value) & 0xff;
            case Metadata.PATH_METRICS -> readPathMetrics(buffer, value, view);
            default -> view.healthCheck = buffer.getByte(value) & 0xff;
        }
    }

    private static void readFragment(final DirectBuffer buffer, final int value, final MetadataView view) {
        final int word = u16(buffer, value + 6);
        view.setFragment(word, (word & Metadata.MORE_FRAGMENTS) != 0, buffer.getInt(value, BIG_ENDIAN))
                .setOriginal(u16(buffer, value + 4), (word & Metadata.DONT_FRAGMENT) != 0, u16(buffer, value + 8));
    }

    private static void readPathMetrics(final DirectBuffer buffer, final int value, final MetadataView view) {
        final int sent = buffer.getInt(value, BIG_ENDIAN);
        final int received = buffer.getInt(value + 4, BIG_ENDIAN);
        final int count = u16(buffer, value + 8);
        view.setSentMark(sent >>> Metadata.COLOR_SHIFT, sent)
                .setReceivedMark(received >>> Metadata.COLOR_SHIFT, received)
                .setPreviousCount(count, (count & Metadata.DROP) != 0);
    }

    /**
     * Reads all of the metadata, unencrypted, and allocates: for the controller.
     *
     * @param offset where the cookie stands
     * @param available bytes from there to the end of what was received
     * @return null if it is malformed
     */
    public static ReceivedMetadata decode(final DirectBuffer buffer, final int offset, final int available) {
        final MetadataView view = new MetadataView();
        if (parseHeader(buffer, offset, available, view) != null) {
            return null;
        }
        return decodePayload(view, buffer, offset + view.headerLength(), view.payloadLength());
    }

    /**
     * Reads payload TLVs that the caller has decrypted, wherever they stand now, and allocates: for the controller.
     *
     * @param header what {@link #parseHeader} found before them; its payload length, which counts the encrypted block,
     *     is not looked at
     * @return header and payload, or null if the payload is malformed
     */
    public static ReceivedMetadata decodePayload(
            final MetadataView header, final DirectBuffer buffer, final int offset, final int length) {
        final MetadataBuilder out = new MetadataBuilder();
        return PayloadParser.read(buffer, offset, length, out)
                ? new ReceivedMetadata(HeaderTlvs.of(header), out.payload())
                : null;
    }

    /** The type of a TLV that lies wholly before the section's end, else -1. */
    static int wholeTlvType(final DirectBuffer buffer, final int at, final int end) {
        if (end - at < Metadata.TLV_HEADER_LENGTH || valueLength(buffer, at) > end - at - Metadata.TLV_HEADER_LENGTH) {
            return -1;
        }
        return u16(buffer, at);
    }

    static int valueLength(final DirectBuffer buffer, final int at) {
        return u16(buffer, at + 2);
    }

    static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }
}
