package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.wire.IpAddress;

/** The node around the peers' room; any thread may call, nothing blocks. False is back-pressure: try again later. */
public interface PeerPort extends PeerOutput {
    /** Whether this node leads the interface now. */
    boolean leads(int interfaceIndex);

    /** The forwarder protects and accepts with these keys from now on, and with no others. */
    boolean useKeys(int pathIndex, PeerKeys keys);

    /** The forwarder knows that packets from this address are the peer's, too. */
    boolean seenAt(int pathIndex, IpAddress address);

    /** The forwarder sends nothing larger on this path; {@code mtuBytes} as in {@link PeerListener#onMtu}. */
    boolean carries(int pathIndex, int mtuBytes);

    /** Keeps what is known of a path for a controller that follows this one in its node; false: try again later. */
    boolean keep(int pathIndex, PeerHandover handover);

    /** What a controller before this one kept, or {@link PeerHandover#NONE}. */
    PeerHandover kept(int pathIndex);

    /** The number of this router's sessions. */
    Incarnation incarnation();
}
