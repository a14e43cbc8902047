package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv6Header;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fragments of each family over a path of each family: whole between the routers' forwarders, fragments again. */
class FamilyFragmentTest {

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    private void start(final int inside, final int path, final boolean sealed) {
        routers = RouterCouple.over(directory, IpProtocol.UDP, inside, path);
        east = routers.east;
        west = routers.west;
        routers.install(sealed ? RouterCouple.GCM : SessionSecurity.CLEAR);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    @ParameterizedTest
    @CsvSource({"6, 4, true", "6, 4, false", "6, 6, true", "6, 6, false", "4, 6, true", "4, 6, false"})
    void aLargeDatagramArrivesAsItWasSent(final int inside, final int path, final boolean sealed) {
        start(inside, path, sealed);
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        for (final int length : new int[] {1460, 8000, 60_000}) {
            final byte[] payload = new byte[length];
            random.nextBytes(payload);
            final List<byte[]> fragments = KernelFragments.of(routers.toServer(payload), length);
            Collections.shuffle(fragments, random);
            fragments.forEach(fragment -> east.receive(LAN, fragment));
            final List<MemoryPort.Sent> pieces = new ArrayList<>(east.ports[WAN].take());
            assertThat(pieces).as("seed %d, drops %s", seed, east.drops()).isNotEmpty();
            assertThat(pieces).allSatisfy(piece -> {
                assertThat(piece.frame().length).isLessThanOrEqualTo(Frames.IP + KernelFragments.MTU);
                assertThat(Frames.words(piece.frame())).startsWith("udp ").contains(":20000 > ");
            });
            Collections.shuffle(pieces, random);
            pieces.forEach(piece -> west.receive(WAN, piece.vnet(), piece.frame()));
            final List<MemoryPort.Sent> arrived = west.ports[LAN].take();
            assertThat(arrived).as("seed %d, drops %s", seed, west.drops()).isNotEmpty();
            assertThat(arrived).allSatisfy(part -> assertThat(part.frame().length)
                    .isLessThanOrEqualTo(Frames.IP + KernelFragments.MTU));
            final byte[] whole = KernelFragments.whole(arrived);
            assertThat(Frames.words(whole))
                    .startsWith("udp ")
                    .contains(":40000 > ")
                    .endsWith(":80 ttl 62 ok");
            assertThat(Frames.payload(whole)).as("seed %d", seed).isEqualTo(payload);
        }
        assertThat(east.counters.fragmentsHeld() + west.counters.fragmentsHeld())
                .isZero();
    }

    @Test
    void whatItsSenderHasNotCutIsNotCut() {
        start(6, 6, false);
        east.receive(LAN, routers.toServer(new byte[1500]));
        assertThat(east.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=1");
        assertThat(ErrorFrames.words(east.onlySent(LAN))).startsWith("2/0/");
    }

    @Test
    void overlappingFragmentsAreRefused() {
        start(6, 4, false);
        final List<byte[]> fragments = KernelFragments.of(routers.toServer(new byte[3000]), 1);
        final UnsafeBuffer second = new UnsafeBuffer(fragments.get(1).clone());
        final int word = Frames.IP + Ipv6Header.LENGTH + 2;
        second.putShort(word, (short) ((second.getShort(word, BIG_ENDIAN) & 0xffff) - 8), BIG_ENDIAN);
        east.receive(LAN, fragments.get(0));
        east.receive(LAN, second.byteArray());
        assertThat(east.drops()).startsWith("FRAGMENT_OVERLAP=");
        assertThat(east.ports[WAN].take()).isEmpty();
    }
}
