package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PartnerBeat;
import java.util.Arrays;

/**
 * A number for a state, the same for states that nothing can tell apart. What is left out, and why that loses nothing:
 *
 * <ul>
 *   <li>the time: all times are relative to now;
 *   <li>how old what is older than {@link #OLD_NS} is: every duration that an age is compared with is shorter (the
 *       longest is a cold start; the memory of changes of owner is a minute, longer than a search lasts). Where the
 *       order of two old times matters (an answer and a pause), it is kept;
 *   <li>how long a deadline is over;
 *   <li>how often nodes were started: incarnations are compared and counted up, so they are relative to the newest;
 *   <li>how high epochs are: they are compared, counted up, and odd or even, so an even number is taken off all alike;
 *   <li>which fabric link is which: the arbiter is told of "the fabric".
 * </ul>
 *
 * Two states that differ may get one number of 64 bits by chance: with ten million states, once in 370,000 searches.
 */
final class StateKey {
    private static final long OLD_NS = SearchSetup.COLD_START_NS + 2 * SearchSetup.STEP_NS;
    private static final int ROOM = 2048;

    private final long[] words = new long[ROOM];
    private final int[] timesAt = new int[ROOM];
    private final int[] epochsAt = new int[ROOM];
    private final int[] homes = new int[ROOM];
    private final long[] some = new long[ROOM];
    private final long[] ranks = new long[ROOM];
    private final long[] newest = new long[2];
    private int length;
    private int times;
    private int epochs;
    private long nowNs;
    private boolean healed;

    /** The state of a world to which anything may happen. */
    long of(final SearchWorld world) {
        healed = false;
        describe(world);
        forgetHeight();
        forgetAge();
        return hash();
    }

    /**
     * The state of a world to which nothing happens any more, whose nodes are paired and have told each other all they
     * know: no disk is read again, no process but the present ones counts, nor the order of what is long past, and of
     * each home's epochs only their order, and whose they are.
     */
    long ofHealed(final SearchWorld world) {
        healed = true;
        describe(world);
        forgetGaps(0);
        forgetGaps(1);
        return hash();
    }

    private void describe(final SearchWorld world) {
        length = 0;
        times = 0;
        epochs = 0;
        nowNs = world.nowNs();
        newest[0] = world.node(0).incarnation;
        newest[1] = world.node(1).incarnation;
        world.describe(this);
        for (int id = 0; id < 2; id++) {
            describe(world.node(id));
        }
    }

    private void describe(final SearchNode node) {
        for (int home = 0; home < 2; home++) {
            if (!healed) {
                epoch(home, node.epochs[home]);
            }
            claim(home, node.gate[home]);
        }
        incarnation(node.id, node.untold);
        value(flags(node));
        if (node.arbiter == null) {
            return;
        }
        value(node.leaders);
        time(node.validUntilNs);
        time(node.turnedNs);
        time(node.listeningSinceNs);
        order(node.lapsedNs);
        time(node.fabricHeardNs);
        incarnation(1 - node.id, node.echoIncarnation);
        order(node.echoSentNs);
        time(node.returnedNs);
        deadline(node.grantedUntilNs);
        value(node.settling);
        if (node.fenced != null) {
            incarnation(1 - node.id, node.fenced.incarnation());
            value(node.fenced.done() ? 1 : 0);
        }
        Insides.describe(node.arbiter, node.id, this);
        value(node.inbox.size());
        for (final SearchNode.Frame frame : node.inbox) {
            describe(1 - node.id, frame);
        }
    }

    private static long flags(final SearchNode node) {
        return (node.arbiter == null ? 0 : 1)
                | (node.frozen ? 2 : 0)
                | (node.plugged ? 4 : 0)
                | (node.fenced == null ? 0 : 8);
    }

    private void describe(final int author, final SearchNode.Frame frame) {
        value((frame.fabric() ? 1 : 0) | (frame.data() ? 2 : 0) | (frame.beat() == null ? 4 : 0));
        if (frame.beat() == null) {
            incarnation(author, frame.echoIncarnation());
            return;
        }
        final PartnerBeat beat = frame.beat();
        order(frame.sentNs());
        incarnation(1 - author, frame.echoIncarnation());
        order(frame.echoSentNs());
        incarnation(author, beat.incarnation());
        report(author, beat.report());
    }

