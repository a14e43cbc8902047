package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the typed view of one router's peering. */
final class PeeringBuilder {
    private final Instance authority;
    private final Instance router;
    private final Path directory;

    PeeringBuilder(final Instance authority, final Instance router, final Path directory) {
        this.authority = authority;
        this.router = router;
        this.directory = directory;
    }

    /** What holds on these paths of the router. */
    Peering peering(final List<Router.PeerPath> paths) {
        return new Peering(
                name(router),
                identity(router.container("peering")),
                router.container("peering").number("key-lifetime-s"),
                paths.stream().map(this::terms).toList());
    }

    /** The name under which a router peers. */
    static String name(final Instance router) {
        final String alias = router.container("peering").textOrNull("name");
        return alias == null ? router.text("name") : alias;
    }

    private Peering.Identity identity(final Instance peering) {
        if (!peering.has("certificate")) {
            return null;
        }
        final List<Path> anchors =
                peering.texts("trust-anchor").stream().map(directory::resolve).toList();
        return new Peering.Identity(
                directory.resolve(peering.text("certificate")),
                directory.resolve(peering.text("private-key")),
                anchors,
                peering.has("crl") ? directory.resolve(peering.text("crl")) : null);
    }

    private Peering.Terms terms(final Router.PeerPath path) {
        final Instance peer = AuthorityRules.find(authority, "router", path.peer());
        final Instance own =
                router.entries("interface").get(path.interfaceIndex()).container("peering");
        final Instance bfd = own.container("bfd");
        final List<Instance> others = peer.entries("interface").stream()
                .filter(port -> holds(port, path.remoteWaypoint()))
                .toList();
        return new Peering.Terms(
                name(peer),
                isCertified(router) && isCertified(peer),
                new Peering.Bfd(bfd.number("desired-tx-ms"), bfd.number("required-rx-ms"), bfd.number("multiplier")),
                others.stream().anyMatch(Neighborhoods::outboundOnly),
                transform(Stream.concat(Stream.of(own), others.stream().map(port -> port.container("peering")))
                        .map(peering -> peering.text("udp-transform"))
                        .toList()));
    }

    /** Of both ends' wishes "always" wins, then "never". */
    private static Peering.UdpTransform transform(final List<String> wishes) {
        if (wishes.contains("always")) {
            return Peering.UdpTransform.ALWAYS;
        }
        return wishes.contains("never") ? Peering.UdpTransform.NEVER : Peering.UdpTransform.AUTO_DETECT;
    }

    private static boolean holds(final Instance port, final IpAddress address) {
        return Stream.of(Optional.ofNullable(RouterRules.v4(port)), Optional.ofNullable(RouterRules.v6(port)))
                .flatMap(Optional::stream)
                .anyMatch(own -> own.address().equals(address));
    }

    private static boolean isCertified(final Instance router) {
        return router.container("peering").has("certificate");
    }
}
