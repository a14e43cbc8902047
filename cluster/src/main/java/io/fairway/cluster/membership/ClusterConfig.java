package io.fairway.cluster.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.fairway.model.config.Router;
import java.util.HashMap;
import java.util.Map;

/**
 * Pekko's settings for a node, made from the router's configuration: no file of settings exists. A router of one node
 * has local actors only; a pair is a cluster over Artery TCP whose seed nodes are both nodes' first fabric addresses.
 */
public final class ClusterConfig {
    /** The actor system's name, the same on both nodes. */
    public static final String SYSTEM_NAME = "fairway";

    /** The port of Artery on the fabric. */
    public static final int DEFAULT_PORT = 25520;

    /** The thread of the paths' actors: a storm of new sessions must not keep them from saying that this node lives. */
    public static final String PATHS_DISPATCHER = "fairway.paths";

    private ClusterConfig() {}

    /** The settings of a node of this router. */
    public static Config of(final Router router, final Router.Node node, final int port) {
        final Map<String, Object> settings = new HashMap<>();
        putQuietness(settings);
        putThreads(settings);
        if (isClustered(router)) {
            putCluster(settings, router, node, port);
        } else {
            settings.put("pekko.actor.provider", "local");
        }
        return ConfigFactory.parseMap(settings)
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    /** Whether the nodes of this router form a cluster: there are two, and a fabric between them. */
    public static boolean isClustered(final Router router) {
        return router.nodes().size() > 1
                && router.nodes().stream().noneMatch(n -> n.fabric().isEmpty());
    }

    /** A node's host name in the cluster: its address on the first fabric link. */
    public static String host(final Router.Node node) {
        return node.fabric().getFirst().address().toString();
    }

    private static void putQuietness(final Map<String, Object> settings) {
        settings.put("pekko.loglevel", "WARNING");
        settings.put("pekko.stdout-loglevel", "WARNING");
        settings.put("pekko.log-dead-letters", 0);
        settings.put("pekko.log-dead-letters-during-shutdown", "off");
        settings.put("pekko.jvm-exit-on-fatal-error", "off");
        settings.put("pekko.java-flight-recorder.enabled", "off");
        settings.put("pekko.jvm-shutdown-hooks", "off");
        settings.put("pekko.coordinated-shutdown.exit-jvm", "off");
        settings.put("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
        settings.put("pekko.coordinated-shutdown.default-phase-timeout", "1s");
        settings.put("pekko.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout", "1s");
        settings.put("pekko.coordinated-shutdown.phases.cluster-exiting.timeout", "1s");
        settings.put("pekko.coordinated-shutdown.phases.actor-system-terminate.timeout", "2s");
    }

    private static void putThreads(final Map<String, Object> settings) {
        putParallelism(
                settings, "default-dispatcher", Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8));
        putParallelism(settings, "internal-dispatcher", 1);
        settings.put("pekko.actor.default-dispatcher.throughput", 32);
        settings.put("pekko.actor.default-blocking-io-dispatcher.thread-pool-executor.fixed-pool-size", 2);
        settings.put(PATHS_DISPATCHER + ".executor", "thread-pool-executor");
        settings.put(PATHS_DISPATCHER + ".thread-pool-executor.fixed-pool-size", 1);
    }

    /** Threads beyond these wake each other more than they work. */
    private static void putParallelism(
            final Map<String, Object> settings, final String dispatcher, final int parallelism) {
        final String path = "pekko.actor." + dispatcher;
        settings.put(path + ".executor", "fork-join-executor");
        settings.put(path + ".fork-join-executor.parallelism-min", parallelism);
        settings.put(path + ".fork-join-executor.parallelism-max", parallelism);
    }

    private static void putCluster(
            final Map<String, Object> settings, final Router router, final Router.Node node, final int port) {
        settings.put("pekko.actor.provider", "cluster");
        settings.put("pekko.actor.allow-java-serialization", "off");
        settings.put("pekko.actor.serializers.fairway", KryoSerializer.class.getName());
        settings.put("pekko.actor.serialization-bindings.\"" + RemoteMessage.class.getName() + "\"", "fairway");
        settings.put("pekko.remote.artery.transport", "tcp");
        settings.put("pekko.remote.artery.canonical.hostname", host(node));
        settings.put("pekko.remote.artery.canonical.port", port);
        settings.put("pekko.remote.artery.advanced.inbound-lanes", 1);
        settings.put("pekko.remote.artery.advanced.outbound-lanes", 1);
        settings.put(
                "pekko.cluster.seed-nodes",
                router.nodes().stream()
                        .map(n -> "pekko://" + SYSTEM_NAME + "@" + host(n) + ":" + port)
                        .toList());
        settings.put("pekko.cluster.downing-provider-class", PairDowningProvider.class.getName());
        settings.put("pekko.cluster.jmx.enabled", "off");
        settings.put("pekko.cluster.log-info", "off");
        settings.put("pekko.cluster.shutdown-after-unsuccessful-join-seed-nodes", "off");
        // The first node founds a cluster of its own when nobody answers for so long; two of them never become one.
        settings.put("pekko.cluster.seed-node-timeout", "5s");
        settings.put("pekko.cluster.retry-unsuccessful-join-after", "2s");
    }
}
