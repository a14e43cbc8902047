package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.HashSet;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Source NAT that the first router asks for and the last one does (TLV 25), from the text to the flows. */
class IngressNatPlannerTest {
    private static final String CONFIG = """
            { "fairway-authority:authority": {
              "name": "ingress-nat",
              "security-policy": [{ "name": "clear", "encryption": "none" }],
              "security-key": [{ "id": 1, "policy": "clear", "hmac-key": "%s" }],
              "service": [{ "name": "web", "prefix": ["10.2.0.0/24", "fd00:2::/64"], "scope": "public" }],
              "router": [
                { "name": "east", "security-id": 1, "node": [{ "name": "east0" }],
                  "interface": [
                    { "name": "lan", "address": "10.1.0.1/24", "address-v6": "fd00:1::1/64",
                      "device": [{ "node": "east0", "device": "lan0" }] },
                    { "name": "wan", "address": "172.16.0.1/24", "neighborhood": ["near"],
                      "device": [{ "node": "east0", "device": "wan0" }] }],
                  "source-nat-pool": [{ "name": "site", "address": ["192.0.2.8/30"] }],
                  "service-route": [{ "service": "web", "peer": "mid", "source-nat-pool": "site" }] },
                { "name": "mid", "security-id": 1, "node": [{ "name": "mid0" }],
                  "interface": [
                    { "name": "near", "address": "172.16.0.2/24", "neighborhood": ["near"],
                      "device": [{ "node": "mid0", "device": "near0" }] },
                    { "name": "far", "address": "172.17.0.1/24", "neighborhood": ["far"],
                      "device": [{ "node": "mid0", "device": "far0" }] }],
                  "service-route": [{ "service": "web", "peer": "west" }] },
                { "name": "west", "security-id": 1, "node": [{ "name": "west0" }],
                  "interface": [
                    { "name": "wan", "address": "172.17.0.2/24", "neighborhood": ["far"],
                      "device": [{ "node": "west0", "device": "wan0" }] },
                    { "name": "srv", "address": "10.2.0.1/24", "address-v6": "fd00:2::1/64",
                      "device": [{ "node": "west0", "device": "srv0" }] }],
                  "service-route": [{ "service": "web", "interface": "srv" }] }] } }
            """.formatted("00".repeat(32));
    private static final FiveTuple CLIENT = tuple("10.1.0.10", 40_000);

    private long nextId = 1;

    /** A router, which knows the sessions that it has accepted. */
    private final class Site {
        private final String name;
        private final FakeNeighbours neighbours = new FakeNeighbours();
        private final SessionIndex index = new SessionIndex();
        private final PortLedger ledger;
        private final SessionPlanner planner;

        private Site(final String name, final String config) {
            this.name = name;
            try {
                final Authority authority = ConfigReader.parse(config);
                ledger = new PortLedger(authority.router(name), 0, () -> 0);
                planner = new SessionPlanner(
                        authority, authority.router(name), ledger, new RebindFinder(index, neighbours), () -> false);
            } catch (final ConfigException e) {
                throw new AssertionError(e);
            }
        }

        private Site(final String name) {
            this(name, CONFIG);
        }

        private SessionRecord accept(final FirstPacket packet) {
            final long id = nextId++;
            final var birth = new SessionPlanner.Birth(id, new UUID(0x4000L, id), 5, 3, 1_000);
            final SessionRecord planned = ((Verdict.Accepted) planner.plan(packet, birth)).record();
            final byte[] bytes = BucketActor.encoded(planned);
            assertThat(SessionRecordFlyweight.isValid(new UnsafeBuffer(bytes), 0, bytes.length))
                    .isTrue();
            final SessionRecord read = SessionRecordFlyweight.decode(new UnsafeBuffer(bytes), 0);
            assertThat(read).isEqualTo(planned);
            index.note(read);
            neighbours.replica.put(id, bytes);
            return read;
        }

