package io.fairway.model;

import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Says once of each kind of message that this release does not know that it is skipped: another release sends it. One
 * thread uses it.
 */
public final class UnknownKinds {
    private static final int KINDS = 256;

    private final String from;
    private final Consumer<String> log;
    private final BitSet said = new BitSet(KINDS);

    /**
     * @param from whose messages, such as "the forwarder"
     * @param log takes the lines
     */
    public UnknownKinds(final String from, final Consumer<String> log) {
        this.from = from;
        this.log = log;
    }

    /** One was skipped. */
    public void skipped(final int kind) {
        final int bit = Math.floorMod(kind, KINDS);
        if (!said.get(bit)) {
            said.set(bit);
            log.accept("messages of kind " + kind + " from " + from + " are skipped: release " + Release.NAME
                    + " does not know them");
        }
    }
}
