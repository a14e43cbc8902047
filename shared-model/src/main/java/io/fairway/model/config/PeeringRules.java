package io.fairway.model.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the YANG modules cannot say about how routers know each other. */
final class PeeringRules {
    private static final String NOTHING = "nothing";

    private final Instance router;
    private final Faults faults;

    PeeringRules(final Instance router, final Faults faults) {
        this.router = router;
        this.faults = faults;
    }

    /** Adds the routers that peer under one name. */
    static void names(final Instance authority, final Faults faults) {
        final Map<String, String> owners = new HashMap<>();
        for (final Instance router : authority.entries("router")) {
            final String name = PeeringBuilder.name(router);
            final String first = owners.putIfAbsent(name, router.text("name"));
            if (first != null) {
                faults.add(
                        router.container("peering").at("name"),
                        "a name under which no other router peers",
                        "\"" + name + "\", which is router " + first + "'s");
            }
        }
    }

    /** Adds this router's faults. */
    void check() {
        identity(router.container("peering"));
        for (final Instance port : router.entries("interface")) {
            topology(port);
        }
    }

    private void identity(final Instance peering) {
        if (peering.has("certificate")) {
            if (!peering.has("private-key")) {
                faults.add(peering.at("private-key"), "the key of the certificate", NOTHING);
            }
            if (peering.texts("trust-anchor").isEmpty()) {
                faults.add(peering.at("trust-anchor"), "who vouches for the peers' certificates", NOTHING);
            }
            return;
        }
        for (final String leaf : List.of("private-key", "trust-anchor", "crl")) {
            if (peering.has(leaf)) {
                faults.add(peering.at("certificate"), "a certificate beside " + leaf, NOTHING);
            }
        }
    }

    private void topology(final Instance port) {
        for (final Instance entry : port.container("peering").entries("topology")) {
            final String neighborhood = entry.text("neighborhood");
            if (!port.texts("neighborhood").contains(neighborhood)) {
                faults.add(
                        entry.at("neighborhood"),
                        "a neighborhood of interface " + port.text("name"),
                        "\"" + neighborhood + "\"");
            }
        }
    }
}
