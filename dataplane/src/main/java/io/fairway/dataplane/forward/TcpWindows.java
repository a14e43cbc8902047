package io.fairway.dataplane.forward;

import io.fairway.model.wire.TcpHeader;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sequence numbers of TCP sessions whose service wants them followed, and whether a segment lies within the windows
 * (the four bounds of G. van Rooij, "Real Stateful TCP Packet Filtering in IP Filter", 2001). A direction is learnt
 * from its SYN; one that is met in the middle, because the session was taken over or adopted, from its first segment,
 * and then more is let pass: its scale is taken for the largest, and what the other side acknowledges may be what the
 * partner has forwarded. Fixed capacity, memory touched only when used. Forwarder's thread only.
 *
 * <pre>
 * direction (32): 0 u32 end: behind the highest byte sent   4 u32 limit: the highest byte that may be sent
 *                 8 u32 largest window offered  12 u32 highest acknowledgement sent  16 u8 scale  17 u8 knowledge
 *                20 u32 epoch (forward direction only)
 * </pre>
 */
final class TcpWindows implements AutoCloseable {
    private static final int BYTES = 32;
    private static final int END = 0;
    private static final int LIMIT = 4;
    private static final int WINDOW = 8;
    private static final int ACKNOWLEDGED = 12;
    private static final int SCALE = 16;
    private static final int KNOWLEDGE = 17;
    private static final int EPOCH = 20;

    private static final int KNOWN = 1;
    private static final int MET_IN_THE_MIDDLE = 2;
    private static final int OFFERS_SCALE = 4;
    private static final int HAS_ACKNOWLEDGED = 8;

    /** The largest shift count (RFC 7323 section 2.3). */
    private static final int MAX_SCALE = 14;

    private static final int LARGEST_WINDOW = 0xffff << MAX_SCALE;

    /** How far an acknowledgement may lag behind, whatever the windows: a packet may be that late. */
    private static final int ACKNOWLEDGEMENT_LAG = 66_000;

    private final AnonymousMemory memory;
    private final UnsafeBuffer directions;

    TcpWindows(final int maxSessions) {
        memory = AnonymousMemory.map(2L * maxSessions * BYTES);
        directions = memory.buffer();
    }

    /** Forgets what is known of a session, before its slot serves another or when it begins anew. */
    void forget(final int slot) {
        directions.setMemory(2 * slot * BYTES, 2 * BYTES, (byte) 0);
    }

