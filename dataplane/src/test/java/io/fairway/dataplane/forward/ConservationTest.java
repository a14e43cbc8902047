package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.NeighborMessage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invariant S13 under random packets, decisions, time, gates and neighbours: in = out + named drops + in flight. */
class ConservationTest {
    private static final int STEPS = 30_000;

    /** So few that many a packet meets a session. */
    private static final int PORTS = 3;

    @TempDir
    private Path directory;

    /**
     * Removed about as often as installed, so that the table fills, but goes on changing: these were installed, if the
     * table had room, and not removed.
     */
    private final List<Long> sessions = new ArrayList<>();

    private long lastSession;

    @Test
    void everyPacketHasOneFate() {
        final long seed = Long.getLong("seed", System.nanoTime());
        final Random random = new Random(seed);
        try (NodeRig rig = NodeRig.single(
                directory,
                address(LAN, false, 1) + " " + address(LAN, true, 1),
                address(WAN, false, 1) + " " + address(WAN, true, 1),
                address(WAN, false, 2),
                address(WAN, true, 2))) {
            for (int step = 0; step < STEPS; step++) {
                disturb(rig, random);
                for (int i = random.nextInt(4); i > 0; i--) {
                    final int ingress = random.nextInt(2);
                    final boolean v6 = random.nextBoolean();
                    rig.ports[ingress].deliver(
                            vnet(v6, random), frame(rig, ingress, v6, random), random.nextInt(50) == 0 ? 5 : 0);
                }
                rig.turn();
                decide(rig, random);
                assertThat(in(rig))
                        .as("seed %d, step %d, drops %s", seed, step, rig.drops())
                        .isEqualTo(out(rig));
            }
            assertThat(rig.counters.forwarded())
                    .as("seed %d, drops %s", seed, rig.drops())
                    .isGreaterThan(1000);
        }
    }

    private static long in(final NodeRig rig) {
        return rig.counters.receivedPackets(LAN)
                + rig.counters.receivedPackets(WAN)
                + rig.counters.crossedIn()
                + rig.counters.generated()
                + rig.counters.cut();
    }

    private static long out(final NodeRig rig) {
        return rig.counters.transmittedPackets(LAN)
                + rig.counters.transmittedPackets(WAN)
                + rig.counters.dropped()
                + rig.counters.crossedOut()
                + rig.counters.pendingPackets()
                + rig.counters.fragmentsHeld()
                + rig.counters.neighborQueued()
                + rig.counters.held();
    }

    private static void disturb(final NodeRig rig, final Random random) {
        rig.nowNs += random.nextInt(20) * NodeRig.MS_NS;
        rig.controllerBusy = random.nextInt(20) == 0;
        if (random.nextInt(50) == 0) {
            rig.gate.setValidUntilNs(rig.nowNs - 1);
        } else {
            rig.gate.setValidUntilNs(OwnershipGate.SOLO);
        }
        rig.gate.setBucket(random.nextInt(4), random.nextInt(8) == 0 ? 1 : 0, 1);
        rig.ports[random.nextInt(2)].refuseNext(random.nextInt(20) == 0 ? 1 : 0);
        rig.ports[LAN].take();
        rig.ports[WAN].take();
    }

    private static byte[] vnet(final boolean v6, final Random random) {
        final int gsoSize = random.nextInt(5) == 0 ? 100 + random.nextInt(1500) : 0;
        return Frames.partialVnet(gsoSize, v6 ? Frames.L4_V6 : Frames.L4);
    }

    /** A host's address; 1 is our own, and 2 on the WAN is a peer's waypoint. */
    private static String address(final int interfaceIndex, final boolean v6, final int host) {
        final String net = v6
                ? interfaceIndex == LAN ? "fd00:1::" : "2001:db8::"
                : interfaceIndex == LAN ? "10.0.0." : "198.51.100.";
        return net + host;
    }

