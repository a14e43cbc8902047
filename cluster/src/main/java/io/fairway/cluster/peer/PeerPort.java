package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.PeerKeys;

/** The node around the peers' room; any thread may call, nothing blocks. False is back-pressure: try again later. */
public interface PeerPort extends PeerOutput {
    /** Whether this node leads the interface now. */
    boolean leads(int interfaceIndex);

    /** The forwarder protects and accepts with these keys from now on, and with no others. */
    boolean useKeys(int pathIndex, PeerKeys keys);

    /** The number of this router's sessions. */
    Incarnation incarnation();
}
