package io.fairway.deploy.fuzz;

import static io.fairway.deploy.fuzz.FuzzTarget.check;

import java.util.TreeMap;
import org.agrona.DirectBuffer;

/** The fragments of one datagram that the reassembler took, and what it may make of them. */
final class TakenFragments {
    /** A fragment: its bytes, and whether more follow. */
    private record Taken(DirectBuffer bytes, boolean more) {
        private int length() {
            return bytes.capacity();
        }
    }

    private final TreeMap<Integer, Taken> byStart = new TreeMap<>();

    void add(final DirectBuffer bytes, final int start, final boolean more) {
        final int length = bytes.capacity();
        check(length > 0, "an empty fragment was taken");
        final var before = byStart.lowerEntry(start + length);
        check(
                before == null || before.getKey() + before.getValue().length() <= start,
                "a fragment was taken that overlaps another");
        byStart.put(start, new Taken(bytes, more));
    }

    /** The datagram's headers, of whatever length, and its bytes must be those of the fragments, without a gap. */
    void checkWhole(final DirectBuffer whole, final int offset, final int length) {
        final int dataLength = byStart.values().stream().mapToInt(Taken::length).sum();
        final int data = offset + length - dataLength;
        check(data > offset, "the datagram has no headers");
        int end = 0;
        boolean more = true;
        for (final var entry : byStart.entrySet()) {
            final Taken taken = entry.getValue();
            check(more && entry.getKey() == end, "the datagram has a gap, or goes on behind its end");
            for (int i = 0; i < taken.length(); i++) {
                if (whole.getByte(data + end + i) != taken.bytes().getByte(i)) {
                    throw new AssertionError("the datagram's byte " + (end + i) + " is wrong");
                }
            }
            end += taken.length();
            more = taken.more();
        }
        check(!more, "the datagram is not at its end");
    }
}
