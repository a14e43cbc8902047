package io.fairway.dataplane.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.fairway.dataplane.io.FrameHandler;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.model.DropReason;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.boundary.RefusePendingFlyweight;
import io.fairway.model.config.Router;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.IcmpError;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.VnetHeader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packet path allocates nothing: a million packets of all kinds through a whole forwarder, counted by the JVM. */
class AllocationTest {
    private static final int PACKETS = 1_000_000;
    private static final int WARM_UP = 1_000_000;

    /** So long that what waits for a decision expires while the forwarder warms up, and neighbours stay fresh. */
    private static final long TURN_NS = 200_000;

    /** What Aeron hands over with a command; its class is loaded before the counting begins. */
    private static final Header HEADER = new Header(0, 0);

    @TempDir
    private Path directory;

    private long nowNs;

    /** Hands over the same frames for ever, 32 a turn, and forgets what is sent. */
    private static final class EndlessPort implements PacketPort {
        private static final int SLOT_BYTES = 4096;
        private static final int HEADROOM_BYTES = 384;

        private final int interfaceIndex;
        private final List<byte[]> frames = new ArrayList<>();
        private final UnsafeBuffer memory = new UnsafeBuffer(ByteBuffer.allocateDirect(32 * SLOT_BYTES));
        private int next;
        private int queued;
        private long sent;

        EndlessPort(final int interfaceIndex) {
            this.interfaceIndex = interfaceIndex;
        }

        @Override
        public int poll(final FrameHandler handler, final int limit) {
            if (frames.isEmpty()) {
                return 0;
            }
            for (int i = 0; i < 32; i++) {
                final byte[] frame = frames.get(next);
                next = next + 1 == frames.size() ? 0 : next + 1;
                final int vnet = i * SLOT_BYTES + HEADROOM_BYTES;
                VnetHeader.clear(memory, vnet);
                memory.putBytes(vnet + VnetHeader.LENGTH, frame);
                handler.onFrame(interfaceIndex, memory, vnet, frame.length, 0);
            }
            return 32;
        }

        @Override
        public boolean send(final DirectBuffer buffer, final int vnetOffset, final int frameLength) {
            queued++;
            return true;
        }

        @Override
        public int flush() {
            final int count = queued;
            queued = 0;
            sent += count;
            return count;
        }

        @Override
        public void release() {}

        @Override
        public int interfaceIndex() {
            return interfaceIndex;
        }

        @Override
        public MacAddress hardwareAddress() {
            return new MacAddress(0x0200_0000_0000L | interfaceIndex);
        }

        @Override
        public int fd() {
            return -1;
        }

        @Override
        public int mtuBytes() {
            return 1500;
        }

        @Override
        public long receiveDrops() {
            return 0;
        }

        @Override
        public long sendDrops() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** A controller that resets every unknown TCP segment and leaves other new flows waiting. */
    private static final class Refuser implements ControllerLink {
        private final UnsafeBuffer refusal = new UnsafeBuffer(new byte[RefusePendingFlyweight.LENGTH]);
        private long pendingId;

        @Override
        public boolean offer(final DirectBuffer message, final int offset, final int length) {
            if (message.getInt(offset) == BoundaryMessage.FIRST_PACKET
                    && message.getByte(offset + FirstPacketFlyweight.TCP_FLAGS) != 0) {
                pendingId = message.getLong(offset + FirstPacketFlyweight.PENDING_ID);
            }
            return true;
        }

        private void poll(final FragmentHandler handler) {
            if (pendingId != 0) {
                refusal.putInt(0, BoundaryMessage.REFUSE_PENDING);
                refusal.putLong(RefusePendingFlyweight.PENDING_ID, pendingId);
                refusal.putInt(RefusePendingFlyweight.REASON, DropReason.TCP_NOT_SYN.ordinal());
                refusal.putInt(RefusePendingFlyweight.ANSWER, RefusePendingFlyweight.TCP_RESET);
                pendingId = 0;
                handler.onFragment(refusal, 0, RefusePendingFlyweight.LENGTH, HEADER);
            }
        }
    }

