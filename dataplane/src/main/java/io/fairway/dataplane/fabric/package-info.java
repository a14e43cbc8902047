/**
 * The link between the nodes of a pair, and the messages inside one node: {@link Fabric} owns the media driver and
 * makes every publication and subscription, {@link FabricIdleStrategy} lets its thread sleep on the
 * {@link FabricSockets}, {@link SocketBuffers} asks the kernel what it grants, {@link Crossing} carries frames that
 * reached the node that does not own their session. {@link FabricClient} is another process's way in.
 */
package io.fairway.dataplane.fabric;
