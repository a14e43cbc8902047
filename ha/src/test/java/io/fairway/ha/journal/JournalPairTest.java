package io.fairway.ha.journal;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairway.ha.journal.JournalCounters.Counter;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Two journals over links in memory, with a clock turned by hand. */
final class JournalPairTest {
    private static final long TURN_NS = 100_000;

    private final MemoryLinks links = new MemoryLinks(1);
    private long nowNs = Long.MAX_VALUE - 5_000_000;
    private TestNode zero = node(0, 100);
    private TestNode one = node(1, 200);

    private TestNode node(final int id, final long incarnation) {
        return new TestNode(id, incarnation, links.end(id), () -> nowNs);
    }

    private void turns(final int count) {
        for (int i = 0; i < count; i++) {
            zero.agent.doWork();
            one.agent.doWork();
            nowNs += TURN_NS;
        }
    }

    private void meet() {
        zero.meets(one);
        one.meets(zero);
        turns(300);
        assertThat(zero.agent.synced()).isTrue();
        assertThat(one.agent.synced()).isTrue();
    }

    @Test
    void commitsAtOnceWhenAlone() {
        zero.put(id(0, 1), 1);
        zero.agent.doWork();
        assertThat(zero.committed).containsExactly(id(0, 1) + "/1 alone");
        assertThat(zero.count(Counter.UNSYNCED)).isZero();
        assertThat(zero.agent.synced()).isFalse();
        assertThat(zero.wakes).isEqualTo(1);
    }

    @Test
    void commitsWhenThePartnerHasIt() {
        meet();
        zero.put(id(0, 1), 1);
        zero.agent.doWork();
        assertThat(zero.committed).isEmpty();
        one.agent.doWork();
        assertThat(one.remote).containsEntry(id(0, 1), 1);
        assertThat(one.replica.get(id(0, 1))).isEqualTo(Records.record(id(0, 1), 1));
        zero.agent.doWork();
        assertThat(zero.committed).containsExactly(id(0, 1) + "/1 synced");
        assertThat(zero.replica.synced(id(0, 1))).isTrue();
        assertThat(one.replica.synced(id(0, 1))).isTrue();
        turns(10);
        assertThat(one.count(Counter.DUPLICATES)).isPositive();
        assertThat(one.count(Counter.BUCKET_SEQUENCE_BREAKS)).isZero();
        assertThat(zero.digests()).isEqualTo(one.digests());
    }

    @Test
    void commitsUnsyncedWhenTimeRunsOutAndSaysSoLater() {
        meet();
        links.cut[0] = true;
        links.cut[1] = true;
        zero.put(id(0, 1), 1);
        turns(19);
        assertThat(zero.committed).isEmpty();
        turns(3);
        assertThat(zero.committed).containsExactly(id(0, 1) + "/1 alone");
        assertThat(zero.count(Counter.UNSYNCED)).isEqualTo(1);
        links.cut[1] = false;
        turns(10);
        assertThat(zero.committed).containsExactly(id(0, 1) + "/1 alone", id(0, 1) + "/1 later");
        assertThat(one.replica.version(id(0, 1))).isEqualTo(1);
    }

    @Test
    void oneLostBatchDoesNotHoldUpThoseThatFollowIt() {
        meet();
        links.lossPercent = 100;
        zero.put(id(0, 0), 1);
        turns(1);
        links.lossPercent = 0;
        for (int i = 1; i <= 50; i++) {
            turns(15);
            zero.put(id(0, i), 1);
        }
        turns(2);
        assertThat(zero.committed).contains(id(0, 50) + "/1 synced");
        assertThat(zero.count(Counter.UNSYNCED)).isLessThan(3);
    }

    @Test
    void bucketIsSettledWhenThePartnerHasItsLastWord() {
        meet();
        links.cut[0] = true;
        links.cut[1] = true;
        zero.put(id(0, 1), 1);
        zero.proxy.settled(0);
        turns(30);
        assertThat(zero.agent.takeSettled()).isEqualTo(-1);
        links.cut[0] = false;
        links.cut[1] = false;
        turns(10);
        assertThat(one.replica.version(id(0, 1))).isEqualTo(1);
        assertThat(zero.agent.takeSettled()).isZero();
        assertThat(zero.agent.takeSettled()).isEqualTo(-1);
    }

