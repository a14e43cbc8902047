package io.fairway.node;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What a node is started with.
 *
 * @param config the authority's file
 * @param node this node's name in it
 * @param stateDir this node's own directory: lock, gate, epochs, store, control socket
 * @param role what of the node this process is
 */
record NodeArguments(Path config, String node, Path stateDir, Role role) {
    /** What of a node a process is. */
    enum Role {
        NODE,
        FORWARDER,
        CONTROLLER
    }

    /**
     * Reads {@code --config FILE --node NAME --state-dir DIR [--role forwarder|controller]}.
     *
     * @throws IllegalArgumentException with one sentence for people
     */
    static NodeArguments parse(final String[] arguments) {
        Path config = null;
        String node = null;
        Path stateDir = null;
        Role role = Role.NODE;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--config" -> config = Path.of(arguments[i + 1]);
                case "--node" -> node = arguments[i + 1];
                case "--state-dir" -> stateDir = Path.of(arguments[i + 1]);
                case "--role" -> role = Role.valueOf(arguments[i + 1].toUpperCase(Locale.ROOT));
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            }
        }
        if (config == null || node == null || stateDir == null) {
            throw new IllegalArgumentException("--config FILE, --node NAME and --state-dir DIR are needed");
        }
        return new NodeArguments(config, node, stateDir, role);
    }
}
