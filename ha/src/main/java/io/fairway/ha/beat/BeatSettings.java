package io.fairway.ha.beat;

import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What never changes while beats are sent.
 *
 * @param routerHash {@link #routerHash} of the router's name
 * @param node this node's id
 * @param incarnation this process's incarnation
 * @param intervalNs between two beats on a path
 * @param leaseNs the lease; beats stop when the pair's thread did not turn for so long
 * @param secret the pair's secret
 */
public record BeatSettings(long routerHash, int node, long incarnation, long intervalNs, long leaseNs, Secret secret) {
    /** The settings of a node of a pair. */
    public static BeatSettings of(final Router router, final Router.Node node, final long incarnation) {
        return new BeatSettings(
                routerHash(router.name()),
                node.id(),
                incarnation,
                router.pair().beatIntervalUs() * 1_000L,
                router.pair().leaseMs() * 1_000_000L,
                router.pair().secret());
    }

    /** A listening gap that is longer starts the count of silence anew. */
    public long maxGapNs() {
        return Math.max(3 * intervalNs, leaseNs / 3);
    }

    /** Tells routers apart that share a network. */
    public static long routerHash(final String routerName) {
        try {
            final byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(routerName.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
