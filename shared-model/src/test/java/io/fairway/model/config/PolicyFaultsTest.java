package io.fairway.model.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to spoil who may ask for what, how it is protected and what it is translated to gets its own sentence. */
final class PolicyFaultsTest {
    private static final String WEST_ROUTES =
            "\"service-route\": [\n          { \"service\": \"web\", \"interface\": \"srv\" }";

    @ParameterizedTest(name = "{index}: {2}")
    @MethodSource({"security", "service", "hierarchy", "sessionTypes", "natPools", "natUse"})
    void saysWhereAndWhatWasExpected(final String part, final String spoilt, final String sentence) {
        assertThat(ConfigFaultsTest.faultOf(LabFile.spoilt(part, spoilt))).isEqualTo(sentence);
    }

    private static List<Arguments> security() {
        return List.of(
                Arguments.of(
                        "\"policy\": \"lab\"",
                        "\"policy\": \"lob\"",
                        "/authority/security-key[id='1']/policy: expected the name of a security policy, found \"lob\","
                                + " which is none."),
                Arguments.of(
                        "\"encryption\": \"none\"",
                        "\"hmac-mode\": \"disabled\"",
                        "/authority/security-key[id='1']/policy: expected a policy with an HMAC, for metadata is always"
                                + " authenticated, found \"lab\", which disables it."),
                Arguments.of(
                        "\"name\": \"web\",",
                        "\"name\": \"web\", \"security\": \"tight\",",
                        "/authority/service[name='web']/security: expected the name of a security policy, found"
                                + " \"tight\", which is none."),
                Arguments.of(
                        "\"name\": \"web\",",
                        "\"name\": \"web\", \"security\": \"lab\",",
                        "/authority/security-key[id='1']/policy: expected a policy that encrypts metadata, in which the"
                                + " keys of service web's sessions travel, found \"lab\", which leaves it readable."),
                Arguments.of(
                        "\"name\": \"lab\", \"encryption\": \"none\"",
                        "\"name\": \"lab\", \"encryption\": \"none\" }, { \"name\": \"loose\", \"encryption\":"
                                + " \"aes-128-cbc\", \"hmac-mode\": \"disabled\"",
                        "/authority/security-policy[name='loose']/hmac-mode: expected an HMAC beside aes-128-cbc, found"
                                + " \"disabled\"."));
    }

    private static List<Arguments> service() {
        return List.of(
                Arguments.of(
                        "\"10.1.0.0/25\"",
                        "\"10.1.0.1/25\"",
                        "/authority/tenant[name='staff']/source-prefix[1]: expected a prefix whose host bits are"
                                + " zero, found \"10.1.0.1/25\"."),
                Arguments.of(
                        "\"10.1.0.128/25\"",
                        "\"10.1.0.0/25\"",
                        "/authority/tenant[name='guest']/source-prefix: expected prefixes of one tenant, found"
                                + " 10.1.0.0/25, which is staff's."),
                Arguments.of(
                        "\"80\"",
                        "\"80-70\"",
                        "/authority/service[name='web']/transport[protocol='tcp']/port[1]: expected ports from 1"
                                + " to 65535, the lower one first, found \"80-70\"."),
                Arguments.of(
                        "\"443\"",
                        "\"99999\"",
                        "/authority/service[name='web']/transport[protocol='tcp']/port[2]: expected ports from 1"
                                + " to 65535, the lower one first, found \"99999\"."),
                Arguments.of(
                        "{ \"protocol\": \"icmp\" }",
                        "{ \"protocol\": \"icmp\", \"port\": [\"8\"] }",
                        "/authority/service[name='ping']/transport[protocol='icmp']/port: expected nothing, for"
                                + " icmp has no ports, found 8."),
                Arguments.of(
                        "{ \"protocol\": \"icmp\" }",
                        "{ \"protocol\": \"gre\", \"port\": [\"8\"] }",
                        "/authority/service[name='ping']/transport[protocol='gre']/port: expected nothing, for"
                                + " gre has no ports, found 8."),
                Arguments.of(
                        "{ \"protocol\": \"icmp\" }",
                        "{ \"protocol\": \"59\" }",
                        "/authority/service[name='ping']/transport[protocol='59']/protocol: expected tcp, udp, icmp,"
                                + " gre, esp or the number of another protocol, found \"59\"."),
                Arguments.of(
                        "{ \"protocol\": \"icmp\" }",
                        "{ \"protocol\": \"sctp\" }",
                        "/authority/service[name='ping']/transport[protocol='sctp']/protocol: expected one of tcp, udp,"
                                + " icmp, gre, esp or the number of another IP protocol such as \"4\", found"
                                + " \"sctp\"."),
                Arguments.of(
                        "\"tenant\": \"guest\", \"permission\"",
                        "\"tenant\": \"guests\", \"permission\"",
                        "/authority/service[name='web']/access-policy[tenant='guests'][permission='deny']/tena"
                                + "nt: expected the name of a tenant, found \"guests\", which is none"
                                + "."));
    }

