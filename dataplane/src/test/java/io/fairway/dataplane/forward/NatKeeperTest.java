package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.svr.ControlReason;
import io.fairway.model.wire.svr.MetadataParser;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which silence between routers is broken, when and by whom. */
class NatKeeperTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";
    private static final int UDP = 17;
    private static final int TCP = 6;

    @TempDir
    private Path directory;

    private NodeRig east;

    @BeforeEach
    void start() {
        east = NodeRig.single(directory, "10.0.0.1", EAST, WEST);
        east.meet(LAN, CLIENT, CLIENT_MAC);
        east.meet(WAN, WEST, 0x0a00_0000_0002L);
    }

    @AfterEach
    void stop() {
        east.close();
    }

    @Test
    void aSilentSessionIsKeptAliveEveryTwentySecondsUntilItEnds() {
        install(UDP, true, FlowActionFlyweight.METADATA_FORWARD);
        assertThat(sentAfterMs(19_000)).isEmpty();
        final List<byte[]> sent = sentAfterMs(1_000);
        assertThat(sent).hasSize(1);
        assertThat(Frames.words(sent.getFirst())).isEqualTo("udp " + EAST + ":20000 > " + WEST + ":20001 ttl 64 ok");
        final byte[] payload = Frames.payload(sent.getFirst());
        assertThat(MetadataParser.decode(new UnsafeBuffer(payload), 0, payload.length)
                        .controlReason())
                .isEqualTo(ControlReason.KEEP_ALIVE.code());
        assertThat(sentAfterMs(9_000)).isEmpty();
        sentAfterMs(1_000);
        assertThat(east.events()).as("idle all the same").containsExactly("3:1");
        assertThat(sentAfterMs(15_000)).as("over").isEmpty();
    }

    @Test
    void aPacketIsAsGoodAsAKeepAlive() {
        install(UDP, true, FlowActionFlyweight.METADATA_FORWARD);
        sentAfterMs(5_000);
        east.receive(LAN, Frames.udp(CLIENT_MAC, east.mac(LAN), CLIENT, 5000, SERVER, 53, new byte[9]));
        east.ports[WAN].take();
        assertThat(sentAfterMs(19_000)).isEmpty();
        assertThat(sentAfterMs(1_000)).hasSize(1);
    }

    @Test
    void nobodyElseBreaksASilence() {
        install(UDP, false, FlowActionFlyweight.METADATA_FORWARD);
        assertThat(sentAfterMs(25_000)).as("the session type does not want it").isEmpty();
        install(TCP, true, FlowActionFlyweight.METADATA_FORWARD);
        assertThat(sentAfterMs(25_000)).as("TCP").isEmpty();
        east.proxy.remove(1);
        install(UDP, true, FlowActionFlyweight.METADATA_NONE);
        assertThat(sentAfterMs(25_000)).as("not between routers").isEmpty();
    }

    private void install(final int protocol, final boolean keptAlive, final int role) {
        final FiveTuple inside = NodeRig.tuple(protocol, CLIENT, 5000, SERVER, 53);
        final FiveTuple outside = NodeRig.tuple(protocol, EAST, 20000, WEST, 20001);
        east.proxy.install(
                NodeRig.record(
                        protocol == UDP ? 1 : 2,
                        1,
                        NodeRig.flow(LAN, inside, WAN, outside, role, false, WEST),
                        NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, true, CLIENT),
                        new SessionTreatment(TcpEnforcement.BLOCK, 0, keptAlive)),
                0);
        east.turn();
        east.ports[WAN].take();
    }

    /** What leaves by the WAN meanwhile, but for ARP. */
    private List<byte[]> sentAfterMs(final int ms) {
        for (int i = 0; i < ms / 500; i++) {
            east.advanceMs(500);
        }
        return east.ports[WAN].take().stream()
                .map(MemoryPort.Sent::frame)
                .filter(frame -> !Frames.words(frame).startsWith("arp"))
                .toList();
    }
}
