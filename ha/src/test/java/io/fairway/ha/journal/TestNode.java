package io.fairway.ha.journal;

import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/** One node of a test pair, and all that its listener was told. */
final class TestNode implements JournalListener, PartnerStatus, BucketOwnership {
    final int id;
    final long incarnation;
    final SessionReplica replica = new SessionReplica(new Router.Limits(100_000, 16, 1));
    final JournalProxy proxy;
    final JournalAgent agent;
    final List<String> committed = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    private volatile int committedCount;
    final Map<Long, Integer> syncedCommits = new HashMap<>();
    final Set<Long> deletedRemotely = new HashSet<>();
    final Map<Long, Integer> remote = new HashMap<>();
    final boolean[] ownsHome = new boolean[2];
    int epoch = 1;
    volatile boolean partnerAlive;
    volatile long partnerIncarnation;
    volatile int wakes;
    volatile Runnable wakeUp = () -> {};

    TestNode(final int id, final long incarnation, final JournalLink link, final NanoClock clock) {
        this(id, incarnation, link, clock, 1_000_000_000L);
    }

    TestNode(
            final int id,
            final long incarnation,
            final JournalLink link,
            final NanoClock clock,
            final long compareEveryNs) {
        this.id = id;
        this.incarnation = incarnation;
        ownsHome[id] = true;
        proxy = new JournalProxy(clock, () -> {
            wakes = 1;
            wakeUp.run();
        });
        agent = new JournalAgent(new JournalContext()
                .self(id, incarnation)
                .compareEveryNs(compareEveryNs)
                .log(log::add)
                .clock(clock)
                .link(link)
                .proxy(proxy)
                .replica(replica)
                .pair(this, this)
                .listener(this));
    }

    void meets(final TestNode partner) {
        partnerIncarnation = partner.incarnation;
        partnerAlive = true;
    }

    boolean put(final long sessionId, final int version) {
        final byte[] record = Records.record(sessionId, version, epoch);
        return proxy.append(new UnsafeBuffer(record), 0, record.length);
    }

    void load(final long sessionId, final int version) {
        final byte[] record = Records.record(sessionId, version);
        replica.load(new UnsafeBuffer(record), 0, record.length);
    }

    int committedCount() {
        return committedCount;
    }

    Map<Long, Integer> versions() {
        final Map<Long, Integer> versions = new HashMap<>();
        replica.forEach((sessionId, record, offset, length, synced) ->
                versions.put(sessionId, SessionRecordFlyweight.version(record, offset)));
        return versions;
    }

    /** What the replica says of its buckets. */
    long[] digests() {
        return IntStream.range(0, BucketId.COUNT).mapToLong(replica::digest).toArray();
    }

    long count(final JournalCounters.Counter counter) {
        return agent.counters().get(counter);
    }

    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        committed.add(sessionId + "/" + version + (synced ? " synced" : " alone"));
        committedCount = committed.size();
        if (synced) {
            syncedCommits.merge(sessionId, version, Math::max);
        }
    }

    @Override
    public void onSynced(final long sessionId, final int version) {
        committed.add(sessionId + "/" + version + " later");
        syncedCommits.merge(sessionId, version, Math::max);
    }

    @Override
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        remote.put(SessionRecordFlyweight.sessionId(record, offset), SessionRecordFlyweight.version(record, offset));
    }

    @Override
    public void onRemoteDelete(final long sessionId, final int version) {
        deletedRemotely.add(sessionId);
        remote.remove(sessionId);
    }

    @Override
    public boolean alive() {
        return partnerAlive;
    }

    @Override
    public long incarnation() {
        return partnerIncarnation;
    }

    @Override
    public boolean mine(final int bucket) {
        return ownsHome[BucketId.homeNode(bucket)];
    }

    @Override
    public int epoch(final int bucket) {
        return epoch;
    }
}
