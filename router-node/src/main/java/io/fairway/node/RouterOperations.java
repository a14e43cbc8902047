package io.fairway.node;

import io.fairway.dataplane.forward.FlowTableView;
import io.fairway.dataplane.forward.ForwardCounters;
import io.fairway.dataplane.forward.SessionStats;
import io.fairway.dataplane.io.AfPacketPort;
import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.owner.PairAgent;
import io.fairway.model.DropReason;
import io.fairway.model.Release;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.node.api.ArpRow;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.DropRow;
import io.fairway.node.api.InterfaceRow;
import io.fairway.node.api.NodeOperations;
import io.fairway.node.api.NodeStatus;
import io.fairway.node.api.PairStatus;
import io.fairway.node.api.PeerRow;
import io.fairway.node.api.SessionDetail;
import io.fairway.node.api.SessionFilter;
import io.fairway.node.api.SessionPage;
import io.fairway.node.api.SessionRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers the command line from views that any thread may read. */
final class RouterOperations implements NodeOperations {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Parts parts;
    private final SessionRows rows;
    private final long startedNs = System.nanoTime();

    /**
     * What the answers are read from.
     *
     * @param half what forwards, and the pair
     * @param controller answers what only the controller knows
     */
    record Parts(
            Authority authority,
            Router router,
            Router.Node node,
            ForwarderHalf half,
            ControllerOperations controller,
            ProcessView processes) {}

