package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.model.DropReason;
import io.fairway.model.config.Authority;
import io.fairway.model.config.ConfigException;
import io.fairway.model.config.ConfigReader;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataBuilder;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Hierarchies, scopes, session types and TCP state enforcement, from the configuration's text to the verdict. */
class PolicyPlannerTest {
    private static final int LAN = 0;
    private static final int WAN = 1;
    private static final String STAFF = "10.1.0.2";
    private static final String GUEST = "10.1.0.130";
    private static final String STRANGER = "10.7.0.1";
    private static final String CONFIG = """
            { "fairway-authority:authority": {
              "name": "policies",
              "security-policy": [{ "name": "clear", "encryption": "none" }],
              "security-key": [{ "id": 1, "policy": "clear", "hmac-key": "%s" }],
              "tenant": [
                { "name": "staff", "source-prefix": ["10.1.0.0/24"] },
                { "name": "guest.staff", "source-prefix": ["10.1.0.128/25"] }],
              "session-type": [
                { "name": "shell", "protocol": "tcp", "port": ["22"], "timeout-ms": 86400000,
                  "opening-timeout-ms": 4050, "nat-keep-alive": true },
                { "name": "ring", "protocol": "udp", "timeout-ms": 30000 }],
              "service": [
                { "name": "corp", "prefix": ["10.2.0.0/16"], "session-type": "shell",
                  "access-policy": [
                    { "tenant": "staff", "permission": "allow" },
                    { "tenant": "guest.staff", "permission": "deny", "source-prefix": ["10.1.0.192/26"] }] },
                { "name": "wiki.corp", "prefix": ["10.2.1.0/24"] },
                { "name": "vault.corp", "prefix": ["10.2.2.0/24"],
                  "access-policy": [
                    { "tenant": "staff", "permission": "deny" },
                    { "tenant": "guest.staff", "permission": "allow" }] },
                { "name": "inet", "prefix": ["0.0.0.0/0"], "scope": "public", "session-type": "ring",
                  "access-policy": [{ "tenant": "guest.staff", "permission": "deny" }] },
                { "name": "reset", "prefix": ["10.3.1.0/24"], "scope": "public", "tcp-state-enforcement": "reset" },
                { "name": "allow", "prefix": ["10.3.2.0/24"], "scope": "public", "tcp-state-enforcement": "allow" },
                { "name": "strict", "prefix": ["10.3.3.0/24"], "scope": "public",
                  "tcp-state-enforcement": "strict" }],
              "router": [
                { "name": "edge", "security-id": 1, "node": [{ "name": "edge0" }],
                  "interface": [
                    { "name": "lan", "address": "10.0.0.1/8", "device": [{ "node": "edge0", "device": "lan0" }] },
                    { "name": "wan", "address": "172.16.0.1/24", "neighborhood": ["wan"], "gateway": "172.16.0.9",
                      "device": [{ "node": "edge0", "device": "wan0" }] }],
                  "service-route": [
                    { "service": "corp", "interface": "lan" },
                    { "service": "inet", "interface": "wan" },
                    { "service": "reset", "interface": "lan" },
                    { "service": "allow", "interface": "lan" },
                    { "service": "strict", "interface": "lan" }] },
                { "name": "far", "security-id": 1, "node": [{ "name": "far0" }],
                  "interface": [
                    { "name": "wan", "address": "172.16.0.2/24", "neighborhood": ["wan"],
                      "device": [{ "node": "far0", "device": "wan0" }] }] }] } }
            """.formatted("00".repeat(32));

    private final SessionPlanner planner = planner();
    private long nextId = 1;

