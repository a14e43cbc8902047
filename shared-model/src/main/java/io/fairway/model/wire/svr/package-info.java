/**
 * SVR metadata (svr-protocol.md section 3), the bytes between a packet's transport header and its payload:
 * {@link io.fairway.model.wire.svr.Metadata} names lengths and types, {@link io.fairway.model.wire.svr.ControlReason}
 * the control messages; {@link io.fairway.model.wire.svr.MetadataParser} fills a
 * {@link io.fairway.model.wire.svr.MetadataView} for the packet path or a
 * {@link io.fairway.model.wire.svr.ReceivedMetadata} for the controller;
 * {@link io.fairway.model.wire.svr.MetadataEncoder} writes what a session sends.
 */
package io.fairway.model.wire.svr;
