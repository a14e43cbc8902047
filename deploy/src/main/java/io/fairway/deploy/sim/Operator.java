package io.fairway.deploy.sim;

import java.util.ArrayList;
import java.util.List;

/** Ends a session now and then, on the node that owns it. */
final class Operator {
    private final World world;
    private final SimRandom random;

    Operator(final World world) {
        this.world = world;
        random = world.random("operator");
    }

    void begin() {
        world.timeline().after(random.between(1_000_000_000L, 5_000_000_000L), () -> {
            endOne();
            begin();
        });
    }

    private void endOne() {
        final List<SessionBook.Entry> alive = new ArrayList<>();
        for (final SessionBook.Entry session : world.checker().book().all()) {
            if (session.committed && !session.ended) {
                alive.add(session);
            }
        }
        if (alive.isEmpty()) {
            return;
        }
        final long sessionId = alive.get(random.below(alive.size())).sessionId;
        for (int i = 0; i < 2; i++) {
            if (world.node(i).process() != null) {
                world.node(i).process().controller().delete(sessionId);
            }
        }
    }
}
