package io.fairway.cluster.peer.exchange;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.peer.PeerMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A piece of an exchange's message, small enough for one message between peers. Network byte order.
 *
 * <pre>
 * 0 u8 kind   1 u8 index of this part   2 u8 number of parts   3 zero   4 u64 the exchange, at random
 * 12 bytes of the message, which is by kind:
 *    1 offer    u32 newest generation that the initiator accepts, 32 nonce, 32 X25519 share
 *    2 answer   u32 generation to be made, 32 nonce, 32 X25519 share, the responder's sealed proof
 *    3 proof    the initiator's sealed proof
 * </pre>
 *
 * @param kind of the message
 * @param index of this part, from 0
 * @param count of parts
 * @param exchange which exchange
 * @param bytes the piece
 */
@SuppressWarnings("ArrayRecordComponent") // Parts are never compared.
record ExchangePart(int kind, int index, int count, long exchange, byte[] bytes) {
    static final int OFFER = 1;
    static final int ANSWER = 2;
    static final int PROOF = 3;

    /** Bytes before a proof. */
    static final int SHARE_LENGTH = 32;

    static final int NONCE_LENGTH = 32;
    static final int OPEN_LENGTH = 4 + NONCE_LENGTH + SHARE_LENGTH;

    /** More than three certificates with the longest common keys. */
    static final int MAX_PARTS = 16;

    private static final int INDEX = 1;
    private static final int COUNT = 2;
    private static final int EXCHANGE = 4;
    private static final int BYTES = 12;
    private static final int PIECE = PeerMessage.MAX_EXCHANGE_LENGTH - BYTES;

    /** The longest message. */
    static final int MAX_MESSAGE_LENGTH = MAX_PARTS * PIECE;

    /** Reads a part; null if it is malformed. */
    static ExchangePart read(final byte[] part) {
        if (part.length <= BYTES || part.length > PeerMessage.MAX_EXCHANGE_LENGTH) {
            return null;
        }
        final int kind = part[0];
        final int index = part[INDEX] & 0xff;
        final int count = part[COUNT] & 0xff;
        if (kind < OFFER || kind > PROOF || index >= count || count > (kind == OFFER ? 1 : MAX_PARTS)) {
            return null;
        }
        final long exchange = new UnsafeBuffer(part).getLong(EXCHANGE, BIG_ENDIAN);
        return new ExchangePart(kind, index, count, exchange, Arrays.copyOfRange(part, BYTES, part.length));
    }

    /** Cuts a message into parts. */
    static List<byte[]> cut(final int kind, final long exchange, final byte[] message) {
        final int count = (message.length + PIECE - 1) / PIECE;
        final List<byte[]> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final int length = Math.min(PIECE, message.length - i * PIECE);
            final byte[] part = new byte[BYTES + length];
            part[0] = (byte) kind;
            part[INDEX] = (byte) i;
            part[COUNT] = (byte) count;
            new UnsafeBuffer(part).putLong(EXCHANGE, exchange, BIG_ENDIAN);
            System.arraycopy(message, i * PIECE, part, BYTES, length);
            parts.add(part);
        }
        return parts;
    }
}
