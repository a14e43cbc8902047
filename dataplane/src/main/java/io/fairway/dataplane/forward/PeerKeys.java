package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.KeyRing;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.model.boundary.PeerSeenFlyweight;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.ParsedPacket;
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

    /** Whether a packet comes by a path from a peer's waypoint to one of ours. */
    boolean isFromPeer(final ParsedPacket packet) {
        return path(packet) != Waypoints.NONE;
    }

    /** The key of a packet that comes under this security id, or null. */
    MetadataKey accepted(final ParsedPacket packet, final int securityId) {
        return ring.accepted(path(packet), securityId);
    }

    /** The index of the path by which a packet comes, or {@link Waypoints#NONE}. */
    int path(final ParsedPacket packet) {
        return waypoints.path(
                packet.destinationHigh(), packet.destinationLow(), packet.sourceHigh(), packet.sourceLow());
    }

    /** The key of what leaves as this action says, or null. */
    MetadataKey signing(final DirectBuffer actions, final int action) {
        return ring.signing(waypoints.path(
                actions.getLong(action + FlowActionFlyweight.SOURCE),
                actions.getLong(action + FlowActionFlyweight.SOURCE + 8),
                actions.getLong(action + FlowActionFlyweight.DESTINATION),
                actions.getLong(action + FlowActionFlyweight.DESTINATION + 8)));
    }

    /** The key of what goes back to the sender of a packet, or null. */
    MetadataKey signingBack(final ParsedPacket packet) {
        return ring.signing(path(packet));
    }

    /** A path's peer is seen elsewhere than configured; the message is a PeerSeenFlyweight. */
    void seen(final DirectBuffer message, final int offset) {
        waypoints.seenAt(
                message.getInt(offset + PeerSeenFlyweight.PATH),
                message.getLong(offset + PeerSeenFlyweight.ADDRESS),
                message.getLong(offset + PeerSeenFlyweight.ADDRESS + Long.BYTES));
    }

    /** A path has other keys from now on; the message is a PeerKeysFlyweight. */
    void exchange(final DirectBuffer message, final int offset) {
        ring.exchange(message, offset);
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
