package io.fairway.dataplane.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.fabric.Crossing;
import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs to tell of 100,000 silent sessions and 1,000 busy ones, in bytes (checked) and in time (said). */
class SessionProgressCostTest {
    private static final int IDLE = 100_000;
    private static final int BUSY = 1_000;
    private static final int SECONDS = 128;
    private static final int TURNS_PER_SECOND = 200;

    /** A session's share of a message. */
    private static final int ENTRY_BYTES = 48;

    /** Fabric, vnet and message headers, shared by as many sessions as a message holds. */
    private static final int HEADERS_BYTES = 8 + 10 + 8;

    @TempDir
    private Path directory;

    private long nowNs = 1_000_000_000L;
    private long sentBytes;
    private long sessionsTold;
    private long sendNs;
    private long hearNs;

    /** Carries every message at once, and counts it. */
    private final class CountingLink implements CrossingLink {
        private final UnsafeBuffer copy = new UnsafeBuffer(ByteBuffer.allocateDirect(2048));
        private SessionProgress partner;

        @Override
        public boolean send(
                final int interfaceIndex,
                final int bucket,
                final int epoch,
                final DirectBuffer buffer,
                final int vnetOffset,
                final int frameLength) {
            final long beganNs = System.nanoTime();
            sentBytes += 8 + 10 + frameLength;
            sessionsTold += (frameLength - 8) / ENTRY_BYTES;
            copy.putBytes(0, buffer, vnetOffset + 10, frameLength);
            partner.onMessage(copy, 0, frameLength, nowNs);
            hearNs += System.nanoTime() - beganNs;
            return true;
        }

        @Override
        public int poll(final Crossing.CrossingHandler handler, final int limit) {
            return 0;
        }

        @Override
        public boolean isConnected() {
            return true;
        }
    }

    private static void fill(final FlowTable table) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
        for (int i = 0; i < IDLE + BUSY; i++) {
            final String client = "10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff);
            final FiveTuple udp = NodeRig.tuple(17, client, 1000, "203.0.113.80", 53);
            SessionRecordFlyweight.encode(
                    record,
                    0,
                    NodeRig.record(
                            BucketId.sessionId(i & 0xff, i + 1),
                            1,
                            NodeRig.flow(0, udp, 1, udp, 0, false, "203.0.113.80"),
                            NodeRig.flow(1, udp.reversed(), 0, udp.reversed(), 0, false, client)));
            assertThat(table.install(record, 0, 0)).isNull();
        }
    }

    private OwnershipGate gate(final int node) {
        final OwnershipGate gate = OwnershipGate.map(directory.resolve("gate" + node), node);
        gate.setSelf(node);
        for (int bucket = 0; bucket < BucketId.COUNT; bucket++) {
            gate.setBucket(bucket, 0, 1);
        }
        return gate;
    }

    @Test
    void costsLittle() {
        final CountingLink link = new CountingLink();
        try (FlowTable owner = new FlowTable(IDLE + BUSY);
                FlowTable standby = new FlowTable(IDLE + BUSY);
                OwnershipGate owners = gate(0);
                OwnershipGate standbys = gate(1);
                SessionProgress teller = new SessionProgress(owner, owners, new PartnerLine(link, 0));
                SessionProgress hearer =
                        new SessionProgress(standby, standbys, new PartnerLine(CrossingLink.NONE, 0))) {
            link.partner = hearer;
            fill(owner);
            fill(standby);
            run(owner, teller, SECONDS);
            sentBytes = 0;
            sessionsTold = 0;
            sendNs = 0;
            hearNs = 0;
            run(owner, teller, SECONDS);
        }
        final long expected = (long) SECONDS * (BUSY + IDLE / 64);
        assertThat(sessionsTold).isBetween(expected * 9 / 10, expected * 11 / 10);
        // A turn's last message may hold one session only.
        assertThat(sentBytes).isLessThan(sessionsTold * (ENTRY_BYTES + HEADERS_BYTES) + SECONDS * HEADERS_BYTES);
        System.out.printf(
                "%d silent and %d busy sessions: %d bytes/s; ms of processor per s: %.2f, at the partner %.2f%n",
                IDLE, BUSY, sentBytes / SECONDS, (sendNs - hearNs) / 1e6 / SECONDS, hearNs / 1e6 / SECONDS);
    }

    private void run(final FlowTable owner, final SessionProgress teller, final int seconds) {
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < BUSY; i++) {
                owner.count(2 * i * ((IDLE + BUSY) / BUSY), 100, nowNs);
            }
            for (int turn = 0; turn < TURNS_PER_SECOND; turn++) {
                nowNs += TimeUnit.SECONDS.toNanos(1) / TURNS_PER_SECOND;
                final long beganNs = System.nanoTime();
                teller.tick(nowNs);
                sendNs += System.nanoTime() - beganNs;
            }
        }
    }
}
