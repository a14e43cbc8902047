package io.fairway.node.api;

/** A node did not do what it was asked; the message is one clear sentence. */
public final class ControlException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean notThere;

    private ControlException(final boolean notThere, final String sentence, final Throwable cause) {
        super(sentence, cause);
        this.notThere = notThere;
    }

    /** Nobody answers. */
    static ControlException notThere(final String sentence, final Throwable cause) {
        return new ControlException(true, sentence, cause);
    }

    /** The node answers that it cannot or will not. */
    static ControlException refused(final String sentence) {
        return new ControlException(false, sentence, null);
    }

    /** Whether nobody answered, as opposed to a refusal. */
    public boolean isNotThere() {
        return notThere;
    }
}
