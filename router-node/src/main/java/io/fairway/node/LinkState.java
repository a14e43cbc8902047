package io.fairway.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a kernel device has a link, as the kernel says (Documentation/ABI/testing/sysfs-class-net, operstate). */
final class LinkState {
    private LinkState() {}

    /** "up", "down" or what else the kernel says. */
    static String of(final String device) {
        try {
            return Files.readString(Path.of("/sys/class/net", device, "operstate"))
                    .strip();
        } catch (final IOException e) {
            return "unknown";
        }
    }
}
