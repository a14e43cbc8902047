package io.fairway.ha.owner;

/** The third parties that a pair may ask. Called by the pair's thread; must not block: answers come as events. */
public interface Outside {
    /** Nobody is configured. */
    Outside NOBODY = new Outside() {
        @Override
        public void askWitness(final long forNs) {
            // There is none.
        }

        @Override
        public void fence(final long incarnation) {
            // There is no means.
        }
    };

    /** Asks the witness whether this node may serve alone; {@link PairAgent#granted} answers. */
    void askWitness(long forNs);

    /** Cuts the partner off; {@link PairAgent#fenced} says what became of it. */
    void fence(long incarnation);
}
