package io.fairway.cluster.replication;

import io.fairway.model.DropReason;
import org.agrona.DirectBuffer;

/**
 * The forwarder, as the controller sees it: commands that any thread may give and that never block. False is
 * back-pressure: try again later.
 */
public interface SessionInstaller {
    /**
     * Installs or updates both flows of a session and lets its pending packets go.
     *
     * @param pendingId the waiting first packet, 0 for none
     */
    boolean install(DirectBuffer record, int offset, int length, long pendingId);

    /**
     * Drops the pending packets of a new flow.
     *
     * @param answer of RefusePendingFlyweight
     */
    boolean refuse(long pendingId, DropReason reason, int answer);

    /** Forgets a session; one that is not there is no error. */
    boolean remove(long sessionId);

    /** A peer has lost the session: tells it all of it again. */
    boolean recover(DirectBuffer record, int offset, int length);

    /** Tells again what it has seen of a session: events of SessionEventFlyweight. */
    boolean report(long sessionId);

    /** As {@link #install}. */
    @FunctionalInterface
    interface Install {
        boolean install(DirectBuffer record, int offset, int length, long pendingId);
    }

    /** As {@link #refuse}. */
    @FunctionalInterface
    interface Refuse {
        boolean refuse(long pendingId, DropReason reason, int answer);
    }

    /** As {@link #remove} and {@link #report}. */
    @FunctionalInterface
    interface OfSession {
        boolean tell(long sessionId);
    }

    /** As {@link #recover}. */
    @FunctionalInterface
    interface Recover {
        boolean recover(DirectBuffer record, int offset, int length);
    }

    /** Made of five method references. */
    static SessionInstaller of(
            final Install install,
            final Refuse refuse,
            final OfSession remove,
            final Recover recover,
            final OfSession report) {
        return new SessionInstaller() {
            @Override
            public boolean install(
                    final DirectBuffer record, final int offset, final int length, final long pendingId) {
                return install.install(record, offset, length, pendingId);
            }

            @Override
            public boolean refuse(final long pendingId, final DropReason reason, final int answer) {
                return refuse.refuse(pendingId, reason, answer);
            }

            @Override
            public boolean remove(final long sessionId) {
                return remove.tell(sessionId);
            }

            @Override
            public boolean recover(final DirectBuffer record, final int offset, final int length) {
                return recover.recover(record, offset, length);
            }

            @Override
            public boolean report(final long sessionId) {
                return report.tell(sessionId);
            }
        };
    }
}