    @Test
    void noticesNothingWhenOneLinkIsCut() {
        meet();
        for (int link = 0; link < 2; link++) {
            links.cut[link] = true;
            for (int i = 0; i < 100; i++) {
                zero.put(id(0, link * 1_000 + i), 1);
                turns(3);
            }
            links.cut[link] = false;
        }
        assertThat(zero.count(Counter.UNSYNCED)).isZero();
        assertThat(zero.syncedCommits).hasSize(200);
    }

    @Test
    void aDeathCommitsWhatWaits() {
        meet();
        links.cut[0] = true;
        links.cut[1] = true;
        zero.put(id(0, 1), 1);
        turns(1);
        zero.partnerAlive = false;
        turns(1);
        assertThat(zero.committed).containsExactly(id(0, 1) + "/1 alone");
        assertThat(zero.count(Counter.UNSYNCED)).isZero();
        assertThat(zero.agent.synced()).isFalse();
    }

    @Test
    void aDeletedSessionNeverComesBack() {
        meet();
        zero.put(id(0, 1), 1);
        turns(3);
        zero.proxy.delete(id(0, 1), 2);
        turns(3);
        assertThat(one.deletedRemotely).containsExactly(id(0, 1));
        one.put(id(0, 1), 7);
        zero.put(id(0, 1), 8);
        turns(5);
        assertThat(zero.versions()).isEmpty();
        assertThat(one.versions()).isEmpty();
        assertThat(zero.count(Counter.TOMBSTONED)).isPositive();
    }

    @Test
    void aSessionThatEndedWhileThePartnerWasGoneLeavesThePartnerToo() {
        meet();
        zero.put(id(0, 1), 1);
        zero.put(id(0, 2), 1);
        turns(3);
        zero.partnerAlive = false;
        one.partnerAlive = false;
        turns(3);
        zero.proxy.delete(id(0, 1), 2);
        zero.put(id(0, 3), 1);
        one.put(id(1, 9), 1);
        turns(3);
        meet();
        final Map<Long, Integer> expected = Map.of(id(0, 2), 1, id(0, 3), 1, id(1, 9), 1);
        assertThat(zero.versions()).isEqualTo(expected);
        assertThat(one.versions()).isEqualTo(expected);
        assertThat(one.deletedRemotely).contains(id(0, 1));
    }

    @Test
    void anOwnerTakesNothingBackThatItEndedLongAgo() {
        meet();
        zero.put(id(0, 1), 1);
        turns(3);
        zero.partnerAlive = false;
        turns(1);
        zero.proxy.delete(id(0, 1), 2);
        for (int number = 0; number <= Tombstones.CAPACITY; number++) {
            while (!zero.proxy.delete(id(0, 1_000 + number), 1)) {
                zero.agent.doWork();
            }
        }
        turns(200);
        meet();
        turns(300);
        assertThat(zero.versions()).isEmpty();
        assertThat(one.versions()).isEmpty();
        assertThat(one.deletedRemotely).containsExactly(id(0, 1));
    }

    @Test
    void aJoinerBelievesTheSurvivor() {
        meet();
        zero.put(id(0, 1), 1);
        one.put(id(1, 1), 1);
        one.put(id(1, 2), 1);
        turns(3);
        zero.partnerAlive = false;
        zero.ownsHome[1] = true;
        turns(2);
        zero.put(id(1, 1), 2);
        zero.proxy.delete(id(1, 2), 2);
        turns(2);
        links.forgetAll();
        one = node(1, 201);
        one.ownsHome[1] = false;
        one.load(id(1, 1), 5);
        one.load(id(1, 2), 1);
        one.load(id(0, 1), 1);
        one.load(id(0, 7), 1);
        meet();
        final Map<Long, Integer> expected = Map.of(id(0, 1), 1, id(1, 1), 2);
        assertThat(zero.versions()).isEqualTo(expected);
        assertThat(one.versions()).isEqualTo(expected);
        assertThat(one.remote).isEqualTo(expected);
        assertThat(one.deletedRemotely).contains(id(1, 2), id(0, 7));
        assertThat(one.count(Counter.RESYNC_REMOVED)).isEqualTo(2);
        assertThat(zero.replica.synced(id(1, 1))).isTrue();
    }

