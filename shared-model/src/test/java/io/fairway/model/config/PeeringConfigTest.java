package io.fairway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the configuration says of peers is read as it is meant, and each way to spoil it gets its own sentence. */
final class PeeringConfigTest {
    private static final String LAB = LabFile.text();

    @Test
    void peersHaveDefaults() throws ConfigException {
        final Peering peering = ConfigReader.parse(LAB).router("west").peering();
        assertThat(peering)
                .isEqualTo(new Peering(
                        "west",
                        null,
                        86_400,
                        List.of(new Peering.Terms(
                                "east",
                                false,
                                new Peering.Bfd(1_000, 500, 3),
                                false,
                                Peering.UdpTransform.AUTO_DETECT))));
    }

    @Test
    void peersAreCertifiedIfBothAre(@TempDir final Path directory) throws Exception {
        final String certified = LAB.replace(
                        "\"name\": \"east\",",
                        "\"name\": \"east\", \"peering\": { \"name\": \"e1\", \"certificate\": \"keys/e.crt\","
                                + " \"private-key\": \"/etc/e.key\", \"trust-anchor\": [\"ca.crt\"], \"crl\":"
                                + " \"ca.crl\","
                                + " \"key-lifetime-s\": 3600 },")
                .replace(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"certificate\": \"w.crt\", \"private-key\": \"w.key\","
                                + " \"trust-anchor\": [\"a.crt\", \"b.crt\"] },");
        final Path file = Files.writeString(directory.resolve("fairway.json"), certified);
        final Authority lab = ConfigReader.read(file);
        final Peering east = lab.router("east").peering();
        assertThat(east.name()).isEqualTo("e1");
        assertThat(east.keyLifetimeS()).isEqualTo(3600);
        assertThat(east.identity())
                .isEqualTo(new Peering.Identity(
                        directory.resolve("keys/e.crt"),
                        Path.of("/etc/e.key"),
                        List.of(directory.resolve("ca.crt")),
                        directory.resolve("ca.crl")));
        assertThat(east.terms().getFirst().certified()).isTrue();
        final Peering west = lab.router("west").peering();
        assertThat(west.identity().crl()).isNull();
        assertThat(west.terms().getFirst().peerName()).isEqualTo("e1");
        assertThat(west.terms().getFirst().certified()).isTrue();

        final String half =
                certified.replaceFirst("\"name\": \"west\", \"peering\": \\{[^}]*},", "\"name\": \"west\",");
        assertThat(ConfigReader.parse(half)
                        .router("east")
                        .peering()
                        .terms()
                        .getFirst()
                        .certified())
                .isFalse();
    }

