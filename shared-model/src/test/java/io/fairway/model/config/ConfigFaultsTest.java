package io.fairway.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to spoil the lab's configuration gets its own sentence. */
final class ConfigFaultsTest {
    private static final String LAB = LabFile.text();

    @Test
    void everyFaultOfFormIsNamedAtOnce() {
        final String bad = LAB.replaceFirst("\"lease-ms\": 500", "\"lease-ms\": 1, \"mtu\": 3");
        final ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(bad));
        assertThat(e.faults()).hasSize(2);
    }

    @Test
    void aSecretIsNeverRepeated() {
        final String bad = LAB.replaceFirst("\"hmac-key\": \"[0-9a-f]+\"", "\"hmac-key\": \"open-sesame\"");
        assertThat(faultOf(bad))
                .isEqualTo("/authority/security-key[id='1']/hmac-key: expected a key of 64 hexadecimal digits, found"
                        + " something else of 11 characters.");
    }

    @ParameterizedTest(name = "{index}: {2}")
    @MethodSource({"syntax", "form", "router", "pair"})
    void saysWhereAndWhatWasExpected(final String part, final String spoilt, final String sentence) {
        assertThat(faultOf(LabFile.spoilt(part, spoilt))).isEqualTo(sentence);
    }

    @Test
    void aSeventeenthInterfaceIsTooMany() {
        final StringBuilder more = new StringBuilder();
        for (int i = 0; i < 15; i++) {
            more.append("{ \"name\": \"x")
                    .append(i)
                    .append("\", \"address\": \"10.9.")
                    .append(i)
                    .append(".1/24\" }, ");
        }
        assertThat(faultOf(LAB.replace("{ \"name\": \"srv\"", more + "{ \"name\": \"srv\"")))
                .isEqualTo("/authority/router[name='west']/interface: expected at most 16 of them, found 17.");
    }

    static String faultOf(final String json) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigReader.parse(json))
                .getMessage();
    }

    private static List<Arguments> syntax() {
        return List.of(
                Arguments.of(
                        "\"tenant\": [{", "\"tenant\": [,{", "line 6, column 17: expected JSON, found something else."),
                Arguments.of(
                        "\"tenant\": [{", "'tenant': [{", "line 6, column 6: expected JSON, found something else."),
                Arguments.of(
                        "    ]\n  }\n}",
                        "    ]\n  }\n",
                        "line 102: expected JSON, found the end of the file in the middle of it."),
                Arguments.of(
                        "\"fairway-lab\",",
                        "\"fairway-lab\", \"name\": \"twice\",",
                        "/authority/name: expected an instance of fairway-authority, found a fault: Duplicate"
                                + " name name in JSON input."),
                Arguments.of(
                        "fairway-authority:authority",
                        "authority",
                        "/: expected an object with the member \"fairway-authority:authority\", found something"
                                + " else."));
    }

    private static List<Arguments> form() {
        return List.of(
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"mtuu\": 9,",
                        "/authority/router[name='east']/interface[name='lan']/mtuu: expected one of address,"
                                + " address-v6, device, gateway, gateway-v6, mtu, name, neighborhood, peering,"
                                + " preferred-leader, revertive, source-nat,"
                                + " source-nat-pool, tenant, virtual-mac, vlan, found an unknown name."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"mtu\": 12,",
                        "/authority/router[name='east']/interface[name='lan']/mtu: expected a whole number from"
                                + " 576 to 65535, found 12."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"mtu\": \"1500\",",
                        "/authority/router[name='east']/interface[name='lan']/mtu: expected a whole number from"
                                + " 576 to 65535, found \"1500\"."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"mtu\": 1500.5,",
                        "/authority/router[name='east']/interface[name='lan']/mtu: expected a whole number from"
                                + " 576 to 65535, found 1500.5."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"source-nat\": \"yes\",",
                        "/authority/router[name='east']/interface[name='lan']/source-nat: expected true or"
                                + " false, found \"yes\"."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"l a n\",",
                        "/authority/router[name='east']/interface[name='l a n']/name: expected a name of 1 to 63"
                                + " letters, digits, '_', '.' or '-', found \"l a n\"."),
                Arguments.of(
                        "\"name\": \"west\",",
                        "\"name\": \"" + "w".repeat(64) + "\",",
                        "/authority/router[name='wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"
                                + "www']/name: expected a name of 1 to 63 letters, digits, '_', '.' or '-', found"
                                + " \"wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\""
                                + "."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "",
                        "/authority/router[name='east']/interface[1]/name: expected a name of 1 to 63 letters,"
                                + " digits, '_', '.' or '-', found nothing."),
                Arguments.of(
                        "\"10.1.0.1/24\"",
                        "\"10.1.0.256/24\"",
                        "/authority/router[name='east']/interface[name='lan']/address: expected an IPv4 address"
                                + " with the length of its network such as 10.1.0.1/24, found \"10.1.0.256/24\"."),
                Arguments.of(
                        "\"10.1.0.1/24\"",
                        "{}",
                        "/authority/router[name='east']/interface[name='lan']/address: expected an IPv4 address"
                                + " with the length of its network such as 10.1.0.1/24, found an object."),
                Arguments.of(
                        "\"protocol\": \"udp\"",
                        "\"protocol\": \"sctp\"",
                        "/authority/service[name='bulk']/transport[protocol='sctp']/protocol: expected one of"
                                + " tcp, udp, icmp, gre, esp or the number of another IP protocol such as \"4\", found"
                                + " \"sctp\"."),
                Arguments.of(
                        "\"prefix\": [\"10.2.0.0/24\"]",
                        "\"prefix\": []",
                        "/authority/service[name='web']/prefix: expected at least 1 of them, found nothing."),
                Arguments.of(
                        "\"prefix\": [\"10.2.0.0/24\"]",
                        "\"prefix\": \"10.2.0.0/24\"",
                        "/authority/service[name='web']/prefix: expected an array, found \"10.2.0.0/24\"."),
                Arguments.of(
                        "\"prefix\": [\"10.2.0.0/24\"]",
                        "\"prefix\": [\"10.2.0.0/24\", \"10.2.0.0/24\"]",
                        "/authority/service[name='web']/prefix[2]: expected a value that is not listed before,"
                                + " found \"10.2.0.0/24\"."),
                Arguments.of(
                        "\"name\": \"guest\"",
                        "\"name\": \"staff\"",
                        "/authority/tenant[name='staff']: expected one entry with this key, found another at"
                                + " position 2."),
                Arguments.of(
                        "\"service\": \"web\", \"interface\": \"srv\"",
                        "\"service\": \"web\"",
                        "/authority/router[name='west']/service-route[service='web']: expected one of interface,"
                                + " peer, found nothing."),
                Arguments.of(
                        "\"service\": \"web\", \"interface\": \"srv\"",
                        "\"service\": \"web\", \"interface\": \"srv\", \"peer\": \"east\"",
                        "/authority/router[name='west']/service-route[service='web']: expected one of interface,"
                                + " peer, found interface, peer."),
                Arguments.of(
                        "\"service\": \"web\", \"interface\": \"srv\"",
                        "\"service\": \"web\", \"next-hop\": \"10.2.0.9\"",
                        "/authority/router[name='west']/service-route[service='web']/interface: expected a name"
                                + " of 1 to 63 letters, digits, '_', '.' or '-', found nothing."),
                Arguments.of(
                        "\"secret\": \"6c",
                        "\"secret\": \"",
                        "/authority/router[name='east']/pair/secret: expected a key of 64 hexadecimal digits,"
                                + " found something else of 62 characters."));
    }

    private static List<Arguments> router() {
        return List.of(
                Arguments.of(
                        "\"security-id\": 1",
                        "\"security-id\": 2",
                        "/authority/router[name='east']/security-id: expected the id of a security key, found 2,"
                                + " which is none."),
                Arguments.of(
                        "\"10.1.0.1/24\"",
                        "\"10.1.0.255/24\"",
                        "/authority/router[name='east']/interface[name='lan']/address: expected a host's address"
                                + " in 10.1.0.0/24, found \"10.1.0.255/24\", the network's own or its broadcast"
                                + " address."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"gateway\": \"10.3.0.1\",",
                        "/authority/router[name='east']/interface[name='lan']/gateway: expected another host's"
                                + " address in 10.1.0.0/24, found \"10.3.0.1\"."),
                Arguments.of(
                        "\"name\": \"lan\",",
                        "\"name\": \"lan\", \"tenant\": \"nobody\",",
                        "/authority/router[name='east']/interface[name='lan']/tenant: expected the name of a"
                                + " tenant, found \"nobody\", which is none."),
                Arguments.of(
                        "\"172.16.0.2/24\"",
                        "\"172.16.0.1/24\"",
                        "/authority/router[name='west']/interface[name='wan']/address: expected a waypoint that"
                                + " no other router has, found 172.16.0.1, which is router east's."),
                Arguments.of(
                        "\"10.2.0.1/24\"",
                        "\"172.16.0.2/24\"",
                        "/authority/router[name='west']/interface[name='srv']/address: expected an address that"
                                + " no other interface has, found the address of interface wan."),
                Arguments.of(
                        "\"srv0\"",
                        "\"wan0\"",
                        "/authority/router[name='west']/interface[name='srv']/device[node='remote0']/device:"
                                + " expected a device and VLAN that no other interface has, found those of"
                                + " interface wan."),
                Arguments.of(
                        "{ \"service\": \"web\", \"peer\"",
                        "{ \"service\": \"mail\", \"peer\"",
                        "/authority/router[name='east']/service-route[service='mail']/service: expected the name"
                                + " of a service, found \"mail\", which is none."),
                Arguments.of(
                        "\"web\", \"peer\": \"west\"",
                        "\"web\", \"peer\": \"north\"",
                        "/authority/router[name='east']/service-route[service='web']/peer: expected the name of"
                                + " another router, found \"north\", which is none."),
                Arguments.of(
                        "\"web\", \"peer\": \"west\"",
                        "\"web\", \"peer\": \"east\"",
                        "/authority/router[name='east']/service-route[service='web']/peer: expected the name of"
                                + " another router, found \"east\", which is this one."),
                Arguments.of(
                        "\"web\", \"interface\": \"srv\"",
                        "\"web\", \"interface\": \"lan\"",
                        "/authority/router[name='west']/service-route[service='web']/interface: expected an"
                                + " interface of router west, found \"lan\", which is none."),
                Arguments.of(
                        "\"web\", \"interface\": \"srv\"",
                        "\"web\", \"interface\": \"srv\", \"next-hop\": \"10.3.0.1\"",
                        "/authority/router[name='west']/service-route[service='web']/next-hop: expected another"
                                + " host's address in 10.2.0.0/24, found \"10.3.0.1\"."),
                Arguments.of(
                        "\"device\": [{ \"node\": \"remote0\", \"device\": \"srv0\" }]",
                        "\"device\": []",
                        "/authority/router[name='west']/interface[name='srv']/device: expected a device on every"
                                + " node, found none on node remote0."),
                Arguments.of(
                        "\"lan0\" }]",
                        "\"lan0\" }, { \"node\": \"node2\", \"device\": \"lan0\" }]",
                        "/authority/router[name='east']/interface[name='lan']/device[node='node2']: expected a"
                                + " node of router east, found \"node2\"."));
    }

    private static List<Arguments> pair() {
        return List.of(
                Arguments.of(
                        "\"name\": \"remote0\"",
                        "\"name\": \"node0\"",
                        "/authority/router[name='west']/node[name='node0']: expected a node name that is unique"
                                + " in the authority, found a node of router east.\n"
                                + "/authority/router[name='west']/interface[name='wan']/device[node='remote0']:"
                                + " expected a"
                                + " node of router west, found \"remote0\".\n"
                                + "/authority/router[name='west']/interface[name='wan']/device: expected a"
                                + " device on every"
                                + " node, found none on node node0.\n"
                                + "/authority/router[name='west']/interface[name='srv']/device[node='remote0']:"
                                + " expected a"
                                + " node of router west, found \"remote0\".\n"
                                + "/authority/router[name='west']/interface[name='srv']/device: expected a"
                                + " device on every"
                                + " node, found none on node node0."),
                Arguments.of(
                        "[{ \"name\": \"remote0\" }]",
                        "[{ \"name\": \"remote0\" }, { \"name\": \"remote1\" }]",
                        "/authority/router[name='west']/interface[name='wan']/device: expected a device on every"
                                + " node, found none on node remote1.\n"
                                + "/authority/router[name='west']/interface[name='srv']/device: expected a"
                                + " device on every"
                                + " node, found none on node remote1.\n"
                                + "/authority/router[name='west']/pair: expected a pair, for the router has two nodes,"
                                + " found nothing."),
                Arguments.of(
                        "[{ \"name\": \"remote0\" }]",
                        "[]",
                        "/authority/router[name='west']/node: expected at least 1 of them, found nothing."),
                Arguments.of(
                        ", { \"device\": \"fab1\", \"address\": \"10.99.1.1\" }",
                        "",
                        "/authority/router[name='east']/node[name='node0']/fabric-link: expected two links to"
                                + " the partner, found 1."),
                Arguments.of(
                        "\"10.99.1.2\"",
                        "\"10.99.1.1\"",
                        "/authority/router[name='east']/node[name='node1']/fabric-link[device='fab1']/address:"
                                + " expected an address that no other end of a fabric link has, found \"10.99.1.1\"."),
                Arguments.of(
                        "\"lease-ms\": 500",
                        "\"lease-ms\": 8",
                        "/authority/router[name='east']/pair/lease-ms: expected at least two beat intervals of"
                                + " 10000 us, found 8 ms."),
                Arguments.of(
                        "\"virtual-mac\": \"02:fa:17:00:01:01\",",
                        "",
                        "/authority/router[name='east']/interface[name='lan']/virtual-mac: expected the Ethernet"
                                + " address that the nodes share, found nothing."),
                Arguments.of(
                        ", { \"node\": \"node1\", \"device\": \"lan0\" }",
                        "",
                        "/authority/router[name='east']/interface[name='lan']/virtual-mac: expected nothing, for only"
                                + " one node has the interface, found \"02:fa:17:00:01:01\"."),
                Arguments.of(
                        "{ \"node\": \"node0\", \"device\": \"lan0\" },"
                                + " { \"node\": \"node1\", \"device\": \"lan0\" }],\n"
                                + "            \"virtual-mac\": \"02:fa:17:00:01:01\",",
                        "{ \"node\": \"node1\", \"device\": \"lan0\" }],",
                        "/authority/router[name='east']/interface[name='lan']/preferred-leader: expected the only node"
                                + " that has the interface, or nothing, found \"node0\"."),
                Arguments.of(
                        "\"02:fa:17:00:01:01\"",
                        "\"03:fa:17:00:01:01\"",
                        "/authority/router[name='east']/interface[name='lan']/virtual-mac: expected a unicast"
                                + " Ethernet address, found \"03:fa:17:00:01:01\"."),
                Arguments.of(
                        "\"02:fa:17:00:02:01\"",
                        "\"02:fa:17:00:01:01\"",
                        "/authority/router[name='east']/interface[name='wan']/virtual-mac: expected an address"
                                + " that no other interface has, found \"02:fa:17:00:01:01\"."),
                Arguments.of(
                        "\"preferred-leader\": \"node0\"",
                        "\"preferred-leader\": \"remote0\"",
                        "/authority/router[name='east']/interface[name='lan']/preferred-leader: expected a node"
                                + " of router east, found \"remote0\", which is none."),
                Arguments.of(
                        "\"name\": \"srv\",",
                        "\"name\": \"srv\", \"virtual-mac\": \"02:00:00:00:00:01\",",
                        "/authority/router[name='west']/interface[name='srv']/virtual-mac: expected nothing, for"
                                + " the router has no pair, found \"02:00:00:00:00:01\"."));
    }
}
