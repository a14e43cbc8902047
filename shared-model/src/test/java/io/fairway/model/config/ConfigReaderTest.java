package io.fairway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.Prefix;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab's configuration is read as it is meant. */
final class ConfigReaderTest {
    private static final String LAB = LabFile.text();

    @Test
    void readsTheLab() throws ConfigException {
        final Authority lab = ConfigReader.read(LabFile.path());
        assertThat(lab.name()).isEqualTo("fairway-lab");
        assertThat(lab.tenants())
                .containsExactly(
                        new Tenant("staff", List.of(Prefix.parse("10.1.0.0/25"))),
                        new Tenant("guest", List.of(Prefix.parse("10.1.0.128/25"))));
        assertThat(lab.services()).extracting(Service::name).containsExactly("web", "bulk", "dns", "ping");
        assertThat(lab.services().get(0))
                .isEqualTo(new Service(
                        "web",
                        List.of(Prefix.parse("10.2.0.0/24")),
                        List.of(
                                new Service.Transport(IpProtocol.TCP, 80, 80),
                                new Service.Transport(IpProtocol.TCP, 443, 443)),
                        List.of(
                                new Service.AccessPolicy("staff", null, true),
                                new Service.AccessPolicy("guest", null, false)),
                        null,
                        false,
                        null,
                        TcpEnforcement.BLOCK));
        assertThat(lab.services().get(3).transports())
                .containsExactlyInAnyOrder(
                        new Service.Transport(IpProtocol.ICMP, 0, 65535),
                        new Service.Transport(IpProtocol.ICMPV6, 0, 65535));
        assertThat(lab.security()).hasSize(1);
        assertThat(lab.security().get(0).policy())
                .isEqualTo(new SecurityPolicy(
                        "lab", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.SHA256_128, true, true));
        assertThat(lab.security().get(0).hmacKey().bytes()).hasSize(32);
    }

    @Test
    void gatewaysAreThoseThatAreNamed_elseThePeersOnTheLink() throws ConfigException {
        assertThat(gateways(LAB, "east", "wan")).containsExactly("172.16.0.2");
        assertThat(gateways(LAB, "east", "lan")).isEmpty();
        final String far = LAB.replace(
                "\"address\": \"172.16.0.1/24\",", "\"address\": \"172.16.0.1/24\", \"gateway\": \"172.16.0.254\",");
        assertThat(gateways(far, "east", "wan")).containsExactly("172.16.0.254");
        final String routed = LAB.replace(
                "{ \"service\": \"web\", \"interface\": \"srv\" }",
                "{ \"service\": \"web\", \"interface\": \"srv\", \"next-hop\": \"10.2.0.7\" }");
        assertThat(gateways(routed, "west", "srv")).containsExactly("10.2.0.7");
    }

    private static List<String> gateways(final String text, final String name, final String port)
            throws ConfigException {
        final Router router = ConfigReader.parse(text).router(name);
        return router.gateways(router.interfaceIndex(port)).stream()
                .map(IpAddress::toString)
                .toList();
    }

    @Test
    void aServiceIsSealedByItsPolicy() throws ConfigException {
        final String sealed = LAB.replace(
                        "\"security-policy\": [",
                        "\"security-policy\": [{ \"name\": \"sealed\", \"hmac\": \"sha384\","
                                + " \"hmac-mode\": \"disabled\", \"adaptive-encryption\": false },")
                .replace("\"name\": \"dns\",", "\"name\": \"dns\", \"security\": \"sealed\",")
                .replace(", \"encryption\": \"none\"", "");
        final Authority lab = ConfigReader.parse(sealed);
        assertThat(lab.service("dns").security())
                .isEqualTo(new SecurityPolicy(
                        "sealed", SecurityPolicy.Encryption.AES_256_GCM, SecurityPolicy.Hmac.NONE, false, false));
        assertThat(lab.service("web").security()).isNull();
    }

