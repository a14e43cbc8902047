package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.FENCED;
import static io.fairway.ha.journal.JournalCounters.Counter.OVERFLOW;
import static io.fairway.ha.journal.JournalCounters.Counter.OVERRUNS;
import static io.fairway.ha.journal.JournalCounters.Counter.RESYNCS;
import static io.fairway.ha.journal.JournalCounters.Counter.RESYNC_REMOVED;
import static io.fairway.ha.journal.JournalCounters.Counter.STALE;
import static io.fairway.ha.journal.JournalCounters.Counter.TOMBSTONED;

import io.fairway.ha.owner.SyncStatus;
import io.fairway.ha.resync.BucketSet;
import io.fairway.ha.resync.ResyncRules;
import io.fairway.ha.resync.SnapshotCursor;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.MessageHandler;

/**
 * The journal of one node of a pair, on the pair's thread: keeps what this node appends and what the partner sends in
 * the replica, waits a bounded time for the partner before it says that a version is committed, and makes both copies
 * one again when the partner comes (back). It never decides whether the partner lives or who owns a bucket.
 *
 * <p>It should take its turn before the agent that decides about the partner, so that whatever has arrived is kept
 * before the partner is given up.
 */
public final class JournalAgent implements Agent, SyncStatus, JournalReceiver.Entries {
    private static final int FRAGMENTS_PER_TURN = 64;
    private static final int APPENDS_PER_TURN = 512;
    private static final int SWEPT_PER_TURN = 2_048;

    private final JournalContext context;
    private final SessionReplica replica;
    private final JournalListener listener;
    private final JournalCounters counters = new JournalCounters();
    private final JournalSender sender;
    private final JournalReceiver receiver;
    private final SnapshotSender snapshot;
    private final Tombstones tombstones = new Tombstones();
    private final BucketSet senderOwned = new BucketSet();
    private final MessageHandler appendHandler = this::onAppended;

    /** Whether batches go to the partner's process {@link #partnerIncarnation}. */
    private boolean associated;

    private long partnerIncarnation;
    private boolean helloReceived;
    private boolean partnerCold;
    private boolean snapshotDue;
    private boolean helloDue;
    private boolean snapshotOpen;
    private boolean snapshotReceived;
    private boolean cold = true;
    private SnapshotCursor sweep;
    private boolean sweepSenderCold;

    /** The bucket that is being given away, and the batch with the last word about it. */
    private int settledBucket = NONE;

    private long settledSequence;

    private volatile long syncedIncarnation;
    private volatile boolean authorityTaken;

    /** An agent for what the context names. */
    public JournalAgent(final JournalContext context) {
        this.context = context;
        replica = context.replica();
        listener = context.listener();
        sender = new JournalSender(context, counters);
        receiver = new JournalReceiver(context, counters, this);
        snapshot = new SnapshotSender(context, sender);
    }

    /** What the journal did. Any thread. */
    public JournalCounters counters() {
        return counters;
    }

    /** Whether both nodes have the same sessions, since the present partner process came. Any thread. */
    @Override
    public boolean synced() {
        final long incarnation = syncedIncarnation;
        return incarnation != 0
                && context.partner().alive()
                && incarnation == context.partner().incarnation();
    }

    /** This node serves from what its warm store brought: from the next turn on it knows better than a cold partner. */
    public void takeAuthority() {
        authorityTaken = true;
    }

    @Override
    public int takeSettled() {
        if (settledBucket == NONE || !associated || sender.acknowledgedSequence() < settledSequence) {
            return NONE;
        }
        final int bucket = settledBucket;
        settledBucket = NONE;
        return bucket;
    }

    @Override
    public String roleName() {
        return "journal";
    }

    @Override
    public int doWork() {
        final long nowNs = context.clock().nanoTime();
        followPartner();
        if (authorityTaken) {
            endCold();
        }
        int work = receiver.poll(FRAGMENTS_PER_TURN);
        work += receiver.acknowledge(sender.association());
        work += takeAppended(nowNs);
        if (associated) {
            work += resynchronise();
            sender.flush();
            work += sender.supervise(nowNs);
        }
        return work;
    }

