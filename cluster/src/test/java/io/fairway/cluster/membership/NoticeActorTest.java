package io.fairway.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.fairway.cluster.Lab;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that never become members of one cluster, as when one starved while it joined. */
class NoticeActorTest {
    private static final int TOPIC = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Router router = Lab.authority("127.0.0.2", "127.0.0.3").router("east");
    private final int port = freePort();
    private final List<ActorSystem<?>> systems = new ArrayList<>();

    @AfterEach
    void stop() {
        systems.forEach(ActorSystem::terminate);
        systems.forEach(
                system -> system.getWhenTerminated().toCompletableFuture().join());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ActorRef<NoticeActor.Command> start(final int node, final List<String> heard) {
        final Config alone = ConfigFactory.parseString(
                "pekko.cluster.seed-nodes = []\n" + "pekko.cluster.downing-provider-class = \"\"");
        final Config config =
                alone.withFallback(ClusterConfig.of(router, router.nodes().get(node), port));
        final Object[] spawned = new Object[1];
        final ActorSystem<Void> system = ActorSystem.create(
                Behaviors.setup(context -> {
                    final String partner = ClusterConfig.host(router.nodes().get(1 - node));
                    spawned[0] = context.spawn(
                            NoticeActor.create(partner, (topic, content) -> heard.add(topic + ":" + content[0])),
                            "notices");
                    return Behaviors.empty();
                }),
                ClusterConfig.SYSTEM_NAME,
                config);
        systems.add(system);
        await().until(() -> spawned[0] != null);
        @SuppressWarnings("unchecked")
        final ActorRef<NoticeActor.Command> actor = (ActorRef<NoticeActor.Command>) spawned[0];
        return actor;
    }

    @Test
    void whoComesLaterHearsEverything_andWhoIsDeadNothing() {
        final List<String> heardBy0 = Collections.synchronizedList(new ArrayList<>());
        final List<String> heardBy1 = Collections.synchronizedList(new ArrayList<>());
        final ActorRef<NoticeActor.Command> node0 = start(0, heardBy0);
        node0.tell(new NoticeActor.Say(TOPIC, new byte[] {2}));
        final ActorRef<NoticeActor.Command> node1 = start(1, heardBy1);
        await().atMost(PATIENCE).until(() -> heardBy1.contains("3:2"));
        await().atMost(PATIENCE).until(() -> heardBy0.contains("3:2"));
        node1.tell(new NoticeActor.Partner(false));
        node1.tell(new NoticeActor.Say(TOPIC, new byte[] {4}));
        node1.tell(new NoticeActor.Say(TOPIC, new byte[] {5}));
        node1.tell(new NoticeActor.Partner(true));
        await().atMost(PATIENCE).until(() -> heardBy0.contains("3:5"));
        assertThat(heardBy0).doesNotContain("3:4");
    }
}
