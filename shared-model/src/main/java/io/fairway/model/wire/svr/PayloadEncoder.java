package io.fairway.model.wire.svr;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/** Writes the payload TLVs of metadata. Stateless; allocates nothing. */
final class PayloadEncoder {
    private PayloadEncoder() {}

    /** Writes whatever is present; returns where the next byte goes. */
    static int put(final MutableDirectBuffer buffer, final int offset, final PayloadTlvs tlvs) {
        int at = putContext(buffer, offset, Metadata.FORWARD_CONTEXT_V4, tlvs.forwardContext());
        at = putContext(buffer, at, Metadata.REVERSE_CONTEXT_V4, tlvs.reverseContext());
        at = putText(buffer, at, Metadata.TENANT_NAME, tlvs.tenant());
        at = putText(buffer, at, Metadata.SERVICE_NAME, tlvs.service());
        if (tlvs.uuid() != null) {
            at = TlvWriter.head(buffer, at, Metadata.SESSION_UUID, 2 * Long.BYTES);
            at = TlvWriter.u64(buffer, at, tlvs.uuid().getMostSignificantBits());
            at = TlvWriter.u64(buffer, at, tlvs.uuid().getLeastSignificantBits());
        }
        at = tlvs.tcpAsUdp() ? TlvWriter.head(buffer, at, Metadata.TCP_AS_UDP, 0) : at;
        if (tlvs.sourceNat() != null) {
            at = TlvWriter.u32Tlv(buffer, at, Metadata.SOURCE_NAT_V4, v4Bits(tlvs.sourceNat()));
        }
        at = putText(buffer, at, Metadata.APPLICATION_NAME, tlvs.application());
        at = putText(buffer, at, Metadata.SOURCE_ROUTER_NAME, tlvs.router());
        at = putText(buffer, at, Metadata.SECURITY_POLICY, tlvs.policy());
        at = putText(buffer, at, Metadata.DESTINATION_ROUTER_NAME, tlvs.destinationRouter());
        at = putText(buffer, at, Metadata.PEER_PATH, tlvs.path());
        if (tlvs.remainingSeconds() != ReceivedMetadata.NO_REMAINING_TIME) {
            at = TlvWriter.u32Tlv(buffer, at, Metadata.REMAINING_TIME, (int) tlvs.remainingSeconds());
        }
        at = tlvs.key() == null ? at : putKey(buffer, at, tlvs.key());
        at = tlvs.multicast() == null ? at : putMulticast(buffer, at, tlvs.multicast());
        at = tlvs.multicastEgress() == null ? at : putEgress(buffer, at, tlvs.multicastEgress());
        // Last, where the forwarder of an adaptive session can take it away and put it back.
        return tlvs.encrypted() ? TlvWriter.head(buffer, at, Metadata.SESSION_ENCRYPTED, 0) : at;
    }

    private static int v4Bits(final IpAddress address) {
        if (!address.isV4()) {
            throw new IllegalArgumentException("TLV 25 holds an IPv4 address, not " + address);
        }
        return address.v4Bits();
    }

    /** The IPv4 types; the IPv6 type is the next number. */
    private static int putContext(
            final MutableDirectBuffer buffer, final int offset, final int typeV4, final FiveTuple tuple) {
        if (tuple == null) {
            return offset;
        }
        final boolean v4 = tuple.source().isV4() && tuple.destination().isV4();
        int at = v4
                ? TlvWriter.head(buffer, offset, typeV4, Metadata.CONTEXT_V4_LENGTH)
                : TlvWriter.head(buffer, offset, typeV4 + 1, Metadata.CONTEXT_V6_LENGTH);
        at = putAddress(buffer, at, tuple.source(), v4);
        at = putAddress(buffer, at, tuple.destination(), v4);
        at = TlvWriter.u16(buffer, at, tuple.sourcePort());
        at = TlvWriter.u16(buffer, at, tuple.destinationPort());
        return TlvWriter.u8(buffer, at, tuple.protocol());
    }

    private static int putAddress(
            final MutableDirectBuffer buffer, final int at, final IpAddress address, final boolean v4) {
        return v4
                ? TlvWriter.u32(buffer, at, address.v4Bits())
                : TlvWriter.u64(buffer, TlvWriter.u64(buffer, at, address.high()), address.low());
    }

    private static int putText(final MutableDirectBuffer buffer, final int offset, final int type, final String text) {
        if (text == null) {
            return offset;
        }
        final int at = TlvWriter.head(buffer, offset, type, checked(text).length());
        return at + buffer.putStringWithoutLengthAscii(at, text);
    }

    private static String checked(final String text) {
        if (text.length() > Metadata.MAX_STRING_LENGTH || !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("not at most 255 printable ASCII characters: " + text);
        }
        return text;
    }

    private static int putKey(final MutableDirectBuffer buffer, final int offset, final Secret key) {
        final byte[] bytes = key.bytes();
        if (!Metadata.isKeyLength(bytes.length)) {
            throw new IllegalArgumentException("a session's key has 16, 32, 48 or 64 bytes, not " + bytes.length);
        }
        final int at = TlvWriter.head(buffer, offset, Metadata.PAYLOAD_KEY, bytes.length);
        buffer.putBytes(at, bytes);
        return at + bytes.length;
    }

    private static int putMulticast(
            final MutableDirectBuffer buffer, final int offset, final MulticastContext context) {
        final boolean v4 = context.source().isV4() && context.group().isV4();
        int at = TlvWriter.head(
                buffer,
                offset,
                Metadata.MULTICAST_CONTEXT,
                v4 ? Metadata.MULTICAST_V4_LENGTH : Metadata.MULTICAST_V6_LENGTH);
        at = TlvWriter.u8(buffer, at, v4 ? Metadata.FAMILY_V4 : Metadata.FAMILY_V6);
        at = TlvWriter.u8(buffer, at, context.flags());
        at = putAddress(buffer, at, context.source(), v4);
        at = putAddress(buffer, at, context.group(), v4);
        return TlvWriter.u8(buffer, at, context.protocol());
    }

    private static int putEgress(final MutableDirectBuffer buffer, final int offset, final List<String> routers) {
        int length = Short.BYTES;
        for (final String router : routers) {
            length += 1 + checked(router).length();
        }
        if (length > Metadata.MAX_EGRESS_LIST_LENGTH) {
            throw new IllegalArgumentException("a multicast egress list of " + length + " bytes, at most "
                    + Metadata.MAX_EGRESS_LIST_LENGTH + " are sent");
        }
        int at = TlvWriter.head(buffer, offset, Metadata.MULTICAST_EGRESS, length);
        at = TlvWriter.u16(buffer, at, routers.size());
        for (final String router : routers) {
            at = TlvWriter.u8(buffer, at, router.length());
            at += buffer.putStringWithoutLengthAscii(at, router);
        }
        return at;
    }
}
