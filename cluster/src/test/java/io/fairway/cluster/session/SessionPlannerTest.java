package io.fairway.cluster.session;

import static io.fairway.model.session.FlowActionFlyweight.DECAPSULATE_UDP;
import static io.fairway.model.session.FlowActionFlyweight.ENCAPSULATE_UDP;
import static io.fairway.model.session.FlowActionFlyweight.METADATA_FORWARD;
import static io.fairway.model.session.FlowActionFlyweight.METADATA_NONE;
import static io.fairway.model.session.FlowActionFlyweight.METADATA_REVERSE;
import static io.fairway.model.session.FlowActionFlyweight.SAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.FakeNeighbours;
import io.fairway.cluster.Lab;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionState;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Each way that a first packet can go, from its bytes' meaning to both flows or to the named refusal. */
class SessionPlannerTest {
    private static final int SYN = 2;
    private static final FiveTuple WEB = new FiveTuple(Lab.CLIENT, Lab.SERVER, 40_000, 80, IpProtocol.TCP);
    private static final FiveTuple PING = new FiveTuple(Lab.CLIENT, Lab.SERVER, 77, 0, IpProtocol.ICMP);

    private final FakeNeighbours neighbours = new FakeNeighbours();
    private final Planned east = new Planned("east");
    private final Planned west = new Planned("west");

    /** A router's planner with all that it looks at. */
    private final class Planned {
        private final PortLedger ledger;
        private final SessionIndex index = new SessionIndex();
        private final SessionPlanner planner;
        private long nextId = 1;

        private Planned(final String router) {
            final var authority = Lab.authority();
            ledger = new PortLedger(authority.router(router), 0, () -> 0);
            planner = new SessionPlanner(
                    authority, authority.router(router), ledger, new RebindFinder(index, neighbours), () -> false);
        }

        private Verdict plan(final FirstPacket packet) {
            return planner.plan(packet, new SessionPlanner.Birth(nextId++, new UUID(0x4000L, nextId), 5, 3, 1_000));
        }

        private Verdict.Accepted accept(final FirstPacket packet) {
            final Verdict.Accepted accepted = (Verdict.Accepted) plan(packet);
            index.note(accepted.record());
            neighbours.replica.put(accepted.record().sessionId(), BucketActor.encoded(accepted.record()));
            return accepted;
        }
    }

    @Test
    void tcpTowardsAPeerIsRewrittenToWaypoints() {
        final SessionRecord record = east.accept(clear(Lab.LAN, WEB, SYN)).record();

        assertThat(record.tenant()).isEqualTo("staff");
        assertThat(record.service()).isEqualTo("web");
        assertThat(record.peer()).isEqualTo("west");
        assertThat(record.path()).isEqualTo("east-west");
        assertThat(record.idleTimeoutMs()).isEqualTo(1_900_000);
        assertThat(record.forward().tuple()).isEqualTo(WEB);
        final var out = record.forward().action();
        assertThat(out.transport()).isEqualTo(SAME);
        assertThat(out.metadataRole()).isEqualTo(METADATA_FORWARD);
        assertThat(out.egressInterface()).isEqualTo(Lab.WAN);
        assertThat(out.nextHop()).isEqualTo(Lab.WEST_WAN);
        assertThat(out.mssClampBytes()).isEqualTo(1500 - 40 - 256);
        assertThat(out.rewrite().source()).isEqualTo(Lab.EAST_WAN);
        assertThat(out.rewrite().destination()).isEqualTo(Lab.WEST_WAN);
        assertThat(out.rewrite().sourcePort()).isEven();
        assertThat(out.rewrite().destinationPort()).isOdd();
        assertThat(record.reverse().interfaceIndex()).isEqualTo(Lab.WAN);
        assertThat(record.reverse().tuple()).isEqualTo(out.rewrite().reversed());
        final var back = record.reverse().action();
        assertThat(back.fromSvr()).isTrue();
        assertThat(back.metadataRole()).isEqualTo(METADATA_NONE);
        assertThat(back.rewrite()).isEqualTo(WEB.reversed());
        assertThat(back.nextHop()).isEqualTo(Lab.CLIENT);
        assertThat(east.ledger.holds(record.sessionId())).isTrue();
    }

