package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.INVALID_RECORDS;
import static io.fairway.ha.journal.JournalCounters.Counter.OTHER_LAYOUTS;
import static io.fairway.ha.journal.JournalCounters.Counter.UNKNOWN_KINDS;

import io.fairway.model.Release;
import io.fairway.model.UnknownKinds;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * What the partner's journal says that this release does not know: skipped and counted, and said once for each of the
 * partner's processes. Belongs to the pair's thread.
 */
final class OtherReleases {
    private static final String FRAMES = "frames of the partner's journal";
    private static final String RECORDS = "records of the partner's sessions";

    private final JournalCounters counters;
    private final Consumer<String> log;
    private final UnknownKinds kinds;
    private volatile String obstacle;

    OtherReleases(final JournalCounters counters, final Consumer<String> log) {
        this.counters = counters;
        this.log = log;
        kinds = new UnknownKinds("the partner's journal", log);
    }

    /** Another process of the partner may be of another release. */
    void forget() {
        obstacle = null;
    }

    /** An entry or a frame that can be done without, or it would have another layout. */
    void skipped(final int kind) {
        counters.increment(UNKNOWN_KINDS);
        kinds.skipped(kind);
    }

    void frameOfLayout(final int layout) {
        otherLayout(FRAMES, layout, JournalFrame.LAYOUT_VERSION);
    }

    /** A record that is not valid here. */
    void refusedRecord(final DirectBuffer frame, final int record, final int length) {
        final int layout = length < SessionRecordFlyweight.FIXED_LENGTH
                ? SessionRecordFlyweight.LAYOUT_VERSION
                : SessionRecordFlyweight.layout(frame, record);
        if (layout == SessionRecordFlyweight.LAYOUT_VERSION) {
            counters.increment(INVALID_RECORDS);
        } else {
            otherLayout(RECORDS, layout, SessionRecordFlyweight.LAYOUT_VERSION);
        }
    }

    private void otherLayout(final String what, final int layout, final int known) {
        counters.increment(OTHER_LAYOUTS);
        if (obstacle == null) {
            obstacle = what + " have layout " + layout + ", release " + Release.NAME + " here reads " + known
                    + ": this node has no copy of them; nothing is handed over until both nodes understand each other";
            log.accept(obstacle);
        }
    }

    /** What keeps the copies from becoming equal, in a sentence, or null. Any thread. */
    String obstacle() {
        return obstacle;
    }
}
