package io.fairway.ha.sentinel;

import io.fairway.ha.beat.BeatFlyweight;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatWriter;
import io.fairway.ha.beat.RawBeatPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** Holds the sockets ready while the node lives, and sends death notices. The sentinel's main thread uses it. */
final class DeathNotifier {
    private final Path planFile;
    private final Consumer<String> log;
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[BeatFlyweight.MAX_LENGTH]);
    private final List<BeatPath> paths = new ArrayList<>();
    private final Map<Integer, String> missing = new TreeMap<>();
    private FileTime planTime;
    private BeatWriter writer;

    DeathNotifier(final Path planFile, final Consumer<String> log) {
        this.planFile = planFile;
        this.log = log;
    }

    /** Follows the plan that the node has written, and opens what could not be opened before. */
    void refresh() {
        try {
            if (!Files.exists(planFile)) {
                return;
            }
            final FileTime time = Files.getLastModifiedTime(planFile);
            if (!time.equals(planTime)) {
                planTime = time;
                follow(SentinelPlan.read(planFile));
            }
        } catch (final IOException e) {
            log.accept("no death notices can be sent: " + e.getMessage());
        }
        missing.entrySet().removeIf(device -> open(device.getKey(), device.getValue()));
    }

    private void follow(final SentinelPlan plan) {
        paths.forEach(path -> path.port().close());
        paths.clear();
        missing.clear();
        writer = new BeatWriter(plan.routerHash(), plan.node(), plan.secret());
        plan.devices().forEach((id, device) -> {
            if (!open(id, device)) {
                missing.put(id, device);
                log.accept("no death notices over " + device + " as long as it is missing or down");
            }
        });
        // The first use must not be the one that counts; incarnation 0 is nobody's.
        send(0);
    }

    private boolean open(final int id, final String device) {
        try {
            paths.add(new BeatPath(id, device, 0, new RawBeatPort(device)));
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Sends the notice on every path, and returns how many took it. */
    int send(final long incarnation) {
        int sent = 0;
        for (final BeatPath path : paths) {
            sent += path.port().send(frame, writer.deathNotice(frame, path.id(), incarnation)) ? 1 : 0;
        }
        return sent;
    }

    /** How many paths there are. */
    int paths() {
        return paths.size();
    }
}
