package io.fairway.cluster.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.cluster.Lab;
import io.fairway.cluster.replication.ReplicationGraph;
import io.fairway.cluster.replication.Retries;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.SessionEventFlyweight;
import io.fairway.model.config.Authority;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of sessions in their real actors, with a manual clock, between a fake forwarder and a fake journal. */
class SessionLifeTest {
    private static final FiveTuple WEB = new FiveTuple(Lab.CLIENT, Lab.SERVER, 40_000, 80, IpProtocol.TCP);

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    private final ManualTime time = ManualTime.get(kit.system());
    private final AtomicLong nowNs = new AtomicLong();
    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final Retries retries = new Retries();
    private SessionServices services;
    private SessionRooms rooms;

    @BeforeEach
    void open() {
        open("east", 0);
    }

    private void open(final String routerName, final int nodeId) {
        final Authority authority = Lab.authority("127.0.0.2", "127.0.0.3");
        final PortLedger ledger = new PortLedger(authority.router(routerName), nodeId, nowNs::get);
        final SessionIndex index = new SessionIndex();
        services = new SessionServices(
                nodeId,
                new SessionPlanner(
                        authority,
                        authority.router(routerName),
                        ledger,
                        new RebindFinder(index, neighbours),
                        () -> false),
                ledger,
                index,
                ReplicationGraph.start(neighbours, retries, 64, Materializer.createMaterializer(kit.system())),
                neighbours,
                neighbours,
                neighbours,
                id -> rooms.delete(id),
                UUID::randomUUID,
                nowNs::get,
                () -> 1_000,
                new SessionCounters());
        rooms = null;
        kit.spawn(Behaviors.setup(context -> {
            rooms = SessionRooms.open(services, context);
            return Behaviors.empty();
        }));
        await().until(() -> rooms != null);
        neighbours.committed = (id, version) -> {
            if (version == 1) {
                rooms.committed(id);
            }
        };
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        retries.close();
    }

    @Test
    void aSessionIsJournalledBeforeItIsInstalledAndEndsWithATombstone() {
        rooms.seen(packet(41));
        logs("append v1 OPENING", "install v1 pending 41");
        final long id = neighbours.only().sessionId();
        assertThat(BucketId.homeNode(neighbours.only().bucket())).isZero();

        rooms.happened(id, SessionEventFlyweight.ESTABLISHED, 0);
        rooms.happened(id, SessionEventFlyweight.HANDSHAKE_DONE, 0);
        logs("append v1 OPENING", "install v1 pending 41", "append v2 ESTABLISHED", "append v3 ESTABLISHED");
        assertThat(neighbours.only().handshakeDone()).isTrue();
        assertThat(neighbours.only().epoch()).isEqualTo(3);

        rooms.happened(id, SessionEventFlyweight.CLOSED, 0);
        await().untilAsserted(() -> assertThat(neighbours.log).contains("tombstone v4", "remove"));
        await().until(() -> !services.ledger().holds(id));
        assertThat(neighbours.replica).isEmpty();
        assertThat(neighbours.forwarder).isEmpty();
    }

    @Test
    void aSecondFirstPacketOfAFlowMakesNoSecondSession() {
        neighbours.commits = false;
        rooms.seen(packet(41));
        logs("append v1 OPENING");
        rooms.seen(packet(42));
        rooms.committed(neighbours.only().sessionId());
        logs("append v1 OPENING", "install v1 pending 42");
        rooms.seen(packet(43));
        logs("append v1 OPENING", "install v1 pending 42", "install v1 pending 43");
    }

    @Test
    void withoutACommitTheSessionGivesUpAtItsDeadline() {
        neighbours.commits = false;
        rooms.seen(packet(41));
        logs("append v1 OPENING");
        nowNs.set(2_000_000_000L);
        time.timePasses(Duration.ofMillis(300));
        await().untilAsserted(() ->
                assertThat(neighbours.log).contains("refuse 41 CONTROLLER_REFUSED 0", "tombstone v2", "remove"));
        await().until(() -> services.ledger().holders() == 0);
    }

