package io.fairway.deploy.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulation itself: repeatable, strict, and a short campaign. {@code deploy/sim} runs longer ones. */
final class SimTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 25);

    @TempDir
    private Path folder;

    private SimRun run;

    @BeforeEach
    void begin() {
        run = new SimRun(folder, new Build());
    }

    @Test
    void sameSeedSameTrace() {
        final SimRun.Result first = run.run(Plan.of(3));
        assertThat(run.run(Plan.of(3)).hash()).isEqualTo(first.hash());
        assertThat(run.run(Plan.of(4)).hash()).isNotEqualTo(first.hash());
    }

    @Test
    void wallTimeDecidesNothing_S15() {
        final List<Fault> faults = List.of(Fault.parse("9000 0 kill node0 0"), Fault.parse("20000 0 kill node1 0"));
        final SimRun.Result calm = run.run(new Plan(11, faults));
        final SimRun.Result jumping = run.run(new Plan(
                11,
                List.of(
                        faults.get(0),
                        faults.get(1),
                        Fault.parse("8000 0 wall_jump node0 -3600000"),
                        Fault.parse("8500 0 wall_jump node1 7200000"),
                        Fault.parse("21000 0 wall_jump node0 86400"))));
        assertThat(calm.what()).isNull();
        assertThat(jumping.hash()).isEqualTo(calm.hash());
    }

    @Test
    void plansAreText() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(Plan.parse(Plan.of(seed).text())).isEqualTo(Plan.of(seed));
        }
    }

    /** Shrunk plans that broke an invariant once; what was learned of each is in the comment. */
    @Test
    void plansThatBrokeOnce() {
        final List<String> plans = List.of(
                // An announcement was lost while a cable was out: it is repeated after 30 s only.
                """
                seed 2036
                34202 1875 unplug_lan node1 0
                34907 1 power_lost node0 0\
                """,
                // A lone node's epoch was not yet remembered when power was lost; its partner drew a lower one.
                """
                seed 3064
                14828 0 kill node0 0
                28126 1 disk_torn node0 0
                29996 0 kill node1 0\
                """,
                // A node without its disk starts as incarnation 1 again: its beats are taken for replays.
                """
                seed 100159
                8790 150 disk_foreign node1 0
                9000 5000 cut fabric0-from0 0
                9000 5000 cut fabric1-from0 0
                9000 5000 cut lan-from0 0
                9000 5000 cut wan-from0 0\
                """,
                // An interface was given away while a frame waited for its neighbour: it left with the shared address.
                """
                seed 209
                26791 6000 power_lost node0 0
                32579 1 disk_foreign node1 0
                32968 3 unplug_wan node1 0\
                """,
                // A sealed packet left by its owner's partner, and its copy once that was the owner: one process each.
                """
                seed 61
                7000 10000 replay node0 600000
                9000 0 kill node0 0
                13762 468 unplug_lan node1 0\
                """,
                // Both disks lost one after the other: nobody is left who knows the epochs.
                """
                seed 8
                6791 0 kill node0 0
                7462 1500 disk_corrupt node1 0
                9359 1 disk_corrupt node0 0\
                """);
        for (final String plan : plans) {
            assertThat(run.run(Plan.parse(plan)).what()).as(plan).isNull();
        }
    }

    @Test
    void aShortCampaignHolds() {
        final long seed = Long.getLong("seed", 1);
        final Map<String, Integer> evidence = new TreeMap<>();
        for (long i = seed; i < seed + SEEDS; i++) {
            final SimRun.Result result = run.run(Plan.of(i));
            assertThat(result.what())
                    .as("deploy/sim --seed %d --seeds 1%n%s", i, result.plan().text())
                    .isNull();
            result.evidence().forEach((what, times) -> evidence.merge(what, times, Integer::sum));
        }
        assertThat(evidence).containsKeys("state SOLO", "state PAIRED", "both nodes have the same sessions");
    }
}
