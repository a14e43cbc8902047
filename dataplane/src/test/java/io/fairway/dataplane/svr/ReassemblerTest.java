package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fragments put together again, one case after the other: what each wrong one is called, and what it costs. */
class ReassemblerTest {
    private static final int KB_64 = 64 * 1024;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int BLOCK = 2048;

    private final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
    private final Reassembler reassembler = new Reassembler(
            new ReassemblyLimits(3, KB_64, 2 * KB_64, TIMEOUT_NS),
            (reason, count) -> drops.merge(reason, count, Integer::sum));
    private final FragmentView fragment = new FragmentView();
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[KB_64]);

    private long nowNs;

    @AfterEach
    void nothingLeaks() {
        nowNs += TIMEOUT_NS;
        int expired;
        do {
            expired = reassembler.expire(nowNs);
        } while (expired > 0);
        assertThat(reassembler.datagrams()).isZero();
        assertThat(reassembler.heldFragments()).isZero();
        assertThat(reassembler.heldBytes()).isZero();
        reassembler.close();
    }

    /** A fragment of datagram number {@code id}, from {@code start} on. */
    private DropReason add(final int owner, final int id, final int start, final int length, final boolean more) {
        for (int i = 0; i < length; i++) {
            bytes.putByte(100 + i, (byte) (id + start + i));
        }
        bytes.setMemory(0, 20, (byte) id);
        fragment.addresses(1, 2, 3, 4).datagram(5, 17, id);
        fragment.headers(bytes, 0, 20).data(100, length, start, more);
        return reassembler.add(owner, fragment, nowNs);
    }

    private void assertWhole(final int id, final int length) {
        assertThat(reassembler.isWhole()).isTrue();
        assertThat(reassembler.length()).isEqualTo(20 + length);
        for (int i = 0; i < 20; i++) {
            assertThat(reassembler.buffer().getByte(reassembler.offset() + i)).isEqualTo((byte) id);
        }
        for (int i = 0; i < length; i++) {
            assertThat(reassembler.buffer().getByte(reassembler.offset() + 20 + i))
                    .isEqualTo((byte) (id + i));
        }
    }

    @Test
    void threeFragmentsInWrongOrderAreOneDatagram() {
        assertThat(add(0, 1, 3_000, 100, false)).isNull();
        assertThat(reassembler.isWhole()).isFalse();
        assertThat(add(0, 1, 0, 1_504, true)).isNull();
        assertThat(reassembler.heldFragments()).isEqualTo(2);
        assertThat(add(0, 1, 1_504, 1_496, true)).isNull();

        assertWhole(1, 3_100);
        assertThat(reassembler.largestFragment()).isEqualTo(1_524);
        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_REASSEMBLED, 2));
        assertThat(reassembler.heldBytes()).isZero();
    }

    @Test
    void datagramInOneFragmentIsWholeAtOnce() {
        assertThat(add(0, 1, 0, 5, false)).isNull();

        assertWhole(1, 5);
        assertThat(drops).isEmpty();
    }

    @Test
    void datagramsWithOtherKeysAreOthers() {
        assertThat(add(0, 1, 0, 8, true)).isNull();
        fragment.addresses(1, 2, 3, 5).datagram(5, 17, 1).data(100, 8, 8, false);
        assertThat(reassembler.add(0, fragment, nowNs)).isNull();
        assertThat(reassembler.isWhole()).isFalse();
        fragment.addresses(1, 2, 3, 4).datagram(6, 17, 1);
        assertThat(reassembler.add(0, fragment, nowNs)).isNull();
        fragment.datagram(5, 6, 1);
        assertThat(reassembler.add(0, fragment, nowNs)).isNull();
        assertThat(reassembler.isWhole()).isFalse();
        assertThat(reassembler.datagrams()).isEqualTo(4);
    }

    @Test
    void largestDatagramFitsAndNoLargerOne() {
        assertThat(add(0, 1, 0, 60_000, true)).isNull();
        assertThat(add(0, 1, 60_000, 65_535 - 20 - 60_000 + 1, false)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        assertThat(add(0, 1, 60_000, 65_535 - 20 - 60_000, false)).isNull();
        assertWhole(1, 65_515);
    }

    @Test
    void headersThatMakeTheDatagramTooLongCondemnIt() {
        assertThat(add(0, 1, 60_000, 65_515 - 60_000, false)).isNull();
        add(0, 2, 0, 8, true);
        fragment.datagram(5, 17, 1).headers(bytes, 0, 24).data(100, 60_000, 0, true);

        assertThat(reassembler.add(0, fragment, nowNs)).isEqualTo(DropReason.FRAGMENT_MALFORMED);

        assertThat(reassembler.isWhole()).isFalse();
        assertThat(drops).containsEntry(DropReason.FRAGMENT_MALFORMED, 1);
    }

    @Test
    void fragmentsThatNoDatagramHasAreMalformed() {
        assertThat(add(0, 1, 0, 0, true)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        assertThat(add(0, 1, 0, 0, false)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        assertThat(add(0, 1, 0, 7, true)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        assertThat(add(0, 1, 65_528, 8, false)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        fragment.headers(bytes, 0, 129).data(200, 8, 0, true);
        assertThat(reassembler.add(0, fragment, nowNs)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        fragment.headers(bytes, 0, 20).data(200, -8, 0, false);
        assertThat(reassembler.add(0, fragment, nowNs)).isEqualTo(DropReason.FRAGMENT_MALFORMED);
        assertThat(reassembler.datagrams()).isZero();
    }

    @Test
    void fragmentThatComesAgainIsDroppedByItself() {
        assertThat(add(0, 1, 0, 16, true)).isNull();
        assertThat(add(0, 1, 0, 16, true)).isEqualTo(DropReason.FRAGMENT_DUPLICATE);
        assertThat(add(0, 1, 32, 3, false)).isNull();
        assertThat(add(0, 1, 32, 3, false)).isEqualTo(DropReason.FRAGMENT_DUPLICATE);
        assertThat(add(0, 1, 16, 16, true)).isNull();
        assertWhole(1, 35);
    }

    @Test
    void overlapCondemnsTheDatagramWithWhatStillComes() {
        assertThat(add(0, 1, 0, 16, true)).isNull();
        assertThat(add(0, 1, 32, 16, true)).isNull();
        assertThat(add(0, 1, 8, 16, true)).isEqualTo(DropReason.FRAGMENT_OVERLAP);
        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_OVERLAP, 2));
        assertThat(reassembler.heldBytes()).isZero();
        assertThat(reassembler.heldFragments()).isZero();

        assertThat(add(0, 1, 16, 16, true)).isEqualTo(DropReason.FRAGMENT_OVERLAP);
        assertThat(add(0, 1, 48, 2, false)).isEqualTo(DropReason.FRAGMENT_OVERLAP);
        nowNs += TIMEOUT_NS;
        assertThat(add(0, 1, 0, 2, false))
                .as("a new datagram with the old number")
                .isNull();
        assertWhole(1, 2);
    }

    @Test
    void everyKindOfOverlapIsOne() {
        assertOverlap(1, 8, 16);
        assertOverlap(2, 16, 8);
        assertOverlap(3, 24, 16);
        assertOverlap(4, 8, 32);
        assertOverlap(5, 16, 24);
        assertOverlap(6, 24, 8);
    }

    private void assertOverlap(final int id, final int start, final int length) {
        assertThat(add(0, id, 16, 16, true)).isNull();
        assertThat(add(0, id, start, length, true)).isEqualTo(DropReason.FRAGMENT_OVERLAP);
    }

    @Test
    void fragmentsThatDisagreeAboutTheEndAreInconsistent() {
        assertInconsistent(1, 32, 8, false, 40, 8, false); // two ends, the second farther
        assertInconsistent(2, 32, 8, false, 16, 8, false); // two ends, the second nearer
        assertInconsistent(3, 32, 8, false, 40, 8, true); // beyond the end
        assertInconsistent(4, 32, 8, true, 16, 8, false); // an end before what has come
        assertInconsistent(5, 32, 8, true, 32, 8, false); // the same, now the last
        assertInconsistent(6, 32, 8, false, 32, 8, true); // the same, no longer the last
        assertInconsistent(7, 32, 8, false, 24, 16, true); // up to the end, and more
        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_INCONSISTENT, 7));
    }

    private void assertInconsistent(
            final int id, final int start, final int length, final boolean more, final Object... second) {
        assertThat(add(0, id, start, length, more)).isNull();
        assertThat(add(0, id, (int) second[0], (int) second[1], (boolean) second[2]))
                .as("datagram %d", id)
                .isEqualTo(DropReason.FRAGMENT_INCONSISTENT);
        assertThat(add(0, id, 0, 8, true)).isEqualTo(DropReason.FRAGMENT_INCONSISTENT);
    }

    @Test
    void datagramInTooManyFragmentsIsGivenUp() {
        for (int i = 0; i < 128; i++) {
            assertThat(add(0, 1, 8 * i, 8, true)).isNull();
        }
        assertThat(add(0, 1, 8 * 128, 8, false)).isEqualTo(DropReason.FRAGMENT_TOO_MANY);
        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_TOO_MANY, 128));
    }

    @Test
    void datagramWaitsFiveSecondsFromItsFirstFragmentOn() {
        assertThat(add(0, 1, 0, 8, true)).isNull();
        nowNs += TIMEOUT_NS / 2;
        assertThat(add(0, 2, 0, 8, true)).isNull();
        assertThat(add(0, 1, 8, 8, true)).isNull();
        nowNs += TIMEOUT_NS / 2 - 1;
        assertThat(reassembler.expire(nowNs)).isZero();
        nowNs++;

        assertThat(reassembler.expire(nowNs)).isEqualTo(1);

        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_EXPIRED, 2));
        assertThat(add(0, 2, 8, 8, false)).isNull();
        assertWhole(2, 16);
    }

    @Test
    void lateFragmentDoesNotJoinTheOldOnes() {
        assertThat(add(0, 1, 0, 8, true)).isNull();
        nowNs += TIMEOUT_NS;
        assertThat(add(0, 1, 8, 8, false)).isNull();

        assertThat(reassembler.isWhole()).isFalse();
        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_EXPIRED, 1));
        assertThat(reassembler.heldFragments()).isEqualTo(1);
    }

    @Test
    void ownersOldestGivesWayAndNobodyElses() {
        assertThat(add(1, 1000, 0, 8, true)).isNull();
        for (int id = 0; id < 32; id++) {
            assertThat(add(0, id, 0, 8, true)).isNull();
        }
        assertThat(drops).isEmpty();
        assertThat(reassembler.heldBytes()).isEqualTo(33 * BLOCK);

        assertThat(add(0, 32, 0, 8, true)).isNull();

        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_EVICTED, 1));
        assertThat(add(0, 0, 8, 8, false)).isNull();
        assertThat(reassembler.isWhole()).as("the first was evicted").isFalse();
        assertThat(add(1, 1000, 8, 8, false)).isNull();
        assertWhole(1000, 16);
    }

    @Test
    void oldestOfAllGivesWayWhenAllIsFull() {
        for (int id = 0; id < 64; id++) {
            assertThat(add(id % 2, id, 0, 8, true)).isNull();
        }
        assertThat(add(2, 64, 0, 16, true)).isNull();

        assertThat(drops).containsExactly(Map.entry(DropReason.FRAGMENT_EVICTED, 1));
        assertThat(reassembler.heldBytes()).isEqualTo(64 * BLOCK);
        assertThat(add(0, 2, 8, 8, false)).isNull();
        assertWhole(2, 16);
    }

    @Test
    void largestDatagramTakesTheRoomOfItsOwnersOthersAndNotItsOwn() {
        assertThat(add(0, 1, 0, 30_000, true)).isNull();
        for (int id = 2; id < 12; id++) {
            assertThat(add(0, id, 0, 8, true)).isNull();
        }
        assertThat(add(0, 1, 30_000, 35_515, false)).isNull();

        assertWhole(1, 65_515);
        assertThat(drops).containsEntry(DropReason.FRAGMENT_EVICTED, 10);
    }

    @Test
    void condemnedDatagramsAreChargedAsWell() {
        for (int id = 0; id < 40; id++) {
            assertThat(add(0, id, 0, 16, true)).isNull();
            assertThat(add(0, id, 8, 16, true)).isEqualTo(DropReason.FRAGMENT_OVERLAP);
        }
        assertThat(reassembler.datagrams()).isEqualTo(32);
        assertThat(reassembler.heldBytes()).isZero();
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        refused(0, KB_64, KB_64, 5);
        refused(1, KB_64 - 1, KB_64, 5);
        refused(1, KB_64, KB_64 - 1, 5);
        refused(1, KB_64, (1 << 30) + 1, 5);
        refused(1, KB_64, KB_64, 4);
        refused(1, KB_64, KB_64, 31);
    }

    private static void refused(final int owners, final int ownerBytes, final int totalBytes, final int seconds) {
        assertThatThrownBy(
                        () -> new ReassemblyLimits(owners, ownerBytes, totalBytes, TimeUnit.SECONDS.toNanos(seconds)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reassemblyAllocatesNothing() {
        final long[] counts = new long[DropReason.count()];
        try (Reassembler quiet = new Reassembler(
                new ReassemblyLimits(3, KB_64, 2 * KB_64, TIMEOUT_NS),
                (reason, count) -> counts[reason.ordinal()] += count)) {
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            work(quiet, 1_000);
            final long before = threads.getCurrentThreadAllocatedBytes();
            work(quiet, 500_000);
            assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                    .isZero();
            assertThat(Arrays.stream(counts).filter(count -> count > 0).count()).isGreaterThanOrEqualTo(4);
        }
    }

    /** Whole datagrams, overlaps, halves that are evicted and, once in a while, halves that expire. */
    private void work(final Reassembler quiet, final int times) {
        fragment.addresses(1, 2, 3, 4).headers(bytes, 0, 20);
        for (int i = 0; i < times; i++) {
            quiet.add(i % 3, fragment.datagram(1, 17, i).data(100, 1_480, 0, true), i);
            quiet.add(i % 3, fragment.data(100, 1_480, i % 8 == 0 ? 8 : 1_480, i % 16 == 1), i);
            if (i % 1_000 == 0) {
                quiet.expire(TIMEOUT_NS + i);
            }
        }
    }
}
