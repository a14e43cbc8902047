package io.fairway.ha.arbiter;

/** What the arbiter wants done, to be done in order. */
public sealed interface PairAction {
    /** Let the gate open until then. */
    record SetLease(long untilNs) implements PairAction {}

    /** Close the gate at once. */
    record CloseGate(String why) implements PairAction {}

    /** Before anything that follows: a disk must say that epochs up to this one may be in use. */
    record PersistEpoch(int homeNode, int epoch) implements PairAction {}

    /** Before a restart: the next incarnation must be above this one. */
    record PersistIncarnation(long floor) implements PairAction {}

    /** This node owns these buckets from now on. */
    record AdoptBuckets(BucketRange buckets, int epoch) implements PairAction {}

    /** Another node owns these buckets. */
    record AcceptOwnership(BucketRange buckets, int owner, int epoch) implements PairAction {}

    /** Write nothing more about this bucket's sessions, and say so when the partner has all: it is to be given away. */
    record SettleBucket(int bucket) implements PairAction {}

    /** It stays here after all. */
    record UnsettleBucket(int bucket, String why) implements PairAction {}

    /** The partner owns this bucket from now on, and learns it from the next beat. */
    record GiveBucket(int bucket, int epoch) implements PairAction {}

    /** Lead these interfaces as well. */
    record LeadInterfaces(long mask) implements PairAction {}

    /** Lead these interfaces no longer. */
    record ReleaseInterfaces(long mask, String why) implements PairAction {}

    /** The partner is dead: commit alone, down its cluster member. */
    record DeclarePartnerDead(long incarnation, String why) implements PairAction {}

    /** The partner lives. */
    record DeclarePartnerAlive(long incarnation) implements PairAction {}

    /** The fabric failed, or carries beats again, while the partner answers elsewhere. */
    record MarkFabric(boolean up) implements PairAction {}

    /** The state changed. */
    record Become(PairState state, String why) implements PairAction {}

    /** Ask the witness whether this node may serve alone for so long. */
    record AskWitness(long forNs) implements PairAction {}

    /** Cut the partner off by the outside means, and say what became of it. */
    record FencePartner(long incarnation) implements PairAction {}

    /** Something for people: an order was taken, or handback stopped by itself. */
    record Note(String what) implements PairAction {}

    /** An order is not followed. */
    record Refuse(String why) implements PairAction {}

    /** Exit this process so that the sentinel starts it anew. */
    record RestartSelf(String why) implements PairAction {}
}