    @Test
    void readsThePairOfTheLab() throws ConfigException {
        final Authority lab = ConfigReader.parse(LAB);
        final Router east = lab.routerOfNode("node1");
        assertThat(east.name()).isEqualTo("east");
        assertThat(east.nodes())
                .containsExactly(
                        new Router.Node("node0", 0, List.of("lan0", "wan0"), links(".1"), ""),
                        new Router.Node("node1", 1, List.of("lan0", "wan0"), links(".2"), ""));
        assertThat(east.interfaces().get(0))
                .isEqualTo(new Router.NetworkInterface(
                        "lan",
                        0,
                        new Router.InterfaceAddress(IpAddress.parse("10.1.0.1"), 24, null),
                        null,
                        null,
                        List.of(),
                        null,
                        MacAddress.parse("02:fa:17:00:01:01"),
                        0,
                        false,
                        1500));
        assertThat(east.peerPaths())
                .containsExactly(new Router.PeerPath(
                        "wan-west", "west", 1, IpAddress.parse("172.16.0.1"), IpAddress.parse("172.16.0.2"), 1));
        final Router.Pair pair = east.pair();
        assertThat(pair.leaseMs()).isEqualTo(500);
        assertThat(pair.beatIntervalUs()).isEqualTo(10_000);
        assertThat(pair.driftMs()).isEqualTo(5);
        assertThat(pair.commitTimeoutUs()).isEqualTo(2000);
        assertThat(pair.coldStartMs()).isEqualTo(3000);
        assertThat(pair.fabricMtuBytes()).isEqualTo(8192);
        assertThat(east.limits()).isEqualTo(new Router.Limits(200_000, 4096, 8));
        assertThat(east.timers()).isEqualTo(new Router.Timers(1_900_000, 10_000, 180_000, 10_000, 0));
    }

    @Test
    void readsAnInterfaceOfOneNodeOfAPair() throws ConfigException {
        final Router east = ConfigReader.parse(LAB.replace(
                                "{ \"node\": \"node0\", \"device\": \"wan0\" }, { \"node\": \"node1\",",
                                "{ \"node\": \"node1\",")
                        .replace("\"virtual-mac\": \"02:fa:17:00:02:01\",", "")
                        .replaceAll("(\"neighborhood\": \\[\"wan\"\\]),\\s*\"preferred-leader\": \"node0\"", "$1"))
                .router("east");
        assertThat(east.isShared(0)).isTrue();
        assertThat(east.isShared(1)).isFalse();
        assertThat(east.node("node0").has(1)).isFalse();
        assertThat(east.isElsewhere(0, 1)).isTrue();
        assertThat(east.isElsewhere(1, 1)).isFalse();
        assertThat(east.node("node1").has(1)).isTrue();
        assertThat(east.node("node0").devices()).containsExactly("lan0", "");
        assertThat(east.interfaces().get(1).preferredLeader()).isEqualTo(1);
    }

    @Test
    void readsTheRemoteRouterOfTheLab() throws ConfigException {
        final Router west = ConfigReader.parse(LAB).router("west");
        assertThat(west.pair()).isNull();
        assertThat(west.node("remote0").devices()).containsExactly("wan0", "srv0");
        assertThat(west.serviceRoutes()).contains(new Router.ServiceRoute("web", null, "srv", null, null, null));
        assertThat(west.peerPaths()).extracting(Router.PeerPath::name).containsExactly("wan-east");
    }

    @Test
    void aChildServiceInheritsWhatItHasNoneOfItsOwn() throws ConfigException {
        final String inet = "\"service\": [{ \"name\": \"inet\", \"prefix\": [\"0.0.0.0/0\"], \"scope\": \"public\","
                + " \"session-type\": \"long\", \"tcp-state-enforcement\": \"strict\","
                + " \"transport\": [{ \"protocol\": \"tcp\", \"port\": [\"443\"] }],"
                + " \"access-policy\": [{ \"tenant\": \"guest\", \"permission\": \"deny\" }] },"
                + " { \"name\": \"branch.inet\", \"prefix\": [\"192.0.2.0/24\"] },"
                + " { \"name\": \"a.branch.inet\", \"prefix\": [\"192.0.2.0/25\"], \"scope\": \"private\","
                + " \"tcp-state-enforcement\": \"reset\", \"transport\": [{ \"protocol\": \"udp\" }] }, {";
        final String types = "\"session-type\": [{ \"name\": \"long\", \"protocol\": \"tcp\", \"port\": [\"443\"],"
                + " \"timeout-ms\": 7200000, \"opening-timeout-ms\": 30000, \"nat-keep-alive\": true }], ";
        final Authority authority = ConfigReader.parse(LAB.replaceFirst("\"service\": \\[\\s*\\{", types + inet));
        final Service branch = authority.service("branch.inet");
        final Service.Transport https = new Service.Transport(IpProtocol.TCP, 443, 443);
        final SessionType lasting = new SessionType("long", List.of(https), 7_200_000, 30_000, true);
        assertThat(branch)
                .isEqualTo(new Service(
                        "branch.inet",
                        List.of(Prefix.parse("192.0.2.0/24")),
                        List.of(https),
                        List.of(new Service.AccessPolicy("guest", null, false)),
                        null,
                        true,
                        lasting,
                        TcpEnforcement.STRICT));
        final Service leaf = authority.service("a.branch.inet");
        assertThat(leaf.transports()).containsExactly(new Service.Transport(IpProtocol.UDP, 0, 65535));
        assertThat(leaf.accessPolicies()).isEqualTo(branch.accessPolicies());
        assertThat(leaf.isPublic()).isFalse();
        assertThat(leaf.sessionType()).isEqualTo(lasting);
        assertThat(leaf.tcpEnforcement()).isEqualTo(TcpEnforcement.RESET);
        assertThat(lasting.fits(IpProtocol.TCP, 443)).isTrue();
        assertThat(lasting.fits(IpProtocol.TCP, 80)).isFalse();
        assertThat(lasting.fits(IpProtocol.UDP, 443)).isFalse();
    }