    @Test
    void aMillionPacketsAllocateNothing() {
        final EndlessPort lan = new EndlessPort(0);
        final EndlessPort wan = new EndlessPort(1);
        final Router router = NodeRig.router(
                "r", "10.0.0.1 fd00:1::1", "198.51.100.1 2001:db8::1", null, "198.51.100.2", "2001:db8::2");
        final OwnershipGate gate = OwnershipGate.map(directory.resolve("gate"), 0);
        gate.setValidUntilNs(OwnershipGate.SOLO);
        final List<UnsafeBuffer> commands = new ArrayList<>();
        final Refuser refuser = new Refuser();
        final ForwardAgent agent = new ForwardAgent(new ForwardContext()
                .router(router)
                .keys(List.of(NodeRig.KEY))
                .ports(List.of(lan, wan))
                .gate(gate)
                .clock(() -> nowNs)
                .judgesUnknownTcp(true)
                .toController(refuser)
                .fromController((handler, limit) -> {
                    refuser.poll(handler);
                    for (int i = 0; i < commands.size(); i++) {
                        handler.onFragment(commands.get(i), 0, commands.get(i).capacity(), HEADER);
                    }
                    return 0;
                }));
        fill(lan, commands);
        wan.frames.add(Frames.arp(ArpMessage.REQUEST, 8, MacAddress.BROADCAST.bits(), "198.51.100.2", "198.51.100.1"));
        wan.frames.add(Frames.solicitation(8, 0, "2001:db8::2", "2001:db8::1"));
        run(agent, 32);
        commands.clear();
        wan.frames.clear();
        wan.frames.add(fromBetweenTheRouters());
        run(agent, WARM_UP);
        run(agent, WARM_UP);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long id = Thread.currentThread().threadId();
        run(agent, 32);
        final long before = threads.getThreadAllocatedBytes(id);
        final long startNs = threads.getCurrentThreadCpuTime();
        run(agent, PACKETS);
        final long elapsedNs = threads.getCurrentThreadCpuTime() - startNs;
        final long allocated = threads.getThreadAllocatedBytes(id) - before;
        System.out.printf("%d ns of processor time per packet, all kinds mixed%n", elapsedNs / PACKETS);
        assertThat(allocated).as("bytes for %d packets", PACKETS).isLessThan(1024);
        assertThat(wan.sent).isGreaterThan(PACKETS / 2);
        assertThat(agent.counters().generated()).isPositive();
        assertThat(agent.counters().drops(DropReason.PENDING_EXPIRED)).isPositive();
        assertThat(agent.counters().drops(DropReason.TCP_NOT_SYN)).isPositive();
        assertThat(agent.counters().drops(DropReason.TCP_OUT_OF_WINDOW)).isZero();
        assertThat(agent.counters().drops(DropReason.ICMP_ERROR_TOO_MANY)).isPositive();
        assertThat(agent.counters().drops(DropReason.ICMP_ERROR_NO_SESSION)).isZero();
        assertThat(agent.flows().find(3).forwardPackets()).isGreaterThan(PACKETS / 10);
    }

    private void run(final ForwardAgent agent, final int packets) {
        for (int i = 0; i < packets; i += 32) {
            nowNs += TURN_NS;
            agent.doWork();
        }
    }

    /** An ICMP error about what our first session has sent. */
    private static byte[] fromBetweenTheRouters() {
        final byte[] wrong = Frames.tcp(7, 8, "198.51.100.1", 20002, "198.51.100.2", 20001, TcpHeader.ACK, new byte[9]);
        return ErrorFrames.about(wrong, "198.51.100.7", IcmpError.tooBig(false, 1400), 8, 0x0200_0000_0001L);
    }