    private static List<Arguments> hierarchy() {
        return List.of(
                Arguments.of(
                        "\"name\": \"guest\"",
                        "\"name\": \"guest..staff\"",
                        "/authority/tenant[name='guest..staff']/name: expected a name of 1 to 63 letters, digits,"
                                + " '_' or '-', its parts joined by '.', found \"guest..staff\"."),
                Arguments.of(
                        "{ \"name\": \"guest\"",
                        "{ \"name\": \"a.visitor\" }, { \"name\": \"guest\"",
                        "/authority/tenant[name='a.visitor']/name: expected a tenant whose parent is listed too, found"
                                + " \"a.visitor\", whose parent \"visitor\" is none."),
                Arguments.of(
                        "{ \"name\": \"guest\"",
                        "{ \"name\": \"a.global\" }, { \"name\": \"guest\"",
                        "/authority/tenant[name='a.global']/name: expected a tenant outside of \"global\", which has no"
                                + " children, found \"a.global\"."),
                Arguments.of(
                        "\"name\": \"bulk\"",
                        "\"name\": \"bulk.wep\"",
                        "/authority/service[name='bulk.wep']/name: expected a service whose parent is listed too, found"
                                + " \"bulk.wep\", whose parent \"wep\" is none.\n"
                                + "/authority/router[name='east']/service-route[service='bulk']/service: expected the"
                                + " name of a service, found \"bulk\", which is none.\n"
                                + "/authority/router[name='west']/service-route[service='bulk']/service: expected the"
                                + " name of a service, found \"bulk\", which is none."),
                Arguments.of(
                        "\"name\": \"bulk\"",
                        "\"name\": \"bulk\", \"scope\": \"open\"",
                        "/authority/service[name='bulk']/scope: expected one of public, private, found \"open\"."),
                Arguments.of(
                        "\"name\": \"bulk\"",
                        "\"name\": \"bulk\", \"tcp-state-enforcement\": \"lax\"",
                        "/authority/service[name='bulk']/tcp-state-enforcement: expected one of block, reset, allow,"
                                + " strict, found \"lax\"."));
    }

    private static List<Arguments> sessionTypes() {
        return List.of(
                Arguments.of(
                        "\"name\": \"bulk\"",
                        "\"name\": \"bulk\", \"session-type\": \"iperf\"",
                        "/authority/service[name='bulk']/session-type: expected the name of a session type, found"
                                + " \"iperf\", which is none."),
                Arguments.of(
                        "\"tenant\": [{",
                        "\"session-type\": [{ \"name\": \"x\", \"protocol\": \"udp\", \"opening-timeout-ms\": 5000 }],"
                                + " \"tenant\": [{",
                        "/authority/session-type[name='x']/opening-timeout-ms: expected nothing, for only tcp has an"
                                + " opening, found 5000."),
                Arguments.of(
                        "\"tenant\": [{",
                        "\"session-type\": [{ \"name\": \"x\", \"protocol\": \"tcp\", \"port\": [\"9-8\"] }],"
                                + " \"tenant\": [{",
                        "/authority/session-type[name='x']/port[1]: expected ports from 1 to 65535, the lower one"
                                + " first, found \"9-8\"."),
                Arguments.of(
                        "\"tenant\": [{",
                        "\"session-type\": [{ \"name\": \"x\", \"protocol\": \"udp\", \"timeout-ms\": 10 }],"
                                + " \"tenant\": [{",
                        "/authority/session-type[name='x']/timeout-ms: expected a whole number from 1000 to 86400000,"
                                + " found 10."));
    }

