package io.fairway.cluster.membership;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Downs the members that ran at a host when the arbiter declared it dead. An incarnation that joins from the same host
 * afterwards is another member and stays.
 */
final class PairDowningActor {
    private final Cluster cluster;
    private final Set<UniqueAddress> dead = new HashSet<>();

    private PairDowningActor(final Cluster cluster) {
        this.cluster = cluster;
    }

    sealed interface Command {}

    private record Died(String host) implements Command {}

    private record Changed(ClusterEvent.MemberEvent event) implements Command {}

    /** The actor that obeys this register. */
    static Behavior<Command> create(final DeathRegister register) {
        return Behaviors.setup(context -> {
            final Consumer<String> listener = host -> context.getSelf().tell(new Died(host));
            register.listen(listener);
            final PairDowningActor actor = new PairDowningActor(Cluster.get(context.getSystem()));
            return actor.watching(context, () -> register.unlisten(listener));
        });
    }

    private Behavior<Command> watching(final ActorContext<Command> context, final Runnable stop) {
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.MemberEvent.class, Changed::new),
                        ClusterEvent.MemberEvent.class));
        return Behaviors.receive(Command.class)
                .onMessage(Command.class, this::on)
                .onSignal(PostStop.class, _ -> {
                    stop.run();
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> on(final Command command) {
        switch (command) {
            case Died(final String host) -> {
                for (final Member member : cluster.state().getMembers()) {
                    if (isAt(member, host)) {
                        dead.add(member.uniqueAddress());
                    }
                }
                down();
            }
            case Changed(final ClusterEvent.MemberEvent event) -> {
                if (event instanceof ClusterEvent.MemberRemoved removed) {
                    dead.remove(removed.member().uniqueAddress());
                } else {
                    down();
                }
            }
        }
        return Behaviors.same();
    }

    private void down() {
        for (final Member member : cluster.state().getMembers()) {
            if (dead.contains(member.uniqueAddress()) && !member.status().equals(MemberStatus.down())) {
                cluster.manager().tell(new Down(member.address()));
            }
        }
    }

    private boolean isAt(final Member member, final String host) {
        return member.address().host().contains(host)
                && !member.uniqueAddress().equals(cluster.selfMember().uniqueAddress());
    }
}
