package io.fairway.cluster;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.Service;
import io.fairway.model.config.Service.AccessPolicy;
import io.fairway.model.config.Service.Transport;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.config.Tenant;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.Prefix;
import java.util.List;

/**
 * The authority that the tests of this module share.
 *
 * <pre>
 * client 10.1.0.2 - lan 10.1.0.1 [east] wan 172.16.0.1 - 172.16.0.2 wan [west] lan 10.2.0.1 - server 10.2.0.80
 *                            dmz 10.3.0.1 (source NAT)
 * </pre>
 */
public final class Lab {
    public static final int LAN = 0;
    public static final int WAN = 1;
    public static final int DMZ = 2;
    public static final int EAST_KEY = 7;
    public static final int WEST_KEY = 8;
    public static final IpAddress CLIENT = IpAddress.parse("10.1.0.2");
    public static final IpAddress GUEST = IpAddress.parse("10.1.0.200");
    public static final IpAddress SERVER = IpAddress.parse("10.2.0.80");
    public static final IpAddress DMZ_SERVER = IpAddress.parse("10.3.0.80");
    public static final IpAddress EAST_WAN = IpAddress.parse("172.16.0.1");
    public static final IpAddress WEST_WAN = IpAddress.parse("172.16.0.2");

    private Lab() {}

    /** With the nodes of east at these fabric addresses. */
    public static Authority authority(final String... fabricAddresses) {
        return new Authority(
                "lab",
                List.of(
                        new Tenant("staff", List.of(Prefix.parse("10.1.0.0/24"))),
                        new Tenant("guest.staff", List.of(Prefix.parse("10.1.0.192/26")))),
                services(),
                List.of(),
                List.of(key(EAST_KEY), key(WEST_KEY)),
                List.of(east(fabricAddresses), west(false), westWithNat()));
    }

    /** The pair, or one node if there are no fabric addresses. */
    private static Router east(final String... fabricAddresses) {
        final List<Router.Node> nodes = fabricAddresses.length == 0
                ? List.of(node("east0", 0))
                : List.of(node("east0", 0, fabricAddresses[0]), node("east1", 1, fabricAddresses[1]));
        return new Router(
                "east",
                EAST_KEY,
                nodes,
                List.of(
                        network("lan", "10.1.0.1", false, 1500),
                        network("wan", "172.16.0.1", false, 1500),
                        network("dmz", "10.3.0.1", true, 1400)),
                List.of(
                        route("web", "west", null),
                        route("echo", "west", null),
                        route("dmz", null, "dmz"),
                        route("far", null, "dmz")),
                List.of(new Router.PeerPath("east-west", "west", WAN, EAST_WAN, WEST_WAN, WEST_KEY)),
                peering("east", "west"),
                null,
                new Router.Limits(1 << 20, 4096, 8),
                timers());
    }

    private static Router west(final boolean sourceNat) {
        return new Router(
                sourceNat ? "westnat" : "west",
                WEST_KEY,
                List.of(node(sourceNat ? "westnat0" : "west0", 0)),
                List.of(network("lan", "10.2.0.1", sourceNat, 1500), network("wan", "172.16.0.2", false, 1500)),
                List.of(route("web", null, "lan"), route("echo", null, "lan")),
                List.of(new Router.PeerPath("west-east", "east", WAN, WEST_WAN, EAST_WAN, EAST_KEY)),
                peering("west", "east"),
                null,
                new Router.Limits(1 << 20, 4096, 8),
                timers());
    }

    private static Router.ServiceRoute route(final String service, final String peer, final String interfaceName) {
        return new Router.ServiceRoute(service, peer, interfaceName, null, null, null);
    }

    private static Router westWithNat() {
        return west(true);
    }

    private static List<Service> services() {
        final AccessPolicy staff = new AccessPolicy("staff", null, true);
        final Prefix servers = Prefix.parse("10.2.0.0/24");
        return List.of(
                service(
                        "web",
                        servers,
                        List.of(new Transport(IpProtocol.TCP, 80, 443), new Transport(IpProtocol.UDP, 53, 53)),
                        staff),
                service(
                        "echo",
                        servers,
                        List.of(new Transport(IpProtocol.ICMP, 0, 0)),
                        staff,
                        new AccessPolicy("guest.staff", null, false)),
                service("dmz", Prefix.parse("10.3.0.0/24"), List.of(), staff),
                service("far", Prefix.parse("10.9.0.0/16"), List.of(), staff));
    }

    private static Service service(
            final String name, final Prefix prefix, final List<Transport> transports, final AccessPolicy... rules) {
        return new Service(name, List.of(prefix), transports, List.of(rules), null, false, null, TcpEnforcement.BLOCK);
    }

    private static Peering peering(final String name, final String peer) {
        return new Peering(
                name,
                null,
                86_400,
                List.of(new Peering.Terms(
                        peer, false, new Peering.Bfd(1_000, 500, 3), false, Peering.UdpTransform.AUTO_DETECT)));
    }

    private static Router.Timers timers() {
        return new Router.Timers(1_900_000, 10_000, 180_000, 10_000, 0);
    }

    private static Router.Node node(final String name, final int id, final String... fabric) {
        final List<Router.FabricLink> links =
                fabric.length == 0 ? List.of() : List.of(new Router.FabricLink("fab0", IpAddress.parse(fabric[0])));
        return new Router.Node(name, id, List.of(), links, "");
    }

    private static Router.NetworkInterface network(
            final String name, final String address, final boolean sourceNat, final int mtuBytes) {
        return new Router.NetworkInterface(
                name,
                0,
                new Router.InterfaceAddress(IpAddress.parse(address), 24, null),
                null,
                null,
                List.of(),
                sourceNat ? SourceNatPool.of(name, IpAddress.parse(address)) : null,
                MacAddress.BROADCAST,
                0,
                false,
                mtuBytes);
    }

    private static SecurityKey key(final int id) {
        return new SecurityKey(
                id,
                new SecurityPolicy(
                        "policy", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.SHA256_128, false, false),
                Secret.ofHex("00".repeat(32)));
    }
}
