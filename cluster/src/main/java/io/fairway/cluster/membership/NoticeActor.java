package io.fairway.cluster.membership;

import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * What one node of a router wants the other to know: keeps the newest word on each topic, says it to the partner at
 * once, and all of it again to a partner that comes later.
 */
public final class NoticeActor extends AbstractBehavior<NoticeActor.Command> {
    private static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "fairway-notices");

    private final BiConsumer<Integer, byte[]> heard;
    private final TreeMap<Integer, byte[]> newest = new TreeMap<>();
    private ActorRef<Command> partner;

    private NoticeActor(final ActorContext<Command> context, final BiConsumer<Integer, byte[]> heard) {
        super(context);
        this.heard = heard;
    }

    /** A node's actor, which hands the partner's words over. */
    public static Behavior<Command> create(final BiConsumer<Integer, byte[]> heard) {
        return Behaviors.setup(context -> {
            final var receptionist = context.getSystem().receptionist();
            receptionist.tell(Receptionist.register(KEY, context.getSelf()));
            receptionist.tell(
                    Receptionist.subscribe(KEY, context.messageAdapter(Receptionist.Listing.class, Listed::new)));
            return new NoticeActor(context, heard);
        });
    }

    /** What the actor is told. */
    public sealed interface Command permits Say, Listed, RemoteMessage.Notice {}

    /** This is the newest on a topic. */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    public record Say(int topic, byte[] content) implements Command {}

    record Listed(Receptionist.Listing listing) implements Command {}

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
            case Listed(final Receptionist.Listing listing) -> listed(listing);
            case RemoteMessage.Notice(final int topic, final byte[] content) -> heard.accept(topic, content);
        }
        return Behaviors.same();
    }

    private void listed(final Receptionist.Listing listing) {
        partner = listing.getServiceInstances(KEY).stream()
                .filter(actor -> !actor.equals(getContext().getSelf()))
                .findFirst()
                .orElse(null);
        newest.forEach(this::tell);
    }

    private void tell(final int topic, final byte[] content) {
        if (partner != null) {
            partner.tell(new RemoteMessage.Notice(topic, content));
        }
    }
}