    @Test
    void echoTravelsInUdp() {
        final SessionRecord sent = east.accept(clear(Lab.LAN, PING, 0)).record();
        assertThat(sent.forward().action().transport()).isEqualTo(ENCAPSULATE_UDP);
        assertThat(sent.forward().action().rewrite().protocol()).isEqualTo(IpProtocol.UDP);
        assertThat(sent.reverse().tuple().protocol()).isEqualTo(IpProtocol.UDP);
        assertThat(sent.reverse().action().transport()).isEqualTo(DECAPSULATE_UDP);
        assertThat(sent.reverse().action().rewrite())
                .isEqualTo(new FiveTuple(Lab.SERVER, Lab.CLIENT, 0, 77, IpProtocol.ICMP));

        final SessionRecord restored = west.accept(fromPeer(sent)).record();
        assertThat(restored.forward().action().transport()).isEqualTo(DECAPSULATE_UDP);
        assertThat(restored.forward().action().rewrite()).isEqualTo(PING);
        assertThat(restored.reverse().tuple()).isEqualTo(PING.reversed());
        assertThat(restored.reverse().action().transport()).isEqualTo(ENCAPSULATE_UDP);
        assertThat(restored.reverse().action().rewrite())
                .isEqualTo(sent.forward().action().rewrite().reversed());
        assertThat(restored.idleTimeoutMs()).isEqualTo(10_000);
    }

    @Test
    void theFarRouterRestoresTheOriginal() {
        final SessionRecord sent = east.accept(clear(Lab.LAN, WEB, SYN)).record();
        final SessionRecord record = west.accept(fromPeer(sent)).record();

        assertThat(record.uuid()).isEqualTo(sent.uuid());
        assertThat(record.peer()).isEqualTo("east");
        assertThat(record.forward().tuple()).isEqualTo(sent.forward().action().rewrite());
        assertThat(record.forward().action().fromSvr()).isTrue();
        assertThat(record.forward().action().rewrite()).isEqualTo(WEB);
        assertThat(record.forward().action().nextHop()).isEqualTo(Lab.SERVER);
        assertThat(record.reverse().tuple()).isEqualTo(WEB.reversed());
        assertThat(record.reverse().action().metadataRole()).isEqualTo(METADATA_REVERSE);
        assertThat(record.reverse().action().rewrite()).isEqualTo(sent.reverse().tuple());
        assertThat(record.reverse().action().egressInterface()).isEqualTo(Lab.WAN);
    }

    @Test
    void aForgetfulSenderReplacesItsSession() {
        final SessionRecord first = west.accept(fromPeer(sent(WEB))).record();
        final Verdict.Accepted second = west.accept(fromPeer(sent(WEB)));

        assertThat(second.replaces()).isEqualTo(first.sessionId());
        assertThat(second.record().reverse().tuple()).isEqualTo(first.reverse().tuple());
        assertThat(second.record().forward().tuple())
                .isNotEqualTo(first.forward().tuple());
    }

    @Test
    void aReplacedSessionKeepsItsTranslatedSource() {
        final Planned nat = new Planned("westnat");
        final SessionRecord sent = sent(WEB);
        final SessionRecord first = nat.accept(fromPeer(sent)).record();
        assertThat(first.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("10.2.0.1"));
        final Verdict.Accepted second = nat.accept(moved(sent));

        assertThat(second.replaces()).isEqualTo(first.sessionId());
        assertThat(second.record().forward().action().rewrite())
                .isEqualTo(first.forward().action().rewrite());
        nat.ledger.release(first.sessionId());
        assertThat(nat.ledger.holds(second.record().sessionId())).isTrue();
    }

    @Test
    void aLocalServiceIsForwardedWithSourceNat() {
        final FiveTuple query = new FiveTuple(Lab.CLIENT, Lab.DMZ_SERVER, 5_000, 53, IpProtocol.UDP);
        final SessionRecord record = east.accept(clear(Lab.LAN, query, 0)).record();

        assertThat(record.peer()).isEmpty();
        assertThat(record.forward().action().rewrite().source()).isEqualTo(IpAddress.parse("10.3.0.1"));
        assertThat(record.forward().action().rewrite().destination()).isEqualTo(Lab.DMZ_SERVER);
        assertThat(record.reverse().tuple())
                .isEqualTo(record.forward().action().rewrite().reversed());
        assertThat(record.reverse().action().rewrite()).isEqualTo(query.reversed());
        assertThat(east.ledger.isTranslated(record)).isTrue();
    }

