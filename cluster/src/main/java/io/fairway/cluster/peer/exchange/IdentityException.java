package io.fairway.cluster.peer.exchange;

import java.nio.file.Path;

/** A file with a certificate or key cannot be used; the message is a sentence for people and holds no secret. */
public final class IdentityException extends Exception {
    private static final long serialVersionUID = 1;

    IdentityException(final Path file, final String expected, final String found) {
        super(file + ": expected " + expected + ", found " + found + ".");
    }
}
