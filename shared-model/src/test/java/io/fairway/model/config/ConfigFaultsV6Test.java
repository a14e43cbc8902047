package io.fairway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonPrimitive;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Prefix;
import io.fairway.model.wire.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.opendaylight.yangtools.yang.model.api.TypeDefinition;

/** Each way to spoil IPv6 addresses in the lab's configuration gets its own sentence. */
final class ConfigFaultsV6Test {
    private static final String LAB = LabFile.text().replaceAll("\"(address|gateway)-v6\": \"[^\"]*\",?", "");

    @ParameterizedTest(name = "{index}: {2}")
    @MethodSource({"address"})
    void saysWhereAndWhatWasExpected(final String part, final String spoilt, final String sentence) {
        assertThat(LAB).as("the lab's file holds what this case spoils").contains(part);
        assertThat(faultOf(LAB.replace(part, spoilt))).isEqualTo(sentence);
    }

    @Test
    void pathsNeedACommonFamily() {
        final String mixed = LAB.replace("\"address\": \"172.16.0.1/24\",", "\"address-v6\": \"fd00:17::1/64\",");
        assertThat(faultOf(mixed))
                .startsWith(
                        "/authority/router[name='east']/service-route[service='web']/peer: expected a router with an"
                                + " address of the same family in a common neighborhood, found \"west\","
                                + " which has none.");
    }

    @Test
    void waypointsAndAddressesAreClaimedOnce() {
        final String twice =
                LAB.replace("\"address\": \"172.16.0", "\"address-v6\": \"fd00:16::1/64\", \"address\": \"172.16.0");
        assertThat(faultOf(twice))
                .isEqualTo(
                        "/authority/router[name='west']/interface[name='wan']/address-v6: expected a waypoint that no"
                                + " other router has, found fd00:16::1, which is router east's.");
        final String both = LAB.replace("\"address\": \"10.1.0.1/24\"", "\"address-v6\": \"fd00:16::1/64\"")
                .replace(
                        "\"address\": \"172.16.0.1/24\"",
                        "\"address\": \"172.16.0.1/24\", \"address-v6\": \"fd00:16::1/64\"");
        assertThat(faultOf(both))
                .isEqualTo(
                        "/authority/router[name='east']/interface[name='wan']/address-v6: expected an address that no"
                                + " other interface has, found the address of interface lan.");
    }

    /** What the modules let through is an address: nothing that reads it later is surprised. */
    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void whatTheModulesAcceptCanBeRead(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final String[] pieces = {"::", ":", "0", "1", "abcd", "2001", ":1", ":0:", "1.2.3.4", "255", "."};
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        if (Expectation.accepts(type("ip-address"), new JsonPrimitive(text.toString()))) {
            final IpAddress address = IpAddress.parse(text.toString());
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        }
        if (Expectation.accepts(type("ipv6-interface-address"), new JsonPrimitive(text + "/64"))
                && !IpAddress.parse(text.toString()).isV4()) {
            assertThat(Prefix.of(IpAddress.parse(text.toString()), 64).length128())
                    .isEqualTo(64);
        }
    }

    private static TypeDefinition<?> type(final String name) {
        return YangModel.get().context().getTypeDefinitions().stream()
                .filter(type -> type.getQName().getLocalName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String faultOf(final String json) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(json))
                .getMessage();
    }

    private static List<Arguments> address() {
        final String address = "\"address\": \"10.1.0.1/24\",";
        final String lan = "/authority/router[name='east']/interface[name='lan']";
        return List.of(
                Arguments.of(address, "", lan + ": expected an address or an address-v6, found neither."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"2001:db8:1::1\",",
                        lan + "/address-v6: expected an IPv6 address with the length of its network such as"
                                + " 2001:db8::1/64, found \"2001:db8:1::1\"."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"2001::db8::1/64\",",
                        lan + "/address-v6: expected an IPv6 address with the length of its network such as"
                                + " 2001:db8::1/64, found \"2001::db8::1/64\"."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"fe80::1/64\",",
                        lan + "/address-v6: expected an address of one host, valid beyond the link, found"
                                + " \"fe80::1/64\"."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"::ffff:10.1.0.1/120\",",
                        lan + "/address-v6: expected an address of one host, valid beyond the link, found"
                                + " \"::ffff:10.1.0.1/120\"."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"fd00:1::/64\",",
                        lan + "/address-v6: expected a host's address in fd00:1::/64, found \"fd00:1::/64\", the"
                                + " anycast address of its routers."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"fd00:1::1/64\", \"mtu\": 1279,",
                        lan + "/mtu: expected at least 1280, for the interface has an IPv6 address, found 1279."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"fd00:1::1/64\", \"gateway\": \"10.1.0.2\",",
                        lan + "/gateway: expected nothing, for the interface has no address, found \"10.1.0.2\"."),
                Arguments.of(
                        address,
                        "\"address-v6\": \"fd00:1::1/64\", \"gateway-v6\": \"fd00:2::1\",",
                        lan + "/gateway-v6: expected another host's address in fd00:1::/64, found \"fd00:2::1\"."));
    }
}
