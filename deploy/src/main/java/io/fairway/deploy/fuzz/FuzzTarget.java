package io.fairway.deploy.fuzz;

import java.util.List;

/** Something that reads what a stranger sends, and what must hold whatever that is. Belongs to one thread. */
interface FuzzTarget extends AutoCloseable {
    /**
     * Makes one input, lets it be read and checks what came of it.
     *
     * @return whether the input was accepted as good
     * @throws RuntimeException or an Error if it was not handled as it must be
     */
    boolean run(FuzzRandom random);

    /** The packets of the last input. */
    List<byte[]> input();

    @Override
    default void close() {}

    /**
     * Says what had to hold.
     *
     * @throws AssertionError if it does not
     */
    static void check(final boolean holds, final String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
