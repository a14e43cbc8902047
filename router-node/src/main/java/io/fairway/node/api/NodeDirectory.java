package io.fairway.node.api;

import java.nio.file.Path;

/**
 * Where a node keeps its files.
 *
 * @param path the node's own directory, named like the node, under the state root
 */
public record NodeDirectory(Path path) {
    /** The directory of this node. */
    public static NodeDirectory of(final Path stateRoot, final String node) {
        return new NodeDirectory(stateRoot.resolve(node).toAbsolutePath());
    }

    /** The node's name. */
    public String node() {
        return path.getFileName().toString();
    }

    /** Held by the node's process for its whole life. */
    public Path lock() {
        return path.resolve("lock");
    }

    /** Where {@link ControlServer} listens. */
    public Path controlSocket() {
        return path.resolve("control.sock");
    }

    public Path nodePid() {
        return path.resolve("node.pid");
    }

    public Path sentinelPid() {
        return path.resolve("sentinel.pid");
    }

    /** What sentinel and node say. */
    public Path log() {
        return path.resolve("node.log");
    }
}
