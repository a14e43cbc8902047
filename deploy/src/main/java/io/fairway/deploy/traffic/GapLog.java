package io.fairway.deploy.traffic;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The longest gap of every second, by the wall clock, so that a gap can be told from those before it. Thread-safe. */
final class GapLog {
    /** Ten minutes; the oldest are forgotten. */
    private static final int SECONDS = 600;

    private final InstantSource clock;
    private final TreeMap<Long, Long> longestNsBySecond = new TreeMap<>();

    GapLog(final InstantSource clock) {
        this.clock = clock;
    }

    /** Takes a gap that ends now. */
    synchronized void add(final long gapNs) {
        longestNsBySecond.merge(clock.millis() / 1000, gapNs, Math::max);
        if (longestNsBySecond.size() > SECONDS) {
            longestNsBySecond.pollFirstEntry();
        }
    }

    /** Pairs of a second since 1970 and the longest gap in ms that ended in it. */
    synchronized List<List<Number>> figures() {
        return longestNsBySecond.entrySet().stream().map(GapLog::pair).toList();
    }

    private static List<Number> pair(final Map.Entry<Long, Long> entry) {
        return List.of(entry.getKey(), entry.getValue() / 1e6);
    }
}