    @Test
    void refusalsHaveTheirNames() {
        final FiveTuple ssh = new FiveTuple(Lab.CLIENT, Lab.SERVER, 40_000, 22, IpProtocol.TCP);
        final FiveTuple far = new FiveTuple(Lab.CLIENT, IpAddress.parse("10.9.0.1"), 1, 9, IpProtocol.UDP);
        final FiveTuple guestPing = new FiveTuple(Lab.GUEST, Lab.SERVER, 1, 0, IpProtocol.ICMP);
        final FiveTuple ours = new FiveTuple(Lab.CLIENT, Lab.EAST_WAN, 1, 2, IpProtocol.UDP);
        assertThat(east.plan(clear(Lab.LAN, ssh, SYN))).isEqualTo(Verdict.unreachable(DropReason.NO_SERVICE));
        assertThat(east.plan(clear(Lab.LAN, far, 0))).isEqualTo(Verdict.unreachable(DropReason.NO_ROUTE));
        assertThat(east.plan(clear(Lab.LAN, guestPing, 0))).isEqualTo(Verdict.silently(DropReason.DENIED_BY_POLICY));
        assertThat(east.plan(clear(Lab.LAN, ours, 0))).isEqualTo(Verdict.silently(DropReason.TO_OURSELVES));
        assertThat(east.plan(clear(Lab.LAN, WEB, 0x10))).isEqualTo(Verdict.silently(DropReason.TCP_NOT_SYN));
        assertThat(east.ledger.holders()).isZero();
        assertThat(Verdict.unreachable(DropReason.NO_SERVICE).answer())
                .isEqualTo(RefusePendingFlyweight.ICMP_HOST_UNREACHABLE);
    }

    @Test
    void whatAPeerSaysWasThereIsEstablished() {
        final SessionRecord sent = sent(WEB);
        assertThat(west.accept(fromPeer(sent)).record().state()).isEqualTo(SessionState.OPENING);
        final ReceivedMetadata told =
                read(MetadataEncoder.forward(sent, new MetadataEncoder.Sender("east", Lab.EAST_KEY, "p"), true));
        final FiveTuple wire = sent.forward().action().rewrite();
        final FirstPacket goingOn = new FirstPacket(1, Lab.WAN, 0, wire, 1, TcpHeader.ACK, true, told);
        assertThat(west.accept(goingOn).record().state()).isEqualTo(SessionState.ESTABLISHED);
        assertThat(west.accept(with(goingOn, told)).record().state())
                .as("a SYN")
                .isEqualTo(SessionState.OPENING);
    }

    @Test
    void metadataIsValidatedBeforeItIsBelieved() {
        final SessionRecord sent = sent(WEB);
        final FirstPacket good = fromPeer(sent);
        assertThat(west.plan(with(good, null))).isEqualTo(Verdict.silently(DropReason.METADATA_MALFORMED));
        assertThat(west.plan(with(
                        good,
                        read(MetadataEncoder.forward(
                                sent, new MetadataEncoder.Sender("north", Lab.EAST_KEY, "p"), false)))))
                .isEqualTo(Verdict.silently(DropReason.METADATA_UNKNOWN_PEER));
        assertThat(west.plan(with(
                        good,
                        read(MetadataEncoder.reverse(
                                sent, new MetadataEncoder.Sender("east", Lab.EAST_KEY, "p"), false)))))
                .isEqualTo(Verdict.silently(DropReason.METADATA_INCOMPLETE));
        assertThat(west.plan(new FirstPacket(1, 0, 0, good.tuple(), 1, SYN, true, good.metadata())))
                .isEqualTo(Verdict.silently(DropReason.METADATA_UNKNOWN_PEER));
        final SessionRecord dns = sent(new FiveTuple(Lab.CLIENT, Lab.SERVER, 9, 53, IpProtocol.UDP));
        assertThat(west.plan(with(good, fromPeer(dns).metadata())))
                .isEqualTo(Verdict.silently(DropReason.METADATA_MALFORMED));
    }

    private SessionRecord sent(final FiveTuple tuple) {
        return ((Verdict.Accepted) east.plan(clear(Lab.LAN, tuple, SYN))).record();
    }

    private static FirstPacket clear(final int interfaceIndex, final FiveTuple tuple, final int tcpFlags) {
        return new FirstPacket(1, interfaceIndex, 0, tuple, tuple.hashCode(), tcpFlags, false, null);
    }

    private static FirstPacket fromPeer(final SessionRecord sent) {
        final ReceivedMetadata metadata =
                read(MetadataEncoder.forward(sent, new MetadataEncoder.Sender("east", Lab.EAST_KEY, "policy"), false));
        return new FirstPacket(1, Lab.WAN, 0, sent.forward().action().rewrite(), 1, SYN, true, metadata);
    }

    private static FirstPacket moved(final SessionRecord sent) {
        final FiveTuple wire = sent.forward().action().rewrite();
        final FirstPacket packet = fromPeer(sent);
        return new FirstPacket(
                1,
                Lab.WAN,
                0,
                new FiveTuple(wire.source(), wire.destination(), 20_000, 20_001, wire.protocol()),
                2,
                SYN,
                true,
                packet.metadata());
    }

    private static FirstPacket with(final FirstPacket packet, final ReceivedMetadata metadata) {
        return new FirstPacket(1, packet.interfaceIndex(), 0, packet.tuple(), 1, SYN, true, metadata);
    }

    private static ReceivedMetadata read(final byte[] bytes) {
        return MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
