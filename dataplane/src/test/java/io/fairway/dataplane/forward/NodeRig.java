package io.fairway.dataplane.forward;

import io.aeron.logbuffer.FragmentHandler;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A whole forwarder with ports, controller and clock in memory. Interface 0 is the LAN, interface 1 the WAN. */
final class NodeRig implements AutoCloseable {
    static final int LAN = 0;
    static final int WAN = 1;
    static final SecurityKey KEY = new SecurityKey(
            7,
            new SecurityPolicy("sp1", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.SHA256_128, false, false),
            Secret.ofHex("5a".repeat(32)));

    /** The same with encrypted metadata. */
    static final SecurityKey ENCRYPTED = new SecurityKey(
            KEY.id(),
            new SecurityPolicy(
                    "sp1", SecurityPolicy.Encryption.AES_256_CBC, KEY.policy().hmac(), false, false),
            KEY.hmacKey());

    static final long MS_NS = TimeUnit.MILLISECONDS.toNanos(1);

    final MemoryPort[] ports = new MemoryPort[2];
    final OwnershipGate gate;
    final ForwardAgent agent;
    final ForwarderProxy proxy;
    final ForwardCounters counters;
    final List<UnsafeBuffer> messages = new ArrayList<>();
    final Router router;
    long nowNs = 1_000_000_000L;
    boolean controllerBusy;
    /** How long the next turn is frozen after it has begun. */
    long freezeNs;

    private final Deque<UnsafeBuffer> commands = new ArrayDeque<>();

    private record Settings(SecurityKey key, boolean judgesUnknownTcp) {}

    NodeRig(final Path directory, final Router router, final int nodeId, final CrossingLink crossing) {
        this(directory, router, nodeId, crossing, new Settings(KEY, false));
    }

    private NodeRig(
            final Path directory,
            final Router router,
            final int nodeId,
            final CrossingLink crossing,
            final Settings settings) {
        this.router = router;
        gate = OwnershipGate.map(directory.resolve("gate-" + router.name() + nodeId), nodeId);
        gate.setValidUntilNs(OwnershipGate.SOLO);
        for (int i = 0; i < ports.length; i++) {
            ports[i] = new MemoryPort(i, new MacAddress(0x0200_0000_0000L | nodeId << 8 | i), 1500);
        }
        agent = new ForwardAgent(new ForwardContext()
                .router(router)
                .keys(List.of(settings.key))
                .ports(Stream.of(ports)
                        .filter(port ->
                                !router.isElsewhere(nodeId % router.nodes().size(), port.interfaceIndex()))
                        .toList())
                .gate(gate)
                .crossing(crossing)
                .judgesUnknownTcp(settings.judgesUnknownTcp)
                .toController(this::onMessage)
                .fromController(this::poll)
                .clock(this::clock));
        counters = agent.counters();
        proxy = new ForwarderProxy(
                (ControllerLink) (message, offset, length) -> commands.add(copy(message, offset, length)),
                null,
                router.name(),
                KEY.id(),
                KEY.policy().name());
    }

    /** A router of one node whose services judge TCP segments of unknown sessions. */
    static NodeRig judging(final Path directory, final String lan, final String wan) {
        return new NodeRig(directory, router("r" + lan, lan, wan, null), 0, CrossingLink.NONE, new Settings(KEY, true));
    }

    /** A router of one node whose peers share this key with it. */
    static NodeRig keyed(
            final Path directory, final SecurityKey key, final String lan, final String wan, final String... peers) {
        return new NodeRig(
                directory, router("r" + lan, lan, wan, null, peers), 0, CrossingLink.NONE, new Settings(key, false));
    }

    static NodeRig single(final Path directory, final String lan, final String wan, final String... peers) {
        return new NodeRig(directory, router("r" + lan, lan, wan, null, peers), 0, CrossingLink.NONE);
    }

    /** A router that asks silent peers about their sessions. */
    static NodeRig watching(
            final Path directory, final int inactivityMs, final String lan, final String wan, final String... peers) {
        final Router plain = router("r" + lan, lan, wan, null, peers);
        return with(directory, plain, plain.peering(), new Router.Timers(60_000, 10_000, 30_000, 10_000, inactivityMs));
    }

    /** A router that agrees on keys with its peers. */
    static NodeRig certified(final Path directory, final String lan, final String wan, final String... peers) {
        final Router plain = router("r" + lan, lan, wan, null, peers);
        return with(directory, plain, peering(plain.name(), peers.length, true), plain.timers());
    }

