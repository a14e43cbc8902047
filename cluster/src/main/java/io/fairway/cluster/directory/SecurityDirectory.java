package io.fairway.cluster.directory;

import io.fairway.model.config.Authority;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionSecurity.Adaptation;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * How a session's payload is protected: where it begins, by the policy of its service and with a new key; elsewhere, as
 * its metadata says (svr-protocol.md, sections 4.1 and 4.2). Any thread may ask.
 */
public final class SecurityDirectory {
    private static final int IKE = 500;
    private static final int IKE_AND_ESP = 4500;

    private final Map<String, SecurityPolicy> policies = new HashMap<>();
    private final Map<String, SecurityPolicy> ofService = new HashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** The policies and services of an authority. */
    public SecurityDirectory(final Authority authority) {
        authority.policies().forEach(policy -> policies.put(policy.name(), policy));
        authority.services().forEach(service -> ofService.put(service.name(), service.security()));
    }

    /** For a session of this tuple to this service that begins here and goes to another router. */
    public SessionSecurity begin(final String service, final FiveTuple tuple) {
        final SecurityPolicy policy = ofService.get(service);
        if (policy == null || !policy.protects() || isAdaptive(policy) && isIpsec(tuple)) {
            return SessionSecurity.CLEAR;
        }
        final byte[] key = new byte[SessionSecurity.KEY_LENGTH];
        random.nextBytes(key);
        final boolean adaptive = isAdaptive(policy) && tuple.protocol() == IpProtocol.TCP;
        return of(policy, Secret.of(key), adaptive ? Adaptation.SEALS : Adaptation.NONE);
    }

    private static boolean isAdaptive(final SecurityPolicy policy) {
        return policy.adaptive() && policy.encryption() != SecurityPolicy.Encryption.NONE;
    }

    /** ESP (RFC 4303), also in UDP (RFC 3948), or IKE (RFC 7296), which encrypt all that is worth it. */
    private static boolean isIpsec(final FiveTuple tuple) {
        return switch (tuple.protocol()) {
            case IpProtocol.ESP -> true;
            case IpProtocol.UDP -> tuple.destinationPort() == IKE || tuple.destinationPort() == IKE_AND_ESP;
            default -> false;
        };
    }

    /** For a session that came with this metadata; null if its policy is not known here or its key is none. */
    public SessionSecurity received(final ReceivedMetadata metadata) {
        if (metadata.key() == null) {
            return metadata.encrypted() ? null : SessionSecurity.CLEAR;
        }
        final SecurityPolicy policy = policies.get(metadata.policy());
        if (policy == null || !policy.protects() || metadata.key().bytes().length != SessionSecurity.KEY_LENGTH) {
            return null;
        }
        final boolean tcp = metadata.forwardContext().protocol() == IpProtocol.TCP;
        if (isAdaptive(policy) && tcp) {
            return of(policy, metadata.key(), metadata.encrypted() ? Adaptation.SEALS : Adaptation.YIELDS);
        }
        final boolean encrypts = policy.encryption() != SecurityPolicy.Encryption.NONE;
        return metadata.encrypted() == encrypts ? of(policy, metadata.key(), Adaptation.NONE) : null;
    }

    private static SessionSecurity of(final SecurityPolicy policy, final Secret key, final Adaptation adaptation) {
        return new SessionSecurity(policy.name(), policy.encryption(), policy.hmac(), key, adaptation);
    }
}
