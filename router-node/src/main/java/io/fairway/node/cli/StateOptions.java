package io.fairway.node.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where nodes keep their files. */
final class StateOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "STATE_ROOT",
            description = "Where nodes keep their files (env FAIRWAY_STATE, else /var/lib/fairway).")
    private Path root;

    /** The state root: the option, else the environment, else the usual place. */
    Path root() {
        if (root != null) {
            return root;
        }
        final String fromEnvironment = System.getenv("FAIRWAY_STATE");
        return Path.of(fromEnvironment == null ? "/var/lib/fairway" : fromEnvironment);
    }

    /** The option as it must be typed again, or nothing if it was not given. */
    String again() {
        return root == null ? "" : " --state-dir " + root;
    }
}