    @Test
    void aFullJournalRefusesNewSessionsAndLosesNothing() {
        neighbours.journalFull = true;
        for (int i = 0; i < 1_000; i++) {
            rooms.seen(packet(i, new FiveTuple(Lab.CLIENT, Lab.SERVER, 1_000 + i, 80, IpProtocol.TCP)));
        }
        await().untilAsserted(() -> assertThat(neighbours.log).anyMatch(line -> line.endsWith(" JOURNAL_FULL 0")));
        neighbours.journalFull = false;
        await().untilAsserted(() -> {
            final long refused = services.counters().refused().sum();
            assertThat(neighbours.replica).hasSize(1_000 - (int) refused);
            assertThat(neighbours.forwarder).hasSize(1_000 - (int) refused);
            assertThat(services.ledger().holders()).isEqualTo(1_000 - (int) refused);
        });
    }

    @Test
    void aFullForwarderGetsItsInstallAndItsRemovalLater() {
        neighbours.forwarderFull = true;
        rooms.seen(packet(41));
        await().until(() -> services.counters().retried().sum() > 0);
        neighbours.forwarderFull = false;
        await().untilAsserted(() -> {
            time.timePasses(Duration.ofMillis(10));
            assertThat(neighbours.log).contains("install v1 pending 41");
        });
    }

    @Test
    void theOwnedBucketsOfAPartnerAreAdoptedAndReleasedWithoutADelete() {
        Arrays.fill(neighbours.owners, 1);
        final SessionRecord foreign = foreignRecord();
        neighbours.replica.put(foreign.sessionId(), BucketActor.encoded(foreign));
        rooms.ownershipChanged();
        rooms.happened(foreign.sessionId(), SessionEventFlyweight.IDLE, 0);
        assertThat(rooms.delete(foreign.sessionId()).join()).isFalse();

        Arrays.fill(neighbours.owners, 0);
        rooms.ownershipChanged();
        await().untilAsserted(() -> {
            time.timePasses(Duration.ofMillis(500));
            assertThat(services.counters().adopted().sum()).isEqualTo(1);
        });
        assertThat(services.ledger().holds(foreign.sessionId())).isTrue();

        Arrays.fill(neighbours.owners, 1);
        rooms.ownershipChanged();
        assertThat(neighbours.log).isEmpty();
        assertThat(neighbours.replica).hasSize(1);
    }

    @Test
    void aSettledBucketSaysItsLastWordAndNothingAfterIt() {
        final SessionRecord foreign = foreignRecord();
        final int bucket = foreign.bucket();
        neighbours.replica.put(foreign.sessionId(), BucketActor.encoded(foreign));
        rooms.happened(foreign.sessionId(), SessionEventFlyweight.ESTABLISHED, 0);
        logs("append v8 ESTABLISHED");
        rooms.settle(bucket);
        rooms.happened(foreign.sessionId(), SessionEventFlyweight.IDLE, 0);
        logs("append v8 ESTABLISHED", "settled " + bucket);

        rooms.unsettle(bucket);
        rooms.happened(foreign.sessionId(), SessionEventFlyweight.IDLE, 0);
        await().untilAsserted(() -> assertThat(neighbours.log).contains("remove"));
        assertThat(neighbours.log)
                .filteredOn(line -> line.startsWith("settled"))
                .hasSize(1);
    }

    @Test
    void aBucketWithASessionThatIsOpeningSettlesWhenItIsOpen() {
        neighbours.commits = false;
        rooms.seen(packet(41));
        await().untilAsserted(() -> assertThat(neighbours.replica).hasSize(1));
        final long sessionId = neighbours.replica.keySet().iterator().next();
        final int bucket = BucketId.ofSession(sessionId);
        rooms.settle(bucket);
        rooms.seen(packet(42));
        await().untilAsserted(() -> assertThat(neighbours.log)
                .filteredOn(line -> line.startsWith("append"))
                .hasSize(2));
        assertThat(neighbours.replica.keySet())
                .as("what is new goes elsewhere")
                .anyMatch(id -> BucketId.ofSession(id) != bucket);
        assertThat(neighbours.log).noneMatch(line -> line.startsWith("settled"));
        rooms.committed(sessionId);
        await().untilAsserted(() -> assertThat(neighbours.log).contains("settled " + bucket));
        assertThat(neighbours.log.indexOf("install v1 pending 41"))
                .isLessThan(neighbours.log.indexOf("settled " + bucket));
    }

