package io.fairway.node.cli;

/** A command failed; the message is what the user reads, without a stack trace. */
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The command failed. */
    static final int FAILED = 1;

    /** The command was typed wrongly. */
    static final int USAGE = 2;

    /** The node is not there. */
    static final int NOT_THERE = 3;

    private final int exitCode;

    CliException(final int exitCode, final String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
