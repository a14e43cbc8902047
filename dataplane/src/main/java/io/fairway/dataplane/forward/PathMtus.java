package io.fairway.dataplane.forward;

import io.fairway.model.boundary.PeerMtuFlyweight;
import io.fairway.model.session.FlowActionFlyweight;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * The largest packets that paths to peers carry (svr-protocol.md section 2.10), where that is less than their links do.
 * Looks nothing up while there is no such path. Forwarder's thread only.
 */
final class PathMtus {
    /** All that the link carries. */
    private static final int LINK = 65_535;

    private final Waypoints waypoints;
    private final int[] mtuBytes;
    private boolean someNarrow;

    PathMtus(final Waypoints waypoints) {
        this.waypoints = waypoints;
        mtuBytes = new int[waypoints.paths()];
        Arrays.fill(mtuBytes, LINK);
    }

    /** A path's MTU is known; the message is a PeerMtuFlyweight. */
    void learn(final DirectBuffer message, final int offset) {
        final int path = message.getInt(offset + PeerMtuFlyweight.PATH);
        if (path < 0 || path >= mtuBytes.length) {
            return;
        }
        mtuBytes[path] = message.getInt(offset + PeerMtuFlyweight.MTU_BYTES);
        someNarrow = false;
        for (final int mtu : mtuBytes) {
            someNarrow |= mtu < LINK;
        }
    }

    /** The largest IP packet that may leave as this action says, over a link of this MTU. */
    int mtuBytes(final DirectBuffer actions, final int action, final int linkMtuBytes) {
        if (!someNarrow || FlowActionFlyweight.metadataRole(actions, action) == FlowActionFlyweight.METADATA_NONE) {
            return linkMtuBytes;
        }
        final int path = waypoints.path(
                actions.getLong(action + FlowActionFlyweight.SOURCE),
                actions.getLong(action + FlowActionFlyweight.SOURCE + 8),
                actions.getLong(action + FlowActionFlyweight.DESTINATION),
                actions.getLong(action + FlowActionFlyweight.DESTINATION + 8));
        return path == Waypoints.NONE ? linkMtuBytes : Math.min(linkMtuBytes, mtuBytes[path]);
    }
}
