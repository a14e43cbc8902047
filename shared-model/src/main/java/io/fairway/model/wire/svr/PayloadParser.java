package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.agrona.DirectBuffer;

/** Reads the payload TLVs of metadata, unencrypted, by the rules of {@link MetadataParser}. Stateless; allocates. */
final class PayloadParser {
    private static final long KNOWN = bits(
            Metadata.FORWARD_CONTEXT_V4,
            Metadata.FORWARD_CONTEXT_V6,
            Metadata.REVERSE_CONTEXT_V4,
            Metadata.REVERSE_CONTEXT_V6,
            Metadata.SESSION_UUID,
            Metadata.TENANT_NAME,
            Metadata.SERVICE_NAME,
            Metadata.SESSION_ENCRYPTED,
            Metadata.TCP_AS_UDP,
            Metadata.SOURCE_ROUTER_NAME,
            Metadata.SECURITY_POLICY,
            Metadata.DESTINATION_ROUTER_NAME,
            Metadata.PEER_PATH,
            Metadata.SOURCE_NAT_V4,
            Metadata.APPLICATION_NAME,
            Metadata.REMAINING_TIME,
            Metadata.PAYLOAD_KEY,
            Metadata.MULTICAST_CONTEXT,
            Metadata.MULTICAST_EGRESS);

    private PayloadParser() {}

    /**
     * Reads all TLVs of a payload block.
     *
     * @return false if it is malformed
     */
    static boolean read(final DirectBuffer buffer, final int offset, final int length, final MetadataBuilder out) {
        long seen = 0;
        int at = offset;
        final int end = offset + length;
        while (at < end) {
            final int type = MetadataParser.wholeTlvType(buffer, at, end);
            if (type < 0) {
                return false;
            }
            final int valueLength = MetadataParser.valueLength(buffer, at);
            final int value = at + Metadata.TLV_HEADER_LENGTH;
            if (isKnown(type)) {
                final long bit = 1L << oncePer(type);
                if ((seen & bit) != 0 || !fits(buffer, value, valueLength, type)) {
                    return false;
                }
                seen |= bit;
                readTlv(buffer, value, valueLength, type, out);
            }
            at = value + valueLength;
        }
        return true;
    }

    private static boolean isKnown(final int type) {
        return type < Long.SIZE && (KNOWN & 1L << type) != 0;
    }

    /** A context may come once, whether as IPv4 or as IPv6. */
    private static int oncePer(final int type) {
        return switch (type) {
            case Metadata.FORWARD_CONTEXT_V6 -> Metadata.FORWARD_CONTEXT_V4;
            case Metadata.REVERSE_CONTEXT_V6 -> Metadata.REVERSE_CONTEXT_V4;
            default -> type;
        };
    }

    private static boolean fits(final DirectBuffer buffer, final int value, final int length, final int type) {
        return switch (type) {
            case Metadata.FORWARD_CONTEXT_V4, Metadata.REVERSE_CONTEXT_V4 -> length == Metadata.CONTEXT_V4_LENGTH;
            case Metadata.FORWARD_CONTEXT_V6, Metadata.REVERSE_CONTEXT_V6 -> length == Metadata.CONTEXT_V6_LENGTH;
            case Metadata.SESSION_UUID -> length == 16;
            case Metadata.SESSION_ENCRYPTED, Metadata.TCP_AS_UDP -> length == 0;
            case Metadata.SOURCE_NAT_V4, Metadata.REMAINING_TIME -> length == 4;
            case Metadata.PAYLOAD_KEY -> Metadata.isKeyLength(length);
            case Metadata.MULTICAST_CONTEXT ->
                length == Metadata.MULTICAST_V4_LENGTH && buffer.getByte(value) == Metadata.FAMILY_V4
                        || length == Metadata.MULTICAST_V6_LENGTH && buffer.getByte(value) == Metadata.FAMILY_V6;
            case Metadata.MULTICAST_EGRESS -> isEgressList(buffer, value, length);
            default -> isPrintable(buffer, value, length);
        };
    }

    private static boolean isEgressList(final DirectBuffer buffer, final int value, final int length) {
        if (length < Short.BYTES || length > Metadata.MAX_EGRESS_LIST_LENGTH) {
            return false;
        }
        final int end = value + length;
        int at = value + Short.BYTES;
        for (int names = MetadataParser.u16(buffer, value); names > 0; names--) {
            final int name = at < end ? u8(buffer, at) : length;
            if (name > end - at - 1 || !isPrintable(buffer, at + 1, name)) {
                return false;
            }
            at += 1 + name;
        }
        return at == end;
    }

