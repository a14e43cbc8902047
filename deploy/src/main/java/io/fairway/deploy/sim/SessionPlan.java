package io.fairway.deploy.sim;

import io.fairway.cluster.session.FirstPacket;
import io.fairway.cluster.session.PortLedger;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.IpAddress;
import java.util.UUID;
import org.agrona.ExpandableArrayBuffer;

/**
 * The two kinds of sessions that clients open: translated by NAT towards the server, or sealed towards the remote
 * router, with wayports. Ports are the real ledger's.
 */
final class SessionPlan {
    /** What is sent to this port goes sealed to the remote router. */
    static final int SEALED_PORT = 443;

    private static final int UDP = 17;

    private final World world;
    private final SimNode node;
    private final PortLedger ledger;
    private final SourceNatPool pool;

    SessionPlan(final World world, final SimNode node, final PortLedger ledger) {
        this.world = world;
        this.node = node;
        this.ledger = ledger;
        pool = world.router().interfaces().get(Profile.WAN).sourceNat();
    }

    /** The first version of a new session; null if it is not a client's or no port is free. */
    SessionRecord plan(final FirstPacket packet, final long sessionId, final int epoch) {
        if (packet.interfaceIndex() != Profile.LAN
                || !packet.tuple().destination().equals(Profile.SERVER)) {
            return null;
        }
        return packet.tuple().destinationPort() == SEALED_PORT
                ? sealed(packet.tuple(), sessionId, epoch)
                : translated(packet.tuple(), sessionId, epoch);
    }

    private SessionRecord translated(final FiveTuple tuple, final long sessionId, final int epoch) {
        final FiveTuple lent = ledger.lendSource(sessionId, pool, tuple);
        if (lent == null) {
            return null;
        }
        final Flow forward = flow(Profile.LAN, tuple, Profile.WAN, lent, Profile.SERVER);
        final Flow reverse = flow(Profile.WAN, lent.reversed(), Profile.LAN, tuple.reversed(), tuple.source());
        return record(sessionId, epoch, new Flows(forward, reverse), SessionSecurity.CLEAR);
    }

    private SessionRecord sealed(final FiveTuple tuple, final long sessionId, final int epoch) {
        final int couple = ledger.lendWayports(sessionId, 0, UDP);
        if (couple == PortLedger.NONE) {
            return null;
        }
        final FiveTuple way =
                new FiveTuple(Profile.WAYPOINT, Profile.REMOTE_WAYPOINT, couple >>> 16, couple & 0xffff, UDP);
        final Flow forward = new Flow(
                Profile.LAN,
                0,
                tuple,
                new FlowAction(
                        FlowActionFlyweight.SAME,
                        FlowActionFlyweight.METADATA_FORWARD,
                        Profile.WAN,
                        0,
                        0,
                        way,
                        false,
                        Profile.REMOTE_WAYPOINT));
        final Flow reverse = new Flow(
                Profile.WAN,
                0,
                way.reversed(),
                new FlowAction(
                        FlowActionFlyweight.SAME,
                        FlowActionFlyweight.METADATA_NONE,
                        Profile.LAN,
                        0,
                        0,
                        tuple.reversed(),
                        true,
                        tuple.source()));
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) node.random().nextLong();
        }
        final SessionSecurity security = new SessionSecurity(
                "sealed",
                SecurityPolicy.Encryption.AES_256_GCM,
                SecurityPolicy.Hmac.NONE,
                Secret.of(key),
                SessionSecurity.Adaptation.NONE);
        world.remote().learn(way, key);
        return record(sessionId, epoch, new Flows(forward, reverse), security);
    }

    private record Flows(Flow forward, Flow reverse) {}

    private static Flow flow(
            final int from, final FiveTuple key, final int to, final FiveTuple rewrite, final IpAddress nextHop) {
        return new Flow(
                from,
                0,
                key,
                new FlowAction(
                        FlowActionFlyweight.SAME,
                        FlowActionFlyweight.METADATA_NONE,
                        to,
                        0,
                        0,
                        rewrite,
                        false,
                        nextHop));
    }

    private SessionRecord record(
            final long sessionId, final int epoch, final Flows flows, final SessionSecurity security) {
        final boolean sealed = security.seals();
        return new SessionRecord(
                sessionId,
                new UUID(node.random().nextLong(), sessionId),
                1,
                BucketId.ofSession(sessionId),
                epoch,
                SessionState.OPENING,
                sealed,
                Profile.IDLE_MS,
                node.clock().time(),
                flows.forward(),
                flows.reverse(),
                "eng",
                "web",
                sealed ? "peer" : "",
                sealed ? "path" : "",
                security,
                null,
                SessionTreatment.DEFAULT,
                null);
    }

    /** A record's bytes. */
    static byte[] encoded(final SessionRecord record) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(512);
        final int length = SessionRecordFlyweight.encode(buffer, 0, record);
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
