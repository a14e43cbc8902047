package io.fairway.ha.journal;

import static io.fairway.ha.journal.JournalCounters.Counter.BUCKETS_DIFFERED;

import io.fairway.ha.resync.BucketSet;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Compares the two copies: each node says the digests of the buckets that it owns inside its ordered journal, so that
 * who reads them has read all that they stand for, and the other answers which of them are not its replica's. All of
 * them are said each time, 2 KB a second: what was damaged has not changed. Belongs to the pair's thread; it repairs
 * nothing itself.
 */
final class CopyComparison {
    private static final long VIEW_NS = 20_000_000;

    /** For how many comparisons an answer counts: one may be late. */
    private static final int VALID = 3;

    /** In place of the number of the digests that are answered. */
    private static final int SAY_AGAIN = 0;

    private final JournalContext context;
    private final JournalCounters counters;
    private final JournalSender sender;
    private final BucketRepair repair;
    private final BucketSet scratch = new BucketSet();
    private final BucketSet differingThere = new BucketSet();
    private final BucketSet differingHere = new BucketSet();

    /** Whether this node's copy is complete, so that there is something to compare; numbers count digests said. */
    private boolean isOn;

    private int said;
    private long saidNs;
    private boolean sayNow;
    private boolean answered;
    private long answeredNs;
    private int heard;
    private boolean comparedHere;
    private long comparedHereNs;
    private boolean answerDue;

    private long viewDeadlineNs;
    private volatile JournalView view = new JournalView(false, 0, 0, 0, -1);

    CopyComparison(
            final JournalContext context,
            final JournalCounters counters,
            final JournalSender sender,
            final BucketRepair repair) {
        this.context = context;
        this.counters = counters;
        this.sender = sender;
        this.repair = repair;
        viewDeadlineNs = context.clock().nanoTime();
    }

    /** Nothing is known of the other copy any more. */
    void stop() {
        isOn = false;
        answered = false;
        comparedHere = false;
        answerDue = false;
        differingThere.clear();
        differingHere.clear();
    }

    /** Compares from now on: both have the other's snapshot. */
    void start() {
        if (!isOn) {
            isOn = true;
            sayNow = true;
            // What the partner said before could not be compared: it is to say it again.
            heard = SAY_AGAIN;
            answerDue = true;
        }
    }

    /** Says and answers what is due, after the entries that it is about. */
    void advance(final long nowNs) {
        if (answerDue && sender.hasRoom()) {
            answerDue = false;
            answer();
        }
        final boolean due = sayNow || nowNs - saidNs >= context.compareEveryNs();
        if (isOn && due && repair.isIdle() && sender.hasRoom()) {
            sayNow = false;
            saidNs = nowNs;
            say();
        } else if (!repair.isIdle()) {
            // What is repaired is compared at once.
            sayNow = true;
        }
    }

    private void say() {
        scratch.assign(context.ownership()::mine);
        final int digests = scratch.size();
        final int at = sender.entry(JournalFrame.DIGESTS, JournalFrame.DIGESTS_FIRST + digests * Long.BYTES, 0);
        final MutableDirectBuffer frame = sender.frame();
        frame.putLong(at, ++said);
        scratch.encode(frame, at + JournalFrame.DIGESTS_BUCKETS);
        int digest = at + JournalFrame.DIGESTS_FIRST;
        for (int bucket = scratch.next(0); bucket != BucketSet.NONE; bucket = scratch.next(bucket + 1)) {
            frame.putLong(digest, context.replica().digest(bucket));
            digest += Long.BYTES;
        }
    }

    private void answer() {
        final int at = sender.entry(JournalFrame.COMPARED, JournalFrame.COMPARED_BYTES, 0);
        sender.frame().putLong(at, heard);
        differingHere.encode(sender.frame(), at + JournalFrame.DIGESTS_BUCKETS);
    }

    /** The owner's digests: compared with the replica as it is at this place of the journal. */
    void onDigests(final DirectBuffer frame, final int payload, final int length, final long nowNs) {
        scratch.decode(frame, payload + JournalFrame.DIGESTS_BUCKETS);
        if (!isOn || length < JournalFrame.DIGESTS_FIRST + scratch.size() * Long.BYTES) {
            return;
        }
        differingHere.clear();
        int digest = payload + JournalFrame.DIGESTS_FIRST;
        for (int bucket = scratch.next(0); bucket != BucketSet.NONE; bucket = scratch.next(bucket + 1)) {
            // A bucket that was taken meanwhile is this node's to speak for.
            if (!context.ownership().mine(bucket)
                    && frame.getLong(digest) != context.replica().digest(bucket)) {
                differingHere.add(bucket);
            }
            digest += Long.BYTES;
        }
        heard = (int) frame.getLong(payload);
        comparedHere = true;
        comparedHereNs = nowNs;
        answerDue = true;
    }

    /** The partner's answer; one to older digests than the newest says nothing. */
    void onCompared(final DirectBuffer frame, final int payload) {
        final long number = frame.getLong(payload);
        sayNow |= number == SAY_AGAIN;
        if (!isOn || number == SAY_AGAIN || number != said) {
            return;
        }
        differingThere.decode(frame, payload + JournalFrame.DIGESTS_BUCKETS);
        answered = true;
        answeredNs = saidNs;
        for (int bucket = differingThere.next(0); bucket != BucketSet.NONE; bucket = differingThere.next(bucket + 1)) {
            counters.increment(BUCKETS_DIFFERED);
            repair.mark(bucket);
        }
    }

    /** Whether both copies were found equal within the last seconds, and nothing waits to be repaired. */
    boolean isEqual(final long nowNs) {
        final long validNs = VALID * context.compareEveryNs();
        return isOn
                && answered
                && nowNs - answeredNs < validNs
                && comparedHere
                && nowNs - comparedHereNs < validNs
                && differingThere.isEmpty()
                && differingHere.isEmpty()
                && repair.isIdle();
    }

    /** Shows how it stands, every 20 ms. */
    void show(final long nowNs, final PartnerPace pace) {
        if (nowNs - viewDeadlineNs >= 0) {
            viewDeadlineNs = nowNs + VIEW_NS;
            view = new JournalView(
                    isEqual(nowNs),
                    differing(),
                    sender.lagBatches(),
                    sender.lagNs(nowNs),
                    pace.lags() ? nowNs - pace.sinceNs() : -1);
        }
    }

    /** What was shown last. Any thread. */
    JournalView view() {
        return view;
    }

    /** Buckets of either node that differed when they were compared last, or wait to be sent again. */
    private int differing() {
        scratch.assign(
                bucket -> differingThere.contains(bucket) || differingHere.contains(bucket) || repair.isDirty(bucket));
        return scratch.size();
    }
}
