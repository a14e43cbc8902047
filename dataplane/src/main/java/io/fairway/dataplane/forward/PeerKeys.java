package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.KeyRing;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.model.session.FlowActionFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochClock;

/** The keys of packets with metadata, found by the waypoints between which they travel. Forwarder's thread only. */
final class PeerKeys {
    private static final long MS_PER_SECOND = 1_000;

    private final Waypoints waypoints;
    private final KeyRing ring;
    private final PacketNumbers numbers;
    private final EpochClock clock;

    private long nowNs;
    private long seconds;

    PeerKeys(final Waypoints waypoints, final KeyRing ring, final PacketNumbers numbers, final EpochClock clock) {
        this.waypoints = waypoints;
        this.ring = ring;
        this.numbers = numbers;
        this.clock = clock;
    }

    /** A turn begins. */
    void begin(final long turnNowNs) {
        nowNs = turnNowNs;
        seconds = clock.time() / MS_PER_SECOND;
    }

    /** The time of this turn. */
    long nowNs() {
        return nowNs;
    }

    /** Whether a path leads from this waypoint of ours to that of a peer. */
    boolean isPeer(final int localAddress, final int remoteAddress) {
        return waypoints.path(localAddress, remoteAddress) != Waypoints.NONE;
    }

    /** The key of what comes between these waypoints under this security id, or null. */
    MetadataKey accepted(final int localAddress, final int remoteAddress, final int securityId) {
        return ring.accepted(waypoints.path(localAddress, remoteAddress), securityId);
    }

    /** The key of what leaves as this action says, or null. */
    MetadataKey signing(final DirectBuffer actions, final int action) {
        final int local = (int) actions.getLong(action + FlowActionFlyweight.SOURCE + 8);
        final int remote = (int) actions.getLong(action + FlowActionFlyweight.DESTINATION + 8);
        return ring.signing(waypoints.path(local, remote));
    }

    /** The key of what leaves between these waypoints, or null. */
    MetadataKey signing(final int localAddress, final int remoteAddress) {
        return ring.signing(waypoints.path(localAddress, remoteAddress));
    }

    /** Signs a range. */
    void sign(final MetadataKey key, final MutableDirectBuffer buffer, final int offset, final int length) {
        key.sign(buffer, offset, length, seconds);
    }

    /** Whether the bytes behind a range are its HMAC. */
    boolean verify(final MetadataKey key, final DirectBuffer buffer, final int offset, final int length) {
        return key.verify(buffer, offset, length, seconds);
    }

    /** A number that was never used before. */
    long nextNumber() {
        return numbers.next(nowNs);
    }

    /** The number from which a flow that is installed now counts up. */
    long firstNumber() {
        return numbers.start(nowNs);
    }
}