        /** What the next router gets of a session. */
        private FirstPacket forward(final SessionRecord record, final boolean recover) {
            return met(
                    record.forward().action().rewrite(),
                    MetadataEncoder.forward(record, new MetadataEncoder.Sender(name, 1, "clear"), recover));
        }

        /** What the router before gets of a session that it has lost. */
        private FirstPacket back(final SessionRecord record) {
            return met(
                    record.reverse().action().rewrite(),
                    MetadataEncoder.reverse(record, new MetadataEncoder.Sender(name, 1, "clear"), true));
        }
    }

    private static FirstPacket met(final FiveTuple wire, final byte[] metadata) {
        final ReceivedMetadata said = MetadataParser.decode(new UnsafeBuffer(metadata), 0, metadata.length);
        final int flags = said.remainingSeconds() == ReceivedMetadata.NO_REMAINING_TIME ? TcpHeader.SYN : TcpHeader.ACK;
        // East's only interface with peers is its second, as is mid's towards west; the others' is the first.
        final int arrival = wire.destination().equals(IpAddress.parse("172.16.0.1")) ? 1 : 0;
        return new FirstPacket(1, arrival, 0, wire, 1, flags, true, said);
    }

    private static FiveTuple tuple(final String client, final int port) {
        final String server = client.contains(":") ? "fd00:2::80" : "10.2.0.80";
        return new FiveTuple(IpAddress.parse(client), IpAddress.parse(server), port, 80, IpProtocol.TCP);
    }

    private static FirstPacket from(final FiveTuple client) {
        return new FirstPacket(1, 0, 0, client, 1, TcpHeader.SYN, false, null);
    }

    @Test
    void theLastRouterGivesTheAddressThatTheFirstOneNames() {
        final Site east = new Site("east");
        final Site mid = new Site("mid");
        final Site west = new Site("west");
        final SessionRecord first = east.accept(from(CLIENT));
        assertThat(first.sourceNat().toString()).matches("192\\.0\\.2\\.(8|9|10|11)");
        assertThat(east.forward(first, false).metadata().sourceNat()).isEqualTo(first.sourceNat());
        assertThat(east.forward(first, false).metadata().forwardContext()).isEqualTo(CLIENT);
        final SessionRecord second = mid.accept(east.forward(first, false));
        assertThat(second.sourceNat()).isEqualTo(first.sourceNat());
        final SessionRecord last = west.accept(mid.forward(second, false));
        final FiveTuple out = last.forward().action().rewrite();
        assertThat(out.source()).isEqualTo(first.sourceNat());
        assertThat(out.sourcePort()).isEqualTo(40_000);
        assertThat(out.destination()).isEqualTo(CLIENT.destination());
        assertThat(last.reverse().tuple()).isEqualTo(out.reversed());
        assertThat(last.transit().context()).isEqualTo(CLIENT);
        assertThat(west.ledger.isTranslated(last)).isTrue();
    }

    @Test
    void aClientKeepsItsAddressAndStrangersWithItsPortGetOthers() {
        final Site east = new Site("east");
        final Site mid = new Site("mid");
        final Site west = new Site("west");
        final var tuples = new HashSet<FiveTuple>();
        final var addresses = new HashSet<IpAddress>();
        for (int client = 2; client < 42; client++) {
            final SessionRecord first = east.accept(from(tuple("10.1.0." + client, 40_000)));
            final SessionRecord other = east.accept(from(tuple("10.1.0." + client, 40_001)));
            assertThat(other.sourceNat()).isEqualTo(first.sourceNat());
            addresses.add(first.sourceNat());
            final SessionRecord last = west.accept(mid.forward(mid.accept(east.forward(first, false)), false));
            assertThat(last.forward().action().rewrite().source()).isEqualTo(first.sourceNat());
            tuples.add(last.forward().action().rewrite());
        }
        assertThat(tuples).as("no two sessions leave with one tuple").hasSize(40);
        assertThat(addresses).hasSize(4);
    }

