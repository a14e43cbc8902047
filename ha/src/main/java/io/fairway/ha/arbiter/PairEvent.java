package io.fairway.ha.arbiter;

/** What the arbiter may learn. Further kinds of evidence (fence, witness, operator) become further records here. */
public sealed interface PairEvent {
    /** An authentic, new beat of the partner came in on some path. */
    record BeatHeard(PartnerBeat beat, long receivedNs) implements PairEvent {}

    /**
     * The partner's sentinel saw its process exiting and closed its gate.
     *
     * @param incarnation which process
     */
    record DeathNotice(long incarnation) implements PairEvent {}

    /**
     * Time passes. Silence counts only while somebody listened, so that a node which itself was frozen does not take
     * its own deafness for its partner's death.
     *
     * @param observedNs when every path was last found empty
     * @param observedSinceNs since when the paths are listened to without a gap
     * @param lapsedNs the end of the last pause of listening or beating that was longer than the lease
     * @param fabricHeardNs when a beat last came over the fabric
     * @param carriersUp whether any data interface has a link
     */
    record Tick(long observedNs, long observedSinceNs, long lapsedNs, long fabricHeardNs, boolean carriersUp)
            implements PairEvent {}

    /**
     * Nobody listened for so long; what comes next may be old.
     *
     * @param gapNs how long
     */
    record Paused(long gapNs) implements PairEvent {}

    /** The journal holds a copy of every session of the partner. */
    record Synced() implements PairEvent {}
}
