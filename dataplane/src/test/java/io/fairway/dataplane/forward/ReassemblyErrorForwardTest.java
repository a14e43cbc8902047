package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.IpProtocol;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever sends fragments of which some are lost hears of it (RFC 792, RFC 4443 section 3.3). */
class ReassemblyErrorForwardTest {
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final int TIMEOUT_MS = 6_000;
    private static final int MOST_QUOTED_V6 = 1280 - 40 - 8;

    @TempDir
    private Path directory;

    private NodeRig east;

    @BeforeEach
    void start() {
        east = NodeRig.single(directory, "10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", "198.51.100.2");
        east.meet(LAN, "10.0.0.10", CLIENT_MAC);
        east.meet(LAN, "fd00:1::10", CLIENT_MAC);
    }

    @AfterEach
    void stop() {
        east.close();
    }

    private List<byte[]> fragments(final String client, final String server, final int length, final int id) {
        final byte[] payload = new byte[length];
        new Random(id).nextBytes(payload);
        return KernelFragments.of(Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, payload), id);
    }

    private List<MemoryPort.Sent> errorsAfterExpiry() {
        east.ports[LAN].take();
        east.advanceMs(TIMEOUT_MS);
        assertThat(east.counters.fragmentsHeld()).isZero();
        return errors();
    }

    /** Neighbours are spoken to as well. */
    private List<MemoryPort.Sent> errors() {
        return east.ports[LAN].take().stream()
                .filter(sent -> ErrorFrames.words(sent.frame()).matches("[0-9]+/.*"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.10, 10.2.0.80, 3000, 11/1 10.0.0.1 > 10.0.0.10",
        "10.0.0.10, 10.2.0.80, 60000, 11/1 10.0.0.1 > 10.0.0.10",
        "fd00:1::10, fd00:2::80, 3000, 3/1 fd00:1::1 > fd00:1::10",
        "fd00:1::10, fd00:2::80, 60000, 3/1 fd00:1::1 > fd00:1::10"
    })
    void theSenderIsToldOnceAboutTheFirstFragment(
            final String client, final String server, final int length, final String words) {
        final List<byte[]> fragments = fragments(client, server, length, 77);
        for (int i = fragments.size() - 2; i >= 0; i--) {
            east.receive(LAN, fragments.get(i));
        }
        final List<MemoryPort.Sent> told = errorsAfterExpiry();
        assertThat(told).hasSize(1);
        final byte[] error = told.getFirst().frame();
        assertThat(ErrorFrames.words(error)).startsWith(words);
        assertThat(EthernetHeader.destination(new UnsafeBuffer(error), 0)).isEqualTo(CLIENT_MAC);
        final int quoted = (client.contains(":") ? Frames.L4_V6 : Frames.L4) + IcmpMessage.LENGTH;
        final byte[] first = fragments.getFirst();
        final int bytes = client.contains(":") ? MOST_QUOTED_V6 : 28;
        assertThat(Arrays.copyOfRange(error, quoted, error.length))
                .isEqualTo(Arrays.copyOfRange(first, Frames.IP, Frames.IP + bytes));
        assertThat(east.counters.drops(DropReason.FRAGMENT_EXPIRED)).isEqualTo(fragments.size() - 1);
    }

    @Test
    void aDatagramThatComesAgainTooLateIsToldOfToo() {
        final List<byte[]> fragments = fragments("10.0.0.10", "10.2.0.80", 3000, 5);
        east.receive(LAN, fragments.getFirst());
        east.ports[LAN].take();
        // Its expiry is noticed by the fragment itself, which comes in the same turn.
        east.nowNs += TIMEOUT_MS * NodeRig.MS_NS;
        east.receive(LAN, fragments.get(1));
        assertThat(errors()).singleElement().satisfies(sent -> assertThat(ErrorFrames.words(sent.frame()))
                .startsWith("11/1 "));
        assertThat(east.counters.fragmentsHeld()).isEqualTo(1);
    }

    @Test
    void withoutTheFirstFragmentNobodyIsTold() {
        final List<byte[]> fragments = fragments("10.0.0.10", "10.2.0.80", 8000, 6);
        fragments.stream().skip(1).forEach(fragment -> east.receive(LAN, fragment));
        assertThat(errorsAfterExpiry()).isEmpty();
    }

    @Test
    void noErrorIsAboutAnErrorNorAboutWhatIsForAWaypoint() {
        final byte[] wrong = Frames.udp(9, CLIENT_MAC, "10.2.0.80", 53, "10.0.0.10", 5000, new byte[500]);
        final byte[] error =
                ErrorFrames.about(wrong, "10.0.0.10", IcmpError.tooBig(false, 1400), CLIENT_MAC, east.mac(LAN));
        final byte[] large = Arrays.copyOf(error, 3000);
        assertThat(large[Frames.IP + 9]).isEqualTo((byte) IpProtocol.ICMP);
        east.receive(LAN, KernelFragments.of(large, 8).getFirst());
        east.receive(LAN, fragments("10.0.0.10", "198.51.100.1", 3000, 9).getFirst());
        assertThat(east.counters.fragmentsHeld()).as(east.drops()).isEqualTo(2);
        assertThat(errorsAfterExpiry()).isEmpty();
    }

    @Test
    void aFloodOfHalvesIsAnsweredByFew() {
        for (int id = 0; id < 2_000; id++) {
            east.receive(LAN, fragments("10.0.0.10", "10.2.0.80", 1500, id).getFirst());
        }
        east.ports[LAN].take();
        east.ports[WAN].take();
        for (int turn = 0; turn < 100; turn++) {
            east.advanceMs(turn == 0 ? TIMEOUT_MS : 0);
        }
        assertThat(east.counters.fragmentsHeld()).isZero();
        assertThat(errors()).hasSizeBetween(1, 100);
    }
}
