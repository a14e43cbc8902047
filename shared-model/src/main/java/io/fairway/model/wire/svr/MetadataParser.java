package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.UUID;
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

    private static final int STRING = -2;

    private MetadataParser() {}

    /**
     * Reads lengths and header TLVs; the packet path's parse, which allocates nothing.
     *
     * @param offset where the cookie stands
     * @param available bytes from there to the end of the packet
     * @return null if the header is well formed and the metadata lies within the packet, else METADATA_MALFORMED
     */
    public static DropReason parseHeader(
            final DirectBuffer buffer, final int offset, final int available, final MetadataView view) {
        view.reset();
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
            final int lawful = headerValueLength(type);
            if (lawful != UNKNOWN) {
                if (length != lawful || (seen & 1L << type) != 0) {
                    return DropReason.METADATA_MALFORMED;
                }
                seen |= 1L << type;
                readHeaderTlv(buffer, at, type, view);
            }
            at += Metadata.TLV_HEADER_LENGTH + length;
        }
        return null;
    }

    private static int headerValueLength(final int type) {
        return switch (type) {
            case Metadata.FRAGMENT, Metadata.PATH_METRICS -> 10;
            case Metadata.SECURITY_ID, Metadata.ICMP_ERROR_LOCATION_V4 -> 4;
            case Metadata.DISABLE_FORWARD -> 0;
            case Metadata.ICMP_ERROR_LOCATION_V6 -> 16;
            case Metadata.CONTROL_MESSAGE, Metadata.HEALTH_CHECK -> 1;
            default -> UNKNOWN;
        };
    }

    private static void readHeaderTlv(
            final DirectBuffer buffer, final int at, final int type, final MetadataView view) {
        final int value = at + Metadata.TLV_HEADER_LENGTH;
        switch (type) {
            case Metadata.FRAGMENT -> view.fragment = true;
            case Metadata.SECURITY_ID -> view.securityId = buffer.getInt(value, BIG_ENDIAN);
            case Metadata.DISABLE_FORWARD -> view.disableForward = true;
            case Metadata.CONTROL_MESSAGE -> view.controlReason = buffer.getByte(value) & 0xff;
            case Metadata.HEALTH_CHECK -> view.healthCheck = buffer.getByte(value) & 0xff;
            default -> {
                // Where an ICMP error came from and path metrics are not used.
            }
        }
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
        final MetadataBuilder out = new MetadataBuilder().header(view);
        long seen = 0;
        int at = offset + view.headerLength;
        final int end = at + view.payloadLength;
        while (at < end) {
            final int type = wholeTlvType(buffer, at, end);
            if (type < 0) {
                return null;
            }
            final int length = valueLength(buffer, at);
            final int lawful = payloadValueLength(type);
            if (lawful != UNKNOWN) {
                final long bit = 1L << oncePer(type);
                final boolean fits = lawful == STRING ? isText(buffer, at, length) : length == lawful;
                if (!fits || (seen & bit) != 0) {
                    return null;
                }
                seen |= bit;
                readPayloadTlv(buffer, at, type, out);
            }
            at += Metadata.TLV_HEADER_LENGTH + length;
        }
        return out.build();
    }

    private static int payloadValueLength(final int type) {
        return switch (type) {
            case Metadata.FORWARD_CONTEXT_V4, Metadata.REVERSE_CONTEXT_V4 -> Metadata.CONTEXT_V4_LENGTH;
            case Metadata.FORWARD_CONTEXT_V6, Metadata.REVERSE_CONTEXT_V6 -> Metadata.CONTEXT_V6_LENGTH;
            case Metadata.SESSION_UUID -> 16;
            case Metadata.SESSION_ENCRYPTED, Metadata.TCP_AS_UDP -> 0;
            case Metadata.SOURCE_NAT_V4, Metadata.REMAINING_TIME -> 4;
            case Metadata.TENANT_NAME,
                    Metadata.SERVICE_NAME,
                    Metadata.SOURCE_ROUTER_NAME,
                    Metadata.SECURITY_POLICY,
                    Metadata.DESTINATION_ROUTER_NAME,
                    Metadata.PEER_PATH,
                    Metadata.APPLICATION_NAME -> STRING;
            default -> UNKNOWN;
        };
    }

    /** A context may come once, whether as IPv4 or as IPv6. */
    private static int oncePer(final int type) {
        return switch (type) {
            case Metadata.FORWARD_CONTEXT_V6 -> Metadata.FORWARD_CONTEXT_V4;
            case Metadata.REVERSE_CONTEXT_V6 -> Metadata.REVERSE_CONTEXT_V4;
            default -> type;
        };
    }

    private static void readPayloadTlv(
            final DirectBuffer buffer, final int at, final int type, final MetadataBuilder out) {
        final int value = at + Metadata.TLV_HEADER_LENGTH;
        switch (type) {
            case Metadata.FORWARD_CONTEXT_V4 -> out.forwardContext = contextV4(buffer, value);
            case Metadata.FORWARD_CONTEXT_V6 -> out.forwardContext = contextV6(buffer, value);
            case Metadata.REVERSE_CONTEXT_V4 -> out.reverseContext = contextV4(buffer, value);
            case Metadata.REVERSE_CONTEXT_V6 -> out.reverseContext = contextV6(buffer, value);
            case Metadata.SESSION_UUID ->
                out.uuid = new UUID(buffer.getLong(value, BIG_ENDIAN), buffer.getLong(value + 8, BIG_ENDIAN));
            case Metadata.SESSION_ENCRYPTED -> out.encrypted = true;
            case Metadata.TCP_AS_UDP -> out.tcpAsUdp = true;
            case Metadata.SOURCE_NAT_V4 -> out.sourceNat = IpAddress.v4(buffer.getInt(value, BIG_ENDIAN));
            case Metadata.REMAINING_TIME -> out.remainingSeconds = buffer.getInt(value, BIG_ENDIAN) & 0xffff_ffffL;
            default -> readText(type, buffer.getStringWithoutLengthAscii(value, valueLength(buffer, at)), out);
        }
    }

    private static void readText(final int type, final String text, final MetadataBuilder out) {
        switch (type) {
            case Metadata.TENANT_NAME -> out.tenant = text;
            case Metadata.SERVICE_NAME -> out.service = text;
            case Metadata.SOURCE_ROUTER_NAME -> out.router = text;
            case Metadata.SECURITY_POLICY -> out.policy = text;
            case Metadata.DESTINATION_ROUTER_NAME -> out.destinationRouter = text;
            case Metadata.PEER_PATH -> out.path = text;
            default -> out.application = text;
        }
    }

    private static FiveTuple contextV4(final DirectBuffer buffer, final int at) {
        return new FiveTuple(
                IpAddress.v4(buffer.getInt(at, BIG_ENDIAN)),
                IpAddress.v4(buffer.getInt(at + 4, BIG_ENDIAN)),
                u16(buffer, at + 8),
                u16(buffer, at + 10),
                buffer.getByte(at + 12) & 0xff);
    }

    private static FiveTuple contextV6(final DirectBuffer buffer, final int at) {
        return new FiveTuple(
                new IpAddress(buffer.getLong(at, BIG_ENDIAN), buffer.getLong(at + 8, BIG_ENDIAN)),
                new IpAddress(buffer.getLong(at + 16, BIG_ENDIAN), buffer.getLong(at + 24, BIG_ENDIAN)),
                u16(buffer, at + 32),
                u16(buffer, at + 34),
                buffer.getByte(at + 36) & 0xff);
    }

    /** Printable ASCII only: names end up in logs and on terminals. */
    private static boolean isText(final DirectBuffer buffer, final int at, final int length) {
        if (length > Metadata.MAX_STRING_LENGTH) {
            return false;
        }
        final int value = at + Metadata.TLV_HEADER_LENGTH;
        for (int i = 0; i < length; i++) {
            final byte character = buffer.getByte(value + i);
            if (character < ' ' || character > '~') {
                return false;
            }
        }
        return true;
    }

    /** The type of a TLV that lies wholly before the section's end, else -1. */
    private static int wholeTlvType(final DirectBuffer buffer, final int at, final int end) {
        if (end - at < Metadata.TLV_HEADER_LENGTH || valueLength(buffer, at) > end - at - Metadata.TLV_HEADER_LENGTH) {
            return -1;
        }
        return u16(buffer, at);
    }

    private static int valueLength(final DirectBuffer buffer, final int at) {
        return u16(buffer, at + 2);
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }
}
