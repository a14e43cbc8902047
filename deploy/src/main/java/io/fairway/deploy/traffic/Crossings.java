package io.fairway.deploy.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * What a {@link CrossingLog} holds, and what it says of a stretch of time, all times in microseconds since 1970. Pure:
 * the same log gives the same verdict. One thread.
 */
final class Crossings {
    /** A sender that is late for longer than this is not late: its packets do not arrive. */
    private static final long SENDER_LATE_US = 200_000;

    private final long[] number;
    private final long[] sentUs;
    private final long[] arrivedUs;

    /** Positions by number. */
    private final int[] byNumber;

    private final long[] arrivalsUs;

    private Crossings(final long[] number, final long[] sentUs, final long[] arrivedUs) {
        this.number = number;
        this.sentUs = sentUs;
        this.arrivedUs = arrivedUs;
        byNumber = sorted(number);
        arrivalsUs = Arrays.stream(arrivedUs).sorted().toArray();
    }

    /**
     * Reads a log; a record that was cut off at its end is left out.
     *
     * @throws IOException if it cannot be read
     */
    static Crossings read(final Path file) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        final int count = bytes.remaining() / CrossingLog.RECORD_BYTES;
        final long[] records = new long[3 * count];
        bytes.asLongBuffer().get(records);
        return of(records);
    }

    /** From number, sent, arrived of one message after the other. */
    static Crossings of(final long... records) {
        final int count = records.length / 3;
        final long[] number = new long[count];
        final long[] sentUs = new long[count];
        final long[] arrivedUs = new long[count];
        for (int i = 0; i < count; i++) {
            number[i] = records[3 * i];
            sentUs[i] = records[3 * i + 1];
            arrivedUs[i] = records[3 * i + 2];
        }
        return new Crossings(number, sentUs, arrivedUs);
    }

    private static int[] sorted(final long[] keys) {
        final Integer[] positions = new Integer[keys.length];
        Arrays.setAll(positions, i -> i);
        Arrays.sort(positions, (a, b) -> Long.compare(keys[a], keys[b]));
        return Arrays.stream(positions).mapToInt(Integer::intValue).toArray();
    }

    /**
     * A stream of packets numbered one after the other.
     *
     * @param outageUs between the sending of the last packet that arrived before missing ones and of the first after
     *     them, at most; 0: none is missing
     * @param lost how many are missing
     * @param duplicated how many arrivals were not the first of their packet
     */
    record Stream(long outageUs, long lost, long duplicated) {}

    /**
     * What became of the packets sent between two moments; where none came any more, the outage lasts until the end.
     */
    Stream stream(final long fromUs, final long toUs) {
        final BitSet seen = new BitSet();
        long first = -1;
        long highest = -1;
        long lastSentUs = fromUs;
        long outageUs = 0;
        long duplicated = 0;
        for (final int i : byNumber) {
            if (sentUs[i] < fromUs || sentUs[i] > toUs) {
                continue;
            }
            first = first < 0 ? number[i] : first;
            final int bit = (int) (number[i] - first);
            duplicated += seen.get(bit) ? 1 : 0;
            seen.set(bit);
            if (highest >= 0 && number[i] > highest + 1) {
                outageUs = Math.max(outageUs, sentUs[i] - lastSentUs);
            }
            highest = Math.max(highest, number[i]);
            lastSentUs = sentUs[i];
        }
        final long restUs = toUs - lastSentUs;
        return new Stream(
                restUs > SENDER_LATE_US ? Math.max(outageUs, restUs) : outageUs,
                first < 0 ? 0 : highest - first + 1 - seen.cardinality(),
                duplicated);
    }

    /** The longest time between two arrivals, the second of them between two moments. */
    long longestSilenceUs(final long fromUs, final long toUs) {
        long longest = 0;
        long lastUs = fromUs;
        for (final long atUs : arrivalsUs) {
            if (atUs >= fromUs && atUs <= toUs) {
                longest = Math.max(longest, atUs - lastUs);
                lastUs = atUs;
            }
        }
        return Math.max(longest, toUs - lastUs);
    }

    /**
     * Messages each of which has an answer.
     *
     * @param sent how many
     * @param longestUs from sending to the answer
     * @param lost how many sessions were broken
     */
    record Answers(long sent, long longestUs, long lost) {}

    /** What became of the messages that were under way at some time between two moments. */
    Answers answers(final long fromUs, final long toUs) {
        long sent = 0;
        long longest = 0;
        long lost = 0;
        for (int i = 0; i < number.length; i++) {
            final boolean never = arrivedUs[i] == CrossingLog.NEVER;
            if (sentUs[i] > toUs || (never ? sentUs[i] : arrivedUs[i]) < fromUs) {
                continue;
            }
            sent++;
            lost += never ? 1 : 0;
            longest = Math.max(longest, never ? 0 : arrivedUs[i] - sentUs[i]);
        }
        return new Answers(sent, longest, lost);
    }

    /** The numbers of the messages that arrived between two moments, the later one excluded. */
    Set<Long> arrivedBetween(final long fromUs, final long toUs) {
        final Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < number.length; i++) {
            if (arrivedUs[i] >= fromUs && arrivedUs[i] < toUs) {
                numbers.add(number[i]);
            }
        }
        return numbers;
    }
}