    private static NodeRig with(
            final Path directory, final Router plain, final Peering peering, final Router.Timers timers) {
        final Router router = new Router(
                plain.name(),
                plain.securityId(),
                plain.nodes(),
                plain.interfaces(),
                plain.serviceRoutes(),
                plain.peerPaths(),
                peering,
                plain.pair(),
                plain.limits(),
                timers);
        return new NodeRig(directory, router, 0, CrossingLink.NONE);
    }

    static Router router(
            final String name, final String lan, final String wan, final MacAddress virtual, final String... peers) {
        final List<Router.PeerPath> paths = new ArrayList<>();
        for (final String peer : peers) {
            final IpAddress remote = IpAddress.parse(peer);
            final IpAddress local = address(wan, remote.isV4()).address();
            paths.add(new Router.PeerPath("path", "peer", WAN, local, remote, KEY.id()));
        }
        return new Router(
                name,
                KEY.id(),
                List.of(new Router.Node("n0", 0, List.of("lan", "wan"), List.of(), "")),
                List.of(networkInterface("lan", lan, virtual), networkInterface("wan", wan, virtual)),
                List.of(),
                paths,
                peering(name, peers.length, false),
                null,
                new Router.Limits(64, 8, 3),
                new Router.Timers(60_000, 10_000, 30_000, 10_000, 0));
    }

    static Peering peering(final String name, final int paths, final boolean certified) {
        final Peering.Terms terms =
                new Peering.Terms("peer", certified, new Peering.Bfd(1000, 500, 3), false, Peering.UdpTransform.NEVER);
        return new Peering(name, null, 86_400, Collections.nCopies(paths, terms));
    }

    /** The address of a family among one or two, separated by a blank; an IPv4 /24 or an IPv6 /64, or null. */
    private static Router.InterfaceAddress address(final String addresses, final boolean v4) {
        return Stream.of(addresses.split(" "))
                .map(IpAddress::parse)
                .filter(address -> address.isV4() == v4)
                .map(address -> new Router.InterfaceAddress(address, v4 ? 24 : 64, null))
                .findFirst()
                .orElse(null);
    }

    private static Router.NetworkInterface networkInterface(
            final String name, final String address, final MacAddress virtual) {
        final MacAddress mac = virtual == null ? null : new MacAddress(virtual.bits() + ("wan".equals(name) ? 1 : 0));
        return new Router.NetworkInterface(
                name, 0, address(address, true), address(address, false), null, List.of(), null, mac, 0, false, 1500);
    }

    private long clock() {
        final long read = nowNs;
        nowNs += freezeNs;
        freezeNs = 0;
        return read;
    }

    private boolean onMessage(final DirectBuffer message, final int offset, final int length) {
        return !controllerBusy && messages.add(copy(message, offset, length));
    }

