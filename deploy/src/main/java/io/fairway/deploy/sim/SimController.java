package io.fairway.deploy.sim;

import io.fairway.cluster.session.FirstPacket;
import io.fairway.cluster.session.PortLedger;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalListener;
import io.fairway.ha.journal.JournalProxy;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionState;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * In the place of the session actors, which run on Pekko's threads: the same life of a session (plan, commit, install,
 * update, tombstone) over the real journal, port ledger and forwarder. Standby entries go the way of
 * {@code StandbyInstaller}: at once from the pair's thread, and again from the replica if the ring was full.
 */
final class SimController implements JournalListener {
    /** An operator's word: the only reason to end a session that is in use. */
    static final String WANTED = "wanted";

    private static final long IDLE_NS = 50_000_000;
    private static final long RETRY_NS = 1_000_000;
    private static final long OPENING_LIMIT_NS = 1_000_000_000L;
    private static final int NONE = -1;

    private final World world;
    private final SimNode node;
    private final SessionReplica replica;
    private final Journal journal;
    private final ForwarderProxy forwarder;
    private final PortLedger ledger;
    private final SessionPlan plans;
    private final SimThread thread;
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private final Map<Long, Opening> openings = new LinkedHashMap<>();
    private final Map<Long, Session> sessions = new LinkedHashMap<>();
    private final LongHashSet ended = new LongHashSet();
    private final Set<Long> standby = new LinkedHashSet<>();
    private final ArrayDeque<Owed> owed = new ArrayDeque<>();
    private long counter;

    /** The bucket that is to be the partner's, or {@link #NONE}. */
    private int settling = NONE;

    private boolean marked;

    /** A session whose first version is not committed. */
    private record Opening(SessionRecord record, long pendingId, long deadlineNs) {}

    /** What a full ring refused; true once it was taken. */
    @FunctionalInterface
    private interface Owed {
        boolean pay();
    }

    private static final class Session {
        private SessionRecord record;
        private int version;

        private Session(final SessionRecord record) {
            this.record = record;
            version = record.version();
        }
    }

    SimController(
            final World world,
            final SimNode node,
            final SessionReplica replica,
            final JournalProxy journal,
            final ForwarderProxy forwarder) {
        this.world = world;
        this.node = node;
        this.replica = replica;
        this.journal = world.build().journal(journal, replica, this);
        this.forwarder = forwarder;
        ledger = new PortLedger(world.router(), node.id(), node.clock(), node.random()::nextLong);
        plans = new SessionPlan(world, node, ledger);
        thread = new SimThread(world.timeline(), this::turn);
        counter = node.random().nextLong();
    }

    SimThread thread() {
        return thread;
    }

    private void tell(final Runnable message) {
        inbox.add(message);
        thread.wakeIn(node.random().between(20_000, 150_000));
    }

    private long turn() {
        while (!inbox.isEmpty()) {
            inbox.poll().run();
        }
        for (int i = owed.size(); i > 0; i--) {
            final Owed debt = owed.poll();
            if (!debt.pay()) {
                owed.add(debt);
            }
        }
        standby.removeIf(this::deliver);
        markIfSettled();
        endOpenings();
        return owed.isEmpty() && standby.isEmpty() && settling == NONE ? IDLE_NS : RETRY_NS;
    }

    private void pay(final Owed debt) {
        if (!debt.pay()) {
            owed.add(debt);
            thread.wakeIn(RETRY_NS);
        }
    }

    private boolean deliver(final long sessionId) {
        final byte[] record = replica.get(sessionId);
        return record == null
                ? forwarder.remove(sessionId)
                : forwarder.install(new UnsafeBuffer(record), 0, record.length, 0);
    }

    private boolean owns(final int bucket) {
        return node.gate().owner(bucket) == node.id();
    }

