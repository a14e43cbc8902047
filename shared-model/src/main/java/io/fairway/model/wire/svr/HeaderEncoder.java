package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.IpAddress;
import org.agrona.MutableDirectBuffer;

/** Writes the base header and the header TLVs of metadata. Stateless; allocates nothing. */
final class HeaderEncoder {
    private HeaderEncoder() {}

    /** Writes everything behind the base header; returns where the payload TLVs begin. */
    static int putTlvs(final MutableDirectBuffer buffer, final int offset, final MetadataView view) {
        int at = putSecurityId(buffer, offset, view.securityId);
        at = view.fragment() ? putFragment(buffer, at, view) : at;
        at = view.disableForward ? TlvWriter.head(buffer, at, Metadata.DISABLE_FORWARD, 0) : at;
        if (view.hasIcmpErrorLocation()) {
            at = putIcmpErrorLocation(buffer, at, view.icmpErrorLocationHigh(), view.icmpErrorLocationLow());
        }
        if (view.controlReason != MetadataView.NO_CONTROL) {
            at = TlvWriter.u8Tlv(buffer, at, Metadata.CONTROL_MESSAGE, view.controlReason);
        }
        at = view.hasPathMetrics() ? putPathMetrics(buffer, at, view) : at;
        return view.healthCheck == 0 ? at : TlvWriter.u8Tlv(buffer, at, Metadata.HEALTH_CHECK, view.healthCheck);
    }

    static void putBase(
            final MutableDirectBuffer buffer, final int offset, final int headerLength, final int payloadLength) {
        buffer.putLong(offset, Metadata.COOKIE, BIG_ENDIAN);
        final int word = Metadata.VERSION << 12 | headerLength;
        buffer.putShort(offset + Metadata.VERSION_AND_HEADER_LENGTH, (short) word, BIG_ENDIAN);
        buffer.putShort(offset + Metadata.PAYLOAD_LENGTH, (short) payloadLength, BIG_ENDIAN);
    }

    /** Writes nothing for 0. */
    static int putSecurityId(final MutableDirectBuffer buffer, final int at, final int securityId) {
        return securityId == 0 ? at : TlvWriter.u32Tlv(buffer, at, Metadata.SECURITY_ID, securityId);
    }

    static int putIcmpErrorLocation(
            final MutableDirectBuffer buffer, final int offset, final long high, final long low) {
        if (IpAddress.isV4(high, low)) {
            return TlvWriter.u32Tlv(buffer, offset, Metadata.ICMP_ERROR_LOCATION_V4, (int) low);
        }
        final int at = TlvWriter.head(buffer, offset, Metadata.ICMP_ERROR_LOCATION_V6, 2 * Long.BYTES);
        return TlvWriter.u64(buffer, TlvWriter.u64(buffer, at, high), low);
    }

    private static int putFragment(final MutableDirectBuffer buffer, final int offset, final MetadataView view) {
        int at = TlvWriter.head(buffer, offset, Metadata.FRAGMENT, Metadata.FRAGMENT_LENGTH);
        at = TlvWriter.u32(buffer, at, view.fragmentExtendedId());
        at = TlvWriter.u16(buffer, at, view.fragmentOriginalId());
        final int flags = (view.fragmentDontFragment() ? Metadata.DONT_FRAGMENT : 0)
                | (view.fragmentMore() ? Metadata.MORE_FRAGMENTS : 0);
        at = TlvWriter.u16(buffer, at, flags | view.fragmentOffset());
        return TlvWriter.u16(buffer, at, view.fragmentLargestSeen());
    }

    private static int putPathMetrics(final MutableDirectBuffer buffer, final int offset, final MetadataView view) {
        int at = TlvWriter.head(buffer, offset, Metadata.PATH_METRICS, Metadata.PATH_METRICS_LENGTH);
        at = TlvWriter.u32(buffer, at, view.sentColor() << Metadata.COLOR_SHIFT | view.sentTimeMs());
        at = TlvWriter.u32(buffer, at, view.receivedColor() << Metadata.COLOR_SHIFT | view.receivedTimeMs());
        return TlvWriter.u16(buffer, at, (view.measuresOnly() ? Metadata.DROP : 0) | view.previousCount());
    }
}
