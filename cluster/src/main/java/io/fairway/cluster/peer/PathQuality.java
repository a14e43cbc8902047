package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageView;

/**
 * Latency, jitter and loss of a path, from the clocks in the peer's messages: they bring back when a message of ours
 * was sent and how long it lay at the peer, so that no clocks need to agree. One thread uses it.
 */
final class PathQuality {
    /** Messages over which loss is counted. */
    static final int WINDOW = 128;

    private static final int LATENCY_WEIGHT = 8;
    private static final int JITTER_WEIGHT = 16;
    private static final long NONE = -1;

    private final boolean[] came = new boolean[WINDOW];
    private int counted;
    private long highest;
    private long echoed;
    private long roundTripNs = NONE;
    private long jitterNs;
    private boolean hasTransit;
    private long transitNs;
    private int peerLoss;

    /** Another process of the peer speaks: what was measured stays, what is counted begins anew. */
    void restart() {
        counted = 0;
        hasTransit = false;
    }

    /** A new message of the peer's came, perhaps later than others that were sent after it. */
    void note(final PeerMessageView message, final long nowNs) {
        if (message.probeBytes() == 0) {
            count(message.count());
        }
        peerLoss = message.loss();
        measureJitter(nowNs - message.sentNs());
        final long tripNs = nowNs - message.echoedSentNs() - message.heldNs();
        if (message.echoedSequence() > echoed && tripNs >= 0) {
            echoed = message.echoedSequence();
            // RFC 6298 section 2, with its weight.
            roundTripNs = roundTripNs == NONE ? tripNs : roundTripNs + (tripNs - roundTripNs) / LATENCY_WEIGHT;
        }
    }

    private void count(final long number) {
        final int ahead = counted == 0 ? 1 : (int) (number - highest);
        if (ahead > 0) {
            final int missed = Math.min(ahead - 1, WINDOW);
            for (int i = 1; i <= missed; i++) {
                came[slot(number - i)] = false;
            }
            counted = Math.min(WINDOW, counted + missed + 1);
            highest = number;
        }
        if (-ahead < counted) {
            came[slot(number)] = true;
        }
    }

    /** The window's length divides 2^32, so that numbers may wrap. */
    private static int slot(final long number) {
        return (int) number & WINDOW - 1;
    }

    /** RFC 3550 section 6.4.1. */
    private void measureJitter(final long newTransitNs) {
        if (hasTransit) {
            jitterNs += (Math.abs(newTransitNs - transitNs) - jitterNs) / JITTER_WEIGHT;
        }
        hasTransit = true;
        transitNs = newTransitNs;
    }

    /** Half of the smoothed round trip, or -1 before the first. */
    long latencyNs() {
        return roundTripNs == NONE ? NONE : roundTripNs / 2;
    }

    /** The smoothed difference between the transit times of successive messages of the peer. */
    long jitterNs() {
        return jitterNs;
    }

    /** What is missing of the peer's last messages, in 1/10,000. */
    int lossTowardsUs() {
        if (counted == 0) {
            return 0;
        }
        int missing = 0;
        for (int i = 0; i < counted; i++) {
            missing += came[slot(highest - i)] ? 0 : 1;
        }
        return missing * PeerMessage.WHOLE / counted;
    }

    /** The worse of both directions, in 1/10,000. */
    int loss() {
        return Math.max(lossTowardsUs(), peerLoss);
    }
}