    @Test
    void anEventStartsTheActorOfASessionThatWasTakenOver() {
        final SessionRecord foreign = foreignRecord();
        neighbours.replica.put(foreign.sessionId(), BucketActor.encoded(foreign));
        rooms.happened(foreign.sessionId(), SessionEventFlyweight.IDLE, 0);
        await().untilAsserted(() -> assertThat(neighbours.log).containsExactlyInAnyOrder("tombstone v8", "remove"));
    }

    @Test
    void anOrphanEntryOfTheForwarderIsRemoved() {
        rooms.happened(BucketId.sessionId(3, 99), SessionEventFlyweight.IDLE, 0);
        logs("remove");
    }

    @Test
    void aReplacedSessionIsGoneFromJournalAndForwarderBeforeItsSuccessorComes() {
        rooms.seen(packet(41));
        logs("append v1 OPENING", "install v1 pending 41");
        final SessionRecord sent = neighbours.only();
        neighbours.replica.clear();
        neighbours.log.clear();
        open("west", 0);
        rooms.seen(metadata(sent, 51, 20_000));
        logs("append v1 OPENING", "install v1 pending 51");
        rooms.seen(metadata(sent, 52, 20_002));
        await().untilAsserted(() -> assertThat(neighbours.log).hasSize(6));
        assertThat(neighbours.log).containsSubsequence("install v1 pending 51", "tombstone v2", "append v1 OPENING");
        assertThat(neighbours.log).containsSubsequence("install v1 pending 51", "remove", "install v1 pending 52");
        assertThat(services.counters().rebound().sum()).isEqualTo(1);
        assertThat(neighbours.replica).hasSize(1);
    }

    @Test
    void whatWaitsGoesWithThePartnersSessionOfALowerBucket() {
        open("east", 1);
        Arrays.fill(neighbours.owners, BucketId.PER_NODE, BucketId.COUNT, 1);
        neighbours.commits = false;
        rooms.seen(packet(41));
        logs("append v1 OPENING");
        final long loser = neighbours.only().sessionId();
        final SessionRecord winner = foreignRecord(0);
        neighbours.replica.put(winner.sessionId(), BucketActor.encoded(winner));
        rooms.openedByPartner(packet(41).keyHash(), winner.sessionId());
        rooms.committed(loser);
        await().untilAsserted(() -> assertThat(neighbours.log)
                .containsExactlyInAnyOrder("append v1 OPENING", "install v7 pending 41", "tombstone v2", "remove"));
        assertThat(neighbours.replica).containsOnlyKeys(winner.sessionId());
        assertThat(services.counters().yielded().sum()).isEqualTo(1);
    }

    @Test
    void theSessionOfTheLowerBucketKeepsItsFlow() {
        Arrays.fill(neighbours.owners, BucketId.PER_NODE, BucketId.COUNT, 1);
        neighbours.commits = false;
        rooms.seen(packet(41));
        logs("append v1 OPENING");
        final long id = neighbours.only().sessionId();
        rooms.openedByPartner(packet(41).keyHash(), BucketId.sessionId(BucketId.PER_NODE, 5));
        rooms.committed(id);
        logs("append v1 OPENING", "install v1 pending 41");
        rooms.happened(id, SessionEventFlyweight.CONTESTED, BucketId.PER_NODE);
        rooms.happened(id, SessionEventFlyweight.INSTALL_FAILED, DropReason.DUPLICATE_FLOW.ordinal());
        await().untilAsserted(() -> {
            time.timePasses(Duration.ofMillis(10));
            assertThat(neighbours.log)
                    .as("until the other has given way it is tried again")
                    .containsExactly("append v1 OPENING", "install v1 pending 41", "install v1 pending 0");
        });
        nowNs.set(2_000_000_000L);
        time.timePasses(Duration.ofMillis(300));
        rooms.happened(id, SessionEventFlyweight.INSTALL_FAILED, DropReason.DUPLICATE_FLOW.ordinal());
        await().untilAsserted(
                        () -> assertThat(neighbours.log).as("but not for ever").contains("tombstone v2", "remove"));
        assertThat(services.counters().yielded().sum()).isZero();
    }

