package io.fairway.dataplane.forward;

import io.fairway.model.wire.TcpHeader;

/**
 * Follows a session's TCP flags: opening, established, closed; and asks {@link TcpWindows} where the service wants the
 * sequence numbers followed too. A session taken over in the middle counts as established once a packet with ACK has
 * been seen each way. Stateless; the bits are in the table.
 */
final class TcpTracker {
    private static final int SYN_FORWARD = 1;
    private static final int SYN_REVERSE = 2;
    private static final int ACK_FORWARD = 4;
    private static final int ACK_REVERSE = 8;
    private static final int FIN_FORWARD = 16;
    private static final int FIN_REVERSE = 32;
    private static final int BOTH_ACK = ACK_FORWARD | ACK_REVERSE;
    private static final int BOTH_FIN = FIN_FORWARD | FIN_REVERSE;

    private TcpTracker() {}

    /**
     * Takes a TCP packet of this flow into account.
     *
     * @param epoch under which this node forwards it
     * @return whether it may go on: what lies outside of the windows of a strict session may not
     */
    static boolean onPacket(
            final FlowTable table, final int flow, final Packet packet, final int epoch, final long nowNs) {
        final int slot = flow >> 1;
        final int flags = TcpHeader.flags(packet.buffer, packet.l4);
        final boolean forward = (flow & 1) == 0;
        final boolean opens = forward && (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
        final boolean strict = table.isMarked(slot, FlowTable.STRICT);
        if (opens && table.isMarked(slot, FlowTable.CLOSED)) {
            // The client uses its port again before the old session's end was reported.
            table.unmark(slot, FlowTable.CLOSED | FlowTable.END_REPORTED);
            table.setTcpState(slot, 0);
            if (strict) {
                table.windows().forget(slot);
            }
        }
        if (strict && !table.windows().accept(flow, packet, epoch)) {
            return false;
        }
        follow(table, flow, flags, nowNs);
        return true;
    }

    private static void follow(final FlowTable table, final int flow, final int flags, final long nowNs) {
        final int slot = flow >> 1;
        final boolean forward = (flow & 1) == 0;
        int state = table.tcpState(slot);
        if ((flags & TcpHeader.SYN) != 0) {
            state |= forward ? SYN_FORWARD : SYN_REVERSE;
        } else if ((flags & TcpHeader.ACK) != 0) {
            state |= forward ? ACK_FORWARD : ACK_REVERSE;
        }
        if ((flags & TcpHeader.FIN) != 0) {
            state |= forward ? FIN_FORWARD : FIN_REVERSE;
        }
        table.setTcpState(slot, state);
        final boolean opened = (state & (SYN_REVERSE | ACK_FORWARD)) == (SYN_REVERSE | ACK_FORWARD);
        if (opened || (state & BOTH_ACK) == BOTH_ACK) {
            table.mark(slot, FlowTable.ESTABLISHED);
        }
        final boolean closed = (flags & TcpHeader.RST) != 0 || (state & BOTH_FIN) == BOTH_FIN;
        if (closed && !table.isMarked(slot, FlowTable.CLOSED)) {
            table.mark(slot, FlowTable.CLOSED);
            table.setClosedAtNs(slot, nowNs);
        }
    }

    /** The state in a word, for people. */
    static String name(final int state, final int marks) {
        if ((marks & FlowTable.CLOSED) != 0) {
            return "closed";
        }
        if ((state & BOTH_FIN) != 0) {
            return "closing";
        }
        return (marks & FlowTable.ESTABLISHED) != 0 ? "established" : "opening";
    }
}