    /**
     * TCP, plain and watched; UDP with metadata; a new flow, a segment of none, ARP, one expired, an echo to us, an
     * ICMP error.
     */
    private static void fill(final EndlessPort lan, final List<UnsafeBuffer> commands) {
        final long to = 0x0200_0000_0000L;
        lan.frames.add(Frames.arp(ArpMessage.REQUEST, 7, MacAddress.BROADCAST.bits(), "10.0.0.10", "10.0.0.1"));
        for (int i = 0; i < 14; i++) {
            lan.frames.add(Frames.tcp(7, to, "10.0.0.10", 1000, "198.51.100.9", 80, TcpHeader.ACK, new byte[1000]));
        }
        for (int i = 0; i < 6; i++) {
            lan.frames.add(Frames.tcp(7, to, "10.0.0.10", 1002, "198.51.100.9", 80, TcpHeader.ACK, new byte[1000]));
        }
        lan.frames.add(Frames.tcp(7, to, "10.0.0.10", 1003, "198.51.100.9", 80, TcpHeader.ACK, new byte[1000]));
        for (int i = 0; i < 7; i++) {
            lan.frames.add(Frames.udp(7, to, "10.0.0.10", 1000, "198.51.100.9", 53, new byte[100]));
        }
        lan.frames.add(Frames.udp(7, to, "10.0.0.10", 1001, "198.51.100.9", 53, new byte[100]));
        lan.frames.add(Frames.withTtl(lan.frames.get(1), 1));
        lan.frames.add(Frames.echo(7, to, "10.0.0.10", "10.0.0.1", 8, 3));
        final byte[] answer = Frames.udp(8, 7, "198.51.100.9", 53, "10.0.0.10", 1000, new byte[100]);
        lan.frames.add(ErrorFrames.about(answer, "10.0.0.10", IcmpError.head(3, 3, 0), 7, to));
        fillV6(lan);
        final ForwarderProxy proxy = new ForwarderProxy(
                (ControllerLink) (message, offset, length) -> {
                    final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
                    copy.putBytes(0, message, offset, length);
                    return commands.add(copy);
                },
                null,
                "r",
                NodeRig.KEY.id(),
                "sp1");
        install(proxy, 1, NodeRig.tuple(6, "10.0.0.10", 1000, "198.51.100.9", 80), 0);
        install(proxy, 3, NodeRig.tuple(6, "10.0.0.10", 1002, "198.51.100.9", 80), 0);
        install(
                proxy,
                2,
                NodeRig.tuple(17, "10.0.0.10", 1000, "198.51.100.9", 53),
                FlowActionFlyweight.METADATA_FORWARD);
        installV6(proxy);
    }

    /** The same of IPv6: over the IPv6 path, over the IPv4 path, and with an echo in UDP. */
    private static void fillV6(final EndlessPort lan) {
        final long to = 0x0200_0000_0000L;
        lan.frames.add(Frames.solicitation(7, 0, "fd00:1::10", "fd00:1::1"));
        for (int i = 0; i < 10; i++) {
            lan.frames.add(Frames.tcp(7, to, "fd00:1::10", 1000, "2001:db8::9", 80, TcpHeader.ACK, new byte[1000]));
            lan.frames.add(Frames.tcp(7, to, "fd00:1::10", 1002, "2001:db8::9", 80, TcpHeader.ACK, new byte[1000]));
        }
        for (int i = 0; i < 7; i++) {
            lan.frames.add(Frames.echo(7, to, "fd00:1::10", "2001:db8::9", 8, 3));
        }
        lan.frames.add(Frames.udp(7, to, "fd00:1::10", 1001, "2001:db8::9", 53, new byte[100]));
        lan.frames.add(Frames.withTtl(lan.frames.get(lan.frames.size() - 2), 1));
        lan.frames.add(Frames.echo(7, to, "fd00:1::10", "fd00:1::1", 8, 3));
        lan.frames.add(Frames.echo(7, to, "fd00:1::10", "fe80::ff:fe00:0", 8, 3));
    }

    private static void installV6(final ForwarderProxy proxy) {
        install(proxy, 4, NodeRig.tuple(6, "fd00:1::10", 1000, "2001:db8::9", 80), path(true, 6, 4), 0);
        install(proxy, 5, NodeRig.tuple(6, "fd00:1::10", 1002, "2001:db8::9", 80), path(false, 6, 5), 0);
        install(
                proxy,
                6,
                NodeRig.tuple(58, "fd00:1::10", 3, "2001:db8::9", 0),
                path(false, 17, 6),
                FlowActionFlyweight.METADATA_FORWARD);
    }

    private static FiveTuple path(final boolean v6, final int protocol, final int id) {
        return v6
                ? NodeRig.tuple(protocol, "2001:db8::1", 20000 + 2 * id, "2001:db8::2", 20001)
                : NodeRig.tuple(protocol, "198.51.100.1", 20000 + 2 * id, "198.51.100.2", 20001);
    }

    private static void install(
            final ForwarderProxy proxy, final long id, final FiveTuple inside, final int metadataRole) {
        install(proxy, id, inside, path(false, inside.protocol(), (int) id), metadataRole);
    }

    private static void install(
            final ForwarderProxy proxy,
            final long id,
            final FiveTuple inside,
            final FiveTuple outside,
            final int metadataRole) {
        final String peer = outside.destination().toString();
        proxy.install(
                NodeRig.record(
                        id,
                        1,
                        NodeRig.flow(0, inside, 1, outside, metadataRole, false, peer),
                        NodeRig.flow(
                                1,
                                outside.reversed(),
                                0,
                                inside.reversed(),
                                0,
                                true,
                                inside.source().toString()),
                        new SessionTreatment(TcpEnforcement.STRICT, 0, false)),
                0);
    }
}
