package io.fairway.cluster.membership;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.agrona.collections.Long2ObjectHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * A node's desk for what people ask of sessions: does it here if this node owns the session, and asks the partner's
 * desk, found by the receptionist, if not. Never on a packet's way.
 */
public final class ManagementActor extends AbstractBehavior<ManagementActor.Command> {
    private static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "fairway-management");

    private final LongPredicate ownedHere;
    private final LongFunction<CompletableFuture<Boolean>> deleteHere;
    private final Long2ObjectHashMap<CompletableFuture<Boolean>> asked = new Long2ObjectHashMap<>();
    private long lastRequestId;
    private ActorRef<Command> partner;

    private ManagementActor(
            final ActorContext<Command> context,
            final LongPredicate ownedHere,
            final LongFunction<CompletableFuture<Boolean>> deleteHere) {
        super(context);
        this.ownedHere = ownedHere;
        this.deleteHere = deleteHere;
    }

    /**
     * The desk of a node.
     *
     * @param ownedHere whether this node owns a session
     * @param deleteHere ends a session that this node owns, and tells whether it was there
     */
    public static Behavior<Command> create(
            final LongPredicate ownedHere, final LongFunction<CompletableFuture<Boolean>> deleteHere) {
        return Behaviors.setup(context -> {
            final var receptionist = context.getSystem().receptionist();
            receptionist.tell(Receptionist.register(KEY, context.getSelf()));
            receptionist.tell(
                    Receptionist.subscribe(KEY, context.messageAdapter(Receptionist.Listing.class, Listed::new)));
            return new ManagementActor(context, ownedHere, deleteHere);
        });
    }

    /** What the desk is told. */
    public sealed interface Command
            permits Delete, Listed, Done, RemoteMessage.AskDelete, RemoteMessage.DeleteAnswered {}

    /**
     * End a session, whoever owns it.
     *
     * @param sessionId the session
     * @param ended completes with whether it was there; false if its owner cannot be asked
     */
    public record Delete(long sessionId, CompletableFuture<Boolean> ended) implements Command {}

    record Listed(Receptionist.Listing listing) implements Command {}

    record Done(long requestId) implements Command {}

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::on).build();
    }

    private Behavior<Command> on(final Command command) {
        switch (command) {
            case Delete delete -> delete(delete);
            case Listed(final Receptionist.Listing listing) -> partner = partnerIn(listing.getServiceInstances(KEY));
            case Done(final long requestId) -> asked.remove(requestId);
            case RemoteMessage.AskDelete ask -> answer(ask);
            case RemoteMessage.DeleteAnswered(final long requestId, final boolean wasThere) -> {
                final CompletableFuture<Boolean> ended = asked.remove(requestId);
                if (ended != null) {
                    ended.complete(wasThere);
                }
            }
        }
        return Behaviors.same();
    }

    private void delete(final Delete delete) {
        if (ownedHere.test(delete.sessionId())) {
            final var unused = deleteHere.apply(delete.sessionId()).thenAccept(delete.ended()::complete);
        } else if (partner != null) {
            final long requestId = ++lastRequestId;
            asked.put(requestId, delete.ended());
            final ActorRef<Command> self = getContext().getSelf();
            // Also when the asker's patience ends first.
            final var unused = delete.ended().whenComplete((wasThere, failure) -> self.tell(new Done(requestId)));
            partner.tell(new RemoteMessage.AskDelete(requestId, delete.sessionId()));
        } else {
            delete.ended().complete(false);
        }
    }

    private void answer(final RemoteMessage.AskDelete ask) {
        final ActorRef<Command> asker = partner;
        if (asker != null && ownedHere.test(ask.sessionId())) {
            final var unused = deleteHere
                    .apply(ask.sessionId())
                    .thenAccept(wasThere -> asker.tell(new RemoteMessage.DeleteAnswered(ask.requestId(), wasThere)));
        } else if (asker != null) {
            asker.tell(new RemoteMessage.DeleteAnswered(ask.requestId(), false));
        }
    }

    private ActorRef<Command> partnerIn(final Set<ActorRef<Command>> desks) {
        return desks.stream()
                .filter(desk -> !desk.equals(getContext().getSelf()))
                .findFirst()
                .orElse(null);
    }
}
