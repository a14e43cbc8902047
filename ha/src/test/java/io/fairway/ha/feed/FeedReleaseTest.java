package io.fairway.ha.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.journal.Records;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.ha.journal.StandaloneJournal;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.ControllerHelloFlyweight;
import io.fairway.model.config.Router;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Forwarder's and controller's process are of different releases. */
class FeedReleaseTest {
    private final FeedTest.Ring toController = new FeedTest.Ring(16);
    private final FeedTest.Ring toJournal = new FeedTest.Ring(16);
    private final List<String> log = new ArrayList<>();
    private final SessionReplica replica = new SessionReplica(new Router.Limits(1_000, 16, 1));
    private final SessionReplica mirror = new SessionReplica(new Router.Limits(1_000, 16, 1));
    private final RemoteJournal journal = new RemoteJournal(toJournal::offer, () -> {});
    private final FeedAdapter adapter = new FeedAdapter(toController::poll, 7, mirror, new FeedTest.Heard(), log::add);
    private final ControllerFeed feed = new ControllerFeed(new FeedParts(
            toController::offer,
            () -> true,
            toJournal::controlledPoll,
            () -> {},
            replica,
            id -> {},
            id -> {},
            command -> {},
            () -> 0,
            log::add));

    FeedReleaseTest() {
        feed.appendTo(new StandaloneJournal(replica, feed, feed));
        append(Records.id(0, 1));
    }

    private void append(final long sessionId) {
        final UnsafeBuffer record = new UnsafeBuffer(Records.record(sessionId, 1));
        assertThat(journal.append(record, 0, record.capacity())).isTrue();
        feed.doWork();
    }

    @Test
    void aControllerOfRelease010IsToldOfEverySession() {
        hello(24);
        feed.doWork();
        adapter.poll(10);
        assertThat(adapter.isComplete()).isTrue();
        assertThat(mirror.size()).isOne();
        assertThat(adapter.forwarderVersion()).isEqualTo(BoundaryMessage.VERSION);
    }

    @Test
    void aForwarderOfRelease010DoesNotSayItsVersion() {
        final UnsafeBuffer begin = new UnsafeBuffer(new byte[16]);
        begin.putInt(0, BoundaryMessage.FEED_BEGIN);
        begin.putInt(4, 16);
        begin.putLong(8, 7);
        toController.offer(begin, 0, 16);
        adapter.poll(1);
        assertThat(adapter.hasBegun()).isTrue();
        assertThat(adapter.forwarderVersion()).isOne();
    }

    @Test
    void aControllerOfAVersionThatIsSpokenNoMoreIsRefusedInOneSentence() {
        hello(ControllerHelloFlyweight.LENGTH);
        hello(ControllerHelloFlyweight.LENGTH);
        feed.doWork();
        assertThat(toController.messages).isEmpty();
        assertThat(log).singleElement().asString().contains("version 0").contains("start the whole node anew");
        journal.hello(8, 7);
        feed.doWork();
        adapter.poll(10);
        assertThat(adapter.isComplete()).isTrue();
    }

    @Test
    void messagesOfAnUnknownTypeAreSkippedAndSaidOnce() {
        journal.hello(8, 7);
        feed.doWork();
        adapter.poll(10);
        log.clear();
        final UnsafeBuffer strange = new UnsafeBuffer(new byte[16]);
        strange.putInt(0, 99);
        for (int i = 0; i < 3; i++) {
            toJournal.offer(strange, 0, 16);
            toController.offer(strange, 0, 16);
        }
        append(Records.id(0, 2));
        adapter.poll(10);
        assertThat(mirror.size()).isEqualTo(2);
        assertThat(log).hasSize(2).allMatch(line -> line.contains("kind 99"));
    }

    /** A hello that says that it is so long, and says version 0 if it has room for one. */
    private void hello(final int length) {
        final UnsafeBuffer hello = new UnsafeBuffer(new byte[length]);
        hello.putInt(0, BoundaryMessage.HELLO);
        hello.putInt(4, length);
        hello.putLong(ControllerHelloFlyweight.PROCESS, 4711);
        hello.putLong(ControllerHelloFlyweight.CLIENT, 7);
        toJournal.offer(hello, 0, length);
    }
}
