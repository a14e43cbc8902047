package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.FirewallDetector.Action;
import io.fairway.cluster.peer.FirewallDetector.Found;
import io.fairway.cluster.peer.FirewallDetector.Send;
import io.fairway.model.wire.peer.TcpProbe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the detector of firewalls sends, and what it makes of what comes. */
class FirewallDetectorTest {
    private static final long S = 1_000_000_000L;

    private final FirewallDetector detector = new FirewallDetector();
    private long nowNs = Long.MAX_VALUE - 5 * S;
    private int sent;

    /** Lets time pass over a path on which a firewall refuses these; returns what is found. */
    private List<Integer> run(final List<Action> first, final int refused, final long forNs) {
        final List<Integer> found = new ArrayList<>();
        List<Action> actions = first;
        final long endNs = nowNs + forNs;
        while (nowNs - endNs < 0) {
            final List<Action> next = new ArrayList<>();
            for (final Action action : actions) {
                switch (action) {
                    case Send(final TcpProbe probe) -> {
                        sent++;
                        if ((refused & probe.bit()) == 0) {
                            next.addAll(detector.arrived(probe, nowNs));
                        }
                    }
                    case Found(final int now) -> found.add(now);
                }
            }
            if (next.isEmpty()) {
                nowNs = detector.deadlineNs(nowNs);
                next.addAll(detector.tick(nowNs));
            }
            actions = next;
        }
        return found;
    }

    @Test
    void sendsABurstOfEachKind() {
        final List<Action> first = detector.up(nowNs);
        assertThat(first).hasSize(3 * FirewallDetector.BURST);
        for (final TcpProbe probe : TcpProbe.values()) {
            assertThat(first.stream().filter(new Send(probe)::equals)).hasSize(FirewallDetector.BURST);
        }
        assertThat(detector.isKnown()).isFalse();
    }

    @Test
    void anOpenPathIsTriedEveryFiveMinutesAndSaysSoOnce() {
        assertThat(run(detector.up(nowNs), 0, 1_500 * S)).containsExactly(0);
        assertThat(sent).isBetween(5 * 12, 6 * 12);
    }

    @ParameterizedTest
    @EnumSource(TcpProbe.class)
    void aKindThatNeverComesIsRefusedAfterThreeBursts(final TcpProbe kind) {
        final long beganNs = nowNs;
        assertThat(run(detector.up(nowNs), kind.bit(), 4 * S)).containsExactly(kind.bit());
        assertThat(detector.refused()).isEqualTo(kind.bit());
        assertThat(nowNs - beganNs).isGreaterThanOrEqualTo(3 * S);
        assertThat(sent).isEqualTo(12 + 2 * FirewallDetector.BURST);
    }

    @Test
    void lossOfTwoBurstsIsNoFirewall() {
        detector.up(nowNs);
        assertThat(detector.tick(nowNs + S)).hasSize(12);
        final List<Action> third = detector.tick(nowNs + 2 * S);
        nowNs += 2 * S;
        assertThat(run(third, 0, S)).containsExactly(0);
    }

    @Test
    void aFirewallThatOpensIsNoticedAtTheNextRound() {
        assertThat(run(detector.up(nowNs), TcpProbe.ALL, 5 * S)).containsExactly(TcpProbe.ALL);
        assertThat(run(List.of(), 0, 300 * S)).containsExactly(0);
        assertThat(run(List.of(), TcpProbe.SYN.bit(), 310 * S)).containsExactly(TcpProbe.SYN.bit());
    }

    @Test
    void aPathThatIsDownIsNotTried() {
        detector.up(nowNs);
        detector.down();
        assertThat(detector.tick(nowNs + 10 * S)).isEmpty();
        assertThat(detector.arrived(TcpProbe.SYN, nowNs + 10 * S)).isEmpty();
        assertThat(detector.isKnown()).isFalse();
    }
}
