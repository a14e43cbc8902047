package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.model.DropReason;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.BitSet;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Sessions of both families over paths of both, from the configuration's text to the verdict. */
class FamilyPlannerTest {
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final String CONFIG = """
            { "fairway-authority:authority": {
              "name": "families",
              "security-policy": [{ "name": "clear", "encryption": "none" }],
              "security-key": [{ "id": 1, "policy": "clear", "hmac-key": "%s" }],
              "tenant": [{ "name": "staff", "source-prefix": ["10.1.0.0/24", "fd00:1::/64"] }],
              "service": [
                { "name": "corp", "prefix": ["10.2.0.0/24", "fd00:2::/64"],
                  "transport": [{ "protocol": "tcp" }, { "protocol": "icmp" }, { "protocol": "gre" },
                    { "protocol": "115" }],
                  "access-policy": [{ "tenant": "staff", "permission": "allow" }] },
                { "name": "inet", "prefix": ["0.0.0.0/0", "::/0"],
                  "access-policy": [{ "tenant": "staff", "permission": "allow" }] },
                { "name": "six", "prefix": ["2001:db8::/32", "::/1"],
                  "access-policy": [{ "tenant": "staff", "permission": "allow" }] }],
              "router": [
                { "name": "east", "security-id": 1, "node": [{ "name": "east0" }],
                  "interface": [
                    { "name": "lan", "address": "10.1.0.1/24", "address-v6": "fd00:1::1/64",
                      "device": [{ "node": "east0", "device": "lan0" }] },
                    { "name": "wan", "address": "172.16.0.1/24", "gateway": "172.16.0.9", "source-nat": true,
                      "address-v6": "fd00:16::1/64", "gateway-v6": "fe80::9", "neighborhood": ["wan"],
                      "device": [{ "node": "east0", "device": "wan0" }] }],
                  "service-route": [
                    { "service": "corp", "peer": "west" },
                    { "service": "inet", "interface": "wan", "next-hop": "172.16.0.7" },
                    { "service": "six", "interface": "wan", "next-hop": "fd00:16::7" }] },
                { "name": "west", "security-id": 1, "node": [{ "name": "west0" }],
                  "interface": [
                    { "name": "lan", "address": "10.2.0.1/24", "address-v6": "fd00:2::1/64", "source-nat": true,
                      "device": [{ "node": "west0", "device": "lan0" }] },
                    { "name": "wan", "address": "172.16.0.2/24", "address-v6": "fd00:16::2/64", "neighborhood": ["wan"],
                      "device": [{ "node": "west0", "device": "wan0" }] }],
                  "service-route": [{ "service": "corp", "interface": "lan" }] }] } }
            """.formatted("00".repeat(32));
    private static final boolean BOTH = true;
    private static final boolean ONLY_V6 = false;

    private long nextId = 1;

    private static SessionPlanner planner(final String router, final boolean bothPaths) {
        return planner(router, bothPaths ? CONFIG : CONFIG.replace("\"address\": \"172.16.0.2/24\",", ""));
    }

