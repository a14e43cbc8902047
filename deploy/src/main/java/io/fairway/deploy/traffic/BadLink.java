package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Carries every frame between two devices as a bad link would, each direction by {@link LinkFaults} of its own.
 * {@code --near DEVICE --far DEVICE --loss % --duplicate % --reorder % --delay-us N --held-us N --seed N}: what is
 * reordered arrives later by held-us. Where the devices hand over super-frames, nothing larger than their MTU passes.
 */
final class BadLink {
    private static final int BATCH = 64;
    private static final int FRAME_BYTES = 2048;
    private static final int SOCKET_BYTES = 8 << 20;
    private static final long IDLE_MS = 100;
    private static final long REPORT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Arguments arguments;
    private final long seed;
    private final LinkFaults toFar;
    private final LinkFaults toNear;
    private final StopSignal stop = new StopSignal();

    BadLink(final Arguments arguments) {
        this.arguments = arguments;
        seed = arguments.number("seed", (int) System.nanoTime());
        final LinkFaults.Rates rates = new LinkFaults.Rates(
                arguments.number("loss", 0),
                arguments.number("duplicate", 0),
                arguments.number("reorder", 0),
                TimeUnit.MICROSECONDS.toNanos(arguments.number("delay-us", 0)),
                TimeUnit.MICROSECONDS.toNanos(arguments.number("held-us", 5_000)));
        toFar = new LinkFaults(rates, seed);
        toNear = new LinkFaults(rates, ~seed);
    }

    void run() throws IOException {
        final ReportFile report = arguments.report();
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final int near = sockets.allFrames(arena, arguments.text("near", null), SOCKET_BYTES);
            final int far = sockets.allFrames(arena, arguments.text("far", null), SOCKET_BYTES);
            final MemorySegment polled = NativeSockets.readable(arena, near, far);
            final MessageBatch batch = new MessageBatch(arena, BATCH, FRAME_BYTES);
            final MemorySegment out = arena.allocate(FRAME_BYTES);
            long reportedNs = System.nanoTime() - REPORT_NS;
            while (!stop.stopped()) {
                final long nowNs = System.nanoTime();
                if (nowNs - reportedNs >= REPORT_NS) {
                    report.update(figures());
                    reportedNs = nowNs;
                }
                final int work = enter(sockets, near, batch, toFar, nowNs)
                        + enter(sockets, far, batch, toNear, nowNs)
                        + leave(sockets, far, out, toFar, nowNs)
                        + leave(sockets, near, out, toNear, nowNs);
                if (work == 0) {
                    sockets.await(polled, waitMs(nowNs));
                }
            }
        }
        report.finish(figures());
    }

    private static int enter(
            final NativeSockets sockets,
            final int fd,
            final MessageBatch batch,
            final LinkFaults link,
            final long nowNs)
            throws IOException {
        final int count = sockets.receiveMany(fd, batch);
        for (int i = 0; i < count; i++) {
            link.enter(batch.received(i), nowNs);
        }
        return count;
    }

    private static int leave(
            final NativeSockets sockets, final int fd, final MemorySegment out, final LinkFaults link, final long nowNs)
            throws IOException {
        int count = 0;
        for (byte[] frame = link.leave(nowNs); frame != null; frame = link.leave(nowNs)) {
            MemorySegment.copy(frame, 0, out, ValueLayout.JAVA_BYTE, 0, frame.length);
            sockets.send(fd, out.asSlice(0, frame.length));
            count++;
        }
        return count;
    }

    /** A frame may arrive a millisecond late: that is what poll(2) can tell apart. */
    private int waitMs(final long nowNs) {
        final long untilNs = Math.min(toFar.untilDueNs(nowNs), toNear.untilDueNs(nowNs));
        return (int) Math.clamp(TimeUnit.NANOSECONDS.toMillis(untilNs), 0, IDLE_MS);
    }

    private Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("seed", seed);
        figures.put("toFar", toFar.figures());
        figures.put("toNear", toNear.figures());
        return figures;
    }
}
