package io.fairway.node;

import io.fairway.node.api.ProcessStatus;
import java.util.function.Supplier;

/** The processes of a node at this moment, for people. Any thread. */
final class ProcessView {
    private static final String TOGETHER = "forwarder and controller are one process";
    private static final String APART = "forwarder and controller are a process each";
    private static final String ALONE = "there is no controller: established sessions go on, new ones wait for it";

    private final Supplier<Long> controller;

    /** @param controller the controller's process, alive or not, 0 if there was none; null if it is this one */
    ProcessView(final Supplier<Long> controller) {
        this.controller = controller;
    }

    ProcessStatus status() {
        final long self = ProcessHandle.current().pid();
        final Long other = controller.get();
        if (other == null) {
            return new ProcessStatus(self, self, TOGETHER);
        }
        final boolean lives = other != 0 && Boundary.lives(other);
        return new ProcessStatus(self, lives ? other : null, lives ? APART : ALONE);
    }
}
