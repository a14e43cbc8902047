package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.model.DropReason;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataBuilder;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Source and destination NAT, from the configuration's text to both flows. */
class NatPlannerTest {
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final int DMZ = 2;
    private static final String CLIENT = "10.1.0.2";
    private static final String CONFIG = """
            { "fairway-authority:authority": {
              "name": "nat",
              "security-policy": [{ "name": "clear", "encryption": "none" }],
              "security-key": [{ "id": 1, "policy": "clear", "hmac-key": "%s" }],
              "service": [
                { "name": "inet", "prefix": ["0.0.0.0/0"], "scope": "public" },
                { "name": "mail", "prefix": ["192.0.2.25/32"], "scope": "public" },
                { "name": "shop", "prefix": ["203.0.113.99/32"], "scope": "public" },
                { "name": "bare", "prefix": ["203.0.113.98/32"], "scope": "public" },
                { "name": "farm", "prefix": ["203.0.113.97/32"], "scope": "public" },
                { "name": "own", "prefix": ["203.0.113.1/32", "203.0.113.25/32"], "scope": "public",
                  "transport": [{ "protocol": "tcp", "port": ["443"] }] }],
              "router": [
                { "name": "edge", "security-id": 1, "node": [{ "name": "edge0" }],
                  "interface": [
                    { "name": "lan", "address": "10.1.0.1/24", "device": [{ "node": "edge0", "device": "lan0" }] },
                    { "name": "wan", "address": "203.0.113.1/26", "neighborhood": ["wan"], "gateway": "203.0.113.9",
                      "source-nat-pool": "outer", "device": [{ "node": "edge0", "device": "wan0" }] },
                    { "name": "dmz", "address": "10.3.0.1/24", "source-nat": true,
                      "device": [{ "node": "edge0", "device": "dmz0" }] }],
                  "source-nat-pool": [
                    { "name": "outer", "address": ["203.0.113.16/31", "203.0.113.20-203.0.113.22"] },
                    { "name": "mailer", "address": ["203.0.113.25"], "port-range": "2000-2001" }],
                  "service-route": [
                    { "service": "inet", "interface": "wan" },
                    { "service": "mail", "interface": "wan", "source-nat-pool": "mailer" },
                    { "service": "shop", "interface": "lan", "nat-target": { "address": "10.1.0.80", "port": 8080 } },
                    { "service": "own", "interface": "lan", "nat-target": { "address": "10.1.0.80", "port": 8443 } },
                    { "service": "bare", "interface": "lan", "nat-target": { "address": "10.1.0.81" } },
                    { "service": "farm", "interface": "dmz",
                      "nat-target": { "address": "10.3.0.80", "port": 8080 } }] },
                { "name": "far", "security-id": 1, "node": [{ "name": "far0" }],
                  "interface": [
                    { "name": "wan", "address": "203.0.113.2/26", "neighborhood": ["wan"],
                      "device": [{ "node": "far0", "device": "wan0" }] }] },
                { "name": "near", "security-id": 1, "node": [{ "name": "near0" }],
                  "interface": [
                    { "name": "wan", "address": "203.0.113.3/26", "neighborhood": ["wan"],
                      "device": [{ "node": "near0", "device": "wan0" }] }] }] } }
            """.formatted("00".repeat(32));

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final SessionIndex index = new SessionIndex();
    private Planned edge = new Planned();
    private long nextId = 1;

    /** A planner and its ledger, which a restart begins anew. */
    private final class Planned {
        private final PortLedger ledger;
        private final SessionPlanner planner;

        private Planned() {
            try {
                final Authority authority = ConfigReader.parse(CONFIG);
                ledger = new PortLedger(authority.router("edge"), 0, () -> 0);
                planner = new SessionPlanner(
                        authority, authority.router("edge"), ledger, new RebindFinder(index, neighbours), () -> false);
            } catch (final ConfigException e) {
                throw new AssertionError(e);
            }
        }

        private Verdict plan(final FirstPacket packet) {
            final long id = nextId++;
            return planner.plan(packet, new SessionPlanner.Birth(id, new UUID(0x4000L, id), 5, 3, 1_000));
        }

        private Verdict.Accepted accept(final FirstPacket packet) {
            final Verdict.Accepted accepted = (Verdict.Accepted) plan(packet);
            index.note(accepted.record());
            neighbours.replica.put(accepted.record().sessionId(), BucketActor.encoded(accepted.record()));
            return accepted;
        }
    }

    @Test
    void anInterfacesPoolLendsAnAddressPerClientAndKeepsThePort() {
        final SessionRecord first =
                edge.accept(fromLan(CLIENT, 40_000, "192.0.2.1", 443)).record();
        final FiveTuple out = first.forward().action().rewrite();
        assertThat(out.source().toString()).matches("203\\.0\\.113\\.(16|17|20|21|22)");
        assertThat(out.sourcePort()).isEqualTo(40_000);
        assertThat(first.reverse().tuple()).isEqualTo(out.reversed());
        assertThat(first.reverse().action().rewrite())
                .isEqualTo(tuple(CLIENT, 40_000, "192.0.2.1", 443).reversed());
        assertThat(edge.ledger.isTranslated(first)).isTrue();
        assertThat(edge.accept(fromLan(CLIENT, 40_001, "192.0.2.9", 80))
                        .record()
                        .forward()
                        .action()
                        .rewrite()
                        .source())
                .isEqualTo(out.source());
    }

