package io.fairway.cluster.peer.exchange;

import java.io.ByteArrayOutputStream;

/** Puts one message together from parts that come in any order, more than once, or not at all. */
final class PartCollector {
    private byte[][] pieces = new byte[0][];

    /** Takes a part in; the whole message if none is missing any more, and then it begins anew, else null. */
    byte[] add(final ExchangePart part) {
        if (pieces.length != part.count()) {
            pieces = new byte[part.count()][];
        }
        if (pieces[part.index()] == null) {
            pieces[part.index()] = part.bytes();
        }
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (final byte[] piece : pieces) {
            if (piece == null) {
                return null;
            }
            message.write(piece, 0, piece.length);
        }
        // If it is not what it should be, the next copy gets another chance.
        pieces = new byte[0][];
        return message.toByteArray();
    }
}
