package io.fairway.deploy.traffic;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A few numbers that say how a measure is spread, in microseconds. A percentile is a value that was measured. */
final class Distribution {
    private final long[] sorted;

    private Distribution(final long[] sorted) {
        this.sorted = sorted;
    }

    static Distribution of(final long... values) {
        return new Distribution(Arrays.stream(values).sorted().toArray());
    }

    /**
     * The smallest value that is not smaller than so many percent of all (nearest rank); 0 without values.
     *
     * @param percent above 0, 100 at most
     */
    long percentile(final double percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100) - 1];
    }

    /** Minimum, median, 99th percentile, maximum and the values themselves, in ms. */
    Map<String, Object> milliseconds() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("min", sorted.length == 0 ? 0.0 : sorted[0] / 1e3);
        figures.put("median", percentile(50) / 1e3);
        figures.put("p99", percentile(99) / 1e3);
        figures.put("max", percentile(100) / 1e3);
        figures.put("sorted", Arrays.stream(sorted).mapToObj(us -> us / 1e3).toList());
        return figures;
    }
}
