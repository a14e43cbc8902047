package io.fairway.dataplane.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The flow table against a naive model, under random installs, updates and removals of few keys. */
class FlowTableTest {
    private static final int CAPACITY = 8;

    /** Installs (version above 0) or removes (0) a session with these ports. */
    record Step(int session, int version, int forwardPort, int reversePort) {}

    private final UnsafeBuffer record = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 12),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.integers().between(1, 24),
                        Arbitraries.integers().between(1, 24))
                .as(Step::new)
                .list()
                .ofMinSize(50)
                .ofMaxSize(300);
    }

    @Property(tries = 100)
    void behavesLikeAMap(@ForAll("steps") final List<Step> steps) {
        try (FlowTable table = new FlowTable(CAPACITY)) {
            final Map<Integer, Step> model = new HashMap<>();
            for (final Step step : steps) {
                if (step.version() == 0) {
                    remove(table, step.session());
                    model.remove(step.session());
                } else {
                    assertThat(install(table, step)).isEqualTo(expected(model, step));
                }
                assertSame(table, model);
            }
        }
    }

    private static DropReason expected(final Map<Integer, Step> model, final Step step) {
        final Step known = model.get(step.session());
        if (known != null && step.version() < known.version()) {
            return null;
        }
        for (final Step other : model.values()) {
            final boolean foreign = other.session() != step.session();
            if (foreign && (other.forwardPort() == step.forwardPort() || other.reversePort() == step.reversePort())) {
                return DropReason.DUPLICATE_FLOW;
            }
        }
        if (known == null && model.size() == CAPACITY) {
            return DropReason.FLOW_TABLE_FULL;
        }
        model.put(step.session(), step);
        return null;
    }

    private DropReason install(final FlowTable table, final Step step) {
        SessionRecordFlyweight.encode(record, 0, session(step));
        return table.install(record, 0, 1);
    }

    private static SessionRecord session(final Step step) {
        final FiveTuple forward = forward(step.forwardPort());
        final FiveTuple reverse = reverse(step.reversePort());
        return NodeRig.record(
                step.session(),
                step.version(),
                NodeRig.flow(0, forward, 1, forward, 0, false, "10.0.0.2"),
                NodeRig.flow(1, reverse, 0, reverse, 0, false, "10.0.0.2"));
    }

    private static FiveTuple forward(final int port) {
        return NodeRig.tuple(6, "10.0.0.1", port, "10.0.0.2", 80);
    }

    private static FiveTuple reverse(final int port) {
        return NodeRig.tuple(6, "10.0.0.2", 80, "10.0.0.1", port);
    }

    private static void remove(final FlowTable table, final int session) {
        final int slot = table.findSession(session);
        if (slot != FlowTable.NONE) {
            table.remove(slot);
        }
    }

    private void assertSame(final FlowTable table, final Map<Integer, Step> model) {
        assertThat(table.size()).isEqualTo(model.size());
        for (int session = 0; session <= 12; session++) {
            final int slot = table.findSession(session);
            assertThat(slot != FlowTable.NONE).isEqualTo(model.containsKey(session));
            if (slot != FlowTable.NONE) {
                assertThat(table.version(slot)).isEqualTo(model.get(session).version());
            }
        }
        for (int port = 1; port <= 24; port++) {
            assertThat(sessionOf(table, 0, forward(port))).isEqualTo(owner(model, port, true));
            assertThat(sessionOf(table, 1, reverse(port))).isEqualTo(owner(model, port, false));
        }
    }

    private long sessionOf(final FlowTable table, final int ingress, final FiveTuple tuple) {
        FlowKeyFlyweight.encode(key, 0, ingress, 0, tuple);
        final int flow = table.find(key, 0);
        return flow == FlowTable.NONE ? -1 : table.sessionId(flow >> 1);
    }

    private static long owner(final Map<Integer, Step> model, final int port, final boolean forward) {
        return model.values().stream()
                .filter(step -> (forward ? step.forwardPort() : step.reversePort()) == port)
                .mapToLong(Step::session)
                .findFirst()
                .orElse(-1);
    }

    @Test
    void capacityOfAMillionCostsNothingUntilUsed() {
        try (FlowTable table = new FlowTable(1_000_000)) {
            assertThat(install(table, new Step(1, 1, 1, 1))).isNull();
            assertThat(table.capacity()).isEqualTo(1_000_000);
        }
    }
}
