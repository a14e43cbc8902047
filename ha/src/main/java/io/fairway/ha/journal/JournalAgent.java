package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.FENCED;
import static io.fairway.ha.journal.JournalCounters.Counter.OVERFLOW;
import static io.fairway.ha.journal.JournalCounters.Counter.RESYNCS;
import static io.fairway.ha.journal.JournalCounters.Counter.TOMBSTONED;

import io.fairway.ha.owner.SyncStatus;
import io.fairway.ha.resync.ResyncRules;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;

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

    private final JournalContext context;
    private final SessionReplica replica;
    private final JournalListener listener;
    private final JournalCounters counters = new JournalCounters();
    private final JournalSender sender;
    private final JournalReceiver receiver;
    private final SnapshotSender snapshot;
    private final SnapshotReceiver received;
    private final BucketRepair repair;
    private final CopyComparison comparison;
    private final PartnerPace pace;
    private final Tombstones tombstones = new Tombstones();
    private final AppendedEntries appended;

    /** Whether batches go to the partner's process {@link #partnerIncarnation}. */
    private boolean associated;

    private long partnerIncarnation;
    private boolean helloReceived;
    private boolean partnerCold;
    private boolean snapshotDue;
    private boolean helloDue;
    private boolean snapshotReceived;
    private boolean cold = true;

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
        received = new SnapshotReceiver(context, counters);
        repair = new BucketRepair(context, sender);
        comparison = new CopyComparison(context, counters, sender, repair);
        pace = new PartnerPace(context.log());
        appended = new AppendedEntries(context, new AppendedEntries.Parts(counters, sender, repair, pace, tombstones));
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

    /** Whether both copies were found equal, bucket by bucket, within the last three seconds. Pair's thread. */
    @Override
    public boolean copiesEqual() {
        return synced() && comparison.isEqual(context.clock().nanoTime());
    }

    /** How the copies stand to each other, at most 20 ms ago. Any thread. */
    public JournalView view() {
        return comparison.view();
    }

    /** What of the partner's journal cannot be understood here, in a sentence, or null. Any thread. */
    public String obstacle() {
        return receiver.obstacle();
    }

    /** This node serves from what its warm store brought: from the next turn on it knows better than a cold partner. */
    public void takeAuthority() {
        authorityTaken = true;
    }

    @Override
    public int takeSettled() {
        return appended.takeSettled();
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
        pace.observe(nowNs, associated ? sender.lagNs(nowNs) : 0);
        work += receiver.acknowledge(sender.association());
        work += takeAppended(nowNs);
        if (associated) {
            work += resynchronise();
            comparison.advance(nowNs);
            sender.flush();
            work += sender.supervise(nowNs);
        }
        comparison.show(nowNs, pace);
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
            appended.associate();
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
        appended.separate();
        syncedIncarnation = 0;
        sender.abandon();
        snapshot.stop();
        repair.stop();
        comparison.stop();
        received.stop();
        pace.stop();
        receiver.listenTo(0);
        replica.nextGeneration();
        helloDue = false;
    }

    private int takeAppended(final long nowNs) {
        final int taken = appended.take(nowNs, helloReceived);
        if (taken > 0 && !associated) {
            endCold();
        }
        return taken;
    }

    private int resynchronise() {
        if (helloDue && sender.hasRoom()) {
            helloDue = false;
            sender.hello(cold, false);
        }
        if (snapshotDue && helloReceived && sender.hasRoom()) {
            snapshotDue = false;
            repair.stop();
            snapshot.begin(cold, partnerCold);
        }
        int work = snapshot.advance() + sweep();
        final boolean complete =
                helloReceived && snapshotReceived && !snapshotDue && !helloDue && snapshot.isAcknowledged();
        if (!complete) {
            comparison.stop();
            syncedIncarnation = 0;
            return work;
        }
        comparison.start();
        work += repair.advance();
        if (syncedIncarnation != partnerIncarnation) {
            counters.increment(RESYNCS);
            syncedIncarnation = partnerIncarnation;
        }
        return work;
    }

    @Override
    public void onAssociation() {
        replica.nextGeneration();
        received.stop();
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
        received.replace(record, offset, length);
        if (wasProvisional && !partnerCold) {
            // What the partner did since outweighs a version that only this node's disk remembers.
            replica.remove(sessionId);
        }
        final SessionReplica.Put put = replica.putOfPartner(record, offset, length);
        if (put == SessionReplica.Put.NEWER) {
            context.sink().onChanged(sessionId);
        }
        if (put == SessionReplica.Put.FULL) {
            counters.increment(OVERFLOW);
        } else if (put == SessionReplica.Put.NEWER || put == SessionReplica.Put.SAME && wasProvisional) {
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
    public void onCopy(final int kind, final DirectBuffer frame, final int payload, final int length) {
        switch (kind) {
            case JournalFrame.SNAPSHOT_BEGIN -> received.onBegin();
            case JournalFrame.SNAPSHOT_END -> received.onEnd(frame, payload);
            case JournalFrame.REPAIR_BEGIN -> received.onRepairBegin(frame.getInt(payload));
            case JournalFrame.REPAIR_END -> received.onRepairEnd(frame.getInt(payload));
            case JournalFrame.DIGESTS ->
                comparison.onDigests(frame, payload, length, context.clock().nanoTime());
            default -> comparison.onCompared(frame, payload);
        }
    }

    private int sweep() {
        if (!received.isSweeping()) {
            return 0;
        }
        received.sweep(cold);
        if (!received.isSweeping()) {
            snapshotReceived = true;
            endCold();
        }
        return 1;
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
