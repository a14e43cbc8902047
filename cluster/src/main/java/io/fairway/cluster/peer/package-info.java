/**
 * How a router knows its peers: liveness, restarts, NATs, quality, MTU and keys of each path, over UDP port 1280
 * (svr-protocol.md sections 2.12, 4.2 and 5, docs/peer-protocol.md). {@link io.fairway.cluster.peer.PeerRooms} is what
 * others wire, {@link io.fairway.cluster.peer.PeerContext} what it needs of them,
 * {@link io.fairway.cluster.peer.PeerPort} the node around it with the {@link io.fairway.cluster.peer.Incarnation} of
 * its sessions; {@link io.fairway.cluster.peer.PeerOutput} and {@link io.fairway.cluster.peer.PeerListener} are where
 * messages and news go, {@link io.fairway.cluster.peer.PeerTable} of {@link io.fairway.cluster.peer.PeerPathRow}s what
 * anybody may look at.
 *
 * <p>A message's way: {@code PathFinder} (which path), {@code PeerActor} (one per path; does this node speak there?
 * {@link io.fairway.cluster.peer.PeerHandover} is what one node leaves to the other), {@code PeerSession} (order of
 * checks) with {@code MessageKeys} of {@code MessageCode}s (authentic?) and {@code MessageGate} (new?), then the pure
 * deciders {@link io.fairway.cluster.peer.PathMonitor} ({@link io.fairway.cluster.peer.PathState},
 * {@link io.fairway.cluster.peer.PathEvent}, {@link io.fairway.cluster.peer.PathAction},
 * {@link io.fairway.cluster.peer.PathTimers}), {@link io.fairway.cluster.peer.exchange.KeyExchange} and
 * {@link io.fairway.cluster.peer.MtuProber} ({@link io.fairway.cluster.peer.MtuState},
 * {@link io.fairway.cluster.peer.MtuEvent}, {@link io.fairway.cluster.peer.MtuAction}), beside them {@code PathQuality}
 * (latency, jitter, loss), and out again by {@code PeerSpeaker}. {@link io.fairway.cluster.peer.PeerSettings} and
 * {@code PeerTools} are what a session is made of. What is not believed is a {@link io.fairway.cluster.peer.PeerDrop}
 * in {@link io.fairway.cluster.peer.PeerCounters}.
 */
package io.fairway.cluster.peer;
