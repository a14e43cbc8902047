package io.fairway.deploy.sim;

import io.fairway.ha.beat.BeatPath;
import io.fairway.model.config.Router;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** Two nodes, the ways between them, clients and a far end, on one thread and one heap of events. */
final class World implements AutoCloseable {
    private static final int REMEMBERED = 60;

    private final Plan plan;
    private final Build build;
    private final Timeline timeline = new Timeline();
    private final Trace trace = new Trace();
    private final Map<String, Integer> evidence = new TreeMap<>();
    private final ArrayDeque<String> decisions = new ArrayDeque<>();
    private final Profile profile;
    private final Router router;
    private final PairNetwork network;
    private final Segment[] segments = new Segment[2];
    private final SimNode[] nodes = new SimNode[2];
    private final Client client;
    private final Remote remote;
    private final Checker checker;
    private final Injector injector;
    private final SimWitness witness;

    /** @param folder where the nodes' gates are mapped */
    World(final Plan plan, final Build build, final Path folder) {
        this.plan = plan;
        this.build = build;
        profile = Profile.of(random("profile"), random("outside"));
        router = profile.router();
        network = new PairNetwork(timeline, plan.seed());
        witness = new SimWitness(this);
        for (int i = 0; i < 2; i++) {
            segments[i] = new Segment(this, i, random("segment-" + i));
        }
        client = new Client(this);
        remote = new Remote(this);
        checker = new Checker(this);
        for (int i = 0; i < 2; i++) {
            nodes[i] = new SimNode(this, i, folder.resolve("gate" + i));
        }
        injector = new Injector(this);
    }

    /** Lives through the plan. */
    void run() {
        final SimRandom random = random("boot");
        for (final SimNode node : nodes) {
            timeline.after(random.between(0, 500_000_000), node::powerOn);
        }
        client.begin();
        new Operator(this).begin();
        checker.begin();
        injector.begin(plan);
        timeline.runUntil(Plan.STORM_END_MS * 1_000_000);
        injector.heal();
        timeline.runUntil(endNs());
        client.stopOpening();
        checker.onEnd();
    }

    /** When it is over: the slowest restart, a cold start, and time for new connections to show that all is well. */
    static long endNs() {
        return Plan.STORM_END_MS * 1_000_000 + Verdict.BUDGET_NS + Verdict.PROOF_NS;
    }

    /** The stream of this name of the plan's seed. */
    SimRandom random(final String name) {
        return new SimRandom(plan.seed(), name);
    }

    /** Something was reached that a campaign must reach. */
    void evidence(final String what) {
        count(what);
        trace.add(what, timeline.nowNs(), 0);
    }

    /** Counts what is no event of the pair's. */
    void count(final String what) {
        evidence.merge(what, 1, Integer::sum);
    }

    /** A node's line about a decision of its arbiter. */
    void decided(final int node, final String line) {
        trace.add(line, timeline.nowNs(), node);
        say("node" + node + " " + line);
        if (line.startsWith("pair: Become[state=")) {
            count("state " + line.substring(19, line.indexOf(',')));
        }
    }

    /** Remembers a line for the story of a failure. */
    void say(final String line) {
        if (decisions.size() == REMEMBERED) {
            decisions.poll();
        }
        decisions.add(timeline.nowNs() / 1e6 + " ms " + line);
    }

    /** The last decisions, oldest first. */
    Iterable<String> story() {
        return decisions;
    }

    /** The id that beats give a path. */
    static int pathId(final int path) {
        return path < PairNetwork.FABRICS ? path : BeatPath.DATA + path - PairNetwork.FABRICS;
    }

    Plan plan() {
        return plan;
    }

    Build build() {
        return build;
    }

    Timeline timeline() {
        return timeline;
    }

    Trace trace() {
        return trace;
    }

    Map<String, Integer> evidence() {
        return evidence;
    }

    Profile profile() {
        return profile;
    }

    Router router() {
        return router;
    }

    PairNetwork network() {
        return network;
    }

    SimWitness witness() {
        return witness;
    }

    Segment segment(final int interfaceIndex) {
        return segments[interfaceIndex];
    }

    Hosts hosts(final int interfaceIndex) {
        return interfaceIndex == Profile.LAN ? client : remote;
    }

    SimNode node(final int id) {
        return nodes[id];
    }

    Client client() {
        return client;
    }

    Remote remote() {
        return remote;
    }

    Checker checker() {
        return checker;
    }

    @Override
    public void close() {
        nodes[0].close();
        nodes[1].close();
    }
}