    RouterOperations(final Parts parts) {
        this.parts = parts;
        rows = new SessionRows(parts.router());
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                parts.node().name(),
                Release.NAME,
                parts.router().name(),
                parts.authority().name(),
                parts.router().pair() == null ? "RUNNING" : pair().state(),
                ProcessHandle.current().pid(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs),
                parts.half().forward().agent().counters().sessions(),
                parts.router().limits().maxSessions(),
                parts.processes().status());
    }

    @Override
    public SessionPage sessions(final SessionFilter filter) {
        final Predicate<SessionRow> wanted = filter.predicate();
        final Long2LongHashMap remaining = new Long2LongHashMap(UNKNOWN);
        flows().scan(stats -> remaining.put(stats.sessionId(), stats.remainingMs()));
        final List<SessionRow> page = new ArrayList<>();
        final MutableLong matching = new MutableLong();
        parts.half().replica().forEach((id, bytes, offset, length, synced) -> {
            final SessionRow row = row(SessionRecordFlyweight.decode(bytes, offset), synced, remaining.get(id));
            if (wanted.test(row) && matching.incrementAndGet() <= filter.limit()) {
                page.add(row);
            }
        });
        return new SessionPage(matching.get(), page);
    }

    @Override
    public SessionDetail session(final long sessionId) {
        final byte[] bytes = parts.half().replica().get(sessionId);
        if (bytes == null) {
            return null;
        }
        final SessionRecord record = SessionRecordFlyweight.decode(new UnsafeBuffer(bytes), 0);
        final SessionStats stats = flows().find(sessionId);
        final boolean known = stats != null;
        final long idleMs = known ? TimeUnit.NANOSECONDS.toMillis(stats.silentNs()) : -1;
        final SessionRow row =
                row(record, parts.half().replica().synced(sessionId), known ? stats.remainingMs() : UNKNOWN);
        return rows.detail(
                row,
                record,
                rows.flowDetail(
                        record.forward(), known ? stats.forwardPackets() : 0, known ? stats.forwardBytes() : 0, idleMs),
                rows.flowDetail(
                        record.reverse(),
                        known ? stats.reversePackets() : 0,
                        known ? stats.reverseBytes() : 0,
                        idleMs));
    }

    private SessionRow row(final SessionRecord record, final boolean synced, final long remainingMs) {
        final boolean single = parts.router().pair() == null;
        return rows.row(
                record,
                parts.half().gate().owner(record.bucket()),
                single || synced,
                remainingMs == UNKNOWN ? record.idleTimeoutMs() : Math.max(0, remainingMs));
    }

    @Override
    public PairStatus pair() {
        return parts.half().pairStatus(parts.processes().status());
    }

    @Override
    public List<InterfaceRow> interfaces() {
        final ForwardCounters counters = parts.half().forward().agent().counters();
        final PairStatus pair = pair();
        final List<InterfaceRow> result = new ArrayList<>();
        for (int i = 0; i < parts.router().interfaces().size(); i++) {
            final Router.NetworkInterface configured =
                    parts.router().interfaces().get(i);
            final AfPacketPort port = parts.half().forward().port(i);
            final boolean here = port != null;
            result.add(new InterfaceRow(
                    configured.name(),
                    here ? parts.node().devices().get(i) : null,
                    here ? port.carrier() ? "up" : "down" : "elsewhere",
                    configured.vlan(),
                    configured.v4() == null ? null : configured.v4().toString(),
                    configured.v6() == null ? null : configured.v6().toString(),
                    here ? port.hardwareAddress().toString() : null,
                    configured.virtualMac() == null
                            ? null
                            : configured.virtualMac().toString(),
                    pair.leaders().isEmpty() ? null : pair.leaders().get(i).node(),
                    here ? gateway(i) : null,
                    here ? port.mtuBytes() : configured.mtuBytes(),
                    counters.receivedPackets(i),
                    counters.receivedBytes(i),
                    counters.transmittedPackets(i),
                    counters.transmittedBytes(i),
                    here ? port.receiveDrops() : 0,
                    here ? port.sendDrops() : 0));
        }
        return result;
    }

    private String gateway(final int interfaceIndex) {
        final GatewayWatch watch = parts.half().forward().agent().gateways();
        if (parts.router().pair() == null
                || parts.router().gateways(interfaceIndex).isEmpty()) {
            return null;
        }
        if ((watch.silent() >>> interfaceIndex & 1) != 0) {
            return "not answering";
        }
        return (watch.answering() >>> interfaceIndex & 1) != 0 ? "answers" : "asked";
    }

    @Override
    public List<ArpRow> arp() {
        return parts.half().forward().agent().neighbors().snapshot().stream()
                .map(entry -> new ArpRow(
                        parts.router().interfaces().get(entry.interfaceIndex()).name(),
                        entry.ip().toString(),
                        entry.mac().bits() == 0 ? null : entry.mac().toString(),
                        entry.state(),
                        entry.ageMs(),
                        entry.partners() ? "partner" : "own"))
                .toList();
    }

    @Override
    public List<PeerRow> peers() {
        return parts.controller().peers();
    }

    @Override
    public List<CounterRow> counters() {
        final ForwardCounters forward = parts.half().forward().agent().counters();
        final List<CounterRow> result = new ArrayList<>(List.of(
                new CounterRow("packets forwarded", forward.forwarded()),
                new CounterRow("packets crossed to the partner", forward.crossedOut()),
                new CounterRow("packets crossed from the partner", forward.crossedIn()),
                new CounterRow("packets of our own (ARP, ICMP)", forward.generated()),
                new CounterRow("packets cut from super-frames", forward.cut()),
                new CounterRow("session health checks without an answer", forward.healthTimeouts()),
                new CounterRow("packets dropped", forward.dropped()),
                new CounterRow("sessions in the flow table", forward.sessions()),
                new CounterRow("sessions established", forward.established()),
                new CounterRow("flows pending", forward.pendingFlows()),
                new CounterRow("packets pending", forward.pendingPackets()),
                new CounterRow("fragments waiting for the others", forward.fragmentsHeld()),
                new CounterRow("packets waiting for a neighbour", forward.neighborQueued()),
                new CounterRow("session events lost", forward.eventsLost()),
                new CounterRow("messages of another release's controller skipped", forward.skippedCommands()),
                new CounterRow("forwarder turns", forward.turns())));
        result.addAll(parts.controller().counters());
        result.addAll(parts.half().counters());
        return result;
    }

    @Override
    public List<DropRow> drops() {
        final ForwardCounters forward = parts.half().forward().agent().counters();
        final List<DropRow> result = new ArrayList<>();
        for (int i = 0; i < DropReason.count(); i++) {
            result.add(DropRow.of(DropReason.of(i), forward.drops(DropReason.of(i))));
        }
        return result;
    }

    @Override
    public boolean deleteSession(final long sessionId) {
        return parts.controller().delete(sessionId);
    }

    @Override
    public String orderPair(final String order) {
        final PairAgent.Answer answer = parts.half().order(PairEvent.Order.valueOf(order.toUpperCase(Locale.ROOT)));
        if (!answer.taken()) {
            throw new IllegalArgumentException(answer.what());
        }
        return answer.what();
    }

    private FlowTableView flows() {
        return parts.half().forward().agent().flows();
    }
}
