package io.fairway.node.api;

import java.nio.file.Path;

/**
 * Where a node keeps its files.
 *
 * @param path the node's own directory, named like the node, under the state root
 * @param ofController whether only the controller's process is meant
 */
public record NodeDirectory(Path path, boolean ofController) {
    /** The whole node's. */
    public NodeDirectory(final Path path) {
        this(path, false);
    }

    /** The directory of this node. */
    public static NodeDirectory of(final Path stateRoot, final String node) {
        return new NodeDirectory(stateRoot.resolve(node).toAbsolutePath());
    }

    /** The same directory, but {@link #controlSocket} and {@link #node} are the controller's process's. */
    public NodeDirectory controller() {
        return new NodeDirectory(path, true);
    }

    /** The node's name. */
    public String node() {
        return (ofController ? "the controller of " : "") + path.getFileName();
    }

    /** Held by the node's process for its whole life. */
    public Path lock() {
        return path.resolve("lock");
    }

    /** Where {@link ControlServer} listens. */
    public Path controlSocket() {
        return path.resolve(ofController ? "controller.sock" : "control.sock");
    }

    public Path nodePid() {
        return path.resolve("node.pid");
    }

    /** The controller's process, where it has one of its own. */
    public Path controllerPid() {
        return path.resolve("controller.pid");
    }

    public Path sentinelPid() {
        return path.resolve("sentinel.pid");
    }

    /** What sentinel and node say. */
    public Path log() {
        return path.resolve("node.log");
    }
}
