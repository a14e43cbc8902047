package io.fairway.ha.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FragmentHandler;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.Records;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.journal.StandaloneJournal;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.PartnerNoteFlyweight;
import io.fairway.model.boundary.RecordNoteFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Both ends of the boundary between journal and controller, over rings that are mostly too small. */
class FeedTest {
    private static final int STEPS = 20_000;
    private static final int SESSIONS = 40;

    private final Ring toController = new Ring(16);
    private final Ring toJournal = new Ring(8);
    private final List<Long> forgotten = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private final List<Integer> said = new ArrayList<>();
    private long nowNs;
    private final SessionReplica replica = new SessionReplica(new Router.Limits(1_000, 16, 1));
    private final ControllerFeed feed = new ControllerFeed(new FeedParts(
            toController::offer,
            () -> toController.messages.size() < 12,
            toJournal::controlledPoll,
            () -> {},
            replica,
            refused::add,
            forgotten::add,
            command -> said.add((int) command[0]),
            () -> nowNs,
            line -> {}));
    private final RemoteJournal journal = new RemoteJournal(toJournal::offer, () -> {});
    private final Heard heard = new Heard();

    FeedTest() {
        feed.appendTo(new StandaloneJournal(replica, feed, feed));
    }

    /** A ring that holds so many messages. */
    static final class Ring {
        private final int capacity;
        final ArrayDeque<byte[]> messages = new ArrayDeque<>();

        Ring(final int capacity) {
            this.capacity = capacity;
        }

        boolean offer(final DirectBuffer message, final int offset, final int length) {
            if (messages.size() == capacity) {
                return false;
            }
            final byte[] copy = new byte[length];
            message.getBytes(offset, copy);
            return messages.add(copy);
        }

        int poll(final FragmentHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !messages.isEmpty()) {
                final byte[] message = messages.poll();
                handler.onFragment(new UnsafeBuffer(message), 0, message.length, null);
                polled++;
            }
            return polled;
        }

