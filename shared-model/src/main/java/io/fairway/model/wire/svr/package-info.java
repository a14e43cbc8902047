/**
 * SVR metadata (svr-protocol.md section 3), the bytes between a packet's transport header and its payload:
 * {@link io.fairway.model.wire.svr.Metadata} names lengths and types, {@link io.fairway.model.wire.svr.ControlReason}
 * the control messages. {@link io.fairway.model.wire.svr.MetadataParser} fills a
 * {@link io.fairway.model.wire.svr.MetadataView} for the packet path, or (with {@code PayloadParser}) a
 * {@link io.fairway.model.wire.svr.ReceivedMetadata} for the controller, of
 * {@link io.fairway.model.wire.svr.HeaderTlvs}, which are always in clear (among them
 * {@link io.fairway.model.wire.svr.Fragment} and {@link io.fairway.model.wire.svr.PathMetrics}), and
 * {@link io.fairway.model.wire.svr.PayloadTlvs} (among them {@link io.fairway.model.wire.svr.MulticastContext}).
 * {@link io.fairway.model.wire.svr.MetadataBuilder} collects what {@link io.fairway.model.wire.svr.MetadataEncoder}
 * (with {@code HeaderEncoder}, {@code PayloadEncoder}, {@code TlvWriter}) writes.
 * {@link io.fairway.model.wire.svr.TcpAsUdp} makes UDP of TCP, and TCP of it.
 */
package io.fairway.model.wire.svr;