    void value(final long value) {
        words[length++] = value;
    }

    /** A time whose age is compared with durations. */
    void time(final long timeNs) {
        value(Math.max(timeNs - nowNs, -OLD_NS));
    }

    /** A time that is compared with others of this kind, too. */
    void order(final long timeNs) {
        if (healed) {
            time(timeNs);
            return;
        }
        timesAt[times++] = length;
        value(timeNs - nowNs);
    }

    /** A time that is compared with now only. */
    void deadline(final long timeNs) {
        value(Math.max(timeNs - nowNs, 0));
    }

    /** A duration that only grows until it is measured anew. */
    void duration(final long ns) {
        value(Math.min(ns, OLD_NS));
    }

    void epoch(final int home, final int epoch) {
        homes[epochs] = home;
        epochsAt[epochs++] = length;
        value(epoch);
    }

    /** @param node whose process it is */
    void incarnation(final int node, final long incarnation) {
        if (healed) {
            value(incarnation == newest[node] ? 0 : 1);
        } else {
            value(incarnation == 0 ? -1 : newest[node] - incarnation);
        }
    }

    /** How often the owner changed; the arbiter remembers three. */
    void changes(final int changes) {
        value(healed ? Math.min(changes, 3) : changes);
    }

    void claim(final int home, final HomeClaim claim) {
        for (final HomeClaim.Run run : claim.runs()) {
            value(run.end() << 8 | run.owner());
            epoch(home, run.epoch());
        }
    }

    /** What a node says of itself. */
    void report(final int author, final NodeReport report) {
        value(report.state().ordinal());
        incarnation(1 - author, report.deadIncarnation());
        incarnation(1 - author, report.knownIncarnation());
        claim(0, report.home0());
        claim(1, report.home1());
        value(report.leaderMask() << 48 | report.givenMask() << 32 | report.linkMask() << 16 | report.healthyMask());
        value((report.synced() ? 1 : 0) | (report.drained() ? 2 : 0) | (report.frozen() ? 4 : 0));
    }

    private void forgetHeight() {
        long lowest = Long.MAX_VALUE;
        for (int i = 0; i < epochs; i++) {
            lowest = Math.min(lowest, words[epochsAt[i]]);
        }
        final long base = lowest & ~1;
        for (int i = 0; i < epochs; i++) {
            words[epochsAt[i]] -= base;
        }
    }

    private void forgetGaps(final int home) {
        int count = 0;
        for (int i = 0; i < epochs; i++) {
            if (homes[i] == home) {
                some[count++] = words[epochsAt[i]];
            }
        }
        final int distinct = sortDistinct(count);
        long next = 0;
        for (int i = 0; i < distinct; i++) {
            next += (next ^ some[i]) & 1;
            for (int j = 0; j < epochs; j++) {
                final boolean same = homes[j] == home && words[epochsAt[j]] == some[i];
                ranks[j] = same ? next : ranks[j];
            }
            next++;
        }
        for (int i = 0; i < epochs; i++) {
            words[epochsAt[i]] = homes[i] == home ? ranks[i] : words[epochsAt[i]];
        }
    }

    private int sortDistinct(final int count) {
        Arrays.sort(some, 0, count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            if (i == 0 || some[i] != some[distinct - 1]) {
                some[distinct++] = some[i];
            }
        }
        return distinct;
    }

    private void forgetAge() {
        int count = 0;
        for (int i = 0; i < times; i++) {
            if (words[timesAt[i]] < -OLD_NS) {
                some[count++] = words[timesAt[i]];
            }
        }
        final int distinct = sortDistinct(count);
        for (int i = 0; i < times; i++) {
            if (words[timesAt[i]] < -OLD_NS) {
                final int rank = Arrays.binarySearch(some, 0, distinct, words[timesAt[i]]);
                words[timesAt[i]] = -OLD_NS - (distinct - rank);
            }
        }
    }

    private long hash() {
        long hash = length;
        for (int i = 0; i < length; i++) {
            hash = mixed(hash ^ mixed(words[i] + 0x9e3779b97f4a7c15L * (i + 1)));
        }
        return hash == 0 ? 1 : hash;
    }

    private static long mixed(final long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
