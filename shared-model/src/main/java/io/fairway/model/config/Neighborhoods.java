package io.fairway.model.config;

/** Who peers with whom (svr-protocol.md section 1, neighborhood). */
final class Neighborhoods {
    private static final String MESH = "mesh";

    private Neighborhoods() {}

    /** Whether any two interfaces of these routers peer. */
    static boolean peers(final Instance router, final Instance other) {
        return router.entries("interface").stream()
                .anyMatch(local -> other.entries("interface").stream().anyMatch(remote -> meet(local, remote)));
    }

    /** Whether these interfaces of different routers are ends of a path. */
    static boolean meet(final Instance local, final Instance remote) {
        return !(outboundOnly(local) && outboundOnly(remote))
                && local.texts("neighborhood").stream()
                        .filter(label -> remote.texts("neighborhood").contains(label))
                        .anyMatch(label -> mayPeer(role(local, label), role(remote, label)));
    }

    /** Whether peers must be spoken to before they can speak to this interface. */
    static boolean outboundOnly(final Instance port) {
        return port.container("peering").flag("outbound-only");
    }

    private static boolean mayPeer(final String role, final String other) {
        return !role.equals(other) || role.equals(MESH);
    }

    private static String role(final Instance port, final String neighborhood) {
        return port.container("peering").entries("topology").stream()
                .filter(entry -> entry.text("neighborhood").equals(neighborhood))
                .map(entry -> entry.text("role"))
                .findFirst()
                .orElse(MESH);
    }
}