    @Test
    void readsAddressTranslation() throws ConfigException {
        final Router west = ConfigReader.parse(LAB.replace(
                                "{ \"service\": \"web\", \"interface\": \"srv\" }",
                                "{ \"service\": \"web\", \"interface\": \"srv\", \"source-nat-pool\": \"web\","
                                        + " \"nat-target\": { \"address\": \"10.2.0.9\", \"port\": 8080 } }")
                        .replace("\"name\": \"srv\",", "\"name\": \"srv\", \"source-nat\": true,")
                        .replace(
                                "\"node\": [{ \"name\": \"remote0\" }],",
                                "\"node\": [{ \"name\": \"remote0\" }], \"source-nat-pool\": [{ \"name\": \"web\","
                                        + " \"address\": [\"192.0.2.8/30\", \"192.0.2.1-192.0.2.2\", \"192.0.2.7\"],"
                                        + " \"port-range\": \"2000-2999\" }],"))
                .router("west");
        final SourceNatPool ofInterface = west.interfaces().get(1).sourceNat();
        assertThat(ofInterface).isEqualTo(SourceNatPool.of("srv", IpAddress.parse("10.2.0.1")));
        assertThat(ofInterface.firstPort()).isEqualTo(1024);
        assertThat(ofInterface.lastPort()).isEqualTo(65535);
        final Router.ServiceRoute web = west.serviceRoutes().getFirst();
        assertThat(web.natTarget()).isEqualTo(new Router.NatTarget(IpAddress.parse("10.2.0.9"), 8080));
        final SourceNatPool pool = web.sourceNat();
        assertThat(west.sourceNatPools()).containsExactly(ofInterface, pool);
        assertThat(pool.firstPort()).isEqualTo(2000);
        assertThat(pool.lastPort()).isEqualTo(2999);
        assertThat(IntStream.range(0, pool.size()).mapToObj(pool::address))
                .extracting(IpAddress::toString)
                .containsExactly(
                        "192.0.2.8", "192.0.2.9", "192.0.2.10", "192.0.2.11", "192.0.2.1", "192.0.2.2", "192.0.2.7");
        assertThat(pool.contains(IpAddress.parse("192.0.2.11"))).isTrue();
        assertThat(pool.contains(IpAddress.parse("192.0.2.12"))).isFalse();
        assertThat(pool.contains(IpAddress.parse("::c000:20b"))).as("IPv6").isFalse();
        assertThat(west.serviceRoutes().get(1).natTarget()).isNull();
        assertThat(west.serviceRoutes().get(1).sourceNat()).isNull();
    }

    private static List<Router.FabricLink> links(final String host) {
        return List.of(
                new Router.FabricLink("fab0", IpAddress.parse("10.99.0" + host)),
                new Router.FabricLink("fab1", IpAddress.parse("10.99.1" + host)));
    }

    @Test
    void limitsHaveDefaults() throws ConfigException {
        final Authority authority =
                ConfigReader.parse(LAB.replace("\"limits\": { \"max-sessions\": 200000 }", "\"limits\": {}"));
        assertThat(authority.router("west").limits()).isEqualTo(new Router.Limits(1_000_000, 4096, 8));
    }

