package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final long CLIENT_MAC = 0x0a00_0000_0001L;
    private static final long SERVER_MAC = 0x0a00_0000_0002L;
    private static final int MTU = 1500;

    @TempDir
    private Path directory;

    private NodeRig east;
    private NodeRig west;
    private String client;
    private String server;

    private void start(final int inside, final int path, final boolean sealed) {
        client = inside == 4 ? "10.0.0.10" : "fd00:1::10";
        server = inside == 4 ? "10.2.0.80" : "fd00:2::80";
        final String eastEnd = path == 4 ? "198.51.100.1" : "2001:db8::1";
        final String westEnd = path == 4 ? "198.51.100.2" : "2001:db8::2";
        east = NodeRig.single(directory, "10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", westEnd);
        west = NodeRig.single(directory, "10.2.0.1 fd00:2::1", "198.51.100.2 2001:db8::2", eastEnd);
        east.meet(LAN, client, CLIENT_MAC);
        west.meet(LAN, server, SERVER_MAC);
        east.meet(WAN, westEnd, west.mac(WAN));
        west.meet(WAN, eastEnd, east.mac(WAN));
        final FiveTuple tuple = NodeRig.tuple(17, client, 5000, server, 53);
        final FiveTuple wire = NodeRig.tuple(17, eastEnd, 20000, westEnd, 20001);
        final SessionSecurity security = sealed
                ? new SessionSecurity(
                        "sp1",
                        Encryption.AES_256_GCM,
                        Hmac.NONE,
                        Secret.of(new byte[32]),
                        SessionSecurity.Adaptation.NONE)
                : SessionSecurity.CLEAR;
        final int forward = FlowActionFlyweight.METADATA_FORWARD;
        final int reverse = FlowActionFlyweight.METADATA_REVERSE;
        east.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(LAN, tuple, WAN, wire, forward, false, westEnd),
                                NodeRig.flow(WAN, wire.reversed(), LAN, tuple.reversed(), 0, true, client)),
                        security),
                0);
        west.proxy.install(
                NodeRig.sealed(
                        NodeRig.record(
                                17,
                                1,
                                NodeRig.flow(WAN, wire, LAN, tuple, 0, true, server),
                                NodeRig.flow(LAN, tuple.reversed(), WAN, wire.reversed(), reverse, false, eastEnd)),
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

    private byte[] datagram(final byte[] payload) {
        return Frames.udp(CLIENT_MAC, east.mac(LAN), client, 5000, server, 53, payload);
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
            final List<byte[]> fragments = fragments(datagram(payload), length);
            Collections.shuffle(fragments, random);
            fragments.forEach(fragment -> east.receive(LAN, fragment));
            final List<MemoryPort.Sent> pieces = new ArrayList<>(east.ports[WAN].take());
            assertThat(pieces).as("seed %d, drops %s", seed, east.drops()).isNotEmpty();
            assertThat(pieces).allSatisfy(piece -> {
                assertThat(piece.frame().length).isLessThanOrEqualTo(Frames.IP + MTU);
                assertThat(Frames.words(piece.frame())).startsWith("udp ").contains(":20000 > ");
            });
            Collections.shuffle(pieces, random);
            pieces.forEach(piece -> west.receive(WAN, piece.vnet(), piece.frame()));
            final List<MemoryPort.Sent> arrived = west.ports[LAN].take();
            assertThat(arrived).as("seed %d, drops %s", seed, west.drops()).isNotEmpty();
            assertThat(arrived)
                    .allSatisfy(part -> assertThat(part.frame().length).isLessThanOrEqualTo(Frames.IP + MTU));
            final byte[] whole = whole(arrived);
            assertThat(Frames.words(whole))
                    .startsWith("udp ")
                    .contains(":5000 > ")
                    .endsWith(":53 ttl 62 ok");
            assertThat(Frames.payload(whole)).as("seed %d", seed).isEqualTo(payload);
        }
        assertThat(east.counters.fragmentsHeld() + west.counters.fragmentsHeld())
                .isZero();
    }

    @Test
    void whatItsSenderHasNotCutIsNotCut() {
        start(6, 6, false);
        east.receive(LAN, datagram(new byte[1500]));
        assertThat(east.drops()).isEqualTo("TOO_BIG_FOR_EGRESS=1");
        assertThat(ErrorFrames.words(east.onlySent(LAN))).startsWith("2/0/");
    }

    @Test
    void overlappingFragmentsAreRefused() {
        start(6, 4, false);
        final List<byte[]> fragments = fragments(datagram(new byte[3000]), 1);
        final UnsafeBuffer second = new UnsafeBuffer(fragments.get(1).clone());
        final int word = Frames.IP + Ipv6Header.LENGTH + 2;
        second.putShort(word, (short) ((second.getShort(word, BIG_ENDIAN) & 0xffff) - 8), BIG_ENDIAN);
        east.receive(LAN, fragments.get(0));
        east.receive(LAN, second.byteArray());
        assertThat(east.drops()).startsWith("FRAGMENT_OVERLAP=");
        assertThat(east.ports[WAN].take()).isEmpty();
    }

    /** What a sender's kernel makes of a frame that is too large for its link. */
    private static List<byte[]> fragments(final byte[] frame, final int id) {
        final UnsafeBuffer whole = new UnsafeBuffer(frame);
        final boolean v6 = Ipv6Header.version(whole, Frames.IP) == 6;
        final int plain = v6 ? Frames.L4_V6 : Frames.L4;
        final int headers = plain + (v6 ? 8 : 0);
        final int room = Frames.IP + MTU - headers & -8;
        final List<byte[]> fragments = new ArrayList<>();
        for (int at = 0; at < frame.length - plain; at += room) {
            final int length = Math.min(room, frame.length - plain - at);
            final boolean more = at + length < frame.length - plain;
            final UnsafeBuffer fragment = new UnsafeBuffer(new byte[headers + length]);
            fragment.putBytes(0, frame, 0, plain);
            fragment.putBytes(headers, frame, plain + at, length);
            if (v6) {
                Ipv6Header.setPayloadLength(fragment, Frames.IP, 8 + length);
                Ipv6Header.insertFragment(fragment, Frames.IP, at, more, id);
            } else {
                Ipv4Header.setTotalLength(fragment, Frames.IP, Ipv4Header.LENGTH + length);
                Ipv4Header.setIdentification(fragment, Frames.IP, id);
                Ipv4Header.setFragment(fragment, Frames.IP, at, more);
                Ipv4Header.computeChecksum(fragment, Frames.IP);
            }
            fragments.add(fragment.byteArray());
        }
        return fragments;
    }

    /** What the receiver's kernel makes of them. */
    private static byte[] whole(final List<MemoryPort.Sent> parts) {
        if (parts.size() == 1) {
            return Frames.completed(parts.getFirst());
        }
        final byte[] first = parts.getFirst().frame();
        final boolean v6 = Ipv6Header.version(new UnsafeBuffer(first), Frames.IP) == 6;
        final int plain = v6 ? Frames.L4_V6 : Frames.L4;
        final byte[] whole = Arrays.copyOf(first, 70_000);
        int end = 0;
        for (final MemoryPort.Sent part : parts) {
            final UnsafeBuffer frame = new UnsafeBuffer(part.frame());
            final int headers = plain + (v6 ? 8 : 0);
            final int at = v6
                    ? frame.getShort(plain + 2, BIG_ENDIAN) & 0xfff8
                    : (frame.getShort(Frames.IP + 6, BIG_ENDIAN) & 0x1fff) << 3;
            System.arraycopy(part.frame(), headers, whole, plain + at, part.frame().length - headers);
            end = Math.max(end, at + part.frame().length - headers);
        }
        final UnsafeBuffer frame = new UnsafeBuffer(Arrays.copyOf(whole, plain + end));
        if (v6) {
            Ipv6Header.setNextHeader(frame, Frames.IP, 17);
            Ipv6Header.setPayloadLength(frame, Frames.IP, end);
        } else {
            Ipv4Header.setTotalLength(frame, Frames.IP, Ipv4Header.LENGTH + end);
            Ipv4Header.setFragment(frame, Frames.IP, 0, false);
            Ipv4Header.computeChecksum(frame, Frames.IP);
        }
        return frame.byteArray();
    }
}
