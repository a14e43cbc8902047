package io.fairway.model.session;

import io.fairway.model.wire.IpAddress;

/**
 * A flow's action as the controller thinks of it; {@link FlowActionFlyweight} is its plain-data form.
 *
 * @param transport {@link FlowActionFlyweight#SAME} or another of those numbers
 * @param metadataRole {@link FlowActionFlyweight#METADATA_NONE}, {@code METADATA_FORWARD} or {@code METADATA_REVERSE}
 * @param egressInterface the logical interface index to leave by
 * @param egressVlan 0 for none
 * @param mssClampBytes the largest MSS that a SYN may announce, 0 for no clamp
 * @param rewrite the addresses and ports that the packet leaves with
 * @param fromSvr whether packets of this flow come from an SVR peer, so that a cookie in their payload is metadata
 * @param nextHop whose Ethernet address the frame gets
 */
public record FlowAction(
        int transport,
        int metadataRole,
        int egressInterface,
        int egressVlan,
        int mssClampBytes,
        FiveTuple rewrite,
        boolean fromSvr,
        IpAddress nextHop) {}