    @Test
    void aSessionThatWasOpenAlreadyGivesWayToo() {
        open("east", 1);
        Arrays.fill(neighbours.owners, BucketId.PER_NODE, BucketId.COUNT, 1);
        rooms.seen(packet(41));
        logs("append v1 OPENING", "install v1 pending 41");
        final long id = neighbours.only().sessionId();
        rooms.happened(id, SessionEventFlyweight.CONTESTED, BucketId.COUNT - 1);
        neighbours.owners[7] = 1;
        rooms.happened(id, SessionEventFlyweight.CONTESTED, 7);
        rooms.happened(id, SessionEventFlyweight.ESTABLISHED, 0);
        logs("append v1 OPENING", "install v1 pending 41", "append v2 ESTABLISHED");
        neighbours.owners[7] = 0;
        rooms.happened(id, SessionEventFlyweight.CONTESTED, 7);
        await().untilAsserted(() -> assertThat(neighbours.log).contains("tombstone v3", "remove"));
        assertThat(services.counters().yielded().sum()).isEqualTo(1);
    }

    @Test
    void deleteSaysWhetherTheSessionWasThere() {
        rooms.seen(packet(41));
        logs("append v1 OPENING", "install v1 pending 41");
        final long id = neighbours.only().sessionId();
        assertThat(rooms.delete(id).join()).isTrue();
        assertThat(rooms.delete(id).join()).isFalse();
    }

    private void logs(final String... lines) {
        await().untilAsserted(() -> assertThat(neighbours.log).containsExactly(lines));
    }

    private static SessionRecord foreignRecord() {
        return foreignRecord(1);
    }

    private static SessionRecord foreignRecord(final int home) {
        final FakeNeighbours nowhere = new FakeNeighbours();
        final Authority authority = Lab.authority("127.0.0.2", "127.0.0.3");
        final SessionPlanner planner = new SessionPlanner(
                authority,
                authority.router("east"),
                new PortLedger(authority.router("east"), 1, () -> 0),
                new RebindFinder(new SessionIndex(), nowhere),
                () -> false);
        final int bucket = BucketId.of(home, 77);
        final var accepted = (Verdict.Accepted) planner.plan(
                packet(1), new SessionPlanner.Birth(BucketId.sessionId(bucket, 12), UUID.randomUUID(), bucket, 2, 0));
        SessionRecord record = accepted.record();
        for (int i = 0; i < 6; i++) {
            record = record.with(record.version() + 1, 2, SessionState.ESTABLISHED, true, record.security());
        }
        return record;
    }

    private static FirstPacket packet(final long pendingId) {
        return packet(pendingId, WEB);
    }

    private static FirstPacket packet(final long pendingId, final FiveTuple tuple) {
        return new FirstPacket(pendingId, Lab.LAN, 0, tuple, tuple.hashCode() * 0x9e3779b97f4a7c15L, 2, false, null);
    }

    private static FirstPacket metadata(final SessionRecord sent, final long pendingId, final int wayport) {
        final byte[] bytes =
                MetadataEncoder.forward(sent, new MetadataEncoder.Sender("east", Lab.EAST_KEY, "policy"), false);
        final FiveTuple wire = new FiveTuple(
                Lab.EAST_WAN,
                Lab.WEST_WAN,
                wayport,
                wayport + 1,
                sent.forward().tuple().protocol());
        return new FirstPacket(
                pendingId,
                Lab.WAN,
                0,
                wire,
                wire.hashCode() * 0x9e3779b97f4a7c15L,
                2,
                true,
                MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length));
    }
}