    @Test
    void secondPathOverOneInterfaceGetsALongerName() throws ConfigException {
        final Authority authority =
                ConfigReader.parse(LAB.replace("\"srv0\" }] }", "\"srv0\" }], \"neighborhood\": [\"wan\"] }"));
        assertThat(authority.router("east").peerPaths())
                .extracting(Router.PeerPath::name)
                .containsExactly("wan-west", "wan-west-srv");
    }

    @Test
    void anInterfaceMayHaveBothFamiliesOrOne() throws ConfigException {
        final Authority authority = ConfigReader.parse(dualStack());
        final Router east = authority.router("east");
        assertThat(east.interfaces().get(0).v6())
                .isEqualTo(
                        new Router.InterfaceAddress(IpAddress.parse("2001:db8:1::1"), 64, IpAddress.parse("fe80::1")));
        assertThat(east.interfaces().get(0).nextHopFor(IpAddress.parse("2001:db8:1::9")))
                .isEqualTo(IpAddress.parse("2001:db8:1::9"));
        assertThat(east.interfaces().get(0).nextHopFor(IpAddress.parse("2001:db8:9::9")))
                .isEqualTo(IpAddress.parse("fe80::1"));
        final Router west = authority.router("west");
        assertThat(west.interfaces().get(1).v4()).isNull();
        assertThat(west.interfaces().get(1).addresses()).hasToString("[2001:db8:2::1/64]");
        assertThat(west.interfaces().get(1).nextHopFor(IpAddress.parse("10.2.0.9")))
                .isNull();
        assertThat(authority.tenants().get(0).sourcePrefixes())
                .contains(Prefix.parse("2001:db8:1::/64"))
                .contains(Prefix.parse("10.1.0.0/25"));
        assertThat(west.serviceRoutes().get(0).nextHop()).isEqualTo(IpAddress.parse("2001:db8:2::9"));
    }

    @Test
    void eachFamilyThatBothEndsHaveIsAPath() throws ConfigException {
        final Authority authority = ConfigReader.parse(dualStack());
        assertThat(authority.router("east").peerPaths())
                .containsExactly(
                        new Router.PeerPath(
                                "wan-west", "west", 1, IpAddress.parse("172.16.0.1"), IpAddress.parse("172.16.0.2"), 1),
                        new Router.PeerPath(
                                "wan-west-v6",
                                "west",
                                1,
                                IpAddress.parse("2001:db8:16::1"),
                                IpAddress.parse("2001:db8:16::2"),
                                1));
        final String onlyV6 = dualStack().replace("\"address\": \"172.16.0.1/24\",", "");
        assertThat(ConfigReader.parse(onlyV6).router("west").peerPaths())
                .containsExactly(new Router.PeerPath(
                        "wan-east",
                        "east",
                        0,
                        IpAddress.parse("2001:db8:16::2"),
                        IpAddress.parse("2001:db8:16::1"),
                        1));
    }

    /** The lab with IPv6 beside IPv4; the server's network has IPv6 only. */
    private static String dualStack() {
        return LAB.replaceAll("\"(address|gateway)-v6\": \"[^\"]*\",?", "")
                .replace(
                        "\"address\": \"10.1.0.1/24\",",
                        "\"address\": \"10.1.0.1/24\", \"address-v6\": \"2001:db8:1::1/64\","
                                + " \"gateway-v6\": \"fe80::1\",")
                .replace(
                        "\"address\": \"172.16.0.1/24\",",
                        "\"address\": \"172.16.0.1/24\", \"address-v6\": \"2001:db8:16::1/64\",")
                .replace(
                        "\"address\": \"172.16.0.2/24\",",
                        "\"address\": \"172.16.0.2/24\", \"address-v6\": \"2001:db8:16::2/64\",")
                .replace("\"address\": \"10.2.0.1/24\",", "\"address-v6\": \"2001:db8:2::1/64\",")
                .replace("[\"10.1.0.0/25\"", "[\"10.1.0.0/25\", \"2001:db8:1::/64\"")
                .replace(
                        "\"service\": \"web\", \"interface\": \"srv\"",
                        "\"service\": \"web\", \"interface\": \"srv\", \"next-hop\": \"2001:db8:2::9\"");
    }

    @Test
    void aMissingFileIsSaid(@TempDir final Path directory) {
        final Path file = directory.resolve("none.json");
        final ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigReader.read(file));
        assertThat(e).hasMessage(file + ": expected a configuration file, found nothing.");
    }
}
