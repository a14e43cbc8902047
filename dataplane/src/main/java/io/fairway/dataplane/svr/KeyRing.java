package io.fairway.dataplane.svr;

import io.fairway.model.config.Router;
import io.fairway.model.config.SecurityKey;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Which key signs towards a peer and which ones are accepted from it, by peer path. Belongs to the forwarder's thread;
 * to look up allocates nothing.
 */
public final class KeyRing {
    private final MetadataKey[] signing;
    private final Int2ObjectHashMap<MetadataKey>[] accepted;

    /** The keys that the configuration shares out: each router signs with its own. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public KeyRing(
            final Router router, final List<SecurityKey> keys, final JceProvider jce, final CryptoScratch scratch) {
        final int paths = router.peerPaths().size();
        signing = new MetadataKey[paths];
        accepted = new Int2ObjectHashMap[paths];
        for (int path = 0; path < paths; path++) {
            accepted[path] = new Int2ObjectHashMap<>();
            for (final SecurityKey key : keys) {
                if (key.id() == router.securityId()) {
                    signing[path] = new MetadataKey(jce, key, scratch);
                }
                if (key.id() == router.peerPaths().get(path).remoteSecurityId()) {
                    accepted[path].put(key.id(), new MetadataKey(jce, key, scratch));
                }
            }
        }
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
