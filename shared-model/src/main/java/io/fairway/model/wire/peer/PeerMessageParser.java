package io.fairway.model.wire.peer;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.IpAddress;
import org.agrona.DirectBuffer;

/**
 * Reads a message. For any bytes within the bounds that it is given it returns, never throws, and never reads beyond
 * them. Stateless; any thread. Nothing that it reads is to be believed before the code is verified.
 */
public final class PeerMessageParser {
    private static final int MANDATORY =
            1 << PeerMessage.AUTHORITY | 1 << PeerMessage.PEERING_NAME | 1 << PeerMessage.NODE | 1 << PeerMessage.CLOCK;

    private PeerMessageParser() {}

    /**
     * Reads the whole UDP payload.
     *
     * @return whether it is a message; if not, the view holds nothing of use
     */
    public static boolean parse(
            final DirectBuffer buffer, final int offset, final int length, final PeerMessageView view) {
        if (length < PeerMessage.BASE_LENGTH
                || !BfdHeader.isValid(buffer, offset)
                || buffer.getByte(offset + PeerMessage.VERSION_FIELD) != PeerMessage.VERSION
                || u16(buffer, offset + PeerMessage.LENGTH_FIELD) != length) {
            return false;
        }
        view.begin(buffer, offset, length);
        int seen = 0;
        int at = offset + PeerMessage.BASE_LENGTH;
        final int end = offset + length;
        while (at < end) {
            if (end - at < PeerMessage.TLV_HEADER_LENGTH || view.hasCode()) {
                return false;
            }
            final int type = u16(buffer, at);
            final int valueLength = u16(buffer, at + 2);
            at += PeerMessage.TLV_HEADER_LENGTH;
            if (valueLength > end - at) {
                return false;
            }
            if (type >= PeerMessage.AUTHORITY && type <= PeerMessage.TCP_STATE) {
                final int bit = 1 << oncePer(type);
                if ((seen & bit) != 0 || !isLawful(type, valueLength) || !read(view, type, at, valueLength)) {
                    return false;
                }
                seen |= bit;
            }
            at += valueLength;
        }
        return (seen & MANDATORY) == MANDATORY;
    }

    /** An endpoint may come once, whether as IPv4 or as IPv6. */
    private static int oncePer(final int type) {
        return type == PeerMessage.OWN_ENDPOINT_V6 || type == PeerMessage.SEEN_ENDPOINT_V6 ? type - 1 : type;
    }

    private static boolean isLawful(final int type, final int length) {
        return switch (type) {
            case PeerMessage.AUTHORITY -> length == PeerMessage.AUTHORITY_LENGTH;
            case PeerMessage.PEERING_NAME -> length >= 1 && length <= PeerMessage.MAX_NAME_LENGTH;
            case PeerMessage.NODE -> length == PeerMessage.NODE_LENGTH;
            case PeerMessage.CLOCK -> length == PeerMessage.CLOCK_LENGTH;
            case PeerMessage.OWN_ENDPOINT_V4, PeerMessage.SEEN_ENDPOINT_V4 -> length == PeerMessage.ENDPOINT_V4_LENGTH;
            case PeerMessage.OWN_ENDPOINT_V6, PeerMessage.SEEN_ENDPOINT_V6 -> length == PeerMessage.ENDPOINT_V6_LENGTH;
            case PeerMessage.KEY_GENERATIONS -> length == PeerMessage.KEY_GENERATIONS_LENGTH;
            case PeerMessage.KEY_EXCHANGE -> length >= 1 && length <= PeerMessage.MAX_EXCHANGE_LENGTH;
            case PeerMessage.MTU_PROBE -> length >= PeerMessage.MTU_LENGTH;
            case PeerMessage.MTU_ANSWER -> length == PeerMessage.MTU_LENGTH;
            case PeerMessage.TCP_PROBE -> length >= PeerMessage.TCP_PROBE_LENGTH;
            case PeerMessage.TCP_STATE -> length == PeerMessage.TCP_STATE_LENGTH;
            default -> length == PeerMessage.CODE_TLV_LENGTH;
        };
    }