    @Test
    void twoColdNodesUniteWhatTheirStoresHold() {
        zero.load(id(0, 1), 3);
        zero.load(id(1, 1), 9);
        one.load(id(0, 1), 4);
        one.load(id(1, 2), 1);
        meet();
        final Map<Long, Integer> expected = Map.of(id(0, 1), 4, id(1, 1), 9, id(1, 2), 1);
        assertThat(zero.versions()).isEqualTo(expected);
        assertThat(one.versions()).isEqualTo(expected);
    }

    @Test
    void aNodeThatServedAloneKnowsBetterThanAColdPartner() {
        zero.load(id(0, 1), 3);
        zero.agent.takeAuthority();
        zero.ownsHome[1] = true;
        zero.agent.doWork();
        one.load(id(0, 1), 4);
        one.load(id(1, 2), 1);
        one.ownsHome[1] = false;
        meet();
        assertThat(zero.versions()).isEqualTo(Map.of(id(0, 1), 3));
        assertThat(one.versions()).isEqualTo(Map.of(id(0, 1), 3));
    }

    @Test
    void aPartnerThatBlocksIsResynchronisedLater() {
        meet();
        links.cut[0] = true;
        links.cut[1] = true;
        int number = 0;
        for (int turn = 0; turn < 200; turn++) {
            while (number < 30_000 && zero.put(id(0, number), 1)) {
                number++;
            }
            zero.agent.doWork();
            nowNs += TURN_NS;
        }
        assertThat(number).isEqualTo(30_000);
        assertThat(zero.count(Counter.OVERRUNS)).isPositive();
        turns(100);
        assertThat(zero.committed).hasSize(30_000);
        links.cut[0] = false;
        turns(3_000);
        assertThat(one.versions()).hasSize(30_000);
        assertThat(zero.agent.synced()).isTrue();
        assertThat(one.agent.synced()).isTrue();
        assertThat(zero.digests()).isEqualTo(one.digests());
    }

    @Test
    void aStaleOwnerIsFenced() {
        meet();
        zero.epoch = 2;
        one.put(id(0, 1), 4);
        turns(3);
        assertThat(zero.versions()).isEmpty();
        assertThat(zero.count(Counter.FENCED)).isEqualTo(1);
    }

    @Test
    void framesOfAnotherProcessAndDamagedOnesAreRefused() {
        zero.meets(one);
        one.partnerAlive = true;
        one.partnerIncarnation = 99;
        zero.put(id(0, 1), 1);
        turns(50);
        assertThat(one.versions()).isEmpty();
        assertThat(one.count(Counter.FOREIGN_FRAMES)).isPositive();
        links.corruptPercent = 100;
        turns(500);
        assertThat(zero.count(Counter.CORRUPT_FRAMES) + one.count(Counter.CORRUPT_FRAMES))
                .isPositive();
    }

    @Test
    void refusesWhatIsNoRecordAndAnswersFull() {
        final byte[] record = Records.record(id(0, 1), 1);
        record[2] = 9;
        assertThatThrownBy(() -> zero.proxy.append(new UnsafeBuffer(record), 0, record.length))
                .isInstanceOf(IllegalArgumentException.class);
        int taken = 0;
        while (zero.put(id(0, taken), 1)) {
            taken++;
        }
        assertThat(taken).isBetween(3_000, 8_000);
    }

    @Test
    void standaloneCommitsInTheCall() {
        final TestNode told = zero;
        final StandaloneJournal journal = new StandaloneJournal(told.replica, RecordSink.NONE, told);
        final byte[] record = Records.record(id(0, 1), 1);
        assertThat(journal.append(new UnsafeBuffer(record), 0, record.length)).isTrue();
        assertThat(told.committed).containsExactly(id(0, 1) + "/1 alone");
        assertThat(journal.delete(id(0, 1), 2)).isTrue();
        assertThat(told.replica.size()).isZero();
    }
}
