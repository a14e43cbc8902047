/**
 * The control interface of a running node: one JSON request per line over a Unix-domain socket that only its owner may
 * use, one JSON response per line.
 *
 * <p>A request's way: {@link ControlClient} sends a {@link ControlRequest}, {@link ControlServer} reads it and asks
 * {@link NodeOperations}, which the node implements. Answers are plain records: {@link NodeStatus}, {@link SessionPage}
 * of {@link SessionRow}s (chosen by a {@link SessionFilter}), {@link SessionDetail}, {@link PairStatus},
 * {@link InterfaceRow}, {@link ArpRow}, {@link PeerRow}, {@link CounterRow}, {@link DropRow}. {@link ControlException}
 * says what went wrong, {@link NodeDirectory} where a node keeps its files.
 */
package io.fairway.node.api;
