package io.fairway.ha.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The witness's votes and messages, and the command that fences. */
final class WitnessTest {
    private static final Secret SECRET = Secret.ofHex("5a".repeat(32));
    private static final long S = 1_000_000_000L;
    private static final long ROUTER = 77;

    private final WitnessVotes votes = new WitnessVotes(0);

    private static WitnessMessage question(final int node, final long incarnation, final long sequence) {
        return new WitnessMessage(WitnessMessage.QUESTION, node, ROUTER, incarnation, sequence, S);
    }

    @Test
    void oneNodeAtATime_andAFreshWitnessWaits() {
        assertThat(votes.grant(question(0, 1, 1), S))
                .as("it may have granted before it started")
                .isFalse();
        assertThat(votes.grant(question(0, 1, 2), 2 * S)).isTrue();
        assertThat(votes.grant(question(1, 1, 1), 2 * S)).isFalse();
        assertThat(votes.grant(question(0, 1, 3), 3 * S)).as("renewed").isTrue();
        assertThat(votes.grant(question(1, 1, 2), 4 * S))
                .as("a tenth more than granted")
                .isFalse();
        assertThat(votes.grant(question(1, 1, 3), 4 * S + S / 10)).isTrue();
        assertThat(votes.grant(question(0, 1, 4), 4 * S + S / 10)).isFalse();
    }

    @Test
    void copiesOfQuestions_renewNothing() {
        assertThat(votes.grant(question(0, 3, 9), 2 * S)).isTrue();
        assertThat(votes.grant(question(0, 3, 9), 2 * S + 1)).isFalse();
        assertThat(votes.grant(question(0, 2, 99), 2 * S + 2)).isFalse();
        assertThat(votes.grant(question(0, 4, 1), 2 * S + 3)).isTrue();
    }

    @Test
    void absurdSpans_areRefused() {
        assertThat(votes.grant(new WitnessMessage(WitnessMessage.QUESTION, 0, ROUTER, 1, 1, -1), 9 * S))
                .isFalse();
        assertThat(votes.grant(new WitnessMessage(WitnessMessage.QUESTION, 0, ROUTER, 1, 1, Long.MAX_VALUE), 9 * S))
                .isFalse();
    }

    @Test
    void messages_comeBackWhole_andNothingElseIsBelieved() {
        final WitnessMessage answer = question(1, 5, 6).answer(true);
        final byte[] bytes = answer.encode(SECRET).array();
        assertThat(WitnessMessage.decode(ByteBuffer.wrap(bytes), SECRET)).isEqualTo(answer);
        assertThat(WitnessMessage.decode(ByteBuffer.wrap(bytes), Secret.ofHex("aa".repeat(32))))
                .isNull();
        for (int at = 0; at < bytes.length; at++) {
            final byte[] bad = bytes.clone();
            bad[at] ^= 1;
            assertThat(WitnessMessage.decode(ByteBuffer.wrap(bad), SECRET)).isNull();
        }
        final Random random = new Random(1);
        for (int length = 0; length < 100; length++) {
            final byte[] noise = new byte[length];
            random.nextBytes(noise);
            assertThat(WitnessMessage.decode(ByteBuffer.wrap(noise), SECRET)).isNull();
        }
    }

    @Test
    void fenceCommand_saysWhatBecameOfIt() {
        assertThat(FenceCommand.run(List.of("sh", "-c", "echo off: $0"), "node1"))
                .isEqualTo(new FenceCommand.Result(true, "off: node1"));
        assertThat(FenceCommand.run(List.of("sh", "-c", "echo no power switch; exit 3"), "node1"))
                .isEqualTo(new FenceCommand.Result(false, "sh ended with 3: no power switch"));
        assertThat(FenceCommand.run(List.of("/nowhere/fence"), "node1").done()).isFalse();
        assertThat(FenceCommand.run(List.of("sh", "-c", "yes | head -c 200000; echo; echo off"), "node1"))
                .as("more than a pipe holds")
                .isEqualTo(new FenceCommand.Result(true, "off"));
        assertThat(FenceCommand.run(List.of("sh", "-c", "sleep 20 & echo off"), "node1"))
                .as("something is left running")
                .isEqualTo(new FenceCommand.Result(true, "off"));
    }
}