    private static SessionPlanner planner(final String router, final String config) {
        try {
            final Authority authority = ConfigReader.parse(config);
            return new SessionPlanner(
                    authority,
                    authority.router(router),
                    new PortLedger(authority.router(router), 0, () -> 0),
                    new RebindFinder(new SessionIndex(), new FakeNeighbours()),
                    () -> false);
        } catch (final ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private Verdict plan(final SessionPlanner planner, final FirstPacket packet) {
        return planner.plan(packet, new SessionPlanner.Birth(nextId++, new UUID(0x4000L, nextId), 5, 3, 1_000));
    }

    private static SessionRecord accepted(final Verdict verdict) {
        return ((Verdict.Accepted) verdict).record();
    }

    private static FiveTuple tuple(
            final int protocol, final String source, final int sourcePort, final String destination, final int port) {
        return new FiveTuple(IpAddress.parse(source), IpAddress.parse(destination), sourcePort, port, protocol);
    }

    private static FiveTuple web(final String source, final String destination) {
        return tuple(IpProtocol.TCP, source, 40_000, destination, 80);
    }

    private static FirstPacket clear(final FiveTuple tuple) {
        return new FirstPacket(1, LAN, 0, tuple, 1, tuple.protocol() == 6 ? TcpHeader.SYN : 0, false, null);
    }

    private static FirstPacket fromPeer(final SessionRecord sent) {
        final byte[] bytes = MetadataEncoder.forward(sent, new MetadataEncoder.Sender("east", 1, "clear"), false);
        final ReceivedMetadata metadata = MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length);
        return new FirstPacket(1, WAN, 0, sent.forward().action().rewrite(), 1, TcpHeader.SYN, true, metadata);
    }

    @Test
    void anIpv6SessionCrossesAnIpv4PathAndIsRestored() {
        final FiveTuple client = web("fd00:1::10", "fd00:2::80");
        final SessionRecord sent = accepted(plan(planner("east", BOTH), clear(client)));
        assertThat(sent.tenant()).isEqualTo("staff");
        assertThat(sent.path()).isEqualTo("wan-west");
        assertThat(sent.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("172.16.0.1"));
        assertThat(sent.forward().action().nextHop()).isEqualTo(IpAddress.parse("172.16.0.2"));
        assertThat(sent.forward().action().mssClampBytes()).isEqualTo(1500 - 40 - 256);
        assertThat(sent.reverse().action().rewrite()).isEqualTo(client.reversed());
        assertThat(sent.reverse().action().nextHop()).isEqualTo(client.source());

        final SessionRecord restored = accepted(plan(planner("west", BOTH), fromPeer(sent)));
        assertThat(restored.forward().action().rewrite())
                .as("IPv6 is not translated, even where IPv4 is")
                .isEqualTo(client);
        assertThat(restored.forward().action().nextHop()).isEqualTo(client.destination());
        assertThat(restored.reverse().tuple()).isEqualTo(client.reversed());
        assertThat(restored.reverse().action().nextHop()).isEqualTo(IpAddress.parse("172.16.0.1"));
    }

    @Test
    void anIpv4SessionCrossesAnIpv6Path() {
        final FiveTuple client = web("10.1.0.10", "10.2.0.80");
        final SessionRecord sent = accepted(plan(planner("east", ONLY_V6), clear(client)));
        assertThat(sent.path()).isEqualTo("wan-west");
        assertThat(sent.forward().action().rewrite().destination()).isEqualTo(IpAddress.parse("fd00:16::2"));
        assertThat(sent.forward().action().nextHop()).isEqualTo(IpAddress.parse("fd00:16::2"));
        assertThat(sent.forward().action().mssClampBytes()).isEqualTo(1500 - 60 - 256);

        final SessionRecord restored = accepted(plan(planner("west", ONLY_V6), fromPeer(sent)));
        assertThat(restored.forward().action().rewrite().source())
                .as("IPv4 is translated")
                .isEqualTo(IpAddress.parse("10.2.0.1"));
        assertThat(restored.forward().action().rewrite().destination()).isEqualTo(client.destination());
    }

    @Test
    void aSessionLeavesAPathThatIsDown() {
        final FiveTuple client = web("10.1.0.10", "10.2.0.80");
        final SessionPlanner east = planner("east", BOTH);
        final SessionRecord sent = accepted(plan(east, clear(client)));
        assertThat(east.mover().moved(sent)).as("its path is not down").isNull();
        east.mover().paths().learn(0, before -> before.down(true));
        final SessionRecord moved = east.mover().moved(sent);
        assertThat(moved.path()).isEqualTo("wan-west-v6");
        assertThat(moved.uuid()).isEqualTo(sent.uuid());
        assertThat(moved.forward().tuple()).isEqualTo(client);
        assertThat(moved.forward().action().rewrite().destination()).isEqualTo(IpAddress.parse("fd00:16::2"));
        assertThat(moved.forward().action().mssClampBytes()).isEqualTo(1500 - 60 - 256);
        assertThat(moved.reverse().tuple())
                .isEqualTo(moved.forward().action().rewrite().reversed());
        assertThat(moved.reverse().action().rewrite()).isEqualTo(client.reversed());
        assertThat(moved.reverse().action().nextHop()).isEqualTo(client.source());
        assertThat(accepted(plan(east, clear(web("10.1.0.11", "10.2.0.80")))).path())
                .isEqualTo("wan-west-v6");

        east.mover().paths().learn(1, before -> before.down(true));
        assertThat(east.mover().moved(sent)).isNull();
        assertThat(accepted(plan(east, clear(web("10.1.0.12", "10.2.0.80")))).path())
                .as("a bad path is better than none")
                .isEqualTo("wan-west");
        east.mover().paths().learn(0, before -> before.down(false));
        assertThat(east.mover().moved(moved).path()).isEqualTo("wan-west");
    }

    @Test
    void aPathThatLeavesHereComesBeforeTheOtherNodes_andThatBeforeOneThatIsDown() {
        final SessionPlanner east = planner("east", BOTH);
        final BitSet far = new BitSet();
        far.set(0);
        east.mover().paths().far(far);
        final SessionRecord near = accepted(plan(east, clear(web("10.1.0.10", "10.2.0.80"))));
        assertThat(near.path()).isEqualTo("wan-west-v6");
        east.mover().paths().learn(1, before -> before.down(true));
        assertThat(east.mover().moved(near).path()).isEqualTo("wan-west");
        assertThat(accepted(plan(east, clear(web("10.1.0.11", "10.2.0.80")))).path())
                .isEqualTo("wan-west");
        east.mover().paths().learn(0, before -> before.down(true));
        assertThat(accepted(plan(east, clear(web("10.1.0.12", "10.2.0.80")))).path())
                .as("both are bad")
                .isIn("wan-west", "wan-west-v6");
    }

    @Test
    void aLastRouterMovesNothing() {
        final SessionRecord sent = accepted(plan(planner("east", BOTH), clear(web("10.1.0.10", "10.2.0.80"))));
        final SessionPlanner west = planner("west", BOTH);
        assertThat(west.mover().moved(accepted(plan(west, fromPeer(sent))))).isNull();
    }

    @Test
    void anEchoOfEitherFamilyTravelsInUdpAndComesBackAsItself() {
        final FiveTuple ping = tuple(IpProtocol.ICMPV6, "fd00:1::10", 77, "fd00:2::80", 0);
        final SessionRecord sent = accepted(plan(planner("east", BOTH), clear(ping)));
        assertThat(sent.forward().action().transport()).isEqualTo(FlowActionFlyweight.ENCAPSULATE_UDP);
        assertThat(sent.idleTimeoutMs()).isEqualTo(10_000);
        final SessionRecord restored = accepted(plan(planner("west", BOTH), fromPeer(sent)));
        assertThat(restored.forward().action().transport()).isEqualTo(FlowActionFlyweight.DECAPSULATE_UDP);
        assertThat(restored.forward().action().rewrite()).isEqualTo(ping);

        final FiveTuple reply = tuple(IpProtocol.ICMPV6, "fd00:1::10", 0, "fd00:2::80", 77);
        assertThat(plan(planner("east", BOTH), clear(reply))).isEqualTo(Verdict.silently(DropReason.NO_SERVICE));
    }

    /** Of a full segment, the path's MTU holds the sealed payload, the path's headers and metadata. */
    @Test
    void aSealedSessionsSegmentsAreShorterByTheSeal() {
        final String gcm = CONFIG.replace(
                        "[{ \"name\": \"clear\", \"encryption\": \"none\" }]",
                        "[{ \"name\": \"clear\", \"encryption\": \"none\" },"
                                + " { \"name\": \"sealed\", \"encryption\": \"aes-256-gcm\" }]")
                .replace("\"policy\": \"clear\"", "\"policy\": \"sealed\"")
                .replace("{ \"name\": \"corp\",", "{ \"name\": \"corp\", \"security\": \"sealed\",");
        final SessionRecord v4 = accepted(plan(planner("east", gcm), clear(web("10.1.0.10", "10.2.0.80"))));
        assertThat(v4.forward().action().mssClampBytes()).isEqualTo(1500 - 40 - 26 - 256);
        assertThat(v4.reverse().action().mssClampBytes()).isEqualTo(1500 - 40 - 26 - 256);
        final String cbc = gcm.replace("aes-256-gcm", "aes-256-cbc");
        final SessionRecord onV6 = accepted(plan(
                planner("east", cbc.replace("\"address\": \"172.16.0.2/24\",", "")),
                clear(web("fd00:1::10", "fd00:2::80"))));
        assertThat(onV6.forward().action().mssClampBytes())
                .isEqualTo(1500 - 60 - 32 - onV6.security().hmac().length() - 256);
    }

    @Test
    void aPathThatCarriesLessThanItsLinkMakesSegmentsShorter() {
        final SessionPlanner east = planner("east", BOTH);
        east.mover().paths().learn(0, before -> before.mtu(1_400));
        final SessionRecord sent = accepted(plan(east, clear(web("10.1.0.10", "10.2.0.80"))));
        assertThat(sent.forward().action().mssClampBytes()).isEqualTo(1_400 - 40 - 256);
        final SessionPlanner west = planner("west", BOTH);
        west.mover().paths().learn(0, before -> before.mtu(1_300));
        final SessionRecord restored = accepted(plan(west, fromPeer(sent)));
        assertThat(restored.reverse().action().mssClampBytes()).isEqualTo(1_300 - 40 - 256);
    }

    @Test
    void aPathThatRefusesTcpCarriesItAsUdp() {
        final SessionPlanner east = planner("east", BOTH);
        east.mover().paths().learn(0, before -> before.tcp(1));
        final SessionRecord sent = accepted(plan(east, clear(web("10.1.0.10", "10.2.0.80"))));
        assertThat(sent.forward().action().transport()).isEqualTo(FlowActionFlyweight.TCP_TO_UDP);
        east.mover().paths().learn(0, before -> before.tcp(0));
        assertThat(accepted(plan(east, clear(web("10.1.0.11", "10.2.0.80"))))
                        .forward()
                        .action()
                        .transport())
                .isEqualTo(FlowActionFlyweight.SAME);
    }

    @Test
    void aPathMayWantTcpAsUdp() {
        final String transforming = CONFIG.replace(
                "\"address-v6\": \"fd00:16::2/64\",",
                "\"address-v6\": \"fd00:16::2/64\", \"peering\": { \"udp-transform\": \"always\" },");
        final FiveTuple client = web("10.1.0.10", "10.2.0.80");
        final SessionRecord sent = accepted(plan(planner("east", transforming), clear(client)));
        assertThat(sent.forward().action().rewrite().protocol()).isEqualTo(IpProtocol.UDP);
        assertThat(sent.forward().action().transport()).isEqualTo(FlowActionFlyweight.TCP_TO_UDP);
        assertThat(sent.reverse().action().transport()).isEqualTo(FlowActionFlyweight.UDP_TO_TCP);
        assertThat(sent.idleTimeoutMs()).as("TCP's").isEqualTo(1_900_000);
        final SessionRecord restored = accepted(plan(planner("west", transforming), fromPeer(sent)));
        assertThat(restored.forward().action().transport()).isEqualTo(FlowActionFlyweight.UDP_TO_TCP);
        assertThat(restored.forward().action().rewrite().protocol()).isEqualTo(IpProtocol.TCP);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
        for (final SessionRecord record : new SessionRecord[] {sent, restored}) {
            SessionRecordFlyweight.encode(bytes, 0, record);
            assertThat(SessionRecordFlyweight.decode(bytes, 0)).isEqualTo(record);
        }
    }

    @Test
    void whatHasNoPortsTravelsInUdpAndComesBackAsItself() {
        for (final int protocol : new int[] {IpProtocol.GRE, 115}) {
            final FiveTuple tunnel = tuple(protocol, "fd00:1::10", 0, "fd00:2::80", 0);
            final SessionRecord sent = accepted(plan(planner("east", BOTH), clear(tunnel)));
            assertThat(sent.forward().action().transport()).isEqualTo(FlowActionFlyweight.ENCAPSULATE_UDP);
            assertThat(sent.reverse().action().transport()).isEqualTo(FlowActionFlyweight.DECAPSULATE_UDP);
            assertThat(sent.reverse().action().rewrite()).isEqualTo(tunnel.reversed());
            assertThat(sent.idleTimeoutMs()).as("as UDP's").isEqualTo(180_000);
            final SessionRecord restored = accepted(plan(planner("west", BOTH), fromPeer(sent)));
            assertThat(restored.forward().action().rewrite()).isEqualTo(tunnel);
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
            SessionRecordFlyweight.encode(bytes, 0, restored);
            assertThat(SessionRecordFlyweight.decode(bytes, 0)).isEqualTo(restored);
        }
        final FiveTuple esp = tuple(IpProtocol.ESP, "fd00:1::10", 0, "fd00:2::80", 0);
        assertThat(accepted(plan(planner("east", BOTH), clear(esp))).service())
                .as("corp is not asked so, inet is in every way")
                .isEqualTo("inet");
    }

    @Test
    void whatHasNoPortsIsTranslatedByItsAddressAlone() {
        final SessionPlanner east = planner("east", BOTH);
        final SessionRecord first = accepted(plan(east, clear(tuple(IpProtocol.ESP, "10.1.0.10", 0, "192.0.2.1", 0))));
        assertThat(first.forward().action().rewrite())
                .isEqualTo(tuple(IpProtocol.ESP, "172.16.0.1", 0, "192.0.2.1", 0));
        assertThat(plan(east, clear(tuple(IpProtocol.ESP, "10.1.0.11", 0, "192.0.2.1", 0))))
                .as("one address has one such session")
                .isEqualTo(Verdict.silently(DropReason.NO_WAYPORT));
        accepted(plan(east, clear(tuple(IpProtocol.GRE, "10.1.0.11", 0, "192.0.2.1", 0))));
        accepted(plan(east, clear(tuple(IpProtocol.ESP, "10.1.0.11", 0, "192.0.2.2", 0))));
    }

    @Test
    void aNextHopIsForSessionsOfItsFamily() {
        final SessionPlanner east = planner("east", BOTH);
        final SessionRecord v4 = accepted(plan(east, clear(web("10.1.0.10", "192.0.2.1"))));
        assertThat(v4.service()).as("an IPv6 prefix holds no IPv4 address").isEqualTo("inet");
        assertThat(v4.forward().action().nextHop()).isEqualTo(IpAddress.parse("172.16.0.7"));
        assertThat(v4.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("172.16.0.1"));
        final SessionRecord v6 = accepted(plan(east, clear(web("fd00:1::10", "a001:db8::1"))));
        assertThat(v6.service()).isEqualTo("inet");
        assertThat(v6.forward().action().nextHop()).isEqualTo(IpAddress.parse("fe80::9"));
        assertThat(v6.forward().action().rewrite()).isEqualTo(v6.forward().tuple());
        final SessionRecord six = accepted(plan(east, clear(web("fd00:1::10", "2001:db8::1"))));
        assertThat(six.service()).isEqualTo("six");
        assertThat(six.forward().action().nextHop()).isEqualTo(IpAddress.parse("fd00:16::7"));
    }

    @Test
    void aContextThatMixesFamiliesIsMalformed() {
        final SessionRecord sent = accepted(plan(planner("east", BOTH), clear(web("fd00:1::10", "fd00:2::80"))));
        final SessionPlanner west = planner("west", BOTH);
        for (final FiveTuple context : new FiveTuple[] {
            web("10.1.0.10", "fd00:2::80"),
            web("fd00:1::10", "10.2.0.80"),
            tuple(IpProtocol.ICMPV6, "10.1.0.10", 7, "10.2.0.80", 0),
            tuple(IpProtocol.ICMP, "fd00:1::10", 7, "fd00:2::80", 0)
        }) {
            final int wire = context.protocol() == IpProtocol.TCP ? IpProtocol.TCP : IpProtocol.UDP;
            final FiveTuple ends = sent.forward().action().rewrite();
            final FirstPacket packet = fromPeer(withContext(sent, context));
            assertThat(plan(
                            west,
                            new FirstPacket(
                                    1,
                                    WAN,
                                    0,
                                    new FiveTuple(
                                            ends.source(),
                                            ends.destination(),
                                            ends.sourcePort(),
                                            ends.destinationPort(),
                                            wire),
                                    1,
                                    TcpHeader.SYN,
                                    true,
                                    packet.metadata())))
                    .as("%s", context)
                    .isEqualTo(Verdict.silently(DropReason.METADATA_MALFORMED));
        }
    }

    /** The record as a router would have it that lies about its client. */
    private static SessionRecord withContext(final SessionRecord sent, final FiveTuple context) {
        return new SessionRecord(
                sent.sessionId(),
                sent.uuid(),
                sent.version(),
                sent.bucket(),
                sent.epoch(),
                sent.state(),
                sent.handshakeDone(),
                sent.idleTimeoutMs(),
                sent.createdMs(),
                new io.fairway.model.session.Flow(
                        LAN, 0, context, sent.forward().action()),
                sent.reverse(),
                sent.tenant(),
                sent.service(),
                sent.peer(),
                sent.path(),
                sent.security(),
                sent.transit(),
                sent.treatment(),
                sent.sourceNat());
    }
}