    /** The forwarder says something. */
    boolean onMessage(final DirectBuffer message, final int offset, final int length) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, message, offset, length);
        switch (copy.getInt(0)) {
            case BoundaryMessage.FIRST_PACKET -> {
                final FirstPacket packet = FirstPacket.read(copy, 0);
                tell(() -> seen(packet));
            }
            case BoundaryMessage.SESSION_EVENT -> {
                final long sessionId = copy.getLong(SessionEventFlyweight.SESSION_ID);
                final int event = copy.getInt(SessionEventFlyweight.EVENT);
                tell(() -> happened(sessionId, event));
            }
            default -> {
                // Nobody speaks to peers here.
            }
        }
        return true;
    }

    private void seen(final FirstPacket packet) {
        final int home = BucketId.of(node.id(), packet.keyHash());
        final int own = stayingBucket(home);
        final int bucket = own != NONE ? own : stayingBucket(home ^ BucketId.PER_NODE);
        if (bucket == NONE || openings.values().stream().anyMatch(o -> o.pendingId() == packet.pendingId())) {
            refuse(packet.pendingId(), DropReason.CONTROLLER_REFUSED);
            return;
        }
        final SessionRecord record = plans.plan(
                packet, BucketId.sessionId(bucket, counter++), node.gate().epoch(bucket));
        if (record == null) {
            refuse(packet.pendingId(), DropReason.CONTROLLER_REFUSED);
        } else if (append(record)) {
            world.checker().onPlanned(node.id(), record);
            openings.put(
                    record.sessionId(),
                    new Opening(record, packet.pendingId(), node.clock().nanoTime() + OPENING_LIMIT_NS));
        } else {
            ledger.release(record.sessionId());
            refuse(packet.pendingId(), DropReason.JOURNAL_FULL);
        }
    }

    /** This bucket, or the next one of its home that this node owns and keeps. */
    private int stayingBucket(final int wanted) {
        for (int i = 0; i < BucketId.PER_NODE; i++) {
            final int bucket = wanted & BucketId.PER_NODE | wanted + i & BucketId.PER_NODE - 1;
            if (owns(bucket) && bucket != settling) {
                return bucket;
            }
        }
        return NONE;
    }

    private void refuse(final long pendingId, final DropReason reason) {
        forwarder.refuse(pendingId, reason, RefusePendingFlyweight.SILENT);
    }

    private boolean append(final SessionRecord record) {
        final byte[] bytes = SessionPlan.encoded(record);
        return journal.append(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private void committed(final long sessionId) {
        final Opening opening = openings.remove(sessionId);
        if (opening == null) {
            return;
        }
        sessions.put(sessionId, new Session(opening.record()));
        final byte[] bytes = SessionPlan.encoded(opening.record());
        pay(() -> forwarder.install(new UnsafeBuffer(bytes), 0, bytes.length, opening.pendingId()));
    }

    private void endOpenings() {
        final long nowNs = node.clock().nanoTime();
        for (final Opening opening : openings.values().stream()
                .filter(candidate -> candidate.deadlineNs() - nowNs <= 0)
                .toList()) {
            final long sessionId = opening.record().sessionId();
            openings.remove(sessionId);
            refuse(opening.pendingId(), DropReason.CONTROLLER_REFUSED);
            bury(sessionId, 2, "never opened");
        }
    }

    private void happened(final long sessionId, final int event) {
        final boolean failed = event == SessionEventFlyweight.INSTALL_FAILED;
        if (failed && !owns(BucketId.ofSession(sessionId))) {
            if (replica.get(sessionId) != null) {
                standby.add(sessionId);
            }
            return;
        }
        final Session session = findOrAdopt(sessionId);
        if (session == null) {
            if (owns(BucketId.ofSession(sessionId)) && BucketId.ofSession(sessionId) != settling && !failed) {
                forwarder.remove(sessionId);
            }
            return;
        }
        switch (event) {
            case SessionEventFlyweight.ESTABLISHED -> update(session);
            case SessionEventFlyweight.IDLE, SessionEventFlyweight.CLOSED, SessionEventFlyweight.INSTALL_FAILED ->
                close(sessionId, session, "event " + event);
            default -> {
                // Nothing that this session's life depends on.
            }
        }
    }

    private Session findOrAdopt(final long sessionId) {
        final Session known = sessions.get(sessionId);
        final int bucket = BucketId.ofSession(sessionId);
        if (known != null || bucket == settling || !owns(bucket) || ended.contains(sessionId)) {
            return known;
        }
        final byte[] record = replica.get(sessionId);
        if (record == null) {
            return null;
        }
        final Session adopted = new Session(SessionRecordFlyweight.decode(new UnsafeBuffer(record), 0));
        sessions.put(sessionId, adopted);
        return adopted;
    }

    private void update(final Session session) {
        session.version++;
        final SessionRecord old = session.record;
        session.record = old.with(
                session.version,
                node.gate().epoch(BucketId.ofSession(old.sessionId())),
                SessionState.ESTABLISHED,
                old.handshakeDone(),
                old.security());
        final SessionRecord next = session.record;
        pay(() -> append(next));
    }

    private void close(final long sessionId, final Session session, final String why) {
        sessions.remove(sessionId);
        bury(sessionId, session.version + 1, why);
    }

    private void bury(final long sessionId, final int version, final String why) {
        ended.add(sessionId);
        ledger.release(sessionId);
        world.checker().onDeleted(node.id(), sessionId, why);
        pay(() -> journal.delete(sessionId, version));
        pay(() -> forwarder.remove(sessionId));
    }

    /** An operator ends a session, if this node owns it. */
    void delete(final long sessionId) {
        tell(() -> {
            final Session session = findOrAdopt(sessionId);
            if (session != null) {
                close(sessionId, session, WANTED);
            }
        });
    }

    /** A bucket is to be the partner's: its sessions say their last word here, and then this is marked. */
    void onSettle(final int bucket) {
        tell(() -> {
            settling = bucket;
            marked = false;
        });
    }

    /** It stays after all. */
    void onUnsettle(final int bucket) {
        tell(() -> settling = settling == bucket ? NONE : settling);
    }

    private void markIfSettled() {
        if (settling == NONE || marked || !owed.isEmpty()) {
            return;
        }
        final boolean opening =
                openings.keySet().stream().anyMatch(sessionId -> BucketId.ofSession(sessionId) == settling);
        if (!opening) {
            sessions.keySet().removeIf(sessionId -> BucketId.ofSession(sessionId) == settling);
            marked = journal.settled(settling);
        }
    }

    /** Buckets changed hands: what was lost is no longer ours to end or to change. */
    void onOwnershipChanged() {
        tell(() -> {
            sessions.keySet().removeIf(sessionId -> !owns(BucketId.ofSession(sessionId)));
            settling = settling != NONE && !owns(settling) ? NONE : settling;
        });
    }

    /** Gives all that the warm store brought to the forwarder. */
    void restore() {
        for (final long sessionId : replica.sessionIds()) {
            ledger.note(SessionRecordFlyweight.decode(new UnsafeBuffer(replica.get(sessionId)), 0));
            standby.add(sessionId);
        }
        thread.wakeIn(RETRY_NS);
    }

    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        if (version == 1) {
            tell(() -> committed(sessionId));
        }
    }

    @Override
    public void onSynced(final long sessionId, final int version) {
        // The replica knows.
    }

    @Override
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        final SessionRecord decoded = SessionRecordFlyweight.decode(record, offset);
        ledger.note(decoded);
        if (standby.contains(decoded.sessionId()) || !forwarder.install(record, offset, length, 0)) {
            standby.add(decoded.sessionId());
            thread.wakeIn(RETRY_NS);
        }
    }

    @Override
    public void onRemoteDelete(final long sessionId, final int version) {
        ledger.release(sessionId);
        if (standby.contains(sessionId) || !forwarder.remove(sessionId)) {
            standby.add(sessionId);
            thread.wakeIn(RETRY_NS);
        }
    }
}
