package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Opens many TCP connections, sends a message on each every period, checks every echo and counts the connections that
 * break. Goes on until told to stop. {@code --to HOST:PORT --count N --rate PER_SECOND --period-ms P --lost-after-ms
 * T}, {@code --ports N} spreads them over that port and the next ones, {@code --in-flight N} limits unanswered messages
 * of a connection, {@code --log FILE} is for a {@link CrossingLog}
 */
final class EchoClients {
    private static final int MESSAGE_BYTES = 12;
    private static final int LOST_PORTS = 10;
    private static final long OVERDUE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SETTLE_NS = TimeUnit.SECONDS.toNanos(1);

    /** A connection and when it is to send next. */
    private record Turn(EchoConnection connection, long dueNs) implements Comparable<Turn> {
        @Override
        public int compareTo(final Turn other) {
            return Long.compare(dueNs - other.dueNs, 0);
        }
    }

    private final InetSocketAddress to;
    private final int count;
    private final long openEveryNs;
    private final long periodNs;
    private final long lostAfterNs;
    private final ReportFile report;
    private final int ports;
    private final GapLog waits = new GapLog(InstantSource.system());
    private final EchoConnection.Journal journal;
    private final List<EchoConnection> connections = new ArrayList<>();
    private final PriorityQueue<Turn> turns = new PriorityQueue<>();
    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
    private long nextOpenNs = System.nanoTime();
    private long nextReportNs = nextOpenNs;
    private long allOpenNs;
    private boolean settled;

    EchoClients(final Arguments arguments) throws IOException {
        to = arguments.address("to");
        count = arguments.number("count", 1000);
        openEveryNs = TimeUnit.SECONDS.toNanos(1) / arguments.number("rate", 500);
        periodNs = TimeUnit.MILLISECONDS.toNanos(arguments.number("period-ms", 200));
        lostAfterNs = TimeUnit.MILLISECONDS.toNanos(arguments.number("lost-after-ms", 10_000));
        report = arguments.report();
        ports = arguments.number("ports", 1);
        journal = new EchoConnection.Journal(waits, arguments.log(), arguments.number("in-flight", 1024));
    }

    void run() throws IOException {
        final StopSignal stop = new StopSignal();
        try (Selector selector = Selector.open()) {
            while (!stop.stopped()) {
                final long nowNs = System.nanoTime();
                openDue(selector, nowNs);
                sendDue(nowNs);
                selector.select(key -> ((EchoConnection) key.attachment()).ready(key, System.nanoTime()), 1);
                reportDue(nowNs);
            }
        }
        report.finish(figures(System.nanoTime()));
        journal.log().close();
    }

    private void openDue(final Selector selector, final long nowNs) throws IOException {
        while (connections.size() < count && nextOpenNs - nowNs <= 0) {
            final EchoConnection connection = EchoConnection.open(connections.size(), to(), selector, journal, nowNs);
            // Turns are spread evenly over the period, so that a gap of any length meets messages under way.
            turns.add(new Turn(connection, nowNs + periodNs * connections.size() / count));
            connections.add(connection);
            nextOpenNs += openEveryNs;
        }
    }

    private InetSocketAddress to() {
        return new InetSocketAddress(to.getAddress(), to.getPort() + connections.size() % ports);
    }

    private void sendDue(final long nowNs) {
        while (!turns.isEmpty() && turns.peek().dueNs - nowNs <= 0) {
            final Turn turn = turns.remove();
            turn.connection.checkWait(lostAfterNs, nowNs);
            if (turn.connection.open()) {
                turn.connection.send(message, nowNs);
                turns.add(new Turn(turn.connection, turn.dueNs + periodNs));
            }
        }
    }

    private void reportDue(final long nowNs) {
        if (nowNs - nextReportNs < 0) {
            return;
        }
        nextReportNs = nowNs + REPORT_NS;
        settle(nowNs);
        report.update(figures(nowNs));
    }

    /** Waits count from the moment when all have been open for a while. */
    private void settle(final long nowNs) {
        if (settled || connections.size() < count || number(EchoConnection.State.OPENING) > 0) {
            return;
        }
        allOpenNs = allOpenNs == 0 ? nowNs : allOpenNs;
        if (nowNs - allOpenNs > SETTLE_NS) {
            settled = true;
            connections.forEach(EchoConnection::resetLongestWait);
        }
    }

    private long number(final EchoConnection.State state) {
        return connections.stream().filter(c -> c.state() == state).count();
    }

    private Map<String, Object> figures(final long nowNs) {
        final Map<String, Object> reasons = new TreeMap<>();
        connections.stream()
                .filter(c -> !c.why().isEmpty())
                .forEach(c -> reasons.merge(c.why(), 1, (a, b) -> (int) a + (int) b));
        final long[] longest = connections.stream()
                .mapToLong(c -> c.longestWaitNs(nowNs))
                .sorted()
                .toArray();
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("wanted", count);
        figures.put("alive", number(EchoConnection.State.ALIVE));
        figures.put("lost", number(EchoConnection.State.LOST));
        figures.put("failedToOpen", number(EchoConnection.State.FAILED));
        figures.put("settled", settled);
        figures.put(
                "overdue",
                connections.stream()
                        .filter(c -> c.open() && c.waitingNs(nowNs) > OVERDUE_NS)
                        .count());
        figures.put(
                "echoes", connections.stream().mapToLong(EchoConnection::echoes).sum());
        figures.put("longestWaitMs", longest.length == 0 ? 0.0 : longest[longest.length - 1] / 1e6);
        figures.put("medianLongestWaitMs", longest.length == 0 ? 0.0 : longest[longest.length / 2] / 1e6);
        figures.put("why", reasons);
        figures.put(
                "lostPorts",
                connections.stream()
                        .filter(c -> c.state() == EchoConnection.State.LOST)
                        .map(EchoConnection::localPort)
                        .limit(LOST_PORTS)
                        .toList());
        figures.put("gaps", waits.figures());
        return figures;
    }
}