    /** Printable ASCII only: names end up in logs and on terminals. */
    private static boolean isPrintable(final DirectBuffer buffer, final int value, final int length) {
        if (length > Metadata.MAX_STRING_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            final byte character = buffer.getByte(value + i);
            if (character < ' ' || character > '~') {
                return false;
            }
        }
        return true;
    }

    private static void readTlv(
            final DirectBuffer buffer, final int value, final int length, final int type, final MetadataBuilder out) {
        switch (type) {
            case Metadata.FORWARD_CONTEXT_V4 -> out.forwardContext = contextV4(buffer, value);
            case Metadata.FORWARD_CONTEXT_V6 -> out.forwardContext = contextV6(buffer, value);
            case Metadata.REVERSE_CONTEXT_V4 -> out.reverseContext = contextV4(buffer, value);
            case Metadata.REVERSE_CONTEXT_V6 -> out.reverseContext = contextV6(buffer, value);
            case Metadata.SESSION_UUID ->
                out.uuid = new UUID(buffer.getLong(value, BIG_ENDIAN), buffer.getLong(value + 8, BIG_ENDIAN));
            case Metadata.SESSION_ENCRYPTED -> out.encrypted = true;
            case Metadata.TCP_AS_UDP -> out.tcpAsUdp = true;
            case Metadata.SOURCE_NAT_V4 -> out.sourceNat = addressV4(buffer, value);
            case Metadata.REMAINING_TIME -> out.remainingSeconds = buffer.getInt(value, BIG_ENDIAN) & 0xffff_ffffL;
            case Metadata.PAYLOAD_KEY -> out.key = key(buffer, value, length);
            case Metadata.MULTICAST_CONTEXT -> out.multicast = multicast(buffer, value, length);
            case Metadata.MULTICAST_EGRESS -> out.multicastEgress = egressList(buffer, value);
            default -> readText(type, buffer.getStringWithoutLengthAscii(value, length), out);
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
                addressV4(buffer, at),
                addressV4(buffer, at + 4),
                MetadataParser.u16(buffer, at + 8),
                MetadataParser.u16(buffer, at + 10),
                u8(buffer, at + 12));
    }

    private static FiveTuple contextV6(final DirectBuffer buffer, final int at) {
        return new FiveTuple(
                addressV6(buffer, at),
                addressV6(buffer, at + 16),
                MetadataParser.u16(buffer, at + 32),
                MetadataParser.u16(buffer, at + 34),
                u8(buffer, at + 36));
    }

    private static IpAddress addressV4(final DirectBuffer buffer, final int at) {
        return IpAddress.v4(buffer.getInt(at, BIG_ENDIAN));
    }

    private static IpAddress addressV6(final DirectBuffer buffer, final int at) {
        return new IpAddress(buffer.getLong(at, BIG_ENDIAN), buffer.getLong(at + 8, BIG_ENDIAN));
    }

    private static Secret key(final DirectBuffer buffer, final int value, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(value, bytes);
        return Secret.of(bytes);
    }

    private static MulticastContext multicast(final DirectBuffer buffer, final int value, final int length) {
        final boolean v4 = length == Metadata.MULTICAST_V4_LENGTH;
        final int source = value + 2;
        return new MulticastContext(
                u8(buffer, value + 1),
                v4 ? addressV4(buffer, source) : addressV6(buffer, source),
                v4 ? addressV4(buffer, source + 4) : addressV6(buffer, source + 16),
                u8(buffer, value + length - 1));
    }

    private static List<String> egressList(final DirectBuffer buffer, final int value) {
        final int count = MetadataParser.u16(buffer, value);
        final List<String> names = new ArrayList<>(count);
        int at = value + Short.BYTES;
        for (int i = 0; i < count; i++) {
            final int length = u8(buffer, at);
            names.add(buffer.getStringWithoutLengthAscii(at + 1, length));
            at += 1 + length;
        }
        return Collections.unmodifiableList(names);
    }

    private static long bits(final int... types) {
        long bits = 0;
        for (final int type : types) {
            bits |= 1L << type;
        }
        return bits;
    }

    private static int u8(final DirectBuffer buffer, final int at) {
        return buffer.getByte(at) & 0xff;
    }
}
