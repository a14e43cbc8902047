package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.PairState;
import io.fairway.model.pair.BucketId;
import java.util.stream.IntStream;

/**
 * What a healed core must have reached in the end: every bucket has one owner that may send (L1), connections old and
 * new are answered (L1), and both copies are equal (L2).
 */
record Verdict(World world, SessionBook book) {
    /**
     * The longest back-off of a restart (10 s), a cold start (3 s) and the partner's join; or, where an announcement
     * was lost while a cable was out, its repetition (30 s).
     */
    static final long BUDGET_NS = 32_000_000_000L;

    /** How long connections have to show that they are answered. */
    static final long PROOF_NS = 8_000_000_000L;

    /** Within this time two healthy copies are alike at some moment. */
    private static final long ALIKE_NS = 2_000_000_000L;

    private static final long STEP_NS = 5_000_000;
    private static final long ANSWER_NS = 4_000_000_000L;

    void check() {
        if (inConflict(0) || inConflict(1)) {
            world.evidence("an operator must look");
            return;
        }
        checkOwners();
        checkConnections();
        checkCopies();
    }

    private boolean inConflict(final int node) {
        return world.node(node).process() != null
                && world.node(node).process().pair().view().state() == PairState.CONFLICT;
    }

    private boolean serves(final int node, final int bucket) {
        final SimNode host = world.node(node);
        final OwnershipGate gate = host.gate();
        return host.isRunning() && gate.mayForward(bucket, host.clock().nanoTime());
    }

    private void checkOwners() {
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            if (!serves(0, bucket) && !serves(1, bucket)) {
                throw new BrokenInvariant("L1", "nobody serves bucket " + bucket);
            }
        }
    }

    private void checkConnections() {
        final long nowNs = world.timeline().nowNs();
        for (final Client.Connection connection : world.client().connections()) {
            final boolean expectsAnswers = !connection.oneWay && connection.endNs > nowNs;
            final long openedLongEnough = connection.intervalNs * connection.sent;
            if (expectsAnswers
                    && openedLongEnough > ANSWER_NS
                    && nowNs - connection.answeredNs > ANSWER_NS + connection.intervalNs) {
                throw new BrokenInvariant(
                        "L1",
                        "connection " + connection.number + " gets no answer"
                                + (connection.answeredNs < 0
                                        ? ""
                                        : " since " + connection.answeredNs / 1_000_000 + " ms"));
            }
        }
    }

    private void checkCopies() {
        final SimProcess zero = world.node(0).process();
        final SimProcess one = world.node(1).process();
        if (!world.node(0).isRunning() || !world.node(1).isRunning()) {
            return;
        }
        final long deadlineNs = world.timeline().nowNs() + ALIKE_NS;
        String difference = difference(zero, one);
        // What was written a moment ago is still under way.
        while (difference != null && world.timeline().nowNs() < deadlineNs) {
            world.timeline().runUntil(world.timeline().nowNs() + STEP_NS);
            difference = difference(zero, one);
        }
        if (difference != null) {
            checkEnded(zero, one);
            throw new BrokenInvariant("L2", difference);
        }
    }

    private void checkEnded(final SimProcess zero, final SimProcess one) {
        for (final SessionBook.Entry session : book.all()) {
            final boolean onZero = zero.replica().version(session.sessionId) >= 0;
            if (session.ended && onZero != one.replica().version(session.sessionId) >= 0) {
                throw new BrokenInvariant(
                        "S6",
                        "session " + Long.toHexString(session.sessionId) + " has ended and lives on node"
                                + (onZero ? 0 : 1));
            }
        }
    }

    private static String difference(final SimProcess zero, final SimProcess one) {
        if (!zero.journal().synced() || !one.journal().synced()) {
            return "the journals have not caught up";
        }
        final long different = IntStream.range(0, BucketId.COUNT)
                .filter(bucket -> zero.replica().digest(bucket) != one.replica().digest(bucket))
                .count();
        return different == 0 ? null : "the copies of " + different + " buckets differ";
    }
}
