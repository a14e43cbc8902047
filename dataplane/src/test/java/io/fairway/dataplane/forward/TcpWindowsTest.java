package io.fairway.dataplane.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/** The windows against two endpoints that keep to TCP's rules over a network that loses, repeats and reorders. */
class TcpWindowsTest {
    private static final int SLOT = 3;
    private static final int EPOCH = 7;
    private static final int SYN = TcpHeader.SYN;
    private static final int ACK = TcpHeader.ACK;
    private static final int RST = TcpHeader.RST;
    private static final int NO_SCALE = -1;

    private final TcpWindows windows = new TcpWindows(8);
    private final Packet packet = new Packet();

    private record Segment(int flags, int sequence, int acknowledgement, int window, int scale, int length) {
        private Segment at(final int otherSequence) {
            return new Segment(flags, otherSequence, acknowledgement, window, scale, length);
        }
    }

    /** One side: sends only what the other's newest window allows, takes only what comes in order. */
    private static final class Endpoint {
        private final Random random;
        private final int scale;
        private final int first;
        private final List<Segment> sent = new ArrayList<>();
        private int next;
        private int oldest;
        private int highestAllowed;
        private int expected;
        private int edge;
        private int shift;
        private int peerShift;

        private Endpoint(final Random random, final int scale) {
            this.random = random;
            this.scale = scale;
            first = random.nextInt();
            next = first + 1;
            oldest = next;
            highestAllowed = next;
        }

        private void send(final int flags, final int sequence, final int length) {
            final int offered = random.nextInt(65_536) << shift;
            if (expected + offered - edge > 0) {
                edge = expected + offered;
            }
            // A window is never taken back (RFC 9293 section 3.8.6), and at least what is left of it can be said.
            final int window = Math.min(0xffff, edge - expected + (1 << shift) - 1 >> shift);
            edge = expected + (window << shift) - edge > 0 ? expected + (window << shift) : edge;
            sent.add(new Segment(flags, sequence, (flags & ACK) == 0 ? 0 : expected, window, NO_SCALE, length));
        }

        private void sendAnything() {
            final int room = highestAllowed - next;
            if (room > 0 && random.nextBoolean()) {
                final int length = 1 + random.nextInt(Math.min(room, 9_000));
                send(ACK, next, length);
                next += length;
            } else if (next - oldest > 0 && random.nextBoolean()) {
                send(ACK, oldest, 1 + random.nextInt(Math.min(next - oldest, 9_000)));
            } else {
                send(ACK, random.nextInt(8) == 0 ? next - 1 : next, 0);
            }
        }

        private void receive(final Segment segment) {
            final int window = segment.window() << shiftOf(segment);
            if (segment.acknowledgement() - oldest > 0) {
                oldest = segment.acknowledgement();
            }
            if (segment.acknowledgement() + window - highestAllowed > 0) {
                highestAllowed = segment.acknowledgement() + window;
            }
            if (segment.sequence() - expected <= 0 && segment.sequence() + segment.length() - expected > 0) {
                expected = segment.sequence() + segment.length();
            }
        }

        private int shiftOf(final Segment segment) {
            return (segment.flags() & SYN) != 0 ? 0 : peerShift;
        }
    }

    @Property(tries = 200)
    void whatTcpsSendIsNeverDropped(@ForAll final long seed) {
        final Random random = new Random(seed);
        final Endpoint client = new Endpoint(random, random.nextInt(4) == 0 ? NO_SCALE : random.nextInt(15));
        final Endpoint server = new Endpoint(random, random.nextInt(4) == 0 ? NO_SCALE : random.nextInt(15));
        windows.forget(SLOT);
        shakeHands(client, server);
        boolean adopted = false;
        for (int step = 0; step < 400; step++) {
            final Endpoint sender = random.nextBoolean() ? client : server;
            final Endpoint receiver = sender == client ? server : client;
            sender.sendAnything();
            sender.sendAnything();
            if (random.nextInt(100) == 0) {
                windows.forget(SLOT);
                adopted = true;
            }
            if (!adopted && random.nextInt(10) == 0) {
                final Segment wild = sender.sent.getLast().at(receiver.edge + 1 + random.nextInt(1 << 28));
                assertThat(accept(sender == client, wild))
                        .as("far ahead, seed " + seed)
                        .isFalse();
            }
            pass(sender, receiver, sender == client, random, "seed " + seed + ", step " + step);
        }
    }

    /** The segments in hand leave, some of them exchanged; some are lost behind us, some come twice. */
    private void pass(
            final Endpoint sender,
            final Endpoint receiver,
            final boolean forward,
            final Random random,
            final String description) {
        while (!sender.sent.isEmpty()) {
            final int i = random.nextInt(sender.sent.size());
            final Segment segment = random.nextInt(10) == 0 ? sender.sent.get(i) : sender.sent.remove(i);
            assertThat(accept(forward, segment))
                    .as(description + ", " + segment)
                    .isTrue();
            if (random.nextInt(6) > 0) {
                receiver.receive(segment);
            }
        }
    }

