package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import java.nio.file.Path;
import java.util.ArrayList;
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

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    @BeforeEach
    void start() {
        routers = new RouterCouple(directory, IpProtocol.UDP);
        east = routers.east;
        west = routers.west;
        routers.install(RouterCouple.GCM);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1450, 1472, 1473, 3000, 8000, 60_000})
    void aLargeDatagramArrivesAsItWasSent(final int length) {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (int round = 0; round < 4; round++) {
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            final List<byte[]> fragments = KernelFragments.of(routers.toServer(payload), round);
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
            final byte[] arrived = KernelFragments.whole(west.ports[LAN].take());
            assertThat(arrived).as("seed %d, drops %s", seed, west.drops()).isNotNull();
            assertThat(Frames.words(arrived)).isEqualTo("udp 10.0.0.10:40000 > 10.2.0.80:80 ttl 62 ok");
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
        final List<byte[]> fragments = KernelFragments.of(routers.toServer(new byte[length]), 9);
        fragments.removeLast();
        fragments.forEach(fragment -> east.receive(LAN, fragment));
        assertThat(east.counters.fragmentsHeld()).isEqualTo(fragments.size());
        east.advanceMs(6_000);
        assertThat(east.counters.fragmentsHeld()).isZero();
        assertThat(east.counters.drops(DropReason.FRAGMENT_EXPIRED)).isEqualTo(fragments.size());
        assertThat(east.ports[WAN].take())
                .noneMatch(sent -> Frames.words(sent.frame()).startsWith("udp"));
    }
}
