package io.fairway.cluster.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.Lab;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.config.Service;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.svr.MetadataBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sealed and what is not, where a session begins and where it comes (svr-protocol.md sections 4.1 and 4.2). */
class SecurityDirectoryTest {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final List<SecurityPolicy> POLICIES = List.of(
            new SecurityPolicy("adaptive", Encryption.AES_256_GCM, Hmac.NONE, false, true),
            new SecurityPolicy("strict", Encryption.AES_128_CBC, Hmac.SHA256_128, false, false),
            new SecurityPolicy("signed", Encryption.NONE, Hmac.SHA256, false, false),
            new SecurityPolicy("signed-adaptive", Encryption.NONE, Hmac.SHA256, false, true),
            new SecurityPolicy("nothing", Encryption.NONE, Hmac.NONE, false, true));

    /** Each policy is that of a service of its name; "open" has none. */
    private final SecurityDirectory directory = new SecurityDirectory(new Authority(
            "x",
            List.of(),
            List.of(
                    service("adaptive", POLICIES.get(0)),
                    service("strict", POLICIES.get(1)),
                    service("signed", POLICIES.get(2)),
                    service("signed-adaptive", POLICIES.get(3)),
                    service("nothing", POLICIES.get(4)),
                    service("open", null)),
            POLICIES,
            List.of(),
            List.of()));

    private static Service service(final String name, final SecurityPolicy security) {
        return new Service(name, List.of(), List.of(), List.of(), security, true, null, TcpEnforcement.ALLOW);
    }

    private static FiveTuple tuple(final int protocol, final int sourcePort, final int destinationPort) {
        return new FiveTuple(Lab.CLIENT, Lab.SERVER, sourcePort, destinationPort, protocol);
    }

    /** "CLEAR", or how a protected session adapts. */
    private static String words(final SessionSecurity security) {
        if (security == null) {
            return "refused";
        }
        return security.equals(SessionSecurity.CLEAR)
                ? "CLEAR"
                : security.adaptation().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "adaptive, 50, 0, CLEAR",
        "adaptive, 17, 500, CLEAR",
        "adaptive, 17, 4500, CLEAR",
        "adaptive, 17, 499, NONE",
        "adaptive, 17, 501, NONE",
        "adaptive, 17, 53, NONE",
        "adaptive, 17, 443, NONE",
        "adaptive, 6, 500, SEALS",
        "adaptive, 6, 4500, SEALS",
        "adaptive, 6, 80, SEALS",
        "adaptive, 1, 0, NONE",
        "adaptive, 47, 0, NONE",
        "adaptive, 51, 0, NONE",
        "strict, 50, 0, NONE",
        "strict, 17, 500, NONE",
        "strict, 17, 4500, NONE",
        "strict, 17, 53, NONE",
        "strict, 6, 443, NONE",
        "signed, 50, 0, NONE",
        "signed, 6, 443, NONE",
        "signed-adaptive, 50, 0, NONE",
        "signed-adaptive, 17, 500, NONE",
        "signed-adaptive, 6, 443, NONE",
        "nothing, 6, 443, CLEAR",
        "open, 6, 443, CLEAR",
        "unknown, 6, 443, CLEAR"
    })
    void whatBeginsHere(final String service, final int protocol, final int port, final String expected) {
        final SessionSecurity security = directory.begin(service, tuple(protocol, 40000, port));
        assertThat(words(security)).isEqualTo(expected);
        if (!"CLEAR".equals(expected)) {
            final SecurityPolicy policy = POLICIES.stream()
                    .filter(candidate -> candidate.name().equals(service))
                    .findFirst()
                    .orElseThrow();
            assertThat(security.policy()).isEqualTo(policy.name());
            assertThat(security.encryption()).isEqualTo(policy.encryption());
            assertThat(security.hmac()).isEqualTo(policy.hmac());
            assertThat(security.key().bytes()).hasSize(SessionSecurity.KEY_LENGTH);
        }
    }

    @Test
    void anAnswerFromAnIpsecPortIsNoIpsec() {
        assertThat(words(directory.begin("adaptive", tuple(UDP, 500, 40000)))).isEqualTo("NONE");
    }

    @Test
    void everySessionHasAKeyOfItsOwn() {
        final SessionSecurity one = directory.begin("strict", tuple(TCP, 40000, 80));
        final SessionSecurity other = directory.begin("strict", tuple(TCP, 40000, 80));
        assertThat(one.key().bytes()).isNotEqualTo(other.key().bytes());
    }

    /** Policy, IP protocol, whether the metadata says "encrypted", bytes of its key (-1 for no key). */
    @ParameterizedTest
    @CsvSource({
        "adaptive, 6, true, 32, SEALS",
        "adaptive, 6, false, 32, YIELDS",
        "adaptive, 17, true, 32, NONE",
        "adaptive, 17, false, 32, refused",
        "adaptive, 50, true, 32, NONE",
        "adaptive, 50, false, 32, refused",
        "strict, 6, true, 32, NONE",
        "strict, 6, false, 32, refused",
        "strict, 17, true, 32, NONE",
        "strict, 17, false, 32, refused",
        "signed, 6, true, 32, refused",
        "signed, 6, false, 32, NONE",
        "signed, 17, true, 32, refused",
        "signed, 17, false, 32, NONE",
        "signed-adaptive, 6, true, 32, refused",
        "signed-adaptive, 6, false, 32, NONE",
        "signed-adaptive, 17, false, 32, NONE",
        "nothing, 6, true, 32, refused",
        "nothing, 6, false, 32, refused",
        "unknown, 6, true, 32, refused",
        "unknown, 6, false, 32, refused",
        "adaptive, 6, true, 31, refused",
        "adaptive, 6, false, 33, refused",
        "strict, 17, true, 0, refused",
        "adaptive, 6, true, -1, refused",
        "strict, 17, true, -1, refused",
        "unknown, 6, true, -1, refused",
        "adaptive, 6, false, -1, CLEAR",
        "strict, 17, false, -1, CLEAR",
        "unknown, 50, false, -1, CLEAR"
    })
    void whatComes(
            final String policy,
            final int protocol,
            final boolean encrypted,
            final int keyLength,
            final String expected) {
        final Secret key = keyLength < 0 ? null : Secret.of(new byte[keyLength]);
        final SessionSecurity security = directory.received(new MetadataBuilder()
                .forwardContext(tuple(protocol, 40000, 443))
                .policy(policy)
                .encrypted(encrypted)
                .key(key)
                .build());
        assertThat(words(security)).isEqualTo(expected);
        if (security != null && !security.equals(SessionSecurity.CLEAR)) {
            assertThat(security.policy()).isEqualTo(policy);
            assertThat(security.key()).isEqualTo(key);
        }
    }
}
