package io.fairway.dataplane.io;

import java.io.IOException;

/** The system does not let us use a device; the message is one sentence that says what lacks and what to do. */
public final class PrivilegeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param sentence what lacks and what to do */
    public PrivilegeException(final String sentence) {
        super(sentence);
    }
}
