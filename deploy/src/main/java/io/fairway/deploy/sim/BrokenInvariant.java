package io.fairway.deploy.sim;

/** Something happened that must never happen (ha-design.md, section 7). */
final class BrokenInvariant extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String invariant;

    BrokenInvariant(final String invariant, final String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** Its name: S1 to S15, L1 to L4. */
    String invariant() {
        return invariant;
    }
}
