/**
 * The packet path. In the order in which a packet meets them: {@link io.fairway.dataplane.forward.ForwardAgent} (a
 * turn), {@code Ingress} (station, parse, flow lookup), {@code HitPath} (known flows: owner, metadata, TCP state, size,
 * rewrite) with {@code MetadataRemover}, {@code TcpTracker} and {@code TcpWindows}, {@code Rewriter},
 * {@code MetadataInserter} and {@code OneWayStopper}, {@code IcmpErrors} (our own ICMP errors), {@code IcmpErrorPath}
 * (others') with {@code IcmpErrorRestorer} and {@code IcmpErrorSender} for an {@code IcmpErrorReport}, {@code MissPath}
 * (unknown flows) with {@code PeerInbox}, {@code PendingTable} and {@code FramePool}, {@code Egress} (neighbour, gate)
 * and {@code PortQueue}. {@code WakeModeration} lets frames come in batches. Beside it: {@code FlowTable} (with
 * {@code SessionSlots}) over {@code HashIndex}, {@code SessionScanner} (time-outs), {@code SessionProgress} and
 * {@code PartnerLine} (what the forwarders of a pair tell each other), {@code Commands} and {@code ToController} (the
 * boundary), {@link io.fairway.dataplane.forward.OwnershipGate}. The controller's side:
 * {@link io.fairway.dataplane.forward.ForwarderProxy}, {@link io.fairway.dataplane.forward.ForwarderAdapter}, and in a
 * process of its own {@link io.fairway.dataplane.forward.ExclusiveLink}. For people:
 * {@link io.fairway.dataplane.forward.ForwardCounters}, {@link io.fairway.dataplane.forward.FlowTableView}.
 */
package io.fairway.dataplane.forward;
