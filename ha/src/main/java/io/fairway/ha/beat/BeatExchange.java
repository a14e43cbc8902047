package io.fairway.ha.beat;

import io.fairway.ha.arbiter.PartnerBeat;
import java.util.function.Consumer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Hands beats from the beat thread to the pair's thread, and the content of our own beats back. The beat thread offers
 * arrivals before the observation that follows them; the pair's thread reads the observation before it drains the
 * arrivals. So nobody ever judges a silence that an arrival in the queue contradicts.
 */
public final class BeatExchange {
    private static final int CAPACITY = 4096;

    /** What came in. */
    public sealed interface Arrival {}

    /** A new authentic beat; the sender's release is empty if it does not say. */
    public record BeatArrival(int pathId, long receivedNs, BeatContent.Echo itself, PartnerBeat beat, String release)
            implements Arrival {}

    /** A new authentic beat that this release cannot read: this process of the partner lives. */
    public record UnreadableArrival(int pathId, long receivedNs, long incarnation, int version) implements Arrival {}

    /** A death notice of the partner's process with this incarnation. */
    public record NoticeArrival(int pathId, long receivedNs, long incarnation) implements Arrival {}

    /** Nobody listened for so long; what follows may be old. */
    public record ListeningGap(long gapNs) implements Arrival {}

    /**
     * What the beat thread can say of the paths.
     *
     * @param atNs when all of them were last found empty
     * @param sinceNs since when they are listened to without a gap
     * @param lapsedNs the end of the last pause of the beat thread that was longer than the lease
     * @param linkMask the interfaces that have a link
     * @param fabricMask the fabric links that have one, by path id
     */
    public record Observation(long atNs, long sinceNs, long lapsedNs, long linkMask, long fabricMask) {}

    private final OneToOneConcurrentArrayQueue<Arrival> arrivals = new OneToOneConcurrentArrayQueue<>(CAPACITY);

    private final Runnable wakeUp;
    private final Runnable wakeBeats;

    // Written by the beat thread.
    private volatile Observation observation;

    // Written by the pair's thread.
    private volatile BeatContent content;
    private volatile boolean urgent;
    private volatile long pairTurnNs;

    /**
     * An exchange between two threads.
     *
     * @param wakeUp wakes the pair's thread if it sleeps; called by the beat thread
     * @param wakeBeats wakes the beat thread if it sleeps; called by the pair's thread
     */
    public BeatExchange(final Runnable wakeUp, final Runnable wakeBeats) {
        this.wakeUp = wakeUp;
        this.wakeBeats = wakeBeats;
    }

    /** Beat thread: hands an arrival over and wakes the pair's thread; false: it is too slow. */
    public boolean offer(final Arrival arrival) {
        final boolean taken = arrivals.offer(arrival);
        wakeUp.run();
        return taken;
    }

    /** Beat thread: says how far it has listened. */
    public void observe(final Observation next) {
        observation = next;
    }

    /** The newest observation, or null before the first. */
    public Observation observation() {
        return observation;
    }

    /** Pair's thread: takes at most this many arrivals. */
    public int drain(final Consumer<Arrival> consumer, final int limit) {
        return arrivals.drain(consumer, limit);
    }

    /** Pair's thread: what beats say from now on. */
    public void publish(final BeatContent next) {
        content = next;
    }

    /** Pair's thread: the same, and the partner must hear of it before the next beat is due. */
    public void publishAtOnce(final BeatContent next) {
        content = next;
        urgent = true;
        wakeBeats.run();
    }

    /** Beat thread: whether a beat is due for what was published. */
    public boolean takeUrgent() {
        if (!urgent) {
            return false;
        }
        urgent = false;
        return true;
    }

    /** Beat thread: whether it must not sleep. */
    public boolean isUrgent() {
        return urgent;
    }

    /** What beats say, or null before the first turn of the pair's thread: then none are sent. */
    public BeatContent content() {
        return content;
    }

    /** Pair's thread: it turns. */
    public void turned(final long nowNs) {
        pairTurnNs = nowNs;
    }

    /** When the pair's thread last turned. */
    public long pairTurnNs() {
        return pairTurnNs;
    }
}