    private void followPartner() {
        final boolean alive = context.partner().alive();
        final long incarnation = context.partner().incarnation();
        if (associated && (!alive || incarnation != partnerIncarnation)) {
            separate();
        }
        if (alive && !associated) {
            associated = true;
            partnerIncarnation = incarnation;
            receiver.listenTo(incarnation);
            replica.nextGeneration();
            helloReceived = false;
            snapshotDue = true;
            snapshotReceived = false;
            sender.associate(incarnation, cold, true);
        }
    }

    private void separate() {
        associated = false;
        settledBucket = NONE;
        syncedIncarnation = 0;
        sender.abandon(false);
        snapshot.stop();
        receiver.listenTo(0);
        replica.nextGeneration();
        snapshotOpen = false;
        sweep = null;
        helloDue = false;
    }

    private int takeAppended(final long nowNs) {
        if (associated && !sender.hasRoom()) {
            if (!sender.isStalled(nowNs, context.commitTimeoutNs())) {
                return 0;
            }
            counters.increment(OVERRUNS);
            settledBucket = NONE;
            sender.abandon(true);
            sender.associate(partnerIncarnation, cold, false);
            snapshot.stop();
            snapshotDue = true;
        }
        return context.proxy().read(appendHandler, APPENDS_PER_TURN);
    }

    private void onAppended(final int kind, final MutableDirectBuffer message, final int index, final int length) {
        if (!associated) {
            endCold();
        }
        final int body = index + JournalProxy.BODY;
        if (kind == JournalProxy.PUT) {
            final long appendedNs = message.getLong(index + JournalProxy.APPENDED_AT);
            onAppendedRecord(message, body, length - JournalProxy.BODY, appendedNs + context.commitTimeoutNs());
        } else if (kind == JournalProxy.SETTLED) {
            settledBucket = message.getInt(body);
            settledSequence = sender.newestSequence();
        } else {
            end(message.getLong(body), message.getInt(index + JournalProxy.TOMBSTONE_VERSION));
        }
    }