    @Test
    void aRoutesPoolComesBeforeItsInterfaces() {
        for (final int port : new int[] {2_000, 2_001}) {
            final FiveTuple out = edge.accept(fromLan(CLIENT, 2_000, "192.0.2.25", 25))
                    .record()
                    .forward()
                    .action()
                    .rewrite();
            assertThat(out.source()).isEqualTo(IpAddress.parse("203.0.113.25"));
            assertThat(out.sourcePort()).isEqualTo(port);
        }
        assertThat(edge.plan(fromLan(CLIENT, 2_000, "192.0.2.25", 25)))
                .isEqualTo(Verdict.silently(DropReason.NO_WAYPORT));
        assertThat(edge.plan(fromLan(CLIENT, 2_000, "192.0.2.25", 587))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void whatWasLentBeforeARestartIsNotLentAgain() {
        final SessionRecord first =
                edge.accept(fromLan(CLIENT, 2_000, "192.0.2.25", 25)).record();
        edge = new Planned();
        edge.ledger.note(first);
        assertThat(edge.ledger.holds(first.sessionId())).isTrue();
        assertThat(edge.accept(fromLan(CLIENT, 2_000, "192.0.2.25", 25))
                        .record()
                        .forward()
                        .action()
                        .rewrite()
                        .sourcePort())
                .isEqualTo(2_001);
        edge.ledger.release(first.sessionId());
        assertThat(edge.accept(fromLan(CLIENT, 2_000, "192.0.2.25", 25))
                        .record()
                        .forward()
                        .action()
                        .rewrite()
                        .sourcePort())
                .as("it rests, but nothing else is free")
                .isEqualTo(2_000);
    }

    @Test
    void aTargetReceivesWhatIsSentToTheService() {
        final SessionRecord shop = edge.accept(fromWan("198.51.100.7", 50_000, "203.0.113.99", 443))
                .record();
        assertThat(shop.forward().action().rewrite()).isEqualTo(tuple("198.51.100.7", 50_000, "10.1.0.80", 8_080));
        assertThat(shop.forward().action().egressInterface()).isEqualTo(LAN);
        assertThat(shop.forward().action().nextHop()).isEqualTo(IpAddress.parse("10.1.0.80"));
        assertThat(shop.reverse().tuple()).isEqualTo(tuple("10.1.0.80", 8_080, "198.51.100.7", 50_000));
        assertThat(shop.reverse().action().rewrite())
                .as("with the service's address")
                .isEqualTo(tuple("203.0.113.99", 443, "198.51.100.7", 50_000));
        assertThat(edge.ledger.holds(shop.sessionId())).isFalse();

        final SessionRecord bare = edge.accept(fromWan("198.51.100.7", 50_000, "203.0.113.98", 443))
                .record();
        assertThat(bare.forward().action().rewrite()).isEqualTo(tuple("198.51.100.7", 50_000, "10.1.0.81", 443));
        final FiveTuple ping =
                new FiveTuple(IpAddress.parse("198.51.100.7"), IpAddress.parse("203.0.113.99"), 77, 0, IpProtocol.ICMP);
        assertThat(edge.accept(new FirstPacket(1, WAN, 0, ping, 1, 0, false, null))
                        .record()
                        .forward()
                        .action()
                        .rewrite())
                .as("an identifier is no port")
                .isEqualTo(new FiveTuple(
                        IpAddress.parse("198.51.100.7"), IpAddress.parse("10.1.0.80"), 77, 0, IpProtocol.ICMP));
    }

    @Test
    void whatIsSentToOurselvesGoesToATargetOrNowhere() {
        for (final String own : new String[] {"203.0.113.1", "203.0.113.25"}) {
            assertThat(edge.accept(fromWan("198.51.100.7", 50_000, own, 443))
                            .record()
                            .forward()
                            .action()
                            .rewrite())
                    .isEqualTo(tuple("198.51.100.7", 50_000, "10.1.0.80", 8_443));
            assertThat(edge.plan(fromWan("198.51.100.7", 50_000, own, 444)))
                    .as("of the internet, but it is ours")
                    .isEqualTo(Verdict.silently(DropReason.TO_OURSELVES));
        }
        assertThat(edge.plan(fromWan("198.51.100.7", 50_000, "203.0.113.16", 443)))
                .isEqualTo(Verdict.silently(DropReason.TO_OURSELVES));
    }

    @Test
    void bothEndsMayBeTranslated() {
        final SessionRecord farm = edge.accept(fromWan("198.51.100.7", 50_000, "203.0.113.97", 443))
                .record();
        assertThat(farm.forward().action().rewrite()).isEqualTo(tuple("10.3.0.1", 50_000, "10.3.0.80", 8_080));
        assertThat(farm.forward().action().egressInterface()).isEqualTo(DMZ);
        assertThat(farm.reverse().action().rewrite()).isEqualTo(tuple("203.0.113.97", 443, "198.51.100.7", 50_000));
    }

    @Test
    void aPeersSessionReachesTheTargetAndIsFoundAgain() {
        final SessionRecord first =
                edge.accept(fromPeer("shop", "203.0.113.99", 20_000)).record();
        assertThat(first.forward().action().rewrite()).isEqualTo(tuple("10.9.0.1", 40_000, "10.1.0.80", 8_080));
        assertThat(first.reverse().tuple()).isEqualTo(tuple("10.1.0.80", 8_080, "10.9.0.1", 40_000));
        final Verdict.Accepted again = edge.accept(fromPeer("shop", "203.0.113.99", 20_002));
        assertThat(again.replaces()).isEqualTo(first.sessionId());
        assertThat(again.record().forward().action().rewrite())
                .isEqualTo(first.forward().action().rewrite());
    }

    @Test
    void aPeerIsToldWhatTheClientSent() {
        final FiveTuple context = tuple("10.9.0.1", 40_000, "203.0.113.97", 443);
        final SessionRecord farm =
                edge.accept(fromPeer("farm", "203.0.113.97", 20_000)).record();
        assertThat(farm.forward().action().rewrite()).isEqualTo(tuple("10.3.0.1", 40_000, "10.3.0.80", 8_080));
        final byte[] told = MetadataEncoder.reverse(farm, new MetadataEncoder.Sender("edge", 1, "clear"), true);
        final ReceivedMetadata metadata = MetadataParser.decode(new UnsafeBuffer(told), 0, told.length);
        assertThat(metadata.forwardContext()).isEqualTo(context);
        assertThat(metadata.reverseContext()).isEqualTo(tuple("10.3.0.80", 8_080, "10.3.0.1", 40_000));
    }

    @Test
    void hostsOfTwoSitesMayHaveTheSameAddressWhereItIsTranslated() {
        final Verdict.Accepted far = edge.accept(fromPeer("farm", "203.0.113.97", 20_000));
        final Verdict.Accepted near = edge.accept(fromPeer("near", "203.0.113.3", "farm", "203.0.113.97", 20_000));
        assertThat(near.replaces()).isEqualTo(Verdict.NOTHING);
        assertThat(near.record().forward().action().rewrite()).isEqualTo(tuple("10.3.0.1", 40_001, "10.3.0.80", 8_080));
        assertThat(edge.accept(fromPeer("near", "203.0.113.3", "farm", "203.0.113.97", 20_002))
                        .replaces())
                .isEqualTo(near.record().sessionId());
        assertThat(far.record().forward().action().rewrite().sourcePort()).isEqualTo(40_000);

        edge.accept(fromPeer("shop", "203.0.113.99", 20_000));
        assertThat(edge.plan(fromPeer("near", "203.0.113.3", "shop", "203.0.113.99", 20_000)))
                .as("the target cannot tell them apart")
                .isEqualTo(Verdict.silently(DropReason.DUPLICATE_FLOW));
    }

    private static FirstPacket fromLan(
            final String source, final int sourcePort, final String destination, final int port) {
        return clear(LAN, tuple(source, sourcePort, destination, port));
    }

    private static FirstPacket fromWan(
            final String source, final int sourcePort, final String destination, final int port) {
        return clear(WAN, tuple(source, sourcePort, destination, port));
    }

    private static FirstPacket clear(final int interfaceIndex, final FiveTuple tuple) {
        return new FirstPacket(1, interfaceIndex, 0, tuple, 1, TcpHeader.SYN, false, null);
    }

    private static FirstPacket fromPeer(final String service, final String destination, final int wayport) {
        return fromPeer("far", "203.0.113.2", service, destination, wayport);
    }

    private static FirstPacket fromPeer(
            final String peer,
            final String waypoint,
            final String service,
            final String destination,
            final int wayport) {
        final MetadataBuilder metadata = new MetadataBuilder()
                .securityId(1)
                .forwardContext(tuple("10.9.0.1", 40_000, destination, 443))
                .uuid(new UUID(1, 2))
                .tenant("global")
                .service(service)
                .router(peer)
                .policy("clear")
                .path("wan-edge");
        return new FirstPacket(
                1, WAN, 0, tuple(waypoint, wayport, "203.0.113.1", 20_001), 1, TcpHeader.SYN, true, metadata.build());
    }

    private static FiveTuple tuple(
            final String source, final int sourcePort, final String destination, final int destinationPort) {
        return new FiveTuple(
                IpAddress.parse(source), IpAddress.parse(destination), sourcePort, destinationPort, IpProtocol.TCP);
    }
}
