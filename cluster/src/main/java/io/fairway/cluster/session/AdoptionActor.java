package io.fairway.cluster.session;

import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Follows ownership after a change: stops the actors of buckets that were lost, and starts those of buckets that were
 * gained, some at a time and after a pause, so that a takeover's packets come first. Nothing waits for it: a session
 * that is needed earlier is started by its {@link BucketActor}. Runs on a dispatcher of its own, as it reads the whole
 * replica.
 */
final class AdoptionActor extends ExtensibleBehavior<AdoptionActor.Command> {
    private static final int CHUNK = 256;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration GAP = Duration.ofMillis(5);

    private final int nodeId;
    private final OwnershipView ownership;
    private final ReplicaView replica;
    private final List<ActorRef<BucketActor.Command>> buckets;
    private final ActorRef<Command> self;
    private final TimerScheduler<Command> timers;
    private final boolean[] mine = new boolean[BucketId.COUNT];
    private final boolean[] wanted = new boolean[BucketId.COUNT];
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private boolean chunkUnderWay;

    private AdoptionActor(
            final SessionServices services,
            final List<ActorRef<BucketActor.Command>> buckets,
            final ActorRef<Command> self,
            final TimerScheduler<Command> timers) {
        nodeId = services.nodeId();
        ownership = services.ownership();
        replica = services.replica();
        this.buckets = buckets;
        this.self = self;
        this.timers = timers;
    }

    /** The actor over these buckets, in the order of their ids. */
    static Behavior<Command> create(final SessionServices services, final List<ActorRef<BucketActor.Command>> buckets) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new AdoptionActor(services, buckets, context.getSelf(), timers)));
    }

    /** What the actor is told. */
    sealed interface Command {}

    /** Ownership changed; the view says how. */
    record OwnershipChanged() implements Command {}

    /** A bucket has started a chunk's actors. */
    record ChunkDone() implements Command {}

    private record Scan() implements Command {}

    private record Next() implements Command {}

    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    private record Chunk(int bucket, long[] sessionIds) {}

    @Override
    public Behavior<Command> receive(final TypedActorContext<Command> context, final Command command) {
        switch (command) {
            case OwnershipChanged _ -> compare();
            case Scan _ -> scan();
            case Next _ -> sendChunk();
            case ChunkDone _ -> {
                chunkUnderWay = false;
                timers.startSingleTimer(new Next(), GAP);
            }
        }
        return Behaviors.same();
    }

    @Override
    public Behavior<Command> receiveSignal(final TypedActorContext<Command> context, final Signal signal) {
        return Behaviors.same();
    }

    private void compare() {
        boolean gained = false;
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            final boolean now = ownership.owner(bucket) == nodeId;
            if (mine[bucket] && !now) {
                buckets.get(bucket).tell(new BucketActor.Release());
                wanted[bucket] = false;
            } else if (!mine[bucket] && now) {
                wanted[bucket] = true;
                gained = true;
            }
            mine[bucket] = now;
        }
        if (gained) {
            timers.startSingleTimer(new Scan(), PAUSE);
        }
    }

    private void scan() {
        final LongArrayList[] found = new LongArrayList[BucketId.COUNT];
        replica.forEach(record -> {
            final long sessionId = SessionRecordFlyweight.sessionId(new UnsafeBuffer(record), 0);
            final int bucket = BucketId.ofSession(sessionId);
            if (wanted[bucket]) {
                found[bucket] = found[bucket] == null ? new LongArrayList() : found[bucket];
                found[bucket].addLong(sessionId);
            }
        });
        Arrays.fill(wanted, false);
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (found[bucket] != null) {
                cut(bucket, found[bucket].toLongArray());
            }
        }
        sendChunk();
    }

    private void cut(final int bucket, final long[] sessionIds) {
        for (int from = 0; from < sessionIds.length; from += CHUNK) {
            chunks.add(
                    new Chunk(bucket, Arrays.copyOfRange(sessionIds, from, Math.min(from + CHUNK, sessionIds.length))));
        }
    }

    private void sendChunk() {
        final Chunk chunk = chunkUnderWay ? null : chunks.poll();
        if (chunk != null) {
            chunkUnderWay = true;
            buckets.get(chunk.bucket()).tell(new BucketActor.Adopt(chunk.sessionIds(), self));
        }
    }
}