    private static byte[] frame(final NodeRig rig, final int ingress, final boolean v6, final Random random) {
        final long to = random.nextInt(20) == 0 ? 0x0a0b : rig.mac(ingress);
        final String source = address(ingress, v6, 1 + random.nextInt(4));
        final String destination = address(1 - ingress, v6, 1 + random.nextInt(4));
        final byte[] payload = new byte[random.nextInt(5) == 0 ? random.nextInt(3000) : random.nextInt(50)];
        final byte[] frame =
                switch (random.nextInt(5)) {
                    case 0 ->
                        Frames.udp(7, to, source, random.nextInt(PORTS), destination, random.nextInt(PORTS), payload);
                    case 1 ->
                        Frames.echo(
                                7,
                                to,
                                source,
                                destination,
                                random.nextInt(2) * IcmpMessage.ECHO_REQUEST,
                                random.nextInt(4));
                    case 2 -> v6 ? discovery(ingress, source, random) : arp(source, address(ingress, false, 1), random);
                    default ->
                        Frames.tcp(
                                7,
                                to,
                                source,
                                random.nextInt(PORTS),
                                destination,
                                random.nextInt(PORTS),
                                random.nextInt(32),
                                payload);
                };
        if (random.nextInt(8) == 0) {
            return error(rig, ingress, v6, random);
        }
        if (random.nextInt(10) == 0) {
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(PORTS));
        }
        return random.nextInt(30) == 0 ? java.util.Arrays.copyOf(frame, random.nextInt(frame.length)) : frame;
    }

    /** An ICMP error about what may have left here. */
    private static byte[] error(final NodeRig rig, final int ingress, final boolean v6, final Random random) {
        final byte[] wrong = Frames.udp(
                7,
                8,
                address(1 - ingress, v6, 1 + random.nextInt(4)),
                random.nextInt(PORTS),
                address(ingress, v6, 1 + random.nextInt(4)),
                random.nextInt(PORTS),
                new byte[random.nextInt(50)]);
        return ErrorFrames.quoting(
                ErrorFrames.about(wrong, address(ingress, v6, 2), IcmpError.timeExceeded(v6), 7, rig.mac(ingress)),
                30 + random.nextInt(60));
    }

    private static byte[] arp(final String source, final String target, final Random random) {
        return Frames.arp(
                1 + random.nextInt(2),
                0x0a00_0000_0000L | random.nextInt(256),
                MacAddress.BROADCAST.bits(),
                source,
                target);
    }

    private static byte[] discovery(final int ingress, final String source, final Random random) {
        final long mac = 0x0a00_0000_0000L | random.nextInt(256);
        final String own = address(ingress, true, 1);
        return random.nextBoolean()
                ? Frames.solicitation(mac, 0, random.nextInt(8) == 0 ? "::" : source, own)
                : Frames.advertisement(
                        mac, 0x3333_0000_0001L, source, "ff02::1", random.nextInt(2) * NeighborMessage.OVERRIDE);
    }

    /** The controller, on a whim: it installs, refuses, removes, or forgets. */
    private void decide(final NodeRig rig, final Random random) {
        for (final UnsafeBuffer message : rig.messages) {
            if (message.getInt(0) != BoundaryMessage.FIRST_PACKET) {
                continue;
            }
            final long pendingId = message.getLong(FirstPacketFlyweight.PENDING_ID);
            switch (random.nextInt(8)) {
                case 0 -> rig.proxy.refuse(pendingId, DropReason.NO_SERVICE, random.nextInt(2));
                case 1 -> {
                    // It never answers.
                }
                default -> install(rig, message, pendingId, random);
            }
        }
        rig.messages.clear();
        if (!sessions.isEmpty() && random.nextInt(9) == 0) {
            rig.proxy.remove(sessions.remove(random.nextInt(sessions.size())));
        }
    }

    private void install(final NodeRig rig, final UnsafeBuffer message, final long pendingId, final Random random) {
        final FiveTuple key = FlowKeyFlyweight.tuple(message, FirstPacketFlyweight.FLOW_KEY);
        final int ingress = FlowKeyFlyweight.interfaceIndex(message, FirstPacketFlyweight.FLOW_KEY);
        final boolean toPeer = ingress == LAN && random.nextBoolean();
        final boolean encapsulated = toPeer && (key.protocol() == 1 || key.protocol() == 58);
        final boolean v6 = !key.destination().isV4();
        final boolean pathV6 = toPeer ? random.nextBoolean() : v6;
        final int port = 16_384 + 2 * random.nextInt(1000);
        final FiveTuple outside = toPeer
                ? NodeRig.tuple(
                        encapsulated ? 17 : key.protocol(),
                        address(WAN, pathV6, 1),
                        port,
                        address(WAN, pathV6, 2),
                        port + 1)
                : key;
        final String nextHop = address(1 - ingress, pathV6, 2 + random.nextInt(3));
        final String back = address(ingress, v6, 2 + random.nextInt(3));
        final long id = random.nextInt(4) * (1L << 48) | ++lastSession;
        sessions.add(id);
        rig.proxy.install(
                NodeRig.record(
                        id,
                        1,
                        NodeRig.flow(
                                ingress,
                                key,
                                1 - ingress,
                                outside,
                                toPeer ? FlowActionFlyweight.METADATA_FORWARD : 0,
                                false,
                                nextHop),
                        NodeRig.flow(1 - ingress, outside.reversed(), ingress, key.reversed(), 0, toPeer, back)),
                pendingId);
    }
}
