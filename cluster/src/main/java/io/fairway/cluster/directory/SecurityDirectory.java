package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * How a session's payload is protected: where it begins, by the policy of its service and with a new key; elsewhere, as
 * its metadata says (svr-protocol.md, sections 4.1 and 4.2). Any thread may ask.
 */
public final class SecurityDirectory {
    private final Map<String, SecurityPolicy> policies = new HashMap<>();
    private final Map<String, SecurityPolicy> ofService = new HashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** The policies and services of an authority. */
    public SecurityDirectory(final Authority authority) {
        authority.policies().forEach(policy -> policies.put(policy.name(), policy));
        authority.services().forEach(service -> ofService.put(service.name(), service.security()));
    }

    /** For a session to this service that begins here and goes to another router. */
    public SessionSecurity begin(final String service) {
        final SecurityPolicy policy = ofService.get(service);
        if (policy == null || !policy.protects()) {
            return SessionSecurity.CLEAR;
        }
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        random.nextBytes(key);
        return of(policy, Secret.of(key));
    }

    /** For a session that came with this metadata; null if its policy is not known here or its key is none. */
    public SessionSecurity received(final ReceivedMetadata metadata) {
        if (metadata.key() == null) {
            return metadata.encrypted() ? null : SessionSecurity.CLEAR;
        }
        final SecurityPolicy policy = policies.get(metadata.policy());
        final boolean usable = policy != null
                && policy.protects()
                && metadata.key().bytes().length == SessionSecurity.KEY_LENGTH
                && metadata.encrypted() == (policy.encryption() != SecurityPolicy.Encryption.NONE);
        return usable ? of(policy, metadata.key()) : null;
    }

    private static SessionSecurity of(final SecurityPolicy policy, final Secret key) {
        return new SessionSecurity(policy.name(), policy.encryption(), policy.hmac(), key);
    }
}
