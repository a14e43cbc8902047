package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;

import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionSecurity.Adaptation;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Two routers back to back, a client behind the one, a server behind the other, and a TCP session between them. */
final class RouterCouple implements AutoCloseable {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";
    private static final FiveTuple INSIDE = NodeRig.tuple(IpProtocol.TCP, CLIENT, 40000, SERVER, 443);
    private static final FiveTuple OUTSIDE = NodeRig.tuple(IpProtocol.TCP, EAST, 20000, WEST, 20001);

    final NodeRig east;
    final NodeRig west;

    RouterCouple(final Path directory) {
        this(NodeRig.single(directory, "10.0.0.1", EAST, WEST), NodeRig.single(directory, "10.2.0.1", WEST, EAST));
    }

    /** Two that ask each other about sessions after so much silence. */
    static RouterCouple watching(final Path directory, final int inactivityMs) {
        return new RouterCouple(
                NodeRig.watching(directory, inactivityMs, "10.0.0.1", EAST, WEST),
                NodeRig.watching(directory, inactivityMs, "10.2.0.1", WEST, EAST));
    }

    private RouterCouple(final NodeRig east, final NodeRig west) {
        this.east = east;
        this.west = west;
        east.meet(LAN, CLIENT, CLIENT_MAC);
        west.meet(LAN, SERVER, SERVER_MAC);
        east.meet(WAN, WEST, west.mac(WAN));
        west.meet(WAN, EAST, east.mac(WAN));
    }

    /** A policy with GCM and a key. */
    static SessionSecurity sealed(final Adaptation adaptation) {
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        return new SessionSecurity("sp1", Encryption.AES_256_GCM, Hmac.NONE, Secret.of(key), adaptation);
    }

    void installEast(final SessionSecurity security) {
        final SessionRecord record = NodeRig.record(
                IpProtocol.TCP,
                1,
                NodeRig.flow(LAN, INSIDE, WAN, OUTSIDE, FlowActionFlyweight.METADATA_FORWARD, false, WEST),
                NodeRig.flow(WAN, OUTSIDE.reversed(), LAN, INSIDE.reversed(), 0, true, CLIENT));
        east.proxy.install(NodeRig.sealed(record, security), 0);
        east.turn();
    }

    void installWest(final SessionSecurity security) {
        final SessionRecord record = NodeRig.record(
                IpProtocol.TCP,
                1,
                NodeRig.flow(WAN, OUTSIDE, LAN, INSIDE, 0, true, SERVER),
                NodeRig.flow(
                        LAN,
                        INSIDE.reversed(),
                        WAN,
                        OUTSIDE.reversed(),
                        FlowActionFlyweight.METADATA_REVERSE,
                        false,
                        EAST));
        west.proxy.install(NodeRig.sealed(record, security), 0);
        west.turn();
    }

    byte[] toServer(final String payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), CLIENT, 40000, SERVER, 443, TcpHeader.ACK, payload);
    }

    byte[] toClient(final String payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), SERVER, 443, CLIENT, 40000, TcpHeader.ACK, payload);
    }

    /** A control message about the session, as the router in the east would send it. */
    void controlFromEast(final ControlReason reason) {
        final UnsafeBuffer control = new UnsafeBuffer(new byte[128]);
        final int length = MetadataEncoder.control(control, 0, reason, NodeRig.KEY.id());
        new MetadataKey(JceProvider.DEFAULT, NodeRig.KEY, new CryptoScratch()).sign(control, 0, length, 0);
        final byte[] payload = Arrays.copyOf(control.byteArray(), length + Metadata.HMAC_LENGTH);
        west.receive(WAN, Frames.udp(east.mac(WAN), west.mac(WAN), EAST, 20000, WEST, 20001, payload));
    }

    /** Sends from the client; what crosses the WAN. */
    byte[] leavesEast(final String payload) {
        east.receive(LAN, toServer(payload));
        return east.onlySent(WAN);
    }

    /** Sends from the server; what crosses the WAN. */
    byte[] leavesWest(final String payload) {
        west.receive(LAN, toClient(payload));
        return west.onlySent(WAN);
    }

    /** What the server gets of a frame on the WAN. */
    String reachesServer(final byte[] between) {
        west.receive(WAN, between);
        return Frames.text(west.onlySent(LAN));
    }

    /** What the client gets of a frame on the WAN. */
    String reachesClient(final byte[] between) {
        east.receive(WAN, between);
        return Frames.text(east.onlySent(LAN));
    }

    @Override
    public void close() {
        east.close();
        west.close();
    }
}
