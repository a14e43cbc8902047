package io.fairway.node.api;

import io.fairway.model.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A node of the lab with three sessions, for tests of what stands in front of it. */
public final class FakeNode implements NodeOperations {
    private final List<SessionRow> sessions =
            new ArrayList<>(IntStream.range(0, 3).mapToObj(FakeNode::session).toList());

    private static SessionRow session(final int number) {
        final String natIp = number == 2 ? "172.16.0.1" : null;
        return new SessionRow(
                SessionRow.id(0x0003_0000_0000_0010L + number),
                number == 0 ? "web" : "bulk",
                "staff",
                number == 1 ? "node1" : "node0",
                number != 2,
                1_899_000,
                61_000,
                new SessionRow.FlowRow("lan", 0, "tcp", "10.1.0.10", 40_000 + number, "10.2.0.10", 80, natIp, 1024),
                new SessionRow.FlowRow("wan", 0, "tcp", "10.2.0.10", 80, "10.1.0.10", 40_000 + number, natIp, 1024));
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                "node0",
                "0.2.0",
                "east",
                "fairway-lab",
                "PAIRED",
                ProcessHandle.current().pid(),
                65_000,
                3,
                200_000,
                processes());
    }

    @Override
    public SessionPage sessions(final SessionFilter filter) {
        final List<SessionRow> matching =
                sessions.stream().filter(filter.predicate()).toList();
        return new SessionPage(
                matching.size(), matching.stream().limit(filter.limit()).toList());
    }

    @Override
    public SessionDetail session(final long sessionId) {
        return sessions.stream()
                .filter(row -> row.id().equals(SessionRow.id(sessionId)))
                .map(row -> new SessionDetail(
                        row,
                        "5f1c8d6e-0c6b-4f39-8f8e-2d5b7d3b1f00",
                        "ESTABLISHED",
                        4,
                        3,
                        7,
                        true,
                        "west",
                        "wan-west",
                        1_900_000,
                        "2026-11-21T07:00:00Z",
                        new SessionDetail.FlowDetail(
                                "wan",
                                0,
                                "172.16.0.2",
                                "same",
                                "forward",
                                "172.16.0.1:16384",
                                "172.16.0.2:16385",
                                12,
                                3456,
                                20),
                        new SessionDetail.FlowDetail(
                                "lan",
                                0,
                                "10.1.0.10",
                                "same",
                                "none",
                                "10.2.0.10:80",
                                "10.1.0.10:40000",
                                10,
                                65536,
                                30)))
                .findFirst()
                .orElse(null);
    }

    @Override
    public PairStatus pair() {
        return new PairStatus(
                "node0",
                "node1",
                "0.2.0",
                "0.1.0",
                null,
                "PAIRED",
                "both nodes live",
                "ALIVE",
                2,
                180,
                true,
                0,
                new PairStatus.Copies(true, 0, 3, 2, -1),
                false,
                false,
                256,
                7,
                List.of(new PairStatus.Home("node0", "node0", 256, 7)),
                List.of(new PairStatus.Leader("lan", "node0"), new PairStatus.Leader("wan", "node0")),
                List.of(new PairStatus.BeatPath("fab0", true, 3), new PairStatus.BeatPath("fab1", false, -1)),
                List.of(new PairStatus.Decision(5000, "take buckets of node1", "death notice")),
                processes());
    }

    private static ProcessStatus processes() {
        final long self = ProcessHandle.current().pid();
        return new ProcessStatus(self, self, "forwarder and controller are one process");
    }

    @Override
    public List<InterfaceRow> interfaces() {
        return List.of(new InterfaceRow(
                "lan",
                "lan0",
                "up",
                0,
                "10.1.0.1/24",
                "fd00:1::1/64",
                "02:00:00:00:00:01",
                "02:fa:17:00:01:01",
                "node0",
                "not answering",
                1500,
                1,
                2,
                3,
                4,
                5,
                6));
    }

    @Override
    public List<ArpRow> arp() {
        return List.of(
                new ArpRow("lan", "10.1.0.10", "02:00:00:00:00:10", "reachable", 4000, "own"),
                new ArpRow("lan", "10.1.0.11", null, "asked", 20, "partner"));
    }

    @Override
    public List<PeerRow> peers() {
        return List.of(new PeerRow(
                "west",
                "wan-west",
                "wan",
                "172.16.0.1",
                "172.16.0.2",
                "up",
                65_000,
                new PeerRow.Quality(0.25, 0.125, 0.5, 4.37),
                1500,
                "as UDP: TCP SYN",
                "172.16.0.2:1280",
                "172.16.0.1:1280",
                "none",
                new PeerRow.Keys("certificates", 4, 3),
                new PeerRow.Counters(70, 69, 1, 0, List.of(new PeerRow.Refused("BAD_CODE", "The code is wrong.", 9))),
                3));
    }

    @Override
    public List<CounterRow> counters() {
        return List.of(new CounterRow("sessions established", 3));
    }

    @Override
    public List<DropRow> drops() {
        return Arrays.stream(DropReason.values())
                .map(reason -> DropRow.of(reason, reason == DropReason.TCP_NOT_SYN ? 9 : 0))
                .toList();
    }

    @Override
    public boolean deleteSession(final long sessionId) {
        if (sessionId == 0) {
            throw new IllegalStateException("session 0 is special in this test");
        }
        return sessions.removeIf(row -> row.id().equals(SessionRow.id(sessionId)));
    }

    @Override
    public String orderPair(final String order) {
        if ("fence".equals(order)) {
            throw new IllegalArgumentException("the partner is alive and heard");
        }
        return "ordered: " + order;
    }
}
