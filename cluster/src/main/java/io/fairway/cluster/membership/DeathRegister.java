package io.fairway.cluster.membership;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.pekko.actor.setup.Setup;

/**
 * Which node the pair's arbiter has declared dead: the only word on which a node is downed. The pair's thread writes,
 * {@link PairDowningActor} listens; neither blocks. It reaches the actor in the actor system's set-up.
 */
public final class DeathRegister extends Setup {
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private volatile String lastDead;

    /** The incarnation of the node that ran at this host until now is dead; one that comes after it is not. */
    public void declareDead(final String host) {
        lastDead = host;
        listeners.forEach(listener -> listener.accept(host));
    }

    /** The host declared dead last, or null. */
    public String lastDead() {
        return lastDead;
    }

    void listen(final Consumer<String> listener) {
        listeners.add(listener);
    }

    void unlisten(final Consumer<String> listener) {
        listeners.remove(listener);
    }
}
