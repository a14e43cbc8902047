package io.fairway.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fairway.dataplane.io.Frames.Frame;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The port against a real kernel: veth pairs in namespaces. */
@InNamespace
class AfPacketPortTest {
    private static final int TEST_ETHER_TYPE = 0x88b6;
    private static final String HEAD = "ffffffffffff 020000000001 88b6 ";

    @Test
    void aFrameArrivesWithIdenticalBytesAndHeader() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(7, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(9, "a0"))) {
            final byte[] bytes = new byte[1514];
            new java.util.Random(1).nextBytes(bytes);
            Frames.frame(HEAD).getBytes(PacketPort.VNET_HEADER_BYTES, bytes, 0, 14);
            Frames.send(there, Frames.frame(bytes));

            final Frames frames = new Frames();
            final Frame frame = frames.await(here, f -> f.etherType() == TEST_ETHER_TYPE);
            assertThat(frame.bytes()).isEqualTo(bytes);
            assertThat(frame.vnetHeader()).containsOnly(0);
            assertThat(frame.interfaceIndex()).isEqualTo(7);
            assertThat(frame.vlan()).isZero();
            assertThat(here.mtuBytes()).isEqualTo(1500);
            assertThat(Lab.sh("ip link show a1"))
                    .contains(here.hardwareAddress().toString());
        }
    }

    @Test
    void aFrameMayGrowInFrontAndBeSentFromTheRing() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            Frames.send(there, Frames.frame(HEAD + "0102030405"));
            final AtomicInteger answered = new AtomicInteger();
            final FrameHandler answer = (index, buffer, vnetOffset, length, vlan) -> {
                final int grown = vnetOffset - AfPacketPort.HEADROOM_BYTES;
                buffer.setMemory(grown, AfPacketPort.HEADROOM_BYTES + PacketPort.VNET_HEADER_BYTES, (byte) 0);
                buffer.putBytes(grown + PacketPort.VNET_HEADER_BYTES, Frames.frame(HEAD), 10, 14);
                assertThat(here.send(buffer, grown, length + AfPacketPort.HEADROOM_BYTES))
                        .isTrue();
                answered.incrementAndGet();
            };
            final Poller poller = new Poller(new int[] {here.fd()});
            while (answered.get() == 0) {
                assertThat(poller.await(5_000_000_000L)).isTrue();
                here.poll(answer, 1);
            }
            assertThat(here.flush()).isEqualTo(1);
            here.release();
            final Frame back = new Frames().await(there, f -> f.etherType() == TEST_ETHER_TYPE);
            assertThat(back.bytes()).hasSize(19 + AfPacketPort.HEADROOM_BYTES).endsWith(1, 2, 3, 4, 5);
            assertThat(new Frames().await(here, f -> true, 20_000_000))
                    .as("own transmission")
                    .isNull();
        }
    }

    @Test
    void theVlanTagIsHandedOver() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            Frames.send(there, Frames.frame("ffffffffffff 020000000001 8100 6064 88b6 0102"));
            final Frame frame = new Frames().await(here, f -> f.etherType() == TEST_ETHER_TYPE);
            assertThat(frame.vlan()).isEqualTo(0x64);
            assertThat(frame.bytes()).hasSize(16);
        }
    }

    /** A real TCP sender's 64 KB frames cross a bridge of two ports, and another port behind it sees them whole. */
    @Test
    void superFramesOfTheKernelPassWhole() throws Exception {
        Lab.host("a", "10.0.0.1/24");
        Lab.host("b", "10.0.0.2/24");
        final int total = 8 << 20;
        try (PacketPort left = AfPacketPort.open(0, "a1");
                PacketPort right = AfPacketPort.open(1, "b1");
                PacketPort behind = Lab.in("b", () -> AfPacketPort.open(2, "b0"));
                ServerSocket server = Lab.in("b", () -> {
                    final ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress("10.0.0.2", 5000));
                    return socket;
                })) {
            final FutureTask<Long> received = Lab.start("b", () -> {
                try (Socket socket = server.accept()) {
                    return socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                }
            });
            final FutureTask<Integer> sent = Lab.start("a", () -> {
                try (Socket socket = new Socket("10.0.0.2", 5000)) {
                    socket.getOutputStream().write(new byte[total]);
                }
                return total;
            });
            final Largest crossing = new Largest();
            final Largest arriving = new Largest();
            final Bridge bridge = new Bridge(left, right, crossing);
            final long deadlineNs = System.nanoTime() + 60_000_000_000L;
            while (!received.isDone() && System.nanoTime() - deadlineNs < 0) {
                bridge.turn(1_000_000);
                behind.poll(arriving, 64);
                behind.release();
            }
            assertThat(received.get()).isEqualTo(total);
            assertThat(sent.get()).isEqualTo(total);
            assertThat(crossing.length).isGreaterThan(60_000);
            assertThat(crossing.gsoType).isEqualTo(1);
            assertThat(crossing.gsoSize).isEqualTo(1448);
            assertThat(crossing.flags).isEqualTo(1);
            assertThat(arriving.length).isGreaterThan(60_000);
            assertThat(arriving.gsoSize).isEqualTo(1448);
            assertThat(left.sendDrops() + right.sendDrops()).isZero();
        }
    }

    @Test
    void aFullRingIsCounted() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            final UnsafeBuffer frame = Frames.frame(HEAD + "00".repeat(46));
            for (int i = 0; i < 228; i++) {
                Frames.send(there, frame);
            }
            await().until(here::receiveDrops, drops -> drops == 100);
            final Frames frames = new Frames();
            assertThat(here.poll(frames, 1000)).isEqualTo(128);
            assertThat(here.poll(frames, 1000)).as("nothing is released yet").isZero();
            assertThat(here.receiveDrops()).as("a total").isEqualTo(100);
            here.release();
            Frames.send(there, frame);
            assertThat(new Frames().await(here, f -> true).bytes()).hasSize(60);
        }
    }

    @Test
    void refusedFramesAreCountedAndTheOthersSent() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            final UnsafeBuffer good = Frames.frame(HEAD + "01");
            final UnsafeBuffer longer = Frames.frame(HEAD + "00".repeat(3000));
            assertThat(here.send(good, 0, 15)).isTrue();
            assertThat(here.send(longer, 0, 3014)).isTrue();
            assertThat(here.send(good, 0, 15)).isTrue();
            assertThat(here.flush()).isEqualTo(2);
            assertThat(here.sendDrops()).isEqualTo(1);
            final Frames arrived = new Frames();
            arrived.await(there, f -> arrived.seen.size() == 2);
            Lab.sh("ip link set a1 down");
            assertThat(here.send(good, 0, 15)).isTrue();
            assertThat(here.flush()).isZero();
            assertThat(here.sendDrops()).isEqualTo(2);
            final Poller poller = new Poller(new int[] {here.fd()});
            poller.await(0);
            assertThat(poller.await(1_000_000))
                    .as("a downed device must not keep its thread awake")
                    .isFalse();
            Lab.sh("ip link set a1 up");
            Frames.send(there, good);
            new Frames().await(here, f -> f.etherType() == TEST_ETHER_TYPE);
        }
    }

    @Test
    void nothingIsAllocatedPerFrame() throws Exception {
        Lab.host("a", "");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            final Bounce bounce = new Bounce(here, there, Frames.frame(HEAD + "00".repeat(46)));
            bounce.run();
            bounce.frames = 0;
            final long allocatedBytes = Lab.allocatedBytes(bounce);
            assertThat(bounce.frames).isGreaterThanOrEqualTo(Bounce.TOTAL);
            // The JVM's own compilation may still leave a little on the thread, once.
            assertThat(allocatedBytes).isLessThan(10_000);
        }
    }

    @Test
    void whatLacksIsSaidInOneSentence() throws Exception {
        Lab.host("a", "");
        assertThatThrownBy(() -> AfPacketPort.open(0, "nothere"))
                .isInstanceOf(PrivilegeException.class)
                .hasMessage("there is no interface nothere: create it, or correct its name in the configuration");
        Lab.sh("ip link set a1 down");
        assertThatThrownBy(() -> AfPacketPort.open(0, "a1"))
                .isInstanceOf(PrivilegeException.class)
                .hasMessage("interface a1 is down: run 'ip link set a1 up'");
        assertThatThrownBy(() -> new RawFrameSocket("a1", TEST_ETHER_TYPE)).isInstanceOf(PrivilegeException.class);
    }

    /** Frames go one way, are sent back from the ring, and are read again, all by one thread. */
    private static final class Bounce implements Runnable, FrameHandler {
        private static final int TOTAL = 1_000_000;

        private final PacketPort here;
        private final PacketPort there;
        private final DirectBuffer frame;
        private final Poller poller;
        private int frames;

        Bounce(final PacketPort here, final PacketPort there, final DirectBuffer frame) {
            this.here = here;
            this.there = there;
            this.frame = frame;
            poller = new Poller(new int[] {here.fd(), there.fd()});
        }

        @Override
        public void run() {
            while (frames < TOTAL) {
                for (int i = 0; i < 50; i++) {
                    there.send(frame, 0, 60);
                }
                there.flush();
                poller.await(1_000_000);
                here.poll(this, 100);
                here.flush();
                here.release();
                there.poll(this, 100);
                there.release();
            }
        }

        @Override
        public void onFrame(
                final int index, final MutableDirectBuffer buffer, final int vnet, final int length, final int vlan) {
            frames++;
            if (index == 0) {
                here.send(buffer, vnet, length);
            }
        }
    }

    /** Remembers the largest frame's header. */
    private static final class Largest implements FrameHandler {
        private int length;
        private int flags;
        private int gsoType;
        private int gsoSize;

        @Override
        public void onFrame(
                final int index, final MutableDirectBuffer buffer, final int vnet, final int length, final int vlan) {
            if (length > this.length) {
                this.length = length;
                flags = buffer.getByte(vnet);
                gsoType = buffer.getByte(vnet + 1);
                gsoSize = buffer.getShort(vnet + 4) & 0xffff;
            }
        }
    }
}