    private void onAppendedRecord(
            final DirectBuffer record, final int offset, final int length, final long deadlineNs) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final int version = SessionRecordFlyweight.version(record, offset);
        if (tombstones.contains(sessionId)) {
            counters.increment(TOMBSTONED);
            listener.onCommitted(sessionId, version, false);
            return;
        }
        final SessionReplica.Put put = replica.put(record, offset, length);
        if (put == SessionReplica.Put.NEWER) {
            context.sink().onChanged(sessionId);
            if (associated) {
                sender.put(record, offset, length, deadlineNs, helloReceived);
            }
            if (!associated || !helloReceived) {
                listener.onCommitted(sessionId, version, false);
            }
        } else {
            counters.increment(put == SessionReplica.Put.FULL ? OVERFLOW : STALE);
            listener.onCommitted(sessionId, version, replica.synced(sessionId));
        }
    }

    private void end(final long sessionId, final int version) {
        if (replica.remove(sessionId)) {
            context.sink().onChanged(sessionId);
        }
        tombstones.add(sessionId, version);
        if (associated) {
            sender.tombstone(sessionId, version);
        }
    }

    private int resynchronise() {
        if (helloDue && sender.hasRoom()) {
            helloDue = false;
            sender.hello(cold, false);
        }
        if (snapshotDue && helloReceived && sender.hasRoom()) {
            snapshotDue = false;
            snapshot.begin(cold, partnerCold);
        }
        final int work = snapshot.advance() + sweep();
        final boolean complete =
                helloReceived && snapshotReceived && !snapshotDue && !helloDue && snapshot.isAcknowledged();
        if (complete && syncedIncarnation != partnerIncarnation) {
            counters.increment(RESYNCS);
            syncedIncarnation = partnerIncarnation;
        } else if (!complete && syncedIncarnation != 0) {
            syncedIncarnation = 0;
        }
        return work;
    }

    @Override
    public void onAssociation() {
        replica.nextGeneration();
        snapshotOpen = false;
        sweep = null;
        snapshotReceived = false;
        helloReceived = false;
    }

    @Override
    public void onHello(final boolean isCold, final boolean snapshotWanted) {
        helloReceived = true;
        partnerCold = isCold;
        if (snapshotWanted) {
            helloDue = true;
            snapshotDue = true;
        }
    }

    @Override
    public void onRecord(final DirectBuffer record, final int offset, final int length, final boolean ofSnapshot) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final int bucket = BucketId.ofSession(sessionId);
        final boolean mine = context.ownership().mine(bucket);
        if (tombstones.contains(sessionId)) {
            counters.increment(TOMBSTONED);
            refuse(sessionId, tombstones.version(sessionId), ofSnapshot);
        } else if (!ofSnapshot
                && mine
                && SessionRecordFlyweight.epoch(record, offset)
                        < context.ownership().epoch(bucket)) {
            counters.increment(FENCED);
        } else if (ofSnapshot && replica.version(sessionId) < 0 && !ResyncRules.accepted(cold, mine)) {
            refuse(sessionId, SessionRecordFlyweight.version(record, offset), true);
        } else {
            keep(sessionId, record, offset, length);
        }
    }

    private void refuse(final long sessionId, final int version, final boolean answered) {
        if (answered && sender.hasRoom()) {
            sender.tombstone(sessionId, version);
        }
    }

    private void keep(final long sessionId, final DirectBuffer record, final int offset, final int length) {
        final boolean wasProvisional = cold && replica.provisional(sessionId);
        if (wasProvisional && !partnerCold) {
            // What the partner did since outweighs a version that only this node's disk remembers.
            replica.remove(sessionId);
        }
        final SessionReplica.Put put = replica.putOfPartner(record, offset, length);
        if (put == SessionReplica.Put.NEWER) {
            context.sink().onChanged(sessionId);
        } else if (put == SessionReplica.Put.FULL) {
            counters.increment(OVERFLOW);
        }
        if (put == SessionReplica.Put.NEWER || put == SessionReplica.Put.SAME && wasProvisional) {
            listener.onRemoteRecord(record, offset, length);
        }
    }

    @Override
    public void onTombstone(final long sessionId, final int version) {
        final int known = replica.version(sessionId);
        if (known > version && context.ownership().mine(BucketId.ofSession(sessionId))) {
            counters.increment(FENCED);
            return;
        }
        tombstones.add(sessionId, version);
        if (replica.remove(sessionId)) {
            context.sink().onChanged(sessionId);
            listener.onRemoteDelete(sessionId, version);
        }
    }

    @Override
    public void onSnapshotBegin() {
        snapshotOpen = true;
    }

    @Override
    public void onSnapshotEnd(final DirectBuffer frame, final int payload) {
        if (!snapshotOpen) {
            return;
        }
        snapshotOpen = false;
        sweepSenderCold = frame.getLong(payload) != 0;
        senderOwned.decode(frame, payload + JournalFrame.END_BUCKETS);
        sweep = new SnapshotCursor(BucketId.COUNT, replica::sessionIds);
    }

    /** Removes, a part at a time, what the partner's whole snapshot did not name. */
    private int sweep() {
        if (sweep == null) {
            return 0;
        }
        int sessions = 0;
        while (sessions < SWEPT_PER_TURN && sweep.hasNext()) {
            sweep(sweep.next());
            sessions++;
        }
        if (sessions < SWEPT_PER_TURN) {
            sweep = null;
            snapshotReceived = true;
            endCold();
        }
        return 1;
    }

    private void sweep(final long sessionId) {
        final int bucket = BucketId.ofSession(sessionId);
        final boolean provisional = cold && replica.provisional(sessionId);
        final boolean mine = context.ownership().mine(bucket);
        if (!replica.named(sessionId)
                && ResyncRules.removed(provisional, sweepSenderCold, senderOwned.contains(bucket), mine)) {
            counters.increment(RESYNC_REMOVED);
            final int version = replica.version(sessionId);
            replica.remove(sessionId);
            context.sink().onChanged(sessionId);
            listener.onRemoteDelete(sessionId, version);
        }
    }

    private void endCold() {
        if (cold) {
            cold = false;
            replica.trust();
        }
    }

    @Override
    public void onAcknowledged(final int association, final long sequence, final boolean gap) {
        if (associated && association == sender.association()) {
            sender.onAcknowledged(sequence, gap);
        }
    }

    @Override
    public void onClose() {
        if (associated) {
            separate();
        }
        context.link().close();
    }
}
