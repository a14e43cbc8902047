package io.fairway.cluster.session;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The bucket actors of both home nodes and the adoption actor: what other threads call. Every call hands a message over
 * and returns.
 */
public final class SessionRooms {
    private static final int NONE = -1;

    private final SessionServices services;
    private final List<ActorRef<BucketActor.Command>> buckets;
    private final ActorRef<AdoptionActor.Command> adoption;

    /** 1 at a bucket that is being given away. */
    private final AtomicIntegerArray leaving = new AtomicIntegerArray(BucketId.COUNT);

    private SessionRooms(
            final SessionServices services,
            final List<ActorRef<BucketActor.Command>> buckets,
            final ActorRef<AdoptionActor.Command> adoption) {
        this.services = services;
        this.buckets = buckets;
        this.adoption = adoption;
    }

    /** Starts the actors as children of this one. */
    public static SessionRooms open(final SessionServices services, final ActorContext<?> parent) {
        final List<ActorRef<BucketActor.Command>> buckets = new ArrayList<>(BucketId.COUNT);
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            buckets.add(parent.spawn(BucketActor.create(services, bucket), "bucket-" + bucket));
        }
        final List<ActorRef<BucketActor.Command>> all = List.copyOf(buckets);
        final ActorRef<AdoptionActor.Command> adoption =
                parent.spawn(AdoptionActor.create(services, all), "adoption", DispatcherSelector.blocking());
        return new SessionRooms(services, all, adoption);
    }

    /** An unknown flow: to a bucket of this node's that stays here, of its own home if there is one. */
    public void seen(final FirstPacket packet) {
        final int bucket = bucketFor(packet.keyHash());
        if (bucket != NONE) {
            buckets.get(bucket).tell(new BucketActor.Seen(packet));
            return;
        }
        services.counters().refused().increment();
        services.installer().refuse(packet.pendingId(), DropReason.CONTROLLER_REFUSED, RefusePendingFlyweight.SILENT);
    }

    /** The partner has made a session of a flow, which the replica holds: perhaps this node is making one, too. */
    public void openedByPartner(final long keyHash, final long sessionId) {
        final int bucket = bucketFor(keyHash);
        final int other = BucketId.ofSession(sessionId);
        if (bucket != NONE && other < bucket && !services.owns(other)) {
            buckets.get(bucket).tell(new BucketActor.Contested(keyHash, sessionId));
        }
    }

    private int bucketFor(final long keyHash) {
        final int home = BucketId.of(services.nodeId(), keyHash);
        final int own = stayingBucket(home);
        return own != NONE ? own : stayingBucket(home ^ BucketId.PER_NODE);
    }

    /** This bucket, or the next one of its home that this node owns and keeps. */
    private int stayingBucket(final int wanted) {
        for (int i = 0; i < BucketId.PER_NODE; i++) {
            final int bucket = wanted & BucketId.PER_NODE | wanted + i & BucketId.PER_NODE - 1;
            if (services.owns(bucket) && leaving.get(bucket) == 0) {
                return bucket;
            }
        }
        return NONE;
    }

    /** A bucket is to be the partner's: nothing new comes to it, and what is in it says its last word here. */
    public void settle(final int bucket) {
        leaving.set(bucket, 1);
        buckets.get(bucket).tell(new BucketActor.Settle());
    }

    /** It stays after all. */
    public void unsettle(final int bucket) {
        leaving.set(bucket, 0);
        buckets.get(bucket).tell(new BucketActor.Unsettle());
    }

    /** The forwarder saw something of a session: an event of SessionEventFlyweight. */
    public void happened(final long sessionId, final int event, final int detail) {
        bucketOf(sessionId).tell(new BucketActor.Happened(sessionId, event, detail));
    }

    /** The journal has a session's first version. */
    public void committed(final long sessionId) {
        bucketOf(sessionId).tell(new BucketActor.Committed(sessionId));
    }

    /** Ends a session that this node owns; completes with whether it was there. */
    public CompletableFuture<Boolean> delete(final long sessionId) {
        final CompletableFuture<Boolean> ended = new CompletableFuture<>();
        bucketOf(sessionId).tell(new BucketActor.Delete(sessionId, ended));
        return ended;
    }

    /** Ownership changed; the view says how. */
    public void ownershipChanged() {
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (leaving.get(bucket) != 0 && !services.owns(bucket)) {
                leaving.set(bucket, 0);
            }
        }
        adoption.tell(new AdoptionActor.OwnershipChanged());
    }

    private ActorRef<BucketActor.Command> bucketOf(final long sessionId) {
        return buckets.get(BucketId.ofSession(sessionId));
    }
}