    /**
     * Whether a segment may pass; if so, it moves the windows.
     *
     * @param packet a TCP packet of this flow, as its sender sent it
     * @param epoch under which this node forwards it: what was learnt under another is out of date
     */
    boolean accept(final int flow, final Packet packet, final int epoch) {
        final int forward = (flow & ~1) * BYTES;
        if (directions.getInt(forward + EPOCH) != epoch) {
            forget(flow >> 1);
            directions.putInt(forward + EPOCH, epoch);
        }
        final int own = flow * BYTES;
        final int other = (flow ^ 1) * BYTES;
        final DirectBuffer buffer = packet.buffer;
        final int flags = TcpHeader.flags(buffer, packet.l4);
        final int sequence = TcpHeader.sequence(buffer, packet.l4);
        final int end = sequence
                + packet.payloadLength()
                + ((flags & TcpHeader.SYN) != 0 ? 1 : 0)
                + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
        final boolean acknowledges = (flags & TcpHeader.ACK) != 0;
        final int acknowledgement = TcpHeader.acknowledgement(buffer, packet.l4);
        if (acknowledges && !mayAcknowledge(own, other, acknowledgement)) {
            return false;
        }
        if ((flags & TcpHeader.RST) != 0) {
            return mayReset(own, other, sequence, acknowledges);
        }
        final boolean opens = (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
        if (!is(own, KNOWN) || opens && !is(other, KNOWN)) {
            learn(own, other, end, flags);
        } else if (!mayCarry(own, other, sequence, end)) {
            return false;
        }
        if ((flags & TcpHeader.SYN) != 0) {
            learnScale(own, other, packet, acknowledges);
        }
        move(own, end, window(own, packet, flags));
        if (acknowledges) {
            acknowledge(own, other, acknowledgement, window(own, packet, flags));
        }
        return true;
    }

    /** Not what was never sent, and not what was acknowledged long ago. */
    private boolean mayAcknowledge(final int own, final int other, final int acknowledgement) {
        if (!is(other, KNOWN)) {
            return true;
        }
        final boolean middle = is(other, MET_IN_THE_MIDDLE);
        final int highest = get(other, middle ? LIMIT : END);
        final int lag = middle ? LARGEST_WINDOW : Math.max(get(own, WINDOW), ACKNOWLEDGEMENT_LAG);
        return acknowledgement - highest <= 0 && acknowledgement - (get(other, END) - lag) >= 0;
    }

    /** Not beyond what the other side offered, and not older than a whole window. */
    private boolean mayCarry(final int own, final int other, final int sequence, final int end) {
        final boolean recent = !is(other, KNOWN) || end - (get(own, END) - get(other, WINDOW)) >= 0;
        return recent && sequence - get(own, LIMIT) <= 0;
    }

    /**
     * A reset must name a byte that the other side still waits for (RFC 9293 section 3.10.7.4), or answer its SYN by
     * acknowledging it; where nothing is known there is nothing to judge by.
     */
    private boolean mayReset(final int own, final int other, final int sequence, final boolean acknowledges) {
        if (is(own, KNOWN)) {
            final boolean awaited = !is(other, HAS_ACKNOWLEDGED) || sequence - get(other, ACKNOWLEDGED) >= 0;
            return awaited && sequence - get(own, LIMIT) <= 0;
        }
        return !is(other, KNOWN) || acknowledges || is(other, HAS_ACKNOWLEDGED) && sequence == get(other, ACKNOWLEDGED);
    }

    private void learn(final int own, final int other, final int end, final int flags) {
        final boolean middle = (flags & TcpHeader.SYN) == 0;
        directions.putByte(own + KNOWLEDGE, (byte) (middle ? KNOWN | MET_IN_THE_MIDDLE : KNOWN));
        directions.putByte(own + SCALE, (byte) (middle ? MAX_SCALE : 0));
        directions.putInt(own + END, end);
        final int offered = is(other, KNOWN) ? get(other, WINDOW) : 0;
        directions.putInt(own + LIMIT, end + (middle ? LARGEST_WINDOW : offered));
        directions.putInt(own + WINDOW, middle ? LARGEST_WINDOW : 1);
    }

    /** Windows are scaled only if both SYNs said so (RFC 7323 section 2.2). */
    private void learnScale(final int own, final int other, final Packet packet, final boolean answers) {
        final int scale = TcpHeader.windowScale(packet.buffer, packet.l4);
        final int knowledge = directions.getByte(own + KNOWLEDGE) & ~OFFERS_SCALE;
        directions.putByte(own + KNOWLEDGE, (byte) (scale < 0 ? knowledge : knowledge | OFFERS_SCALE));
        directions.putByte(own + SCALE, (byte) Math.clamp(scale, 0, MAX_SCALE));
        if (answers && is(other, KNOWN) && !is(other, MET_IN_THE_MIDDLE) && (scale < 0 || !is(other, OFFERS_SCALE))) {
            directions.putByte(own + SCALE, (byte) 0);
            directions.putByte(other + SCALE, (byte) 0);
        }
    }

    /** The window that a segment offers; that of a SYN is never scaled. */
    private int window(final int own, final Packet packet, final int flags) {
        final int window = TcpHeader.window(packet.buffer, packet.l4);
        return (flags & TcpHeader.SYN) != 0 ? window : window << directions.getByte(own + SCALE);
    }

    private void move(final int own, final int end, final int window) {
        if (end - get(own, END) > 0) {
            directions.putInt(own + END, end);
        }
        if (window > get(own, WINDOW)) {
            directions.putInt(own + WINDOW, window);
        }
    }

    private void acknowledge(final int own, final int other, final int acknowledgement, final int window) {
        if (!is(own, HAS_ACKNOWLEDGED) || acknowledgement - get(own, ACKNOWLEDGED) > 0) {
            directions.putInt(own + ACKNOWLEDGED, acknowledgement);
            directions.putByte(own + KNOWLEDGE, (byte) (directions.getByte(own + KNOWLEDGE) | HAS_ACKNOWLEDGED));
        }
        if (!is(other, KNOWN)) {
            return;
        }
        if (acknowledgement - get(other, END) > 0) {
            directions.putInt(other + END, acknowledgement);
        }
        if (acknowledgement + window - get(other, LIMIT) > 0) {
            directions.putInt(other + LIMIT, acknowledgement + window);
        }
    }

    private boolean is(final int direction, final int knowledge) {
        return (directions.getByte(direction + KNOWLEDGE) & knowledge) != 0;
    }

    private int get(final int direction, final int field) {
        return directions.getInt(direction + field);
    }

    @Override
    public void close() {
        memory.close();
    }
}
