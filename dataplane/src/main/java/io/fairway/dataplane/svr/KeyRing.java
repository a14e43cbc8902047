package io.fairway.dataplane.svr;

import io.fairway.model.boundary.PeerKeysFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.config.SecurityPolicy;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Which key signs towards a peer and which ones are accepted from it, by peer path. Belongs to the forwarder's thread;
 * to look up allocates nothing, to exchange keys does.
 */
public final class KeyRing {
    private final JceProvider jce;
    private final CryptoScratch scratch;
    private final MetadataKey[] signing;
    private final Int2ObjectHashMap<MetadataKey>[] accepted;
    private final SecurityPolicy ownPolicy;
    private final SecurityPolicy[] peerPolicy;

    /**
     * The keys that the configuration shares out: each router signs with its own. Paths on which routers agree on keys
     * have none before {@link #exchange}; what these keys are used for says the policy of the shared ones.
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public KeyRing(
            final Router router, final List<SecurityKey> keys, final JceProvider jce, final CryptoScratch scratch) {
        this.jce = jce;
        this.scratch = scratch;
        final int paths = router.peerPaths().size();
        signing = new MetadataKey[paths];
        accepted = new Int2ObjectHashMap[paths];
        peerPolicy = new SecurityPolicy[paths];
        final SecurityKey own = find(keys, router.securityId());
        ownPolicy = own == null ? null : own.policy();
        for (int path = 0; path < paths; path++) {
            accepted[path] = new Int2ObjectHashMap<>();
            final SecurityKey peers = find(keys, router.peerPaths().get(path).remoteSecurityId());
            peerPolicy[path] = peers == null ? null : peers.policy();
            if (!router.peering().terms().get(path).certified()) {
                signing[path] = own == null ? null : new MetadataKey(jce, own, scratch);
                if (peers != null) {
                    accepted[path].put(peers.id(), new MetadataKey(jce, peers, scratch));
                }
            }
        }
    }

    private static SecurityKey find(final List<SecurityKey> keys, final int id) {
        return keys.stream().filter(key -> key.id() == id).findFirst().orElse(null);
    }

    /**
     * Puts a path's keys in the place of those it had.
     *
     * @param message a PeerKeysFlyweight
     */
    public void exchange(final DirectBuffer message, final int offset) {
        final int path = message.getInt(offset + PeerKeysFlyweight.PATH);
        final int count = message.getInt(offset + PeerKeysFlyweight.COUNT);
        if (path < 0 || path >= signing.length || ownPolicy == null || peerPolicy[path] == null) {
            return;
        }
        signing[path] = null;
        accepted[path].clear();
        for (int i = 0; i < Math.min(count, PeerKeysFlyweight.MAX_GENERATIONS); i++) {
            final int at = offset + PeerKeysFlyweight.GENERATIONS + i * PeerKeysFlyweight.GENERATION_LENGTH;
            final int number = message.getInt(at + PeerKeysFlyweight.NUMBER);
            accepted[path].put(number, key(number, peerPolicy[path], message, at + PeerKeysFlyweight.RECEIVING));
            if (number == message.getInt(offset + PeerKeysFlyweight.IN_USE)) {
                signing[path] = key(number, ownPolicy, message, at + PeerKeysFlyweight.SENDING);
            }
        }
    }

    private MetadataKey key(
            final int number, final SecurityPolicy policy, final DirectBuffer message, final int secretOffset) {
        final byte[] secret = new byte[PeerKeysFlyweight.KEY_LENGTH];
        message.getBytes(secretOffset, secret);
        return new MetadataKey(jce, new SecurityKey(number, policy, Secret.of(secret)), scratch);
    }

    /** The key with which we sign on this path, or null if there is none. */
    public MetadataKey signing(final int path) {
        return path < 0 ? null : signing[path];
    }

    /** The peer's key with this security id, or null if none such is accepted on this path. */
    public MetadataKey accepted(final int path, final int securityId) {
        return path < 0 ? null : accepted[path].get(securityId);
    }
}
