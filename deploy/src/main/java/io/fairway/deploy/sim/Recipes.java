package io.fairway.deploy.sim;

import java.util.List;
import java.util.stream.Stream;

/** Storms that random ones hit too rarely: each is forced upon one seed in {@link #EVERY}. */
final class Recipes {
    /** A recipe for so many seeds, by the seed's remainder; the rest have none. */
    static final int EVERY = 24;

    private static final List<String> ALL = List.of(
            // The isolated one of two: no way to the partner, and no link of its own.
            """
            9000 4000 cut fabric0-both 0
            9000 4000 cut fabric1-both 0
            9000 4000 unplug_lan node1 0
            9000 4000 unplug_wan node1 0\
            """,
            // Both killed at once.
            """
            9000 0 kill node0 0
            9000 0 kill node1 0\
            """,
            // Killed while it copies the sessions, and then the one that it copied from.
            """
            9000 0 kill node1 0
            9503 0 kill node1 0
            10505 0 kill node0 0\
            """,
            // The survivor is killed during its takeover.
            """
            9000 0 kill node0 0
            9003 0 kill node1 0\
            """,
            // Split and healed within one lease, again and again.
            """
            9000 6000 flap fabric0-both 40
            9000 6000 flap fabric1-both 40
            9000 6000 flap lan-both 40
            9000 6000 flap wan-both 40\
            """,
            // Asleep for longer than a cold start; the partner's next process serves alone meanwhile.
            """
            9000 8000 freeze node0 0
            9200 0 kill node1 0\
            """,
            // A sleeper that is the only one, wakes next to a partner that serves alone.
            """
            8000 20000 power_lost node1 0
            9000 21000 freeze node0 0\
            """,
            // One way only, on all ways.
            """
            9000 5000 cut fabric0-from0 0
            9000 5000 cut fabric1-from0 0
            9000 5000 cut lan-from0 0
            9000 5000 cut wan-from0 0\
            """,
            // The journal is blocked until it overruns, while sessions come and go; then the owner dies.
            """
            9000 9000 block_journal fabric0-both 0
            9000 9000 block_journal fabric1-both 0
            18500 0 kill node0 0\
            """,
            // Beats only over the data networks, and there with losses; the forwarder freezes in its turn.
            """
            9000 9000 block_beats fabric0-both 0
            9000 9000 block_beats fabric1-both 0
            9000 9000 lose lan-both 300000
            12000 600 freeze_in_turn node0 0
            14000 600 freeze_in_turn node1 0\
            """,
            // A node of yesterday: its disk is a backup's, its partner has gone on.
            """
            9000 600 disk_stale node0 0
            14000 600 disk_corrupt node1 0
            19000 600 disk_foreign node0 0\
            """,
            // Both live and hear nothing of each other; one has no witness either, for a while.
            """
            9000 6000 cut fabric0-both 0
            9000 6000 cut fabric1-both 0
            9000 6000 cut lan-both 0
            9000 6000 cut wan-both 0
            11000 2000 witness_lost node1 0\
            """,
            // Gone while it copies the sessions, which takes long as the journal is blocked.
            """
            8900 4000 block_journal fabric0-both 0
            8900 4000 block_journal fabric1-both 0
            9000 0 kill node1 0
            11000 1500 power_lost node1 0\
            """,
            // Emptied, filled again and killed; nothing moves by itself; the switch that should cut it off fails.
            """
            7000 6000 drain node0 0
            16000 0 handover node1 0
            16500 2000 drain node0 0
            17000 0 kill node1 0
            20000 15000 fence_fails node0 0
            20500 6000 freeze node0 0
            21000 6000 hold node1 0\
            """,
            // Sealed packets are sent again while nodes change.
            """
            7000 20000 replay node0 600000
            9000 0 kill node0 0
            15000 0 stop node1 0\
            """);

    private Recipes() {}

    /** What is forced upon this seed, or nothing. */
    static Stream<Fault> of(final long seed) {
        final int recipe = (int) Math.floorMod(seed, (long) EVERY);
        return recipe < ALL.size() ? ALL.get(recipe).lines().map(Fault::parse) : Stream.empty();
    }
}
