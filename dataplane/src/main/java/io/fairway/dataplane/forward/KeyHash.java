package io.fairway.dataplane.forward;

import io.fairway.model.session.FlowKeyFlyweight;
import org.agrona.DirectBuffer;

/** The hash of a flow key under a secret seed, so that nobody outside can choose keys that collide. */
final class KeyHash {
    private KeyHash() {}

    static int of(final long seed, final DirectBuffer key, final int keyOffset) {
        long hash = seed;
        for (int at = 0; at < FlowKeyFlyweight.LENGTH; at += 8) {
            hash = (hash ^ key.getLong(keyOffset + at)) * 0x9e37_79b9_7f4a_7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }
}
