package io.fairway.dataplane.forward;

import io.fairway.model.wire.TcpHeader;

/**
 * Follows a session's TCP flags, not its sequence numbers: opening, established, closed. A session taken over in the
 * middle counts as established once a packet with ACK has been seen each way. Stateless; the bits are in the table.
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

    /** Takes the flags of a packet of this flow into account. */
    static void onPacket(final FlowTable table, final int flow, final int flags, final long nowNs) {
        final int slot = flow >> 1;
        final boolean forward = (flow & 1) == 0;
        int state = table.tcpState(slot);
        if ((flags & TcpHeader.SYN) != 0) {
            if (forward && (flags & TcpHeader.ACK) == 0 && table.isMarked(slot, FlowTable.CLOSED)) {
                // The client uses its port again before the old session's end was reported.
                table.unmark(slot, FlowTable.CLOSED | FlowTable.END_REPORTED);
                state = 0;
            }
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
