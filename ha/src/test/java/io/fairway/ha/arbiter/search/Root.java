package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.PairState;
import java.util.List;

/** Where sequences begin. */
enum Root {
    /** No node was ever started. */
    COLD,
    /** Each owns what is at home there. */
    PAIRED,
    /** One owns everything, the other has copied it and is about to get its home back. */
    REJOINED;

    SearchWorld world(final SearchSetup setup, final List<String> log) {
        final SearchWorld world = new SearchWorld(setup, log);
        if (this == COLD) {
            return world;
        }
        world.boot(0);
        world.boot(1);
        world.run(4);
        if (this == REJOINED) {
            world.node(1).die();
            world.tell(1);
            world.run(1);
            world.boot(1);
            world.run(4);
            world.synced(1);
            world.run(4);
        }
        for (int id = 0; id < 2; id++) {
            if (world.node(id).arbiter.state() != PairState.PAIRED) {
                throw new IllegalStateException(
                        "node" + id + " is " + world.node(id).arbiter.state());
            }
        }
        return world;
    }
}
