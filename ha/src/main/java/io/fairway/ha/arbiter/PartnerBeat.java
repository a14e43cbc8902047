package io.fairway.ha.arbiter;

/**
 * A beat of the partner.
 *
 * @param incarnation rises with each start of the partner
 * @param report what it says of itself
 * @param returned whether it echoes a beat of our present incarnation: it hears us, and this beat is no replay
 * @param returnedSentNs when that beat of ours was sent, our clock
 */
public record PartnerBeat(long incarnation, NodeReport report, boolean returned, long returnedSentNs) {}