    private static List<Arguments> natPools() {
        final String ports = "/port-range: expected ports from 1 to 65535, the lower one first, found ";
        final String row = "/address[1]: expected a range with the lower address first, or a prefix whose host bits are"
                + " zero, found ";
        return List.of(
                pool("\"192.0.2.0/28\"", "0-9", ports + "\"0-9\"."),
                pool("\"192.0.2.0/28\"", "9-8", ports + "\"9-8\"."),
                pool("\"192.0.2.0/28\"", "9-65536", ports + "\"9-65536\"."),
                pool(
                        "\"192.0.2.0/33\"",
                        "1-9",
                        "/address[1]: expected an IPv4 address, a prefix such as 192.0.2.0/28 or a range such as"
                                + " 192.0.2.1-192.0.2.9, found \"192.0.2.0/33\"."),
                pool("\"192.0.2.9-192.0.2.1\"", "1-9", row + "\"192.0.2.9-192.0.2.1\"."),
                pool("\"192.0.2.1/28\"", "1-9", row + "\"192.0.2.1/28\"."),
                pool("\"100.0.0.0/8\"", "1-9", "/address: expected at most 65536 addresses, found 16777216."),
                pool(
                        "\"192.0.2.0/28\", \"192.0.2.15\"",
                        "1-9",
                        "/address[2]: expected addresses that are listed once, found addresses of pool p."),
                pool(
                        "\"10.2.0.240-10.2.0.255\"",
                        "1-9",
                        "/address[1]: expected addresses of no other host on interface srv, nor of its network, found"
                                + " 10.2.0.255."),
                pool("", "1-9", "/address: expected at least 1 of them, found nothing."));
    }

    private static Arguments pool(final String addresses, final String ports, final String fault) {
        return Arguments.of(
                WEST_ROUTES,
                "\"source-nat-pool\": [{ \"name\": \"p\", \"address\": [" + addresses + "], \"port-range\": \"" + ports
                        + "\" }], " + WEST_ROUTES,
                "/authority/router[name='west']/source-nat-pool[name='p']" + fault);
    }

    private static List<Arguments> natUse() {
        final String noPool = "/source-nat-pool: expected the name of a source NAT pool of router west, found \"q\","
                + " which is none.";
        return List.of(
                route("\"source-nat-pool\": \"q\"", noPool),
                route(
                        "\"nat-target\": { \"address\": \"10.2.0.1\" }",
                        "/nat-target/address: expected another host's address, found \"10.2.0.1\", the address of"
                                + " interface srv."),
                route(
                        "\"nat-target\": { \"port\": 80 }",
                        "/nat-target/address: expected an IPv4 address such as 10.1.0.1, found nothing."),
                route(
                        "\"nat-target\": { \"address\": \"10.2.0.9\", \"port\": 0 }",
                        "/nat-target/port: expected a whole number from 1 to 65535, found 0."),
                Arguments.of(
                        "\"name\": \"srv\",",
                        "\"name\": \"srv\", \"source-nat-pool\": \"q\",",
                        "/authority/router[name='west']/interface[name='srv']" + noPool),
                Arguments.of(
                        "\"service\": \"web\", \"peer\": \"west\"",
                        "\"service\": \"web\", \"peer\": \"west\", \"nat-target\": { \"address\": \"10.2.0.9\" }",
                        "/authority/router[name='east']/service-route[service='web']/nat-target: expected nothing, for"
                                + " the route leads to a peer, found a translation."));
    }

    private static Arguments route(final String more, final String fault) {
        return Arguments.of(
                WEST_ROUTES,
                WEST_ROUTES.replace("\"srv\" }", "\"srv\", " + more + " }"),
                "/authority/router[name='west']/service-route[service='web']" + fault);
    }
}
