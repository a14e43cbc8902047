package io.fairway.node;

import io.fairway.ha.sentinel.StateDirectory;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import java.io.IOException;

/**
 * Which node this process is, or is a part of.
 *
 * @param authority the configuration
 * @param router the node's router
 * @param node the node
 * @param state its files
 */
record NodeParts(Authority authority, Router router, Router.Node node, StateDirectory state) {
    /** Where its halves meet. */
    Boundary boundary(final boolean shared) throws IOException {
        return Boundary.of(router, node, state.path(), shared);
    }

    /** What its forwarder's half is built from. */
    ForwarderHalf.Parts forwarderHalf(final boolean shared) throws IOException {
        return new ForwarderHalf.Parts(authority, router, node, state, boundary(shared));
    }
}