    private void shakeHands(final Endpoint client, final Endpoint server) {
        final Segment syn = new Segment(SYN, client.first, 0, 4_000, client.scale, 0);
        assertThat(accept(true, syn)).isTrue();
        assertThat(accept(true, syn)).as("retransmitted").isTrue();
        final Segment answer = new Segment(SYN | ACK, server.first, client.first + 1, 5_000, server.scale, 0);
        assertThat(accept(false, answer)).isTrue();
        final boolean scales = client.scale >= 0 && server.scale >= 0;
        for (final Endpoint endpoint : List.of(client, server)) {
            final Endpoint peer = endpoint == client ? server : client;
            endpoint.shift = scales ? endpoint.scale : 0;
            endpoint.peerShift = scales ? peer.scale : 0;
            endpoint.expected = peer.first + 1;
            endpoint.edge = endpoint.expected + (endpoint == client ? 4_000 : 5_000);
            endpoint.highestAllowed = endpoint.next + (endpoint == client ? 5_000 : 4_000);
        }
        assertThat(accept(true, new Segment(ACK, client.next, client.expected, 4_000 >> client.shift, NO_SCALE, 0)))
                .isTrue();
    }

    @Example
    void aWindowIsScaledOnlyIfBothSynsSaidSo() {
        open(3, 4);
        assertThat(accept(false, data(ACK, 501, 101, 1_000, 0))).isTrue();
        assertThat(accept(true, data(ACK, 101 + 16_000, 501, 1, 1)))
                .as("16 times 1000")
                .isTrue();
        assertThat(accept(true, data(ACK, 101 + 16_001, 501, 1, 1))).isFalse();
        open(NO_SCALE, 4);
        assertThat(accept(false, data(ACK, 501, 101, 2_000, 0))).isTrue();
        assertThat(accept(true, data(ACK, 101 + 2_001, 501, 1, 1))).isFalse();
        open(4, NO_SCALE);
        assertThat(accept(false, data(ACK, 501, 101, 2_000, 0))).isTrue();
        assertThat(accept(true, data(ACK, 101 + 2_001, 501, 1, 1))).isFalse();
        open(200, 200);
        assertThat(accept(false, data(ACK, 501, 101, 0xffff, 0))).isTrue();
        assertThat(accept(true, data(ACK, 101 + (0xffff << 14), 501, 1, 1)))
                .as("no shift is above 14")
                .isTrue();
    }

    @Example
    void aResetMustNameAByteThatIsAwaited() {
        open(NO_SCALE, NO_SCALE);
        assertThat(accept(true, data(ACK, 101, 501, 1_000, 10))).isTrue();
        assertThat(accept(false, data(ACK, 501, 111, 1_000, 0))).isTrue();
        assertThat(accept(true, data(RST, 110, 0, 0, 0)))
                .as("acknowledged already")
                .isFalse();
        assertThat(accept(true, data(RST, 111 + 1_001, 0, 0, 0))).isFalse();
        assertThat(accept(true, data(RST | ACK, 111, 9_999, 0, 0))).isFalse();
        assertThat(accept(true, data(RST, 111, 0, 0, 0))).isTrue();
    }

    @Example
    void aSynIsRefusedOnlyByAcknowledgingIt() {
        accept(true, new Segment(SYN, 100, 0, 1_000, NO_SCALE, 0));
        assertThat(accept(false, data(RST, 0, 0, 0, 0))).isFalse();
        assertThat(accept(false, data(RST | ACK, 0, 100_000, 0, 0))).isFalse();
        assertThat(accept(false, data(RST | ACK, 0, 101, 0, 0))).isTrue();
    }

    @Example
    void anUnansweredSynMayBeFollowedByAnother() {
        accept(true, new Segment(SYN, 100, 0, 1_000, NO_SCALE, 0));
        assertThat(accept(true, new Segment(SYN, 2_000_000_000, 0, 1_000, NO_SCALE, 0)))
                .isTrue();
        assertThat(accept(false, new Segment(SYN | ACK, 500, 2_000_000_001, 1_000, NO_SCALE, 0)))
                .isTrue();
        assertThat(accept(true, new Segment(SYN, 100, 0, 1_000, NO_SCALE, 0)))
                .as("answered now")
                .isFalse();
    }

    private void open(final int clientScale, final int serverScale) {
        windows.forget(SLOT);
        accept(true, new Segment(SYN, 100, 0, 1_000, clientScale, 0));
        accept(false, new Segment(SYN | ACK, 500, 101, 1_000, serverScale, 0));
        assertThat(accept(true, data(ACK, 101, 501, 1_000, 0))).isTrue();
    }

    private static Segment data(
            final int flags, final int sequence, final int acknowledgement, final int window, final int length) {
        return new Segment(flags, sequence, acknowledgement, window, NO_SCALE, length);
    }

    private boolean accept(final boolean forward, final Segment segment) {
        final int options = segment.scale() < 0 ? 0 : 4;
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[TcpHeader.LENGTH + options]);
        TcpHeader.setSequence(buffer, 0, segment.sequence());
        TcpHeader.setAcknowledgement(buffer, 0, segment.acknowledgement());
        TcpHeader.setHeaderLength(buffer, 0, TcpHeader.LENGTH + options);
        TcpHeader.setFlags(buffer, 0, segment.flags());
        TcpHeader.setWindow(buffer, 0, segment.window());
        if (options > 0) {
            buffer.putByte(TcpHeader.LENGTH, (byte) 1);
            buffer.putByte(TcpHeader.LENGTH + 1, (byte) 3);
            buffer.putByte(TcpHeader.LENGTH + 2, (byte) 3);
            buffer.putByte(TcpHeader.LENGTH + 3, (byte) segment.scale());
        }
        packet.buffer = buffer;
        packet.l4 = 0;
        packet.payload = TcpHeader.LENGTH + options;
        packet.end = packet.payload + segment.length();
        return windows.accept(forward ? 2 * SLOT : 2 * SLOT + 1, packet, EPOCH);
    }
}
