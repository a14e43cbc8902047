package io.fairway.ha.journal;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The journal of two nodes against a map, over links that lose, repeat, damage and delay, and through deaths. */
final class JournalModelTest {
    private static final long TURN_NS = 100_000;
    private static final long COMPARE_NS = 20 * TURN_NS;
    private static final int SESSIONS = 40;

    private long nowNs;
    private MemoryLinks links;
    private TestNode[] nodes;
    private Random random;

    /** What each home's owner was told and did not end: version per session. */
    private final Map<Long, Integer> model = new HashMap<>();

    private final Set<Long> ended = new HashSet<>();
    private long nextIncarnation = 1_000;
    private int nextNumber;

    private void begin(final long seed) {
        random = new Random(seed);
        links = new MemoryLinks(seed);
        model.clear();
        ended.clear();
        nextNumber = 0;
        nodes = new TestNode[] {node(0), node(1)};
    }

    private TestNode node(final int id) {
        return new TestNode(id, ++nextIncarnation, links.end(id), () -> nowNs, COMPARE_NS);
    }

    private void turns(final int count) {
        for (int i = 0; i < count; i++) {
            for (final TestNode node : nodes) {
                if (node != null) {
                    node.agent.doWork();
                }
            }
            nowNs += TURN_NS;
        }
    }

    private void disturb() {
        links.lossPercent = random.nextInt(3) * 10;
        links.repeatPercent = random.nextInt(3) * 10;
        links.corruptPercent = random.nextInt(2) * 5;
        links.delayPercent = random.nextInt(3) * 20;
        links.cut[0] = random.nextInt(4) == 0;
        links.cut[1] = random.nextInt(4) == 0;
    }

    private void heal() {
        links.lossPercent = 0;
        links.repeatPercent = 0;
        links.corruptPercent = 0;
        links.delayPercent = 0;
        links.cut[0] = false;
        links.cut[1] = false;
    }

    private void change(final int home, final TestNode owner) {
        final long sessionId = id(home, random.nextInt(1 + nextNumber));
        if (random.nextInt(3) == 0 || !model.containsKey(sessionId)) {
            final long created = id(home, ++nextNumber);
            model.put(created, 1);
            owner.put(created, 1);
        } else if (random.nextInt(3) == 0 || model.size() > SESSIONS) {
            owner.proxy.delete(sessionId, model.remove(sessionId) + 1);
            ended.add(sessionId);
        } else {
            owner.put(sessionId, model.merge(sessionId, 1, Integer::sum));
        }
    }

    private void meetAndSettle() {
        heal();
        nodes[0].meets(nodes[1]);
        nodes[1].meets(nodes[0]);
        turns(1_500);
    }

    private void assertOneCopy() {
        assertThat(nodes[0].versions()).isEqualTo(model);
        assertThat(nodes[1].versions()).isEqualTo(model);
        assertThat(nodes[0].digests()).isEqualTo(nodes[1].digests());
        for (final TestNode node : nodes) {
            assertThat(node.agent.synced()).isTrue();
            assertThat(node.agent.copiesEqual()).isTrue();
            assertThat(Collections.disjoint(node.versions().keySet(), ended)).isTrue();
            model.keySet().forEach(sessionId -> assertThat(node.replica.synced(sessionId))
                    .as("node %d session %x", node.id, sessionId)
                    .isTrue());
        }
    }

    /** Each node owns its home all the time; the links and the belief in the partner fail. */
    @Property(tries = 150)
    void convergesThroughFailingLinks(@ForAll final long seed) {
        begin(seed);
        for (int step = 0; step < 60; step++) {
            if (random.nextInt(6) == 0) {
                disturb();
            }
            if (random.nextInt(8) == 0) {
                final TestNode believer = nodes[random.nextInt(2)];
                if (believer.partnerAlive) {
                    believer.partnerAlive = false;
                } else {
                    believer.meets(nodes[1 - believer.id]);
                }
            }
            for (int i = random.nextInt(6); i > 0; i--) {
                final int home = random.nextInt(2);
                change(home, nodes[home]);
            }
            turns(random.nextInt(40));
        }
        meetAndSettle();
        assertOneCopy();
        for (final TestNode node : nodes) {
            assertThat(node.count(JournalCounters.Counter.BUCKET_SEQUENCE_BREAKS))
                    .isZero();
            assertThat(node.count(JournalCounters.Counter.INVALID_RECORDS)).isZero();
            assertThat(node.count(JournalCounters.Counter.BUCKETS_DIFFERED))
                    .as("nothing that only travels looks like a difference")
                    .isZero();
        }
    }

    /** A node dies, its partner takes over what it has, the dead one comes back with an old store, again and again. */
    @Property(tries = 150)
    void survivesDeaths(@ForAll final long seed) {
        begin(seed);
        meetAndSettle();
        for (int death = 0; death < 4; death++) {
            disturb();
            for (int step = 0; step < 15; step++) {
                final int home = random.nextInt(2);
                change(home, nodes[home]);
                turns(random.nextInt(10));
            }
            final Map<Long, Integer> stored = nodes[0].versions();
            for (int step = 0; step < 15; step++) {
                final int home = random.nextInt(2);
                change(home, nodes[home]);
                turns(random.nextInt(30));
            }
            dieAndReturn(random.nextInt(2), stored);
            assertOneCopy();
        }
    }

    private void dieAndReturn(final int dead, final Map<Long, Integer> stored) {
        final Map<Long, Integer> promised = nodes[dead].syncedCommits;
        final TestNode survivor = nodes[1 - dead];
        nodes[dead] = null;
        turns(random.nextInt(5));
        survivor.partnerAlive = false;
        survivor.ownsHome[dead] = true;
        turns(2);
        final Map<Long, Integer> taken = survivor.versions();
        promised.forEach((sessionId, version) -> {
            if (!ended.contains(sessionId)) {
                assertThat(taken.getOrDefault(sessionId, 0))
                        .as("promised session %x", sessionId)
                        .isGreaterThanOrEqualTo(version);
            }
        });
        ended.removeAll(taken.keySet());
        model.clear();
        model.putAll(taken);
        for (int i = 0; i < 20; i++) {
            change(random.nextInt(2), survivor);
            turns(1);
        }
        heal();
        links.forgetAll();
        nodes[dead] = node(dead);
        nodes[dead].ownsHome[dead] = false;
        stored.forEach(nodes[dead]::load);
        survivor.meets(nodes[dead]);
        turns(random.nextInt(100));
        nodes[dead].meets(survivor);
        for (int i = 0; i < 10; i++) {
            change(random.nextInt(2), survivor);
            turns(random.nextInt(10));
        }
        meetAndSettle();
        survivor.ownsHome[dead] = false;
        nodes[dead].ownsHome[dead] = true;
    }
}
