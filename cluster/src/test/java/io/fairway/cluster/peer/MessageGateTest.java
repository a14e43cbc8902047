package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.MessageGate.Verdict;
import io.fairway.model.wire.peer.BfdHeader;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageParser;
import io.fairway.model.wire.peer.PeerMessageView;
import io.fairway.model.wire.peer.PeerMessageWriter;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Each message once, and predecessors never. */
class MessageGateTest {
    private final MessageGate gate = new MessageGate();

    private Verdict judge(final int sender, final long sequence, final long echoed) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[PeerMessage.SAFE_LENGTH]);
        final PeerMessageWriter writer = new PeerMessageWriter().begin(buffer, 0);
        BfdHeader.setMultiplier(buffer, 0, 3);
        BfdHeader.setDiscriminators(buffer, 0, sender, 1);
        final int length = writer.sender(1, "west", 1, 0)
                .clock(sequence, sequence, 0)
                .echo(echoed, 0, 0, 0)
                .end();
        final PeerMessageView view = new PeerMessageView();
        assertThat(PeerMessageParser.parse(buffer, 0, length, view)).isTrue();
        return gate.judge(view);
    }

    @Test
    void eachMessageComesOnce() {
        assertThat(judge(5, 10, 0)).isEqualTo(Verdict.NEW_SENDER);
        assertThat(judge(5, 11, 0)).isEqualTo(Verdict.NEWEST);
        assertThat(judge(5, 15, 0)).isEqualTo(Verdict.NEWEST);
        assertThat(judge(5, 13, 0)).isEqualTo(Verdict.LATE);
        assertThat(judge(5, 13, 0)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge(5, 15, 0)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge(5, 10, 0)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge(5, 5_000, 0)).isEqualTo(Verdict.NEWEST);
        assertThat(judge(5, 20, 0)).as("far too late").isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void aSuccessorHasHeardSomethingNewer() {
        assertThat(judge(5, 100, 40)).isEqualTo(Verdict.NEW_SENDER);
        assertThat(judge(5, 101, 42)).isEqualTo(Verdict.NEWEST);
        assertThat(judge(6, 1, 42)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge(6, 1, 43)).isEqualTo(Verdict.NEW_SENDER);
        assertThat(judge(6, 2, 43)).isEqualTo(Verdict.NEWEST);
        assertThat(judge(5, 102, 43)).as("the predecessor is gone").isEqualTo(Verdict.REPLAYED);
        assertThat(judge(5, 101, 42)).isEqualTo(Verdict.REPLAYED);
        assertThat(judge(6, 3, 43)).isEqualTo(Verdict.NEWEST);
    }
}
