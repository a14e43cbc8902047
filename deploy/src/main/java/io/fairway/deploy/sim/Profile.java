package io.fairway.deploy.sim;

import io.fairway.model.config.Peering;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.SourceNatPool;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import java.util.List;

/**
 * The router that is simulated, and how patient its nodes are.
 *
 * @param beatUs between two beats
 * @param leaseMs the lease
 * @param driftMs what a survivor adds
 * @param witnessed whether there is a witness
 * @param fencing whether a node can take its partner's power away
 */
record Profile(int beatUs, int leaseMs, int driftMs, boolean witnessed, boolean fencing) {
    static final int LAN = 0;
    static final int WAN = 1;
    static final long LAN_VIRTUAL_MAC = 0x0200_5e00_0001L;
    static final long WAN_VIRTUAL_MAC = 0x0200_5e00_0002L;
    static final IpAddress CLIENT = IpAddress.parse("10.0.0.10");
    static final IpAddress SERVER = IpAddress.parse("203.0.113.80");
    static final IpAddress WAYPOINT = IpAddress.parse("203.0.113.1");
    static final IpAddress REMOTE_WAYPOINT = IpAddress.parse("203.0.113.2");
    static final IpAddress POOL = IpAddress.parse("203.0.113.20");
    static final Secret SECRET = Secret.ofHex("5a".repeat(32));
    static final int IDLE_MS = 20_000;
    static final int COLD_START_MS = 3_000;
    static final int HOLD_DOWN_MS = 5_000;
    static final int COMMIT_TIMEOUT_US = 2_000;

    static final SecurityKey KEY = new SecurityKey(
            7,
            new SecurityPolicy("sp1", SecurityPolicy.Encryption.NONE, SecurityPolicy.Hmac.SHA256_128, false, false),
            SECRET);

    private static final List<Profile> ALL = List.of(
            new Profile(5_000, 30, 5, false, false),
            new Profile(10_000, 100, 10, false, false),
            new Profile(20_000, 200, 20, false, false),
            new Profile(10_000, 500, 50, false, false));

    /** The profile of a seed. The first is the product's default, the last the lab's; half of the seeds have help. */
    static Profile of(final SimRandom random, final SimRandom outside) {
        final Profile base = ALL.get(random.below(ALL.size()));
        final int help = outside.below(6);
        return new Profile(base.beatUs, base.leaseMs, base.driftMs, help == 0 || help == 1, help == 1 || help == 2);
    }

    long leaseNs() {
        return leaseMs * 1_000_000L;
    }

    /** The router's configuration. */
    Router router() {
        final Router.PeerPath path = new Router.PeerPath("path", "peer", WAN, WAYPOINT, REMOTE_WAYPOINT, KEY.id());
        final Peering.Terms terms =
                new Peering.Terms("peer", false, new Peering.Bfd(1000, 500, 3), false, Peering.UdpTransform.NEVER);
        return new Router(
                "sim",
                KEY.id(),
                List.of(node(0), node(1)),
                List.of(
                        networkInterface("lan", "10.0.0.1", LAN_VIRTUAL_MAC, null),
                        networkInterface("wan", "203.0.113.1", WAN_VIRTUAL_MAC, SourceNatPool.of("wan", POOL))),
                List.of(),
                List.of(path),
                new Peering("sim", null, 86_400, List.of(terms)),
                new Router.Pair(
                        beatUs,
                        leaseMs,
                        driftMs,
                        COMMIT_TIMEOUT_US,
                        COLD_START_MS,
                        HOLD_DOWN_MS,
                        SECRET,
                        witnessed ? new Router.Witness(SERVER, 1) : null,
                        fencing ? List.of("cut-off") : List.of(),
                        1408),
                new Router.Limits(2_000, 32, 3),
                new Router.Timers(60_000, 10_000, IDLE_MS, 10_000, 0));
    }

    private static Router.Node node(final int id) {
        return new Router.Node("node" + id, id, List.of("lan", "wan"), List.of(), "");
    }

    private static Router.NetworkInterface networkInterface(
            final String name, final String address, final long virtualMac, final SourceNatPool pool) {
        return new Router.NetworkInterface(
                name,
                0,
                new Router.InterfaceAddress(IpAddress.parse(address), 24, null),
                null,
                null,
                List.of(),
                pool,
                new MacAddress(virtualMac),
                name.equals("lan") ? 0 : 1,
                true,
                1500);
    }
}
