package io.fairway.node;

/** Why a node cannot start, in one sentence for people; starting again without a change would fail again. */
final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    StartException(final String sentence) {
        super(sentence);
    }

    StartException(final String sentence, final Throwable cause) {
        super(sentence, cause);
    }
}