    @Test
    void whoCannotBeReachedIsListenedTo() throws ConfigException {
        final String lte = "\"neighborhood\": [\"wan\"], \"peering\": { \"outbound-only\": true, \"bfd\": {"
                + " \"desired-tx-ms\": 60000, \"required-rx-ms\": 50, \"multiplier\": 20 } },";
        final Authority lab = ConfigReader.parse(LAB.replaceFirst("\"neighborhood\": \\[\"wan\"\\],", lte));
        assertThat(lab.router("west").peering().terms().getFirst().listening()).isTrue();
        final Peering.Terms east = lab.router("east").peering().terms().getFirst();
        assertThat(east.listening()).isFalse();
        assertThat(east.bfd()).isEqualTo(new Peering.Bfd(60_000, 50, 20));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({
        "mesh, mesh, true",
        "mesh, hub, true",
        "mesh, spoke, true",
        "hub, spoke, true",
        "hub, hub, false",
        "spoke, spoke, false"
    })
    void topologySaysWhoPeers(final String east, final String west, final boolean peer) throws ConfigException {
        final String routeless = LAB.replaceAll("\\{ \"service\": \"[a-z]+\", \"peer\": \"west\" },?", "");
        final String[] parts = routeless.split("\"neighborhood\": \\[\"wan\"]", -1);
        assertThat(parts).hasSize(3);
        final String before = "\"neighborhood\": [\"wan\", \"%s\"], \"peering\": { \"topology\": [{ \"neighborhood\":"
                + " \"wan\", \"role\": \"%s\" }] }";
        final String both =
                parts[0] + before.formatted("lte", east) + parts[1] + before.formatted("mpls", west) + parts[2];
        final Authority lab = ConfigReader.parse(both);
        assertThat(lab.router("east").peerPaths()).hasSize(peer ? 1 : 0);
        assertThat(lab.router("west").peerPaths()).hasSize(peer ? 1 : 0);
        assertThat(lab.router("west").peering().terms()).hasSize(peer ? 1 : 0);
    }

    @Test
    void twoWhoCannotBeReachedHaveNoPath() throws ConfigException {
        final String routeless = LAB.replaceAll("\\{ \"service\": \"[a-z]+\", \"peer\": \"west\" },?", "");
        final Authority lab = ConfigReader.parse(routeless.replace(
                "\"neighborhood\": [\"wan\"]",
                "\"neighborhood\": [\"wan\"], \"peering\": { \"outbound-only\": true }"));
        assertThat(lab.router("east").peerPaths()).isEmpty();
    }

    @Test
    void twoSpokesAreNoPeers() {
        final String spoke = "\"neighborhood\": [\"wan\"], \"peering\": { \"topology\": [{ \"neighborhood\": \"wan\","
                + " \"role\": \"spoke\" }] }";
        assertThat(faultOf(LAB.replace("\"neighborhood\": [\"wan\"]", spoke)))
                .startsWith("/authority/router[name='east']/service-route[service='web']/peer: expected a router that"
                        + " peers with east, found \"west\", which does not in any neighborhood.");
    }

    @ParameterizedTest(name = "{index}: {2}")
    @MethodSource("faults")
    void saysWhereAndWhatWasExpected(final String part, final String spoilt, final String sentence) {
        final int at = LAB.indexOf(part);
        assertThat(at).as("the lab's file holds what this case spoils").isPositive();
        assertThat(faultOf(LAB.substring(0, at) + spoilt + LAB.substring(at + part.length())))
                .isEqualTo(sentence);
    }

    private static String faultOf(final String json) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(json))
                .getMessage();
    }

    private static List<Arguments> faults() {
        return List.of(
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"name\": \"east\" },",
                        "/authority/router[name='west']/peering/name: expected a name under which no other"
                                + " router peers,"
                                + " found \"east\", which is router east's."),
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"certificate\": \"west.crt\", \"trust-anchor\":"
                                + " [\"ca.crt\"] },",
                        "/authority/router[name='west']/peering/private-key: expected the key of the certificate, found"
                                + " nothing."),
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"certificate\": \"west.crt\", \"private-key\":"
                                + " \"west.key\" },",
                        "/authority/router[name='west']/peering/trust-anchor: expected who vouches for the peers'"
                                + " certificates, found nothing."),
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"crl\": \"ca.crl\" },",
                        "/authority/router[name='west']/peering/certificate: expected a certificate beside crl, found"
                                + " nothing."),
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"west\", \"peering\": { \"key-lifetime-s\": 9 },",
                        "/authority/router[name='west']/peering/key-lifetime-s: expected a whole number from 10 to"
                                + " 2592000, found 9."),
                Arguments.of(
                        "\"neighborhood\": [\"wan\"],",
                        "\"neighborhood\": [\"wan\"], \"peering\": { \"bfd\": { \"desired-tx-ms\": 49 } },",
                        "/authority/router[name='east']/interface[name='wan']/peering/bfd/desired-tx-ms:"
                                + " expected a whole"
                                + " number from 50 to 600000, found 49."),
                Arguments.of(
                        "\"neighborhood\": [\"wan\"],",
                        "\"neighborhood\": [\"wan\"], \"peering\": { \"bfd\": { \"multiplier\": 2 } },",
                        "/authority/router[name='east']/interface[name='wan']/peering/bfd/multiplier: expected a whole"
                                + " number from 3 to 20, found 2."),
                Arguments.of(
                        "\"neighborhood\": [\"wan\"],",
                        "\"neighborhood\": [\"wan\"], \"peering\": { \"topology\": [{ \"neighborhood\": \"wan\","
                                + " \"role\": \"star\" }] },",
                        "/authority/router[name='east']/interface[name='wan']/peering"
                                + "/topology[neighborhood='wan']/role:"
                                + " expected one of mesh, hub, spoke, found \"star\"."),
                Arguments.of(
                        "\"neighborhood\": [\"wan\"],",
                        "\"neighborhood\": [\"wan\"], \"peering\": { \"topology\": [{ \"neighborhood\": \"lte\","
                                + " \"role\": \"hub\" }] },",
                        "/authority/router[name='east']/interface[name='wan']/peering/topology[neighborhood='lte']"
                                + "/neighborhood: expected a neighborhood of interface wan, found \"lte\"."));
    }
}