        int controlledPoll(final ControlledFragmentHandler handler, final int limit) {
            int polled = 0;
            while (polled < limit && !messages.isEmpty()) {
                final byte[] message = messages.peek();
                if (handler.onFragment(new UnsafeBuffer(message), 0, message.length, null)
                        == ControlledFragmentHandler.Action.ABORT) {
                    return polled;
                }
                messages.poll();
                polled++;
            }
            return polled;
        }
    }

    static final class Heard implements FeedListener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void onRecord(final DirectBuffer record, final int offset, final int length) {
            // The replica shows it.
        }

        @Override
        public void onRemoved(final long sessionId) {
            // The replica shows it.
        }

        @Override
        public void onCommitted(final long sessionId, final int version, final boolean synced) {
            lines.add("committed " + sessionId + " v" + version + (synced ? " synced" : ""));
        }

        @Override
        public void onOwnershipChanged() {
            lines.add("ownership");
        }

        @Override
        public void onSettle(final int bucket) {
            lines.add("settle " + bucket);
        }

        @Override
        public void onUnsettle(final int bucket) {
            lines.add("unsettle " + bucket);
        }

        @Override
        public void onPartner(final boolean dead, final String why) {
            lines.add(dead ? "dead: " + why : "alive");
        }
    }

    /** A controller that has just said hello. */
    private final class Controller {
        private final SessionReplica mirror = new SessionReplica(new Router.Limits(1_000, 16, 1));
        private final FeedAdapter adapter;

        private Controller(final long client) {
            adapter = new FeedAdapter(toController::poll, client, mirror, heard, line -> {});
            assertThat(journal.hello(client, client)).isTrue();
        }

        private void learn() {
            for (int i = 0; i < 1_000 && !adapter.isComplete(); i++) {
                feed.doWork();
                adapter.poll(10);
            }
            assertThat(adapter.isComplete()).isTrue();
        }
    }

    private static List<Long> fingerprint(final SessionReplica sessions) {
        return IntStream.range(0, BucketId.COUNT).mapToObj(sessions::digest).toList();
    }

    private void append(final long sessionId, final int version) {
        final UnsafeBuffer record = new UnsafeBuffer(Records.record(sessionId, version));
        assertThat(journal.append(record, 0, record.capacity())).isTrue();
        feed.doWork();
    }

    @Test
    void aControllerLearnsAllAndThenEveryChange() {
        append(Records.id(0, 1), 1);
        append(Records.id(0, 2), 3);
        assertThat(heard.lines).as("nobody was there").isEmpty();
        final Controller controller = new Controller(7);
        controller.learn();
        assertThat(fingerprint(controller.mirror)).isEqualTo(fingerprint(replica));

        append(Records.id(0, 3), 1);
        journal.delete(Records.id(0, 1), 2);
        feed.doWork();
        feed.onOwnershipChanged();
        feed.onSettle(5);
        feed.onUnsettle(5);
        feed.onPartnerDead("it was silent");
        feed.onPartnerAlive();
        controller.adapter.poll(100);
        assertThat(fingerprint(controller.mirror)).isEqualTo(fingerprint(replica));
        assertThat(heard.lines)
                .containsExactly(
                        "committed " + Records.id(0, 3) + " v1",
                        "ownership",
                        "settle 5",
                        "unsettle 5",
                        "dead: it was silent",
                        "alive");
        assertThat(feed.controllerProcess()).isEqualTo(7);
    }

    @Test
    void otherBytesUnderAKnownVersionAreTakenFromARepeatedAccount() {
        append(Records.id(0, 1), 3);
        final Controller controller = new Controller(7);
        controller.learn();
        final byte[] other = Records.record(Records.id(0, 1), 3, 9);
        replica.remove(Records.id(0, 1));
        replica.put(new UnsafeBuffer(other), 0, other.length);
        for (int i = 2; i <= 30; i++) {
            append(Records.id(0, i), 1);
        }
        for (int i = 0; i < 100; i++) {
            controller.adapter.poll(10);
            feed.doWork();
        }
        assertThat(feed.accounts()).as("the ring was full").isEqualTo(2);
        assertThat(controller.mirror.get(Records.id(0, 1))).isEqualTo(other);
    }

    @Test
    void theNextControllerGetsWhatTheLastOneKeptAndWhatWasSaidOfThePartner() {
        final Controller first = new Controller(1);
        first.learn();
        journal.keep(2, new byte[] {1});
        journal.keep(2, new byte[] {1, 2, 3});
        feed.doWork();
        feed.onPartnerDead("x".repeat(2 * PartnerNoteFlyweight.MAX_REASON_BYTES));
        // What the first one has not read is not the second one's.
        append(Records.id(0, 1), 1);
        feed.onSettle(300);
        heard.lines.clear();
        final Controller second = new Controller(2);
        assertThat(second.adapter.keepsake(2)).isNull();
        second.learn();
        assertThat(second.adapter.keepsake(2)).containsExactly(1, 2, 3);
        assertThat(second.adapter.keepsake(0)).isNull();
        assertThat(heard.lines)
                .containsExactly("settle 300", "dead: " + "x".repeat(PartnerNoteFlyweight.MAX_REASON_BYTES));
        assertThat(forgotten).containsExactly(1L);
    }

    @Test
    void whatAControllerProvidesIsSaidWhenItIsSilent() {
        for (int i = 0; i < 3; i++) {
            journal.provide(0, i, 100 + i, new byte[] {(byte) i});
            journal.provide(1, i, 100 + i, new byte[] {(byte) (10 + i)});
        }
        feed.doWork();
        nowNs = 100;
        feed.doWork();
        assertThat(said).containsExactlyInAnyOrder(0, 10);
        journal.provide(0, 0, 200, new byte[] {20});
        journal.provide(1, 0, 0, new byte[0]);
        nowNs = 199;
        feed.doWork();
        assertThat(said).as("renewed and withdrawn in time").hasSize(2);
        nowNs = 200;
        feed.doWork();
        assertThat(said).hasSize(3).contains(20);
        journal.provide(0, 0, 300, new byte[] {30});
        feed.doWork();
        nowNs = 10_000_000_000L;
        feed.doWork();
        assertThat(said).as("far too late").hasSize(3);
    }

    @Test
    void whatIsNoRecordHarmsNobody() {
        final byte[] message = new byte[32];
        final UnsafeBuffer view = new UnsafeBuffer(message);
        view.putInt(0, BoundaryMessage.APPEND);
        view.putInt(RecordNoteFlyweight.RECORD_LENGTH, 16);
        toJournal.offer(view, 0, message.length);
        journal.standbyRefused(9);
        feed.doWork();
        assertThat(replica.size()).isZero();
        assertThat(refused).containsExactly(9L);
    }

    @Test
    void whatEndsWhileTheFirstAccountIsRepeatedIsForgotten() {
        for (int i = 1; i <= 20; i++) {
            append(Records.id(0, i), 1);
        }
        final Controller controller = new Controller(7);
        feed.doWork();
        controller.adapter.poll(10);
        final long over = controller.mirror.sessionIds()[0];
        // Nobody is told of the end: the ring is full.
        for (int i = 0; i < 17; i++) {
            feed.onCommitted(Records.id(0, 1), 1, true);
        }
        replica.remove(over);
        feed.onChanged(over);
        controller.learn();
        assertThat(fingerprint(controller.mirror)).isEqualTo(fingerprint(replica));
    }

    @Test
    void whateverMeetsAFullRingTheControllerEndsUpWithTheSameSessions() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        Controller controller = new Controller(1);
        final int[] versions = new int[SESSIONS];
        for (int step = 0; step < STEPS; step++) {
            final int session = random.nextInt(SESSIONS);
            final long id = Records.id(session % 2, session);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    final UnsafeBuffer record = new UnsafeBuffer(Records.record(id, ++versions[session]));
                    assertThat(SessionRecordFlyweight.isValid(record, 0, record.capacity()))
                            .isTrue();
                    // The journal's thread may take in what no ring of ours held up.
                    replica.put(record, 0, record.capacity());
                    feed.onChanged(id);
                }
                case 3 -> {
                    replica.remove(id);
                    feed.onChanged(id);
                }
                case 4, 5 -> feed.doWork();
                default -> controller.adapter.poll(random.nextInt(6));
            }
            if (random.nextInt(2_000) == 0) {
                controller = new Controller(2 + step);
            }
        }
        for (int i = 0; i < 1_000; i++) {
            feed.doWork();
            controller.adapter.poll(10);
        }
        assertThat(controller.adapter.isComplete()).as("seed " + seed).isTrue();
        assertThat(fingerprint(controller.mirror)).as("seed " + seed).isEqualTo(fingerprint(replica));
        assertThat(feed.accounts())
                .as("the ring was full at times, seed " + seed)
                .isGreaterThan(2);
    }

    @Test
    void aFullRingToTheJournalIsBackPressure() {
        final Journal appending = journal;
        final UnsafeBuffer record = new UnsafeBuffer(Records.record(Records.id(0, 1), 1));
        for (int i = 0; i < 8; i++) {
            assertThat(appending.append(record, 0, record.capacity())).isTrue();
        }
        assertThat(appending.append(record, 0, record.capacity())).isFalse();
        assertThat(appending.delete(1, 1)).isFalse();
        feed.doWork();
        assertThat(appending.append(record, 0, record.capacity())).isTrue();
    }
}
