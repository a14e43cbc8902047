package io.fairway.deploy.sim;

import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What both nodes keep: one class-A value per session (S3), versions that never fall (S4), acknowledged sessions that
 * live as long as one who acknowledged them (S5), ended ones that stay away (S6).
 */
final class ReplicaRules {
    private static final long GRACE_NS = 1_000_000_000L;
    private static final long ACTIVE_NS = 8_000_000_000L;
    private static final int CLASS_A_BYTES = SessionRecordFlyweight.REVERSE_KEY - SessionRecordFlyweight.FORWARD_KEY;

    private final World world;
    private final SessionBook book;
    private final Map<Long, Integer> classA = new HashMap<>();
    private final Map<SessionReplica, Long2LongHashMap> versions = new HashMap<>();
    private long togetherSinceNs = Long.MAX_VALUE;
    private SimProcess[] synced = {null, null};

    ReplicaRules(final World world, final SessionBook book) {
        this.world = world;
        this.book = book;
    }

    private static void broken(final String invariant, final String what) {
        throw new BrokenInvariant(invariant, what);
    }

    private static String name(final long sessionId) {
        return "session " + Long.toHexString(sessionId);
    }

    void onCommitted(final int node, final long sessionId, final int version, final boolean both) {
        final SessionBook.Entry session = book.of(sessionId);
        if (session == null || version != 1 || session.ended) {
            return;
        }
        session.committed = true;
        hold(session, world.node(node).process());
        final SimProcess partner = world.node(1 - node).process();
        if (both && partner != null) {
            hold(session, partner);
        }
    }

    private void hold(final SessionBook.Entry session, final SimProcess process) {
        if (process != null && process.replica().version(session.sessionId) >= 0) {
            session.holders.add(process);
        }
    }

    /** A controller ends a session. */
    void onDeleted(final int node, final long sessionId, final String why) {
        final SessionBook.Entry session = book.of(sessionId);
        if (session == null) {
            return;
        }
        final Client.Connection connection = world.client().connection(session.connection);
        final long nowNs = world.timeline().nowNs();
        if (!why.equals(SimController.WANTED)
                && session.committed
                && connection.answeredNs >= 0
                && nowNs - connection.answeredNs < ACTIVE_NS
                && !session.ended
                && !world.checker().splitLately()) {
            world.evidence("an active session was ended: " + why);
            world.say("node" + node + " ends active session " + Long.toHexString(sessionId) + ": " + why);
        }
        end(session);
    }

    private void end(final SessionBook.Entry session) {
        if (!session.ended) {
            session.ended = true;
            session.endedNs = world.timeline().nowNs();
        }
    }

    void onChanged(final int node, final SessionReplica replica, final long sessionId) {
        final byte[] record = replica.get(sessionId);
        final Long2LongHashMap known = versions.computeIfAbsent(replica, unused -> new Long2LongHashMap(-1));
        final SessionBook.Entry session = book.of(sessionId);
        final SimProcess process = world.node(node).process();
        if (record == null) {
            known.remove(sessionId);
            if (session != null && session.ended && process != null) {
                session.buriers.add(process);
            }
            return;
        }
        final UnsafeBuffer view = new UnsafeBuffer(record);
        final int version = SessionRecordFlyweight.version(view, 0);
        final int hash = Arrays.hashCode(Arrays.copyOfRange(
                record, SessionRecordFlyweight.FORWARD_KEY, SessionRecordFlyweight.REVERSE_KEY + CLASS_A_BYTES));
        final Integer before = classA.putIfAbsent(sessionId, hash);
        if (before != null && before != hash) {
            broken("S3", "two different flows for " + name(sessionId));
        }
        if (known.put(sessionId, version) > version) {
            broken("S4", "the version of " + name(sessionId) + " fell on node" + node);
        }
        if (session != null && process != null && process.replica() == replica && session.buriers.contains(process)) {
            broken("S6", name(sessionId) + " came back on node" + node + " that knew of its end");
        }
    }

    /** Compares what must be kept with what is. */
    void check() {
        final SimProcess zero = world.node(0).process();
        final SimProcess one = world.node(1).process();
        final boolean together = world.node(0).isRunning()
                && world.node(1).isRunning()
                && world.network().journalPasses()
                && zero.journal().synced()
                && one.journal().synced()
                && !world.checker().splitLately();
        togetherSinceNs = together ? Math.min(togetherSinceNs, world.timeline().nowNs()) : Long.MAX_VALUE;
        if (together && (synced[0] != zero || synced[1] != one)) {
            world.evidence("both nodes have the same sessions");
            synced = new SimProcess[] {zero, one};
        }
        for (final SessionBook.Entry session : book.all()) {
            if (!session.ended) {
                checkKept(session, zero, one, together);
            } else if (together && world.timeline().nowNs() - Math.max(session.endedNs, togetherSinceNs) > GRACE_NS) {
                checkEnded(session, zero, one);
                checkEnded(session, one, zero);
            }
        }
    }

    private void checkKept(
            final SessionBook.Entry session, final SimProcess zero, final SimProcess one, final boolean together) {
        session.holders.removeIf(holder -> holder != zero && holder != one);
        for (final SimProcess holder : session.holders) {
            if (holder.replica().version(session.sessionId) < 0
                    && !world.checker().splitLately()) {
                broken(
                        "S5",
                        name(session.sessionId) + " was acknowledged by process " + holder.incarnation() + " of node"
                                + (holder == zero ? 0 : 1) + ", which has lost it");
            }
        }
        if (together && session.holders.size() == 1) {
            final SimProcess other = session.holders.contains(zero) ? one : zero;
            if (other.replica().version(session.sessionId) >= 0) {
                session.holders.add(other);
            }
        }
    }

    private static void checkEnded(final SessionBook.Entry session, final SimProcess burier, final SimProcess other) {
        if (session.buriers.contains(burier) && other.replica().version(session.sessionId) >= 0) {
            broken(
                    "S6",
                    name(session.sessionId) + " ended on one node and lives on the other, and both say they are alike");
        }
    }
}
