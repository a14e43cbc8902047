package io.fairway.cluster.membership;

import java.time.Duration;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * What one node of a router wants the other to know: keeps the newest word on each topic, says it to the partner at
 * once, and all of it every two seconds while the partner lives. So it needs neither a message to arrive nor the nodes
 * to be members of one cluster, which they are not when one of them starved as it joined.
 */
public final class NoticeActor extends AbstractBehavior<NoticeActor.Command> {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final BiPredicate<Integer, byte[]> heard;
    private final ActorSelection partner;
    private final TreeMap<Integer, byte[]> newest = new TreeMap<>();
    private boolean partnerLives = true;

    private NoticeActor(
            final ActorContext<Command> context, final String partnerHost, final BiPredicate<Integer, byte[]> heard) {
        super(context);
        this.heard = heard;
        final Address own = Cluster.get(context.getSystem()).selfMember().address();
        final Address there = new Address(
                own.protocol(), own.system(), partnerHost, own.getPort().orElseThrow());
        partner = Adapter.toClassic(context)
                .actorSelection(there + context.getSelf().path().toStringWithoutAddress());
    }

    /**
     * A node's actor, which hands the partner's words over, again and again; the partner's has the same name.
     *
     * @param partnerHost the partner's address in the cluster, at our port
     * @param heard whether a word of the partner's counts: then it is the newest here, too
     */
    public static Behavior<Command> create(final String partnerHost, final BiPredicate<Integer, byte[]> heard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new Again(), EVERY);
            return new NoticeActor(context, partnerHost, heard);
        }));
    }

    /** What the actor is told. */
    public sealed interface Command permits Say, Partner, Again, RemoteMessage.Notice {}

    /** This is the newest on a topic. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    public record Say(int topic, byte[] content) implements Command {}

    /** Whether there is anybody to talk to. */
    public record Partner(boolean lives) implements Command {}

    record Again() implements Command {}

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::on).build();
    }

    private Behavior<Command> on(final Command command) {
        switch (command) {
            case Say(final int topic, final byte[] content) -> {
                newest.put(topic, content);
                tell(topic, content);
            }
            case Partner(final boolean lives) -> {
                partnerLives = lives;
                newest.forEach(this::tell);
            }
            case Again _ -> newest.forEach(this::tell);
            case RemoteMessage.Notice(final int topic, final byte[] content) -> {
                if (heard.test(topic, content)) {
                    newest.put(topic, content);
                }
            }
        }
        return Behaviors.same();
    }

    private void tell(final int topic, final byte[] content) {
        if (partnerLives) {
            partner.tell(
                    new RemoteMessage.Notice(topic, content),
                    Adapter.toClassic(getContext().getSelf()));
        }
    }
}
