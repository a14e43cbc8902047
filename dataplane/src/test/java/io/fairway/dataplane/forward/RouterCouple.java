package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.MetadataKey;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionSecurity.Adaptation;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Two routers back to back, a client behind the one, a server behind the other, and one session between them. */
final class RouterCouple implements AutoCloseable {
    static final long SESSION = 6;
    static final long CLIENT_MAC = 0x0a00_0000_0001L;
    static final long SERVER_MAC = 0x0a00_0000_0002L;

    /** With ports; an echo's identifier is 77. */
    static final int CLIENT_PORT = 40000;

    static final int SERVER_PORT = 80;
    static final SessionSecurity GCM = sealed(Adaptation.NONE);

    /** Makes a router of these addresses that has this peer. */
    @FunctionalInterface
    private interface Maker {
        NodeRig router(String lan, String wan, String peer);
    }

    final NodeRig east;
    final NodeRig west;
    final String client;
    final String server;
    final String eastEnd;
    final String westEnd;
    final FiveTuple inside;
    private int wireProtocol;
    private int mssClampBytes;

    /** A session of this IP protocol, IPv4 over IPv4. */
    RouterCouple(final Path directory, final int protocol) {
        this(protocol, 4, 4, plain(directory));
    }

    /** The same between addresses of one family over a path of another: 4 or 6. */
    static RouterCouple over(final Path directory, final int protocol, final int family, final int pathFamily) {
        return new RouterCouple(protocol, family, pathFamily, plain(directory));
    }

    private static Maker plain(final Path directory) {
        return (lan, wan, peer) -> NodeRig.single(directory, lan, wan, peer);
    }

    /** Two that ask each other about sessions after so much silence. */
    static RouterCouple watching(final Path directory, final int protocol, final int inactivityMs) {
        return new RouterCouple(
                protocol, 4, 4, (lan, wan, peer) -> NodeRig.watching(directory, inactivityMs, lan, wan, peer));
    }

    /** Two that share this key. */
    static RouterCouple keyed(final Path directory, final int protocol, final SecurityKey key) {
        return new RouterCouple(protocol, 4, 4, (lan, wan, peer) -> NodeRig.keyed(directory, key, lan, wan, peer));
    }

    /** Two that agree on keys. */
    static RouterCouple certified(final Path directory, final int protocol) {
        return new RouterCouple(protocol, 4, 4, (lan, wan, peer) -> NodeRig.certified(directory, lan, wan, peer));
    }

    private RouterCouple(final int protocol, final int family, final int pathFamily, final Maker maker) {
        client = family == 4 ? "10.0.0.10" : "fd00:1::10";
        server = family == 4 ? "10.2.0.80" : "fd00:2::80";
        eastEnd = pathFamily == 4 ? "198.51.100.1" : "2001:db8::1";
        westEnd = pathFamily == 4 ? "198.51.100.2" : "2001:db8::2";
        east = maker.router("10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", westEnd);
        west = maker.router("10.2.0.1 fd00:2::1", "198.51.100.2 2001:db8::2", eastEnd);
        east.meet(LAN, client, CLIENT_MAC);
        west.meet(LAN, server, SERVER_MAC);
        east.meet(WAN, westEnd, west.mac(WAN));
        west.meet(WAN, eastEnd, east.mac(WAN));
        final boolean ports = protocol == IpProtocol.TCP || protocol == IpProtocol.UDP;
        final int identifier = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6 ? 77 : 0;
        inside = NodeRig.tuple(protocol, client, ports ? CLIENT_PORT : identifier, server, ports ? SERVER_PORT : 0);
        wireProtocol = protocol == IpProtocol.TCP ? IpProtocol.TCP : IpProtocol.UDP;
    }

    /** TCP crosses as UDP, and a SYN may offer segments of so many bytes. */
    void transform(final int clampBytes) {
        wireProtocol = IpProtocol.UDP;
        mssClampBytes = clampBytes;
    }

    /** A policy with GCM and a key. */
    static SessionSecurity sealed(final Adaptation adaptation) {
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        Arrays.fill(key, (byte) 0x33);
        return new SessionSecurity("sp1", Encryption.AES_256_GCM, Hmac.NONE, Secret.of(key), adaptation);
    }

    /** Between the routers. */
    FiveTuple outside() {
        return NodeRig.tuple(wireProtocol, eastEnd, 20000, westEnd, 20001);
    }

    /** The session as the router in the east knows it. */
    SessionRecord atEast(final SessionSecurity security) {
        final Flow forward = flow(LAN, inside, outside(), FlowActionFlyweight.METADATA_FORWARD, westEnd);
        final Flow reverse =
                flow(WAN, outside().reversed(), inside.reversed(), FlowActionFlyweight.METADATA_NONE, client);
        return NodeRig.sealed(NodeRig.record(SESSION, 1, forward, reverse), security);
    }

    /** The session as the router in the west knows it. */
    SessionRecord atWest(final SessionSecurity security) {
        final Flow forward = flow(WAN, outside(), inside, FlowActionFlyweight.METADATA_NONE, server);
        final Flow reverse =
                flow(LAN, inside.reversed(), outside().reversed(), FlowActionFlyweight.METADATA_REVERSE, eastEnd);
        return NodeRig.sealed(NodeRig.record(SESSION, 1, forward, reverse), security);
    }

