package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.TcpHeader;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the forwarder does with TCP segments of unknown sessions, and with those of sessions that it watches strictly.
 */
class TcpEnforcementTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "203.0.113.80";
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int RST = TcpHeader.RST;
    private static final int FIN = TcpHeader.FIN;
    private static final long SESSION = 5;

    @TempDir
    private Path directory;

    private NodeRig rig;

    @BeforeEach
    void start() {
        rig = NodeRig.judging(directory, "10.0.0.1", "203.0.113.1");
        rig.meet(LAN, CLIENT, CLIENT_MAC);
        rig.meet(WAN, SERVER, SERVER_MAC);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void segmentsOfUnknownSessionsAreJudgedOnlyIfAServiceWantsIt() {
        rig.receive(LAN, toServer(ACK, 77, 99, "late"));
        assertThat(rig.firstPacket().getByte(FirstPacketFlyweight.TCP_FLAGS)).isEqualTo((byte) ACK);
        assertThat(rig.drops()).isEmpty();
        rig.receive(LAN, other(RST, 1));
        rig.receive(LAN, other(RST | ACK, 2));
        rig.receive(LAN, other(SYN | FIN, 3));
        assertThat(rig.drops()).isEqualTo("TCP_NOT_SYN=3");
        assertThat(rig.messages).hasSize(1);

        rig.close();
        rig = NodeRig.single(directory, "10.0.0.1", "203.0.113.1");
        rig.receive(LAN, toServer(ACK, 77, 99, "late"));
        assertThat(rig.drops()).isEqualTo("TCP_NOT_SYN=1");
        assertThat(rig.messages).isEmpty();
    }

    @Test
    void anAcknowledgingSegmentIsResetFromWhereItsSenderExpects() {
        rig.receive(LAN, toServer(ACK, 77, 99, "late"));
        refuse();
        final byte[] answer = rig.onlySent(LAN);
        assertThat(Frames.words(answer)).isEqualTo("tcp " + SERVER + ":80 > " + CLIENT + ":40000 ttl 64 ok");
        final UnsafeBuffer reset = new UnsafeBuffer(answer);
        assertThat(TcpHeader.flags(reset, Frames.L4)).isEqualTo(RST);
        assertThat(TcpHeader.sequence(reset, Frames.L4)).isEqualTo(99);
        assertThat(TcpHeader.acknowledgement(reset, Frames.L4)).isZero();
        assertThat(answer[5]).as("to the station that sent it").isEqualTo((byte) CLIENT_MAC);
        assertThat(rig.drops()).isEqualTo("TCP_NOT_SYN=1");
    }

    @Test
    void aSegmentThatAcknowledgesNothingIsAcknowledgedByItsReset() {
        rig.receive(LAN, toServer(FIN, 77, 0, "late"));
        refuse();
        final UnsafeBuffer reset = new UnsafeBuffer(rig.onlySent(LAN));
        assertThat(TcpHeader.flags(reset, Frames.L4)).isEqualTo(RST | ACK);
        assertThat(TcpHeader.sequence(reset, Frames.L4)).isZero();
        assertThat(TcpHeader.acknowledgement(reset, Frames.L4))
                .as("four bytes and the FIN")
                .isEqualTo(77 + 4 + 1);
    }

    @Test
    void resetsAreLimited() {
        for (int i = 0; i < 300; i++) {
            rig.receive(LAN, other(ACK, 1000 + i));
            refuse();
        }
        assertThat(rig.ports[LAN].take()).hasSize(200);
        assertThat(rig.counters.drops(DropReason.TCP_NOT_SYN)).isEqualTo(300);
    }

    @Test
    void aSessionMayHaveAnOpeningTimeOutOfItsOwn() {
        rig.proxy.install(session(TcpEnforcement.BLOCK, 3_000), 0);
        rig.turn();
        rig.advanceMs(2_900);
        rig.advanceMs(1);
        assertThat(rig.events()).isEmpty();
        rig.advanceMs(600);
        rig.advanceMs(1);
        assertThat(rig.events()).containsExactly("3:5");
    }

    @Test
    void segmentsOutsideOfTheWindowsOfAStrictSessionAreDropped() {
        openStrictly();
        rig.receive(LAN, toServer(ACK, 1001, 9001, "hello"));
        rig.receive(WAN, toClient(ACK, 9001, 1006, "world"));
        assertThat(rig.ports[WAN].take()).hasSize(1);
        assertThat(rig.ports[LAN].take()).hasSize(1);

        rig.receive(LAN, toServer(ACK, 1006 + 100_000, 9001, "beyond what the server offered"));
        rig.receive(LAN, toServer(ACK, 1006 - 100_000, 9001, "long past"));
        rig.receive(LAN, toServer(ACK, 1006, 9006 + 1, "acknowledges what was not sent"));
        rig.receive(LAN, toServer(RST, 1006 + 9_000, 0, ""));
        rig.receive(LAN, toServer(FIN | ACK, 1006 + 9_000, 9006, ""));
        rig.receive(LAN, toServer(SYN, 5_000_000, 0, ""));
        rig.receive(WAN, toClient(RST, 9006 - 1_000, 0, ""));
        assertThat(rig.drops()).isEqualTo("TCP_OUT_OF_WINDOW=7");
        assertThat(rig.ports[WAN].take()).isEmpty();

        rig.receive(WAN, toClient(RST, 9006, 0, ""));
        assertThat(rig.ports[LAN].take()).hasSize(1);
        rig.advanceMs(1_500);
        assertThat(rig.events())
                .as("closed by the reset within, not by those outside")
                .endsWith("4:5");
    }

    @Test
    void aSessionThatIsNotStrictFollowsNoNumbers() {
        rig.proxy.install(session(TcpEnforcement.BLOCK, 0), 0);
        rig.receive(LAN, toServer(SYN, 1000, 0, ""));
        rig.receive(WAN, toClient(SYN | ACK, 9000, 1001, ""));
        rig.receive(LAN, toServer(ACK, 1001 + (1 << 30), 7, "anywhere"));
        assertThat(rig.drops()).isEmpty();
    }

    @Test
    void anotherEpochBeginsWithWhatItSees() {
        openStrictly();
        final int bucket = BucketId.ofSession(SESSION);
        rig.gate.setBucket(bucket, 0, rig.gate.epoch(bucket) + 2);
        rig.receive(LAN, toServer(ACK, 1001 + (1 << 30), 9001 + (1 << 29), "meanwhile with the partner"));
        rig.receive(WAN, toClient(ACK, 9001 + (1 << 29), 1001 + (1 << 30), "answer"));
        assertThat(rig.drops()).isEmpty();
        rig.receive(LAN, toServer(ACK, 1001, 9001, "from before"));
        assertThat(rig.drops()).isEqualTo("TCP_OUT_OF_WINDOW=1");
    }

    @Test
    void aClosedSessionOpensAgainWithOtherNumbers() {
        openStrictly();
        rig.receive(LAN, toServer(FIN | ACK, 1001, 9001, ""));
        rig.receive(WAN, toClient(FIN | ACK, 9001, 1002, ""));
        rig.receive(LAN, toServer(SYN, 3_000_000, 0, ""));
        rig.receive(WAN, toClient(SYN | ACK, 77, 3_000_001, ""));
        rig.receive(LAN, toServer(ACK, 3_000_001, 78, "again"));
        assertThat(rig.drops()).isEmpty();
    }

    private void openStrictly() {
        rig.proxy.install(session(TcpEnforcement.STRICT, 0), 0);
        rig.receive(LAN, toServer(SYN, 1000, 0, ""));
        rig.receive(WAN, toClient(SYN | ACK, 9000, 1001, ""));
        rig.receive(LAN, toServer(ACK, 1001, 9001, ""));
        assertThat(rig.drops()).isEmpty();
        rig.ports[LAN].take();
        rig.ports[WAN].take();
    }

    private void refuse() {
        rig.proxy.refuse(rig.pendingId(), DropReason.TCP_NOT_SYN, RefusePendingFlyweight.TCP_RESET);
        rig.turn();
    }

    private byte[] toServer(final int flags, final int sequence, final int acknowledgement, final String payload) {
        return Frames.numbered(
                Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, 40000, SERVER, 80, flags, payload),
                sequence,
                acknowledgement,
                8_000);
    }

    private byte[] toClient(final int flags, final int sequence, final int acknowledgement, final String payload) {
        return Frames.numbered(
                Frames.tcp(SERVER_MAC, rig.mac(WAN), SERVER, 80, CLIENT, 40000, flags, payload),
                sequence,
                acknowledgement,
                8_000);
    }

    private byte[] other(final int flags, final int port) {
        return Frames.tcp(CLIENT_MAC, rig.mac(LAN), CLIENT, port, SERVER, 80, flags, "");
    }

    private static SessionRecord session(final TcpEnforcement enforcement, final int openingMs) {
        final FiveTuple tuple = NodeRig.tuple(6, CLIENT, 40000, SERVER, 80);
        return NodeRig.record(
                SESSION,
                1,
                NodeRig.flow(LAN, tuple, WAN, tuple, 0, false, SERVER),
                NodeRig.flow(WAN, tuple.reversed(), LAN, tuple.reversed(), 0, false, CLIENT),
                new SessionTreatment(enforcement, openingMs, false));
    }
}
