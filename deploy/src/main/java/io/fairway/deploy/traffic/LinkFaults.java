package io.fairway.deploy.traffic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * What one direction of a bad link does to frames: it loses some, delivers some twice and holds some back, so that
 * later ones overtake them. All of it is drawn from a seed. Times are nanoseconds of any one clock.
 */
final class LinkFaults {
    /**
     * How bad the link is.
     *
     * @param lossPercent of the frames are lost
     * @param duplicatePercent of the others are delivered twice
     * @param heldPercent of what is delivered is held back
     * @param delayNs that every frame needs
     * @param heldNs that a frame which is held back needs besides
     */
    record Rates(int lossPercent, int duplicatePercent, int heldPercent, long delayNs, long heldNs) {}

    private static final int PERCENT = 100;

    @SuppressWarnings("ArrayRecordComponent")
    private record Travelling(long dueNs, long order, byte[] frame) implements Comparable<Travelling> {
        @Override
        public int compareTo(final Travelling other) {
            final int byTime = Long.compare(dueNs - other.dueNs, 0);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Rates rates;
    private final Random random;
    private final PriorityQueue<Travelling> travelling = new PriorityQueue<>();
    private long frames;
    private long lost;
    private long duplicated;
    private long held;
    private long order;

    LinkFaults(final Rates rates, final long seed) {
        this.rates = rates;
        random = new Random(seed);
    }

    /** A frame enters the link; it is kept, not copied. */
    void enter(final byte[] frame, final long nowNs) {
        frames++;
        if (happens(rates.lossPercent)) {
            lost++;
            return;
        }
        travel(frame, nowNs);
        if (happens(rates.duplicatePercent)) {
            duplicated++;
            travel(frame, nowNs);
        }
    }

    private void travel(final byte[] frame, final long nowNs) {
        final boolean late = happens(rates.heldPercent);
        held += late ? 1 : 0;
        travelling.add(new Travelling(nowNs + rates.delayNs + (late ? rates.heldNs : 0), order++, frame));
    }

    private boolean happens(final int percent) {
        return random.nextInt(PERCENT) < percent;
    }

    /** The next frame that has arrived by now, or null. */
    byte[] leave(final long nowNs) {
        return untilDueNs(nowNs) > 0 ? null : travelling.remove().frame;
    }

    /** Nanoseconds until the next frame arrives, at most 0 if one has, {@link Long#MAX_VALUE} if none travels. */
    long untilDueNs(final long nowNs) {
        return travelling.isEmpty() ? Long.MAX_VALUE : travelling.peek().dueNs - nowNs;
    }

    /** How many frames came, and what became of them. */
    Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("frames", frames);
        figures.put("lost", lost);
        figures.put("duplicated", duplicated);
        figures.put("held", held);
        return figures;
    }
}
