package io.fairway.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorbellTest {
    private static final long PATIENCE_NS = 10_000_000_000L;

    @Test
    void aRingWakesAnArmedSleeper() throws Exception {
        try (Doorbell bell = new Doorbell()) {
            final Poller poller = new Poller(new int[] {bell.fd()});
            final FutureTask<Boolean> sleeper = new FutureTask<>(() -> {
                bell.arm();
                final boolean woken = poller.await(PATIENCE_NS);
                return bell.disarm() && woken && poller.readable(0);
            });
            final Thread thread = Thread.ofPlatform().start(sleeper);
            while (thread.isAlive()) {
                bell.ring();
                Thread.onSpinWait();
            }
            assertThat(sleeper.get()).isTrue();
            assertThat(poller.await(0)).as("drained").isFalse();
        }
    }

    @Test
    void ringsOfASleeperThatIsAwakeLeaveNothing() throws IOException {
        try (Doorbell bell = new Doorbell()) {
            final Poller poller = new Poller(new int[] {bell.fd()});
            bell.ring();
            assertThat(poller.await(0)).isFalse();
            bell.arm();
            assertThat(bell.disarm()).isFalse();
            bell.ring();
            assertThat(poller.await(0)).isFalse();
            bell.arm();
            bell.ring();
            bell.ring();
            assertThat(poller.await(0)).isTrue();
            bell.drain();
            assertThat(poller.await(0)).isFalse();
            assertThat(bell.disarm()).isTrue();
            assertThat(poller.await(0)).isFalse();
        }
    }

    @Test
    void aSharedBellWakesWhoSleepsUnderTheSameName(@TempDir final Path folder) throws IOException {
        try (Doorbell dead = Doorbell.shared(folder, "one");
                Doorbell ringer = Doorbell.shared(folder, "one");
                Doorbell sleeper = Doorbell.shared(folder, "one");
                Doorbell other = Doorbell.shared(folder, "other")) {
            dead.arm();
            ringer.ring();
            final Poller poller = new Poller(new int[] {sleeper.fd()});
            sleeper.arm();
            assertThat(poller.await(0)).as("a ring for the one before").isFalse();
            other.ring();
            assertThat(poller.await(0)).isFalse();
            ringer.ring();
            ringer.ring();
            assertThat(poller.await(0)).isTrue();
            assertThat(sleeper.disarm()).isTrue();
            assertThat(poller.await(0)).isFalse();
            sleeper.arm();
            assertThat(sleeper.disarm()).isFalse();
        }
    }

    /** A lost wake-up would let a wait run into its time-out; a ring never read would let no wait sleep again. */
    @Test
    void noWakeUpIsLostBetweenTwoRingersAndASleeper() throws Exception {
        final long total = 200_000;
        final AtomicLong work = new AtomicLong();
        try (Doorbell bell = new Doorbell()) {
            final Poller poller = new Poller(new int[] {bell.fd()});
            final Runnable ringer = () -> {
                for (long i = 0; i < total; i++) {
                    work.incrementAndGet();
                    bell.ring();
                    if ((i & 63) == 0) {
                        LockSupport.parkNanos(1);
                    }
                }
            };
            final Thread first = Thread.ofPlatform().start(ringer);
            final Thread second = Thread.ofPlatform().start(ringer);
            long done = 0;
            while (done < 2 * total) {
                bell.arm();
                if (work.get() == done) {
                    assertThat(poller.await(PATIENCE_NS)).as("woken for work").isTrue();
                }
                bell.disarm();
                done = work.get();
            }
            first.join();
            second.join();
            bell.arm();
            assertThat(poller.await(1_000_000)).as("nothing is owed").isFalse();
        }
    }

    @Test
    void waitingAndRingingAllocateNothing() throws IOException {
        try (Doorbell bell = new Doorbell()) {
            final Poller poller = new Poller(new int[] {bell.fd()});
            final Runnable turns = () -> {
                for (int i = 0; i < 1_000_000; i++) {
                    bell.arm();
                    bell.ring();
                    poller.await(1_000_000);
                    bell.disarm();
                }
            };
            turns.run();
            assertThat(Lab.allocatedBytes(turns)).isLessThan(10_000);
        }
    }

    @Test
    void aWaitEndsAfterItsTime() throws IOException {
        try (Doorbell bell = new Doorbell()) {
            ThreadScheduling.timerSlackNs(1);
            final Poller poller = new Poller(new int[] {bell.fd()});
            final long beforeNs = System.nanoTime();
            assertThat(poller.await(3_000_000)).isFalse();
            assertThat(System.nanoTime() - beforeNs).isGreaterThanOrEqualTo(3_000_000);
            ThreadScheduling.timerSlackNs(0);
        }
    }
}