    /** Whether the value is one that its type allows. */
    private static boolean read(final PeerMessageView view, final int type, final int at, final int length) {
        final DirectBuffer buffer = view.buffer;
        switch (type) {
            case PeerMessage.AUTHORITY -> view.authorityHash = u64(buffer, at);
            case PeerMessage.PEERING_NAME -> {
                view.nameOffset = at;
                view.nameLength = length;
                return isAscii(buffer, at, length);
            }
            case PeerMessage.NODE -> {
                view.incarnation = u64(buffer, at);
                view.nodeId = buffer.getByte(at + 8) & 0xff;
            }
            case PeerMessage.CLOCK -> {
                return readClock(view, at);
            }
            case PeerMessage.OWN_ENDPOINT_V4, PeerMessage.OWN_ENDPOINT_V6 ->
                view.ownEndpoint = endpoint(buffer, at, length);
            case PeerMessage.SEEN_ENDPOINT_V4, PeerMessage.SEEN_ENDPOINT_V6 ->
                view.seenEndpoint = endpoint(buffer, at, length);
            case PeerMessage.KEY_GENERATIONS -> {
                view.generationInUse = buffer.getInt(at, BIG_ENDIAN);
                view.newestGeneration = buffer.getInt(at + 4, BIG_ENDIAN);
                return view.generationInUse >= 0 && view.newestGeneration >= 0;
            }
            case PeerMessage.KEY_EXCHANGE -> {
                view.exchangeOffset = at;
                view.exchangeLength = length;
            }
            case PeerMessage.MTU_PROBE -> view.probeBytes = u16(buffer, at);
            case PeerMessage.MTU_ANSWER -> view.answerBytes = u16(buffer, at);
            case PeerMessage.TCP_PROBE -> {
                view.tcpProbe = TcpProbe.of(buffer.getByte(at));
                return view.tcpProbe != null;
            }
            case PeerMessage.TCP_STATE -> {
                view.tcpArrived = TcpProbe.of(buffer.getByte(at));
                view.tcpRefused = buffer.getByte(at + 1);
                return (view.tcpRefused & ~TcpProbe.ALL) == 0;
            }
            default -> {
                view.codeGeneration = buffer.getInt(at, BIG_ENDIAN);
                view.codeOffset = at + 4;
            }
        }
        return true;
    }

    private static boolean readClock(final PeerMessageView view, final int at) {
        final DirectBuffer buffer = view.buffer;
        view.sequence = u64(buffer, at);
        view.count = buffer.getInt(at + 8, BIG_ENDIAN) & 0xffff_ffffL;
        view.sentNs = u64(buffer, at + 12);
        view.echoedSequence = u64(buffer, at + 20);
        view.echoedSentNs = u64(buffer, at + 28);
        view.heldNs = u64(buffer, at + 36);
        view.loss = u16(buffer, at + 44);
        return view.sequence > 0 && view.echoedSequence >= 0 && view.heldNs >= 0 && view.loss <= PeerMessage.WHOLE;
    }

    private static Endpoint endpoint(final DirectBuffer buffer, final int at, final int length) {
        final IpAddress address = length == PeerMessage.ENDPOINT_V4_LENGTH
                ? IpAddress.v4(buffer.getInt(at, BIG_ENDIAN))
                : new IpAddress(u64(buffer, at), u64(buffer, at + 8));
        return new Endpoint(address, u16(buffer, at + length - 2));
    }

    private static boolean isAscii(final DirectBuffer buffer, final int at, final int length) {
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(at + i) <= ' ' || buffer.getByte(at + i) == 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static int u16(final DirectBuffer buffer, final int at) {
        return buffer.getShort(at, BIG_ENDIAN) & 0xffff;
    }

    private static long u64(final DirectBuffer buffer, final int at) {
        return buffer.getLong(at, BIG_ENDIAN);
    }
}
