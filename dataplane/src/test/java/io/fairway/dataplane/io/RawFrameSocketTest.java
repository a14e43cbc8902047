package io.fairway.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fairway.model.wire.MacAddress;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

@InNamespace
class RawFrameSocketTest {
    private static final int BEAT = 0x88b5;
    private static final MacAddress STRANGER = MacAddress.parse("02:00:00:00:00:99");

    @Test
    void payloadsGoBothWaysOnASilencedDeviceWithAPort() throws Exception {
        Lab.host("a", "");
        try (RawFrameSocket here = new RawFrameSocket("a1", BEAT);
                RawFrameSocket there = Lab.in("a", () -> new RawFrameSocket("a0", BEAT));
                PacketPort port = AfPacketPort.open(0, "a1");
                AutoCloseable silence = KernelSilencer.silence(List.of("a1"))) {
            assertThat(silence).isNotNull();
            final UnsafeBuffer direct = new UnsafeBuffer(BufferUtil.allocateDirectAligned(100, 8));
            final UnsafeBuffer heap = new UnsafeBuffer(new byte[100]);
            direct.putStringWithoutLengthAscii(10, "to here");
            assertThat(here.receive(heap)).as("nothing waits").isZero();
            assertThat(there.send(here.hardwareAddress(), direct, 10, 7)).isTrue();
            assertThat(new Poller(new int[] {here.fd()}).await(5_000_000_000L)).isTrue();
            assertThat(here.receive(heap)).isEqualTo(7);
            assertThat(heap.getStringWithoutLengthAscii(0, 7)).isEqualTo("to here");
            assertThat(here.lastSourceBits()).isEqualTo(there.hardwareAddress().bits());
            assertThat(here.receive(heap)).isZero();

            assertThat(here.send(MacAddress.BROADCAST, heap, 0, 2)).isTrue();
            assertThat(new Poller(new int[] {there.fd()}).await(5_000_000_000L)).isTrue();
            assertThat(there.receive(direct)).isEqualTo(2);
            assertThat(direct.getStringWithoutLengthAscii(0, 2)).isEqualTo("to");
            assertThat(here.receive(heap)).as("its own").isZero();
            assertThat(port.poll(new Frames(), 10))
                    .as("beats do not wake the port")
                    .isZero();
        }
    }

    @Test
    void othersFramesAreNotReceived() throws Exception {
        Lab.host("a", "");
        try (RawFrameSocket here = new RawFrameSocket("a1", BEAT);
                RawFrameSocket there = Lab.in("a", () -> new RawFrameSocket("a0", BEAT));
                RawFrameSocket otherType = Lab.in("a", () -> new RawFrameSocket("a0", BEAT + 1));
                PacketPort tagging = Lab.in("a", () -> AfPacketPort.open(0, "a0"))) {
            final UnsafeBuffer payload = new UnsafeBuffer(BufferUtil.allocateDirectAligned(64, 8));
            assertThat(there.send(STRANGER, payload, 0, 10)).isTrue();
            assertThat(otherType.send(MacAddress.BROADCAST, payload, 0, 10)).isTrue();
            Frames.send(tagging, Frames.frame("ffffffffffff 020000000001 8100 0064 88b5 0102"));
            assertThat(there.send(here.hardwareAddress(), payload, 0, 11)).isTrue();
            assertThat(new Poller(new int[] {here.fd()}).await(5_000_000_000L)).isTrue();
            assertThat(here.receive(payload)).isEqualTo(11);
            assertThat(here.receive(payload)).isZero();
        }
    }

    @Test
    void carrierFollowsTheLink() throws Exception {
        Lab.host("a", "");
        try (RawFrameSocket here = new RawFrameSocket("a1", BEAT)) {
            await().until(here::carrier);
            Lab.sh("ip -n a link set a0 down");
            await().until(() -> !here.carrier());
            Lab.sh("ip -n a link set a0 up");
            await().until(here::carrier);
        }
    }

    @Test
    void beatsAllocateNothing() throws Exception {
        Lab.host("a", "");
        try (RawFrameSocket here = new RawFrameSocket("a1", BEAT);
                RawFrameSocket there = Lab.in("a", () -> new RawFrameSocket("a0", BEAT))) {
            final UnsafeBuffer payload = new UnsafeBuffer(new byte[64]);
            final MacAddress address = here.hardwareAddress();
            final Runnable turns = () -> {
                for (int i = 0; i < 20_000; i++) {
                    there.send(address, payload, 0, 48);
                    here.receive(payload);
                    here.carrier();
                    here.lastSourceBits();
                }
            };
            turns.run();
            assertThat(Lab.allocatedBytes(turns)).isLessThan(10_000);
        }
    }
}