    private static UnsafeBuffer copy(final DirectBuffer message, final int offset, final int length) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, message, offset, length);
        return copy;
    }

    private int poll(final FragmentHandler handler, final int limit) {
        int handled = 0;
        while (handled < limit && !commands.isEmpty()) {
            final UnsafeBuffer command = commands.remove();
            handler.onFragment(command, 0, command.capacity(), null);
            handled++;
        }
        return handled;
    }

    long mac(final int interfaceIndex) {
        return ports[interfaceIndex].hardwareAddress().bits();
    }

    /** Delivers a frame and runs a turn. */
    void receive(final int interfaceIndex, final byte[] frame) {
        ports[interfaceIndex].deliver(frame);
        agent.doWork();
    }

    void receive(final int interfaceIndex, final byte[] vnet, final byte[] frame) {
        ports[interfaceIndex].deliver(vnet, frame, 0);
        agent.doWork();
    }

    void turn() {
        agent.doWork();
    }

    void advanceMs(final long ms) {
        nowNs += ms * MS_NS;
        agent.doWork();
    }

    /** Makes a host on the link known: it asks for our address. What this sends is taken away. */
    void meet(final int interfaceIndex, final String host, final long hostMac) {
        final String own = router.interfaces()
                .get(interfaceIndex)
                .sameFamily(IpAddress.parse(host))
                .address()
                .toString();
        receive(
                interfaceIndex,
                IpAddress.parse(host).isV4()
                        ? Frames.arp(ArpMessage.REQUEST, hostMac, MacAddress.BROADCAST.bits(), host, own)
                        : Frames.solicitation(hostMac, 0, host, own));
        Stream.of(ports).forEach(MemoryPort::take);
    }

    /** The only frame that left by this interface since the last look. */
    byte[] onlySent(final int interfaceIndex) {
        final List<MemoryPort.Sent> sent = ports[interfaceIndex].take();
        if (sent.size() != 1) {
            throw new AssertionError(sent.size() + " frames left, drops: " + drops());
        }
        return sent.getFirst().frame();
    }

    /** The drops counted so far, by name. */
    String drops() {
        final StringBuilder text = new StringBuilder();
        for (final DropReason reason : DropReason.values()) {
            if (counters.drops(reason) > 0
                    && reason != DropReason.CONSUMED_ARP
                    && reason != DropReason.CONSUMED_NEIGHBOR_MESSAGE) {
                text.append(text.isEmpty() ? "" : " ").append(reason + "=" + counters.drops(reason));
            }
        }
        return text.toString();
    }

    /** The newest first packet's message. */
    UnsafeBuffer firstPacket() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).getInt(0) == BoundaryMessage.FIRST_PACKET) {
                return messages.get(i);
            }
        }
        throw new AssertionError("no first packet; drops: " + drops());
    }

    long pendingId() {
        return firstPacket().getLong(FirstPacketFlyweight.PENDING_ID);
    }

    /** The detail of the newest event of a kind. */
    int detailOf(final int event) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            final UnsafeBuffer message = messages.get(i);
            if (message.getInt(0) == BoundaryMessage.SESSION_EVENT
                    && message.getInt(SessionEventFlyweight.EVENT) == event) {
                return message.getInt(SessionEventFlyweight.DETAIL);
            }
        }
        throw new AssertionError("no such event; events: " + events());
    }

    /** The session's state is gone. */
    void forget(final long sessionId) {
        proxy.remove(sessionId);
        agent.doWork();
    }

    /** The events so far as "event:session". */
    List<String> events() {
        final List<String> events = new ArrayList<>();
        for (final UnsafeBuffer message : messages) {
            if (message.getInt(0) == BoundaryMessage.SESSION_EVENT) {
                events.add(message.getInt(SessionEventFlyweight.EVENT) + ":"
                        + message.getLong(SessionEventFlyweight.SESSION_ID));
            }
        }
        return events;
    }

    static Flow flow(
            final int ingress,
            final FiveTuple key,
            final int egress,
            final FiveTuple rewrite,
            final int role,
            final boolean fromSvr,
            final String nextHop) {
        final int transport = key.protocol() == rewrite.protocol()
                ? FlowActionFlyweight.SAME
                : rewrite.protocol() == 17 ? FlowActionFlyweight.ENCAPSULATE_UDP : FlowActionFlyweight.DECAPSULATE_UDP;
        return new Flow(
                ingress,
                0,
                key,
                new FlowAction(transport, role, egress, 0, 0, rewrite, fromSvr, IpAddress.parse(nextHop)));
    }

    static FiveTuple tuple(
            final int protocol,
            final String source,
            final int sourcePort,
            final String destination,
            final int destinationPort) {
        return new FiveTuple(
                IpAddress.parse(source), IpAddress.parse(destination), sourcePort, destinationPort, protocol);
    }

    static SessionRecord record(final long sessionId, final int version, final Flow forward, final Flow reverse) {
        return record(sessionId, version, forward, reverse, SessionTreatment.DEFAULT);
    }

    static SessionRecord record(
            final long sessionId,
            final int version,
            final Flow forward,
            final Flow reverse,
            final SessionTreatment treatment) {
        return new SessionRecord(
                sessionId,
                new UUID(1, sessionId),
                version,
                BucketId.ofSession(sessionId),
                1,
                SessionState.OPENING,
                false,
                30_000,
                0,
                forward,
                reverse,
                "eng",
                "web",
                "peer",
                "p1",
                SessionSecurity.CLEAR,
                null,
                treatment,
                null);
    }

    @Override
    public void close() {
        agent.onClose();
        gate.close();
    }

    /** The same session, sealed. */
    static SessionRecord sealed(final SessionRecord record, final SessionSecurity security) {
        return record.with(record.version(), record.epoch(), record.state(), record.handshakeDone(), security);
    }
}
