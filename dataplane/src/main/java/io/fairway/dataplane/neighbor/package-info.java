/**
 * Who is on the link: {@link io.fairway.dataplane.neighbor.NeighborTable} holds neighbours,
 * {@link io.fairway.dataplane.neighbor.NeighborResolver} asks, learns and answers, by ARP ({@code ArpWriter}) and by
 * neighbour discovery ({@code NdWriter}, {@code MldWriter}), {@link io.fairway.dataplane.neighbor.NeighborExchange}
 * tells the partner of neighbours, in {@code NeighborNote}s, and hears of its own,
 * {@link io.fairway.dataplane.neighbor.GatewayWatch} says which gateways answer,
 * {@link io.fairway.dataplane.neighbor.AddressAnnouncer} announces our addresses,
 * {@link io.fairway.dataplane.neighbor.IcmpResponder} writes echo replies and errors,
 * {@link io.fairway.dataplane.neighbor.TcpResetter} resets, and {@link io.fairway.dataplane.neighbor.NeighborView}
 * shows the table. All on the forwarder's thread but the view; they send through
 * {@link io.fairway.dataplane.neighbor.LinkOutput} and know interfaces as {@link io.fairway.dataplane.neighbor.Links}.
 */
package io.fairway.dataplane.neighbor;
