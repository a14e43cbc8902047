package io.fairway.ha.journal;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.journal.JournalCounters.Counter;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A partner's journal of another release: what can be skipped is, and the rest is said. */
final class OtherReleaseTest {
    private final MemoryLinks links = new MemoryLinks(1);
    private long nowNs;
    private final TestNode zero = new TestNode(0, 100, links.end(0), () -> nowNs);
    private final JournalLink there = links.end(1);
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(JournalFrame.MAX_BYTES);
    private final UnsafeBuffer frame = new UnsafeBuffer(bytes);
    private int at = JournalFrame.HEADER_BYTES;
    private int entries;

    OtherReleaseTest() {
        zero.partnerIncarnation = 200;
        zero.partnerAlive = true;
    }

    private void entry(final int kind, final int sequence, final byte[] payload) {
        final int payloadAt = JournalFrame.entry(frame, at, kind, payload.length, sequence);
        frame.putBytes(payloadAt, payload);
        at += JournalFrame.entryBytes(payload.length);
        entries++;
    }

    private void send(final int kind, final int layout) {
        JournalFrame.begin(frame, kind, 1, 200, 100);
        JournalFrame.associations(frame, 1, 0);
        frame.putByte(4, (byte) layout);
        JournalFrame.finish(frame, bytes, 1, entries, at);
        there.send(0, JournalLink.Lane.ENTRIES, frame, 0, at);
        zero.agent.doWork();
    }

    @Test
    void entriesOfAnUnknownKindAreSkippedAndTheOthersTaken() {
        entry(JournalFrame.HELLO, 0, new byte[] {1, 1, 7, 7, 7});
        entry(99, 0, new byte[] {1, 2, 3});
        entry(JournalFrame.PUT, 1, Records.record(id(1, 1), 1));
        entry(99, 0, new byte[0]);
        send(JournalFrame.BATCH, JournalFrame.LAYOUT_VERSION);
        assertThat(zero.remote).containsEntry(id(1, 1), 1);
        assertThat(zero.count(Counter.UNKNOWN_KINDS)).isEqualTo(2);
        assertThat(zero.count(Counter.INVALID_RECORDS)).isZero();
        assertThat(zero.log).filteredOn(line -> line.contains("kind 99")).hasSize(1);
        assertThat(zero.agent.obstacle()).isNull();
    }

    @Test
    void aFrameOfAnUnknownKindIsSkipped() {
        send(9, JournalFrame.LAYOUT_VERSION);
        assertThat(zero.count(Counter.UNKNOWN_KINDS)).isOne();
        assertThat(zero.log).hasSize(1);
    }

    @Test
    void aJournalOfAnotherLayoutIsSaidOnceAndForgottenWithItsProcess() {
        entry(JournalFrame.HELLO, 0, new byte[] {1, 1});
        send(JournalFrame.BATCH, JournalFrame.LAYOUT_VERSION + 1);
        send(JournalFrame.BATCH, JournalFrame.LAYOUT_VERSION + 1);
        assertThat(zero.count(Counter.OTHER_LAYOUTS)).isEqualTo(2);
        assertThat(zero.count(Counter.CORRUPT_FRAMES)).isZero();
        assertThat(zero.agent.obstacle()).contains("layout " + (JournalFrame.LAYOUT_VERSION + 1));
        assertThat(zero.log).containsExactly(zero.agent.obstacle());
        assertThat(zero.agent.synced()).isFalse();
        zero.partnerIncarnation = 300;
        zero.agent.doWork();
        assertThat(zero.agent.obstacle()).isNull();
    }

    @Test
    void aRecordOfAnotherLayoutIsSaid() {
        final byte[] record = Records.record(id(1, 1), 1);
        record[2] = (byte) (SessionRecordFlyweight.LAYOUT_VERSION + 1);
        entry(JournalFrame.HELLO, 0, new byte[] {1, 1});
        entry(JournalFrame.PUT, 1, record);
        entry(JournalFrame.PUT, 1, Records.record(id(1, 2), 1));
        send(JournalFrame.BATCH, JournalFrame.LAYOUT_VERSION);
        assertThat(zero.remote).containsOnlyKeys(id(1, 2));
        assertThat(zero.count(Counter.OTHER_LAYOUTS)).isOne();
        assertThat(zero.agent.obstacle()).contains("records").contains("layout " + record[2]);
    }

    @Test
    void whatALaterReleaseAppendsToARecordStaysWithIt() {
        final byte[] known = Records.record(id(1, 1), 1);
        final byte[] longer = Arrays.copyOf(known, known.length + 20);
        Arrays.fill(longer, known.length, longer.length, (byte) 5);
        new UnsafeBuffer(longer).putShort(0, (short) longer.length);
        entry(JournalFrame.HELLO, 0, new byte[] {1, 1});
        entry(JournalFrame.PUT, 1, longer);
        send(JournalFrame.BATCH, JournalFrame.LAYOUT_VERSION);
        assertThat(zero.replica.get(id(1, 1))).isEqualTo(longer);
        assertThat(SessionRecordFlyweight.decode(new UnsafeBuffer(longer), 0))
                .isEqualTo(SessionRecordFlyweight.decode(new UnsafeBuffer(known), 0));
    }
}
