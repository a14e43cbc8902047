package io.fairway.ha.journal;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.journal.JournalCounters.Counter;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two journals whose copies are damaged behind their backs, or whose partner does not keep up. */
final class JournalCopiesTest {
    private static final long TURN_NS = 1_000_000;
    private static final int SESSIONS = 600;

    private final MemoryLinks links = new MemoryLinks(1);
    private long nowNs = Long.MAX_VALUE - 1_000_000_000L;
    private final TestNode zero = new TestNode(0, 100, links.end(0), () -> nowNs);
    private final TestNode one = new TestNode(1, 200, links.end(1), () -> nowNs);

    @BeforeEach
    void meet() {
        zero.meets(one);
        one.meets(zero);
        for (int i = 0; i < SESSIONS; i++) {
            zero.put(id(0, i), 3);
            one.put(id(1, i), 3);
        }
        turns(200);
        assertThat(zero.agent.copiesEqual()).isTrue();
        assertThat(one.agent.copiesEqual()).isTrue();
    }

    private void turns(final int count) {
        for (int i = 0; i < count; i++) {
            zero.agent.doWork();
            one.agent.doWork();
            nowNs += TURN_NS;
        }
    }

    /** Goes on until the owner knows of the damage, then until it is repaired. */
    private void expectRepair(final long damaged, final int differing) {
        int turns = 0;
        while (zero.agent.copiesEqual()) {
            assertThat(++turns).isLessThan(1_100);
            turns(1);
        }
        assertThat(one.agent.copiesEqual()).isFalse();
        final long sentBefore = zero.count(Counter.BATCHES_SENT);
        turns(100);
        assertThat(zero.digests()).isEqualTo(one.digests());
        assertThat(one.replica.get(damaged)).isEqualTo(zero.replica.get(damaged));
        assertThat(zero.agent.copiesEqual()).isTrue();
        assertThat(one.agent.copiesEqual()).isTrue();
        assertThat(zero.count(Counter.BUCKETS_DIFFERED)).isEqualTo(differing);
        assertThat(one.count(Counter.BUCKETS_REPAIRED)).isEqualTo(differing);
        assertThat(one.count(Counter.BUCKETS_DIFFERED)).isZero();
        assertThat(zero.count(Counter.BATCHES_SENT) - sentBefore)
                .as("one bucket is sent, not all")
                .isLessThan(6);
        turns(2_000);
        assertThat(zero.count(Counter.BUCKETS_DIFFERED)).isEqualTo(differing);
        assertThat(zero.count(Counter.RESYNCS)).isEqualTo(1);
    }

    @Test
    void aLostSessionIsFoundAndSentAgain() {
        one.remote.clear();
        one.replica.remove(id(0, 7));
        expectRepair(id(0, 7), 1);
        assertThat(one.remote).as("only what was lost is told again").containsOnlyKeys(id(0, 7));
    }

    @Test
    void otherBytesUnderTheSameVersionAreReplaced() {
        one.replica.remove(id(0, 7));
        final byte[] other = Records.record(id(0, 7), 3, 9);
        one.replica.put(new UnsafeBuffer(other), 0, other.length);
        expectRepair(id(0, 7), 1);
    }

    @Test
    void anOwnersVersionTakesThePlaceOfAHigherOne() {
        final byte[] other = Records.record(id(0, 7), 8);
        one.replica.put(new UnsafeBuffer(other), 0, other.length);
        expectRepair(id(0, 7), 1);
        assertThat(one.replica.version(id(0, 7))).isEqualTo(3);
        assertThat(one.remote).containsEntry(id(0, 7), 3);
    }

    @Test
    void aSessionThatItsOwnerDoesNotHaveGoes() {
        final byte[] other = Records.record(id(0, 5_000), 1);
        one.replica.put(new UnsafeBuffer(other), 0, other.length);
        expectRepair(id(0, 5_000), 1);
        assertThat(one.deletedRemotely).containsExactly(id(0, 5_000));
    }

    @Test
    void sessionsThatChangeMeanwhileAreNoDifference() {
        for (int turn = 0; turn < 5_000; turn++) {
            zero.put(id(0, turn % SESSIONS), 4 + turn / SESSIONS);
            one.put(id(1, turn % SESSIONS), 4 + turn / SESSIONS);
            turns(1);
            assertThat(zero.agent.copiesEqual()).isTrue();
        }
        assertThat(zero.count(Counter.BUCKETS_DIFFERED)).isZero();
        assertThat(one.count(Counter.BUCKETS_DIFFERED)).isZero();
    }

    @Test
    void aBucketThatWasTakenMeanwhileIsNotCompared() {
        one.replica.remove(id(0, 7));
        one.ownsHome[0] = true;
        turns(1_100);
        assertThat(zero.count(Counter.BUCKETS_DIFFERED)).isZero();
        assertThat(zero.replica.version(id(0, 7))).isEqualTo(3);
    }

