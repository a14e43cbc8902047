package io.fairway.deploy.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalListener;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliberately broken builds (ha-design.md, section 8): the checker must find each within a few seeds. */
final class ControlsTest {
    private static final int SEEDS = 60;

    @TempDir
    private Path folder;

    /** What the forwarder asks has the real gate's owners, but its lease never ends. */
    private static final class WithoutLease extends Build {
        private final OwnershipGate[] gates = new OwnershipGate[2];

        WithoutLease(final Path folder) {
            for (int i = 0; i < 2; i++) {
                gates[i] = OwnershipGate.map(folder.resolve("open-gate" + i), i);
                gates[i].setValidUntilNs(OwnershipGate.SOLO);
            }
        }

        @Override
        OwnershipGate forwardersGate(final SimNode node) {
            return gates[node.id()];
        }

        @Override
        void afterPairTurn(final SimNode node) {
            for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
                gates[node.id()].setBucket(
                        bucket, node.gate().owner(bucket), node.gate().epoch(bucket));
            }
            gates[node.id()].setLeader(0, node.gate().leads(0));
            gates[node.id()].setLeader(1, node.gate().leads(1));
        }
    }

    /** First packets do not wait for the journal. */
    private static final class WithoutCommit extends Build {
        @Override
        Journal journal(final Journal real, final SessionReplica replica, final JournalListener committed) {
            return new Journal() {
                @Override
                public boolean append(final DirectBuffer record, final int offset, final int length) {
                    final boolean taken = real.append(record, offset, length);
                    committed.onCommitted(
                            SessionRecordFlyweight.sessionId(record, offset),
                            SessionRecordFlyweight.version(record, offset),
                            true);
                    return taken;
                }

                @Override
                public boolean delete(final long sessionId, final int version) {
                    return real.delete(sessionId, version);
                }

                @Override
                public boolean settled(final int bucket) {
                    return real.settled(bucket);
                }
            };
        }
    }

    /** The end of a session is not journalled, and nobody compares the copies: that would repair it. */
    private static final class WithoutTombstones extends Build {
        @Override
        long compareEveryNs() {
            return TimeUnit.DAYS.toNanos(1);
        }

        @Override
        Journal journal(final Journal real, final SessionReplica replica, final JournalListener committed) {
            return new Journal() {
                @Override
                public boolean append(final DirectBuffer record, final int offset, final int length) {
                    return real.append(record, offset, length);
                }

                @Override
                public boolean delete(final long sessionId, final int version) {
                    replica.remove(sessionId);
                    return true;
                }

                @Override
                public boolean settled(final int bucket) {
                    return real.settled(bucket);
                }
            };
        }
    }

    /** Whoever asks the witness is told that it may serve alone. */
    private static final class WitnessOfBoth extends Build {
        @Override
        boolean granted(final boolean real) {
            return true;
        }
    }

    /** Every node and every start gives the same packet numbers. */
    private static final class OneNonceSpace extends Build {
        @Override
        PacketNumbers packetNumbers(final int node, final long startNs, final long nowNs) {
            return new PacketNumbers(node, startNs, nowNs) {
                @Override
                public long start(final long atNs) {
                    return 1_000;
                }
            };
        }
    }

    /** What broke in the seeds up to the one that breaks this; other invariants may break before. */
    private List<String> broken(final Build build, final String wanted) {
        return broken(build, wanted, Plan::of);
    }

    private List<String> broken(final Build build, final String wanted, final LongFunction<Plan> plans) {
        final SimRun run = new SimRun(folder, build);
        final List<String> broken = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS && !broken.contains(wanted); seed++) {
            final SimRun.Result result = run.run(plans.apply(seed));
            if (result.broken() != null) {
                broken.add(result.broken());
            }
        }
        return broken;
    }

    /** Both nodes live and hear nothing of each other for a while. */
    private static Plan split(final long seed) {
        return new Plan(
                seed,
                Stream.of("fabric0", "fabric1", "lan", "wan")
                        .map(path -> Fault.parse("9000 4000 cut " + path + "-both 0"))
                        .toList());
    }

    @Test
    void aGateWithoutLeaseIsFound() {
        assertThat(broken(new WithoutLease(folder), "S2")).contains("S2");
    }

    @Test
    void packetsBeforeTheirCommitAreFound() {
        assertThat(broken(new WithoutCommit(), "S5")).contains("S5");
    }

    @Test
    void missingTombstonesAreFound() {
        assertThat(broken(new WithoutTombstones(), "S6")).contains("S6");
    }

    @Test
    void aSharedNonceSpaceIsFound() {
        assertThat(broken(new OneNonceSpace(), "S9")).contains("S9");
    }

    @Test
    void aWitnessThatAgreesWithBothIsFound() {
        assertThat(broken(new WitnessOfBoth(), "S1", ControlsTest::split)).contains("S1");
    }

    @Test
    void aFailureIsMadeSmall() {
        final SimRun run = new SimRun(folder, new WithoutCommit());
        final Plan smallest = new Shrinker(run, "S5").shrink(Plan.of(1));
        assertThat(smallest.faults()).isEmpty();
        assertThat(run.run(smallest).broken()).isEqualTo("S5");
    }
}
