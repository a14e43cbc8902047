package io.fairway.dataplane.svr;

import io.fairway.model.DropReason;

/**
 * Whether a fragment fits those of its datagram that have come, and the note that it has. All fragments that are kept
 * lie apart, so the datagram is whole as soon as there are as many bytes as its end says.
 */
final class FragmentRules {
    private static final int U16_MASK = 0xffff;

    private FragmentRules() {}

    /** Why a fragment must not be added to its datagram, or null. */
    static DropReason refusal(final DatagramTable table, final int entry, final FragmentView fragment) {
        if (contradictsEnd(table, entry, fragment)) {
            return DropReason.FRAGMENT_INCONSISTENT;
        }
        final int fragments = table.get(entry, DatagramTable.FRAGMENTS);
        for (int i = 0; i < fragments; i++) {
            final int bounds = table.get(entry, DatagramTable.BOUNDS + i * Integer.BYTES);
            final int start = bounds >>> Short.SIZE;
            final int end = bounds & U16_MASK;
            if (start == fragment.start && end == fragment.end()) {
                return DropReason.FRAGMENT_DUPLICATE;
            }
            if (start < fragment.end() && fragment.start < end) {
                return DropReason.FRAGMENT_OVERLAP;
            }
        }
        return fragments == DatagramTable.MAX_FRAGMENTS ? DropReason.FRAGMENT_TOO_MANY : null;
    }

    private static boolean contradictsEnd(final DatagramTable table, final int entry, final FragmentView fragment) {
        final int end = fragment.end();
        final int lastEnd = table.get(entry, DatagramTable.LAST_END);
        if (fragment.more) {
            return lastEnd != 0 && end >= lastEnd;
        }
        // What came before as one of several would now be the last as well.
        return lastEnd == 0 ? end <= table.get(entry, DatagramTable.FARTHEST_END) : end != lastEnd;
    }

    /** Notes a fragment that has been stored. */
    static void note(final DatagramTable table, final int entry, final FragmentView fragment) {
        final int fragments = table.get(entry, DatagramTable.FRAGMENTS);
        table.set(
                entry, DatagramTable.BOUNDS + fragments * Integer.BYTES, fragment.start << Short.SIZE | fragment.end());
        table.set(entry, DatagramTable.FRAGMENTS, fragments + 1);
        table.set(entry, DatagramTable.BYTES, table.get(entry, DatagramTable.BYTES) + fragment.dataLength);
        raise(table, entry, DatagramTable.FARTHEST_END, fragment.end());
        raise(table, entry, DatagramTable.LARGEST, fragment.headersLength + fragment.dataLength);
        if (!fragment.more) {
            table.set(entry, DatagramTable.LAST_END, fragment.end());
        }
        if (fragment.start == 0) {
            table.set(entry, DatagramTable.HEADERS_LENGTH, fragment.headersLength);
            fragment.copyHeaders(table.buffer(), table.offset(entry) + DatagramTable.HEADERS);
        }
    }

    private static void raise(final DatagramTable table, final int entry, final int field, final int value) {
        if (value > table.get(entry, field)) {
            table.set(entry, field, value);
        }
    }
}