    @Test
    void whoHasLostTheSessionLearnsTheAddressAgain() {
        final Site east = new Site("east");
        final Site mid = new Site("mid");
        final Site west = new Site("west");
        final SessionRecord first = east.accept(from(CLIENT));
        final SessionRecord second = mid.accept(east.forward(first, false));
        final SessionRecord last = west.accept(mid.forward(second, false));

        final SessionRecord lastAgain = new Site("west").accept(mid.forward(second, true));
        assertThat(lastAgain.forward().action().rewrite())
                .isEqualTo(last.forward().action().rewrite());
        final SessionRecord secondAgain = new Site("mid").accept(east.forward(first, true));
        assertThat(secondAgain.sourceNat()).isEqualTo(first.sourceNat());
        assertThat(west.back(last).metadata().sourceNat()).isEqualTo(first.sourceNat());
        final SessionRecord firstAgain = new Site("east").accept(mid.back(second));
        assertThat(firstAgain.sourceNat()).isEqualTo(first.sourceNat());
        assertThat(firstAgain.reverse().action().rewrite()).isEqualTo(CLIENT.reversed());
        // What is told again of a session that is known changes nothing.
        final SessionRecord same = west.accept(mid.forward(second, true));
        assertThat(same.forward().action().rewrite())
                .isEqualTo(last.forward().action().rewrite());
    }

    @Test
    void theOtherNodeKnowsWhatIsLent() {
        final Site east = new Site("east");
        final Site mid = new Site("mid");
        final SessionRecord first = east.accept(from(CLIENT));
        final FirstPacket told = mid.forward(mid.accept(east.forward(first, false)), false);
        final SessionRecord last = new Site("west").accept(told);
        final Site other = new Site("west");
        other.ledger.note(last);
        assertThat(other.ledger.holds(last.sessionId())).isTrue();
        assertThat(other.accept(told).forward().action().rewrite().sourcePort()).isNotEqualTo(40_000);
    }

    @Test
    void whatTheLastRouterItselfTranslatesComesLast() {
        final String own = CONFIG.replace(
                "\"name\": \"srv\", \"address\": \"10.2.0.1/24\",",
                "\"name\": \"srv\", \"address\": \"10.2.0.1/24\", \"source-nat\": true,");
        final Site east = new Site("east");
        final Site mid = new Site("mid");
        final SessionRecord second = mid.accept(east.forward(east.accept(from(CLIENT)), false));
        final SessionRecord last = new Site("west", own).accept(mid.forward(second, false));
        assertThat(last.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("10.2.0.1"));
    }

    @Test
    void theRouterInTheMiddleMayAskForItToo() {
        final String middle = CONFIG.replace(", \"source-nat-pool\": \"site\" }", " }")
                .replace(
                        "{ \"service\": \"web\", \"peer\": \"west\" }] }",
                        "{ \"service\": \"web\", \"peer\": \"west\", \"source-nat-pool\": \"hub\" }],"
                                + " \"source-nat-pool\": [{ \"name\": \"hub\", \"address\": [\"192.0.2.99\"] }] }");
        final Site east = new Site("east", middle);
        final Site mid = new Site("mid", middle);
        final SessionRecord first = east.accept(from(CLIENT));
        assertThat(first.sourceNat()).isNull();
        final SessionRecord last =
                new Site("west", middle).accept(mid.forward(mid.accept(east.forward(first, false)), false));
        assertThat(last.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("192.0.2.99"));
    }

    @Test
    void ipv6IsNotTranslated() {
        final Site east = new Site("east");
        final FiveTuple client = tuple("fd00:1::10", 40_000);
        final SessionRecord first = east.accept(from(client));
        assertThat(first.sourceNat()).isNull();
        assertThat(east.forward(first, false).metadata().sourceNat()).isNull();
    }
}
