package io.fairway.cluster.session;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionState;

/** What the planner decides on a first packet. */
public sealed interface Verdict {
    /** The value of {@link Accepted#replaces} when nothing is replaced. */
    long NOTHING = -1;

    /**
     * A new session.
     *
     * @param record its first version
     * @param replaces the session that its sender has forgotten and that must end first, or {@link #NOTHING}
     */
    record Accepted(SessionRecord record, long replaces) implements Verdict {
        /** The same session, which has long been established elsewhere. */
        Accepted established() {
            return new Accepted(
                    record.with(
                            record.version(),
                            record.epoch(),
                            SessionState.ESTABLISHED,
                            record.handshakeDone(),
                            record.security()),
                    replaces);
        }
    }

    /**
     * No session; the pending packets are dropped.
     *
     * @param reason why
     * @param answer of RefusePendingFlyweight
     */
    record Refused(DropReason reason, int answer) implements Verdict {}

    /** Refused without an answer. */
    static Refused silently(final DropReason reason) {
        return new Refused(reason, RefusePendingFlyweight.SILENT);
    }

    /** Refused with ICMP destination unreachable. */
    static Refused unreachable(final DropReason reason) {
        return new Refused(reason, RefusePendingFlyweight.ICMP_HOST_UNREACHABLE);
    }

    /** Refused with a TCP reset. */
    static Refused reset(final DropReason reason) {
        return new Refused(reason, RefusePendingFlyweight.TCP_RESET);
    }
}
