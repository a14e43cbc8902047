package io.fairway.cluster.membership;

import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.DowningProvider;
import scala.Option;
import scala.Some;
import scala.concurrent.duration.FiniteDuration;

/**
 * Pekko's hook for downing, named in {@link ClusterConfig}. It downs exactly what the pair's arbiter declared dead.
 * Pekko's own split-brain resolver is never used: with two nodes it makes the healthy one leave when the other is
 * killed.
 */
public final class PairDowningProvider extends DowningProvider {
    private final DeathRegister register;

    /** Called by Pekko. */
    public PairDowningProvider(final ActorSystem system) {
        register = system.settings()
                .setup()
                .get(DeathRegister.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was made without a DeathRegister"));
    }

    @Override
    public FiniteDuration downRemovalMargin() {
        return FiniteDuration.create(0, TimeUnit.SECONDS);
    }

    @Override
    public Option<Props> downingActorProps() {
        return new Some<>(Adapter.props(() -> PairDowningActor.create(register)));
    }
}
