package io.fairway.ha.arbiter;

/** What the arbiter may learn. Further kinds of evidence become further records here. */
public sealed interface PairEvent {
    /** An authentic beat of the partner came in on some path, newer than all before it. */
    record BeatHeard(PartnerBeat beat, long receivedNs) implements PairEvent {}

    /** An authentic beat that this release cannot read: this process of the partner lives. */
    record UnreadableBeat(long incarnation, long receivedNs) implements PairEvent {}

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
     * @param linkMask the interfaces that have a link
     * @param healthyMask the interfaces that have a link and whose gateway, if there is one, answers
     * @param copiesEqual whether both nodes have the same sessions, as their digests say
     */
    record Tick(
            long observedNs,
            long observedSinceNs,
            long lapsedNs,
            long fabricHeardNs,
            long linkMask,
            long healthyMask,
            boolean copiesEqual)
            implements PairEvent {}

    /**
     * Nobody listened for so long; what comes next may be old.
     *
     * @param gapNs how long
     */
    record Paused(long gapNs) implements PairEvent {}

    /** The journal holds a copy of every session of the partner. */
    record Synced() implements PairEvent {}

    /** Nothing more will be written about a bucket's sessions here, and the partner has all that was. */
    record BucketSettled(int bucket) implements PairEvent {}

    /**
     * The witness lets this node serve alone.
     *
     * @param untilNs and nobody else until then
     */
    record WitnessGranted(long untilNs) implements PairEvent {}

    /**
     * The outside means has tried to cut the partner off.
     *
     * @param incarnation the process that was meant
     * @param done whether it says that it did
     * @param what it said
     */
    record Fenced(long incarnation, boolean done, String what) implements PairEvent {}

    /** An operator's word. */
    record Operator(Order order) implements PairEvent {}

    /** What an operator may want of a node. */
    enum Order {
        HANDOVER("give everything to the partner, until this process ends"),
        DRAIN("give everything to the partner, until 'resume'"),
        FREEZE("let nothing move between the nodes by itself"),
        RESUME("end drain, handover and freeze"),
        FENCE("the partner is dead or cut off: take over");

        private final String sentence;

        Order(final String sentence) {
            this.sentence = sentence;
        }

        /** What it means. */
        public String sentence() {
            return sentence;
        }
    }
}
