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

    /** This node owns the buckets of that home from now on. */
    record AdoptBuckets(int homeNode, int epoch) implements PairAction {}

    /** Another node owns the buckets of that home. */
    record AcceptOwnership(int homeNode, int owner, int epoch) implements PairAction {}

    /** Lead these interfaces as well. */
    record LeadInterfaces(long mask) implements PairAction {}

    /** Lead these interfaces no longer. */
    record ReleaseInterfaces(long mask) implements PairAction {}

    /** The partner is dead: commit alone, down its cluster member. */
    record DeclarePartnerDead(long incarnation, String why) implements PairAction {}

    /** The partner lives. */
    record DeclarePartnerAlive(long incarnation) implements PairAction {}

    /** The fabric failed, or carries beats again, while the partner answers elsewhere. */
    record MarkFabric(boolean up) implements PairAction {}

    /** The state changed. */
    record Become(PairState state, String why) implements PairAction {}

    /** Exit this process so that the sentinel starts it anew. */
    record RestartSelf(String why) implements PairAction {}
}
