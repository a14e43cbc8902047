package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.Ipv4Header;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams larger than any link through two routers: fragments, sealed whole, pieces, whole again, fragments. */
class FragmentForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final String CLIENT = "10.0.0.10";
    private static final String SERVER = "10.2.0.80";
    private static final String EAST = "198.51.100.1";
    private static final String WEST = "198.51.100.2";

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;

    @BeforeEach
    void start() {
        east = NodeRig.single(directory, "10.0.0.1", EAST, WEST);
        west = NodeRig.single(directory, "10.2.0.1", WEST, EAST);
        east.meet(LAN, CLIENT, CLIENT_MAC);
        west.meet(LAN, SERVER, SERVER_MAC);
        east.meet(WAN, WEST, west.mac(WAN));
        west.meet(WAN, EAST, east.mac(WAN));
        final FiveTuple inside = NodeRig.tuple(17, CLIENT, 5000, SERVER, 53);
        final FiveTuple outside = NodeRig.tuple(17, EAST, 20000, WEST, 20001);
        final SessionSecurity security = new SessionSecurity(
                "sp1", Encryption.AES_256_GCM, Hmac.NONE, Secret.of(new byte[32]), SessionSecurity.Adaptation.NONE);
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(
                                        LAN, inside, WAN, outside, FlowActionFlyweight.METADATA_FORWARD, false, WEST),
                                NodeRig.flow(WAN, outside.reversed(), LAN, inside.reversed(), 0, true, CLIENT)),
                        security),
                0);
        final int role = FlowActionFlyweight.METADATA_REVERSE;
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(WAN, outside, LAN, inside, 0, true, SERVER),
                                NodeRig.flow(LAN, inside.reversed(), WAN, outside.reversed(), role, false, EAST)),
                        security),
                0);
        east.turn();
        west.turn();
    }

    @AfterEach
    void stop() {
        east.close();
        west.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1450, 1472, 1473, 3000, 8000, 60_000})
    void aLargeDatagramArrivesAsItWasSent(final int length) {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            final List<byte[]> fragments =
                    fragments(Frames.udp(CLIENT_MAC, east.mac(LAN), CLIENT, 5000, SERVER, 53, payload), round);
            Collections.shuffle(fragments, random);
            fragments.forEach(fragment -> east.receive(LAN, fragment));
            final List<MemoryPort.Sent> pieces = new ArrayList<>(east.ports[WAN].take());
            assertThat(pieces).as("seed %d, drops %s", seed, east.drops()).isNotEmpty();
            assertThat(pieces).allSatisfy(piece -> {
                assertThat(piece.frame().length).isLessThanOrEqualTo(1514);
                assertThat(Ipv4Header.isFragment(new UnsafeBuffer(piece.frame()), Frames.IP))
                        .isFalse();
            });
            Collections.shuffle(pieces, random);
            for (final MemoryPort.Sent piece : pieces) {
                west.receive(WAN, piece.vnet(), piece.frame());
                west.receive(WAN, piece.vnet(), piece.frame());
            }
            final byte[] arrived = whole(west.ports[LAN].take());
            assertThat(arrived).as("seed %d, drops %s", seed, west.drops()).isNotNull();
            assertThat(Frames.words(arrived)).isEqualTo("udp " + CLIENT + ":5000 > " + SERVER + ":53 ttl 62 ok");
            assertThat(Frames.payload(arrived)).as("seed %d", seed).isEqualTo(payload);
        }
        assertThat(west.counters.fragmentsHeld())
                .as("copies of each datagram's last piece")
                .isLessThanOrEqualTo(4);
        west.advanceMs(6_000);
        assertThat(west.counters.fragmentsHeld()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {8000})
    void whatIsIncompleteIsForgottenByName(final int length) {
        final List<byte[]> fragments =
                fragments(Frames.udp(CLIENT_MAC, east.mac(LAN), CLIENT, 5000, SERVER, 53, new byte[length]), 9);
        fragments.removeLast();
        fragments.forEach(fragment -> east.receive(LAN, fragment));
        assertThat(east.counters.fragmentsHeld()).isEqualTo(fragments.size());
        east.advanceMs(6_000);
        assertThat(east.counters.fragmentsHeld()).isZero();
        assertThat(east.counters.drops(DropReason.FRAGMENT_EXPIRED)).isEqualTo(fragments.size());
        assertThat(east.ports[WAN].take())
                .noneMatch(sent -> Frames.words(sent.frame()).startsWith("udp"));
    }

    /** What a sender's kernel makes of a frame that is too large for its link. */
    private static List<byte[]> fragments(final byte[] frame, final int id) {
        final List<byte[]> fragments = new ArrayList<>();
        final int room = 1480;
        final int total = frame.length - Frames.L4;
        for (int at = 0; at < total; at += room) {
            final int length = Math.min(room, total - at);
            final UnsafeBuffer fragment = new UnsafeBuffer(new byte[Frames.L4 + length]);
            fragment.putBytes(0, frame, 0, Frames.L4);
            fragment.putBytes(Frames.L4, frame, Frames.L4 + at, length);
            Ipv4Header.setTotalLength(fragment, Frames.IP, Ipv4Header.LENGTH + length);
            Ipv4Header.setIdentification(fragment, Frames.IP, 100 + id);
            Ipv4Header.setFragment(fragment, Frames.IP, at, at + length < total);
            Ipv4Header.computeChecksum(fragment, Frames.IP);
            fragments.add(fragment.byteArray());
        }
        return fragments;
    }

    /** What the receiver's kernel makes of it; null if a part is missing. */
    private static byte[] whole(final List<MemoryPort.Sent> parts) {
        if (parts.isEmpty()) {
            return null;
        }
        if (parts.size() == 1) {
            return Frames.completed(parts.getFirst());
        }
        int end = 0;
        final byte[] whole = Arrays.copyOf(parts.getFirst().frame(), 70_000);
        for (final MemoryPort.Sent part : parts) {
            final UnsafeBuffer frame = new UnsafeBuffer(part.frame());
            final int at = (frame.getShort(Frames.IP + 6, java.nio.ByteOrder.BIG_ENDIAN) & 0x1fff) * 8;
            System.arraycopy(part.frame(), Frames.L4, whole, Frames.L4 + at, part.frame().length - Frames.L4);
            end = Math.max(end, at + part.frame().length - Frames.L4);
        }
        final UnsafeBuffer frame = new UnsafeBuffer(Arrays.copyOf(whole, Frames.L4 + end));
        Ipv4Header.setTotalLength(frame, Frames.IP, Ipv4Header.LENGTH + end);
        Ipv4Header.setFragment(frame, Frames.IP, 0, false);
        Ipv4Header.computeChecksum(frame, Frames.IP);
        return frame.byteArray();
    }
}