    @Test
    void aBucketThatIsTakenWhileItIsSentAgainIsLeftAlone() {
        final byte[] other = Records.record(id(0, 7), 8);
        one.replica.put(new UnsafeBuffer(other), 0, other.length);
        while (zero.count(Counter.BUCKETS_DIFFERED) == 0) {
            one.agent.doWork();
            nowNs += TURN_NS;
            zero.agent.doWork();
        }
        one.ownsHome[0] = true;
        turns(100);
        assertThat(one.replica.version(id(0, 7))).isEqualTo(8);
        assertThat(one.count(Counter.BUCKETS_REPAIRED)).isZero();
        assertThat(one.deletedRemotely).isEmpty();
    }

    @Test
    void equalityIsForgottenWhenNobodyConfirmsIt() {
        links.cut[0] = true;
        links.cut[1] = true;
        turns(2_000);
        assertThat(zero.agent.copiesEqual()).isTrue();
        turns(1_100);
        assertThat(zero.agent.copiesEqual()).isFalse();
        assertThat(zero.agent.synced()).isTrue();
    }

    @Test
    void aDirtyBucketIsNotSettledBeforeItIsRepaired() {
        one.replica.remove(id(0, 7));
        while (zero.count(Counter.BUCKETS_DIFFERED) == 0) {
            one.agent.doWork();
            nowNs += TURN_NS;
            zero.agent.doWork();
        }
        links.cut[0] = true;
        links.cut[1] = true;
        links.forgetAll();
        zero.proxy.settled(7);
        turns(20);
        assertThat(zero.agent.takeSettled()).isEqualTo(-1);
        links.cut[1] = false;
        turns(100);
        assertThat(one.replica.version(id(0, 7))).isEqualTo(3);
        assertThat(zero.agent.takeSettled()).isEqualTo(7);
    }

    @Test
    void nobodyWaitsForAPartnerThatLags() {
        links.cut[0] = true;
        links.cut[1] = true;
        zero.put(id(0, 5_000), 1);
        turns(199);
        assertThat(zero.log).isEmpty();
        turns(10);
        assertThat(zero.log).hasSize(1);
        assertThat(zero.agent.view().lagsForNs()).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(190));
        zero.committed.clear();
        final long before = zero.count(Counter.UNSYNCED);
        zero.put(id(0, 5_001), 1);
        zero.agent.doWork();
        assertThat(zero.committed).containsExactly(id(0, 5_001) + "/1 alone");
        assertThat(zero.count(Counter.UNSYNCED)).isEqualTo(before + 1);
        turns(2_000);
        assertThat(zero.log).as("said once").hasSize(1);
        links.cut[0] = false;
        turns(100);
        assertThat(zero.log).hasSize(2);
        assertThat(zero.agent.view().lagsForNs()).isEqualTo(-1);
        assertThat(zero.agent.view().lagBatches()).isZero();
        zero.committed.clear();
        zero.put(id(0, 5_002), 1);
        turns(2);
        assertThat(zero.committed).containsExactly(id(0, 5_002) + "/1 synced");
        assertThat(one.replica.version(id(0, 5_001))).isEqualTo(1);
    }

    @Test
    void whatAFullJournalCannotTakeIsSentAgainByBucket() {
        links.cut[0] = true;
        links.cut[1] = true;
        int number = SESSIONS;
        for (int turn = 0; turn < 400; turn++) {
            while (number < 20_000 && zero.put(id(0, number), 1)) {
                number++;
            }
            zero.agent.doWork();
            nowNs += TURN_NS;
        }
        assertThat(number).isEqualTo(20_000);
        assertThat(zero.count(Counter.OVERRUNS)).isPositive();
        zero.put(id(0, 7), 4);
        zero.proxy.delete(id(0, 8), 4);
        turns(20);
        assertThat(zero.committed).contains(id(0, 19_999) + "/1 alone");
        assertThat(zero.agent.copiesEqual()).isFalse();
        assertThat(zero.agent.view().differingBuckets()).isPositive();
        links.cut[0] = false;
        turns(2_000);
        assertThat(one.replica.version(id(0, 7))).isEqualTo(4);
        assertThat(one.replica.version(id(0, 8))).isEqualTo(-1);
        assertThat(one.deletedRemotely)
                .as("a newer version only takes its place")
                .containsExactly(id(0, 8));
        assertThat(zero.digests()).isEqualTo(one.digests());
        assertThat(one.versions()).hasSize(20_000 - 1 + SESSIONS);
        assertThat(zero.agent.copiesEqual()).isTrue();
        assertThat(zero.replica.synced(id(0, 19_999))).isTrue();
        assertThat(zero.count(Counter.RESYNCS))
                .as("no second snapshot of everything")
                .isEqualTo(1);
        assertThat(one.count(Counter.BUCKET_SEQUENCE_BREAKS)).isZero();
    }
}