    private Flow flow(
            final int ingress, final FiveTuple key, final FiveTuple rewrite, final int role, final String nextHop) {
        final int transport = FlowActionFlyweight.between(key.protocol(), rewrite.protocol());
        final boolean fromSvr = role == FlowActionFlyweight.METADATA_NONE;
        final IpAddress next = IpAddress.parse(nextHop);
        return new Flow(
                ingress,
                0,
                key,
                new FlowAction(transport, role, 1 - ingress, 0, mssClampBytes, rewrite, fromSvr, next));
    }

    void installEast(final SessionSecurity security) {
        east.proxy.install(atEast(security), 0);
        east.turn();
    }

    void installWest(final SessionSecurity security) {
        west.proxy.install(atWest(security), 0);
        west.turn();
    }

    void install(final SessionSecurity security) {
        installEast(security);
        installWest(security);
    }

    /** Four packets end the metadata handshake; what they leave behind is taken away. */
    void shakeHands() {
        for (int i = 0; i < 2; i++) {
            eastToWest(toServer("a"));
            westToEast(toClient("b"));
        }
        east.ports[LAN].take();
        west.ports[LAN].take();
    }

    /** The session's next packet to the server: a segment, a datagram, a portless packet or an echo request. */
    byte[] toServer(final byte[] payload) {
        return inside.protocol() == IpProtocol.TCP
                ? toServer(TcpHeader.ACK, payload)
                : packet(CLIENT_MAC, east.mac(LAN), inside, payload);
    }

    byte[] toServer(final String payload) {
        return toServer(Frames.bytes(payload));
    }

    byte[] toServer(final int flags, final byte[] payload) {
        return Frames.tcp(CLIENT_MAC, east.mac(LAN), client, CLIENT_PORT, server, SERVER_PORT, flags, payload);
    }

    byte[] toClient(final byte[] payload) {
        return inside.protocol() == IpProtocol.TCP
                ? toClient(TcpHeader.ACK, payload)
                : packet(SERVER_MAC, west.mac(LAN), inside.reversed(), payload);
    }

    byte[] toClient(final String payload) {
        return toClient(Frames.bytes(payload));
    }

    byte[] toClient(final int flags, final byte[] payload) {
        return Frames.tcp(SERVER_MAC, west.mac(LAN), server, SERVER_PORT, client, CLIENT_PORT, flags, payload);
    }

    private byte[] packet(final long from, final long to, final FiveTuple tuple, final byte[] payload) {
        final String source = tuple.source().toString();
        final String destination = tuple.destination().toString();
        return switch (tuple.protocol()) {
            case IpProtocol.UDP ->
                Frames.udp(from, to, source, tuple.sourcePort(), destination, tuple.destinationPort(), payload);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                final boolean asks = from == CLIENT_MAC;
                final int type = asks ? IcmpMessage.ECHO_REQUEST : IcmpMessage.ECHO_REPLY;
                yield Frames.echo(from, to, source, destination, type, inside.sourcePort());
            }
            default -> Frames.portless(to, source, destination, tuple.protocol(), payload);
        };
    }

    /** A signed control message about the session, as the router in the east would send it. */
    byte[] controlFromEast(final ControlReason reason) {
        return Frames.udp(east.mac(WAN), west.mac(WAN), eastEnd, 20000, westEnd, 20001, signed(reason));
    }

    /** The same from the west. */
    byte[] controlFromWest(final ControlReason reason) {
        return Frames.udp(west.mac(WAN), east.mac(WAN), westEnd, 20001, eastEnd, 20000, signed(reason));
    }

    private static byte[] signed(final ControlReason reason) {
        final UnsafeBuffer control = new UnsafeBuffer(new byte[128]);
        final int length = MetadataEncoder.control(control, 0, reason, NodeRig.KEY.id());
        new MetadataKey(JceProvider.DEFAULT, NodeRig.KEY, new CryptoScratch()).sign(control, 0, length, 0);
        return Arrays.copyOf(control.byteArray(), length + Metadata.HMAC_LENGTH);
    }

    /** Takes a frame from the client to the router in the west; what crossed the WAN. */
    byte[] eastToWest(final byte[] frame) {
        east.receive(LAN, frame);
        return cross(east, west);
    }

    /** Takes a frame from the server to the router in the east; what crossed the WAN. */
    byte[] westToEast(final byte[] frame) {
        west.receive(LAN, frame);
        return cross(west, east);
    }

    /** Takes the only frame that has left for the WAN to the other router; what crossed. */
    static byte[] cross(final NodeRig from, final NodeRig to) {
        final List<MemoryPort.Sent> sent = from.ports[WAN].take();
        assertThat(sent).as("drops %s", from.drops()).hasSize(1);
        to.receive(WAN, sent.getFirst().vnet(), sent.getFirst().frame());
        return Frames.completed(sent.getFirst());
    }

    /** The only frame that has left for the LAN, as its receiver sees it. */
    static byte[] arrived(final NodeRig rig) {
        final List<MemoryPort.Sent> sent = rig.ports[LAN].take();
        assertThat(sent).as("drops %s", rig.drops()).hasSize(1);
        return Frames.completed(sent.getFirst());
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

    /** Whether metadata stands before this frame's payload. */
    static boolean hasMetadata(final byte[] frame) {
        final byte[] payload = Frames.payload(frame);
        return Metadata.isPresent(new UnsafeBuffer(payload), 0, payload.length);
    }

    /** The drops of both, by name. */
    String drops() {
        return east.drops() + west.drops();
    }

    @Override
    public void close() {
        east.close();
        west.close();
    }
}