    private static SessionPlanner planner() {
        try {
            final Authority authority = ConfigReader.parse(CONFIG);
            return new SessionPlanner(
                    authority,
                    authority.router("edge"),
                    new PortLedger(authority.router("edge"), 0, () -> 0),
                    new RebindFinder(new SessionIndex(), new FakeNeighbours()),
                    () -> false);
        } catch (final ConfigException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aChildTenantMayWhatItsParentMay() {
        assertThat(service(plan(STAFF, "10.2.0.80", 80))).isEqualTo("corp");
        final SessionRecord record = accepted(plan(GUEST, "10.2.0.80", 80));
        assertThat(record.service()).isEqualTo("corp");
        assertThat(record.tenant()).isEqualTo("guest.staff");
    }

    @Test
    void aRuleOnTheChildDecidesFirst() {
        assertThat(plan("10.1.0.200", "10.2.0.80", 80)).isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
        assertThat(service(plan(GUEST, "10.2.2.80", 80))).isEqualTo("vault.corp");
        assertThat(plan(STAFF, "10.2.2.80", 80)).isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
    }

    @Test
    void aChildServiceInheritsPoliciesRoutesAndSessionType() {
        final SessionRecord record = accepted(plan(STAFF, "10.2.1.80", 22));
        assertThat(record.service()).isEqualTo("wiki.corp");
        assertThat(record.forward().action().egressInterface()).isEqualTo(LAN);
        assertThat(record.idleTimeoutMs()).isEqualTo(86_400_000);
        assertThat(plan("10.1.0.200", "10.2.1.80", 22)).isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
    }

    @Test
    void aPublicServiceIsOpenToWhomNoRuleSpeaksOf() {
        assertThat(service(plan(STAFF, "192.0.2.1", 80))).isEqualTo("inet");
        final SessionRecord record = accepted(plan(STRANGER, "192.0.2.1", 80));
        assertThat(record.tenant()).isEqualTo("global");
        assertThat(plan(GUEST, "192.0.2.1", 80)).isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
    }

    @Test
    void sessionTypesGiveTheirTimes() {
        final SessionRecord shell = accepted(plan(STAFF, "10.2.0.80", 22));
        assertThat(shell.treatment()).isEqualTo(new SessionTreatment(TcpEnforcement.BLOCK, 4_050, true));
        final SessionRecord web = accepted(plan(STAFF, "10.2.0.80", 80));
        assertThat(web.idleTimeoutMs()).as("another port is of no type").isEqualTo(1_900_000);
        assertThat(web.treatment()).isEqualTo(SessionTreatment.DEFAULT);
        assertThat(accepted(plan(udp(STAFF, "192.0.2.1"))).idleTimeoutMs()).isEqualTo(30_000);
        assertThat(accepted(plan(udp(STAFF, "10.2.0.80"))).idleTimeoutMs()).isEqualTo(180_000);
        final FiveTuple ping = tuple(STAFF, "10.2.0.80", 0, IpProtocol.ICMP);
        assertThat(accepted(plan(new FirstPacket(1, LAN, 0, ping, 1, 0, false, null)))
                        .idleTimeoutMs())
                .isEqualTo(10_000);
    }

    @Test
    void theServiceDecidesOnSegmentsOfUnknownSessions() {
        final Verdict silent = Verdict.silently(DropReason.TCP_NOT_SYN);
        for (final int flags : new int[] {TcpHeader.ACK, TcpHeader.SYN | TcpHeader.ACK, TcpHeader.FIN, 0}) {
            assertThat(plan(STAFF, "10.2.0.80", 80, flags)).isEqualTo(silent);
            assertThat(plan(STAFF, "10.3.3.80", 80, flags)).isEqualTo(silent);
            assertThat(plan(STAFF, "10.3.1.80", 80, flags)).isEqualTo(Verdict.reset(DropReason.TCP_NOT_SYN));
            assertThat(service(plan(STAFF, "10.3.2.80", 80, flags))).isEqualTo("allow");
        }
        for (final String server : new String[] {"10.2.0.80", "10.3.1.80", "10.3.2.80", "10.3.3.80"}) {
            assertThat(plan(STAFF, server, 80, TcpHeader.RST)).isEqualTo(silent);
            assertThat(plan(STAFF, server, 80, TcpHeader.RST | TcpHeader.ACK)).isEqualTo(silent);
            assertThat(plan(STAFF, server, 80)).isInstanceOf(Verdict.Accepted.class);
        }
        assertThat(accepted(plan(STAFF, "10.3.3.80", 80)).treatment().tcpEnforcement())
                .isEqualTo(TcpEnforcement.STRICT);
        assertThat(plan(GUEST, "192.0.2.1", 80, TcpHeader.ACK))
                .isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
    }

    @Test
    void anUnknownChildTenantIsRuledByItsAncestorAndKeepsItsName() {
        final SessionRecord record = accepted(plan(fromPeer("night.staff", "corp", "10.2.0.80")));
        assertThat(record.tenant()).isEqualTo("night.staff");
        assertThat(accepted(plan(fromPeer("a.guest.staff", "vault.corp", "10.2.2.80")))
                        .tenant())
                .isEqualTo("a.guest.staff");
        assertThat(plan(fromPeer("night.staff", "vault.corp", "10.2.2.80")))
                .isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
        assertThat(plan(fromPeer("night.crew", "corp", "10.2.0.80"))).isEqualTo(Verdict.silently(DropReason.NO_TENANT));
        assertThat(plan(fromPeer("x.global", "inet", "10.2.0.80"))).isEqualTo(Verdict.silently(DropReason.NO_TENANT));
    }

    @Test
    void anUnknownChildServiceIsServedOnItsParentAndKeepsItsName() {
        final SessionRecord record = accepted(plan(fromPeer("staff", "blog.corp", "10.2.0.80")));
        assertThat(record.service()).isEqualTo("blog.corp");
        assertThat(record.forward().action().egressInterface()).isEqualTo(LAN);
        assertThat(accepted(plan(fromPeer("staff", "corp", "10.2.1.80"))).service())
                .as("the sender knows only the parent")
                .isEqualTo("corp");
        assertThat(plan(fromPeer("staff", "inet", "10.2.0.80"))).isEqualTo(Verdict.silently(DropReason.NO_SERVICE));
        assertThat(plan(fromPeer("staff", "vault.corp", "10.2.1.80")))
                .as("a sibling")
                .isEqualTo(Verdict.silently(DropReason.NO_SERVICE));
    }

    private Verdict plan(final FirstPacket packet) {
        final long id = nextId++;
        return planner.plan(packet, new SessionPlanner.Birth(id, new UUID(0x4000L, id), 5, 3, 1_000));
    }

    private Verdict plan(final String source, final String destination, final int port) {
        return plan(source, destination, port, TcpHeader.SYN);
    }

    private Verdict plan(final String source, final String destination, final int port, final int flags) {
        final FiveTuple tuple = tuple(source, destination, port, IpProtocol.TCP);
        return plan(new FirstPacket(1, LAN, 0, tuple, 1, flags, false, null));
    }

    private static FirstPacket udp(final String source, final String destination) {
        return new FirstPacket(1, LAN, 0, tuple(source, destination, 53, IpProtocol.UDP), 1, 0, false, null);
    }

    private static FirstPacket fromPeer(final String tenant, final String service, final String destination) {
        final FiveTuple context = tuple("10.200.0.1", destination, 80, IpProtocol.TCP);
        final ReceivedMetadata metadata = new MetadataBuilder()
                .securityId(1)
                .forwardContext(context)
                .uuid(new UUID(1, 2))
                .tenant(tenant)
                .service(service)
                .router("far")
                .policy("clear")
                .path("wan-edge")
                .build();
        final FiveTuple wire = new FiveTuple(
                IpAddress.parse("172.16.0.2"), IpAddress.parse("172.16.0.1"), 20_000, 20_001, IpProtocol.TCP);
        return new FirstPacket(1, WAN, 0, wire, 1, TcpHeader.SYN, true, metadata);
    }

    private static FiveTuple tuple(final String source, final String destination, final int port, final int protocol) {
        return new FiveTuple(IpAddress.parse(source), IpAddress.parse(destination), 40_000, port, protocol);
    }

    private static SessionRecord accepted(final Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).record();
    }

    private static String service(final Verdict verdict) {
        return accepted(verdict).service();
    }
}
