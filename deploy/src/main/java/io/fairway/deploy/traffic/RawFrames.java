package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/**
 * Sends malformed frames straight to a device. {@code --device eth0 --kind KIND --to-mac MAC --from IP --to IP
 * --source-port P --port P --count N}; the kinds are those of {@link FrameForge#frame}
 */
final class RawFrames {
    /** Locally administered; nobody answers to it. */
    private static final byte[] SOURCE_MAC = {2, 0, 0, 0, 0, 0x66};

    private final Arguments arguments;

    RawFrames(final Arguments arguments) {
        this.arguments = arguments;
    }

    void run() throws IOException {
        final FrameForge forge = new FrameForge(
                SOURCE_MAC, arguments.text("to-mac", null), arguments.text("from", null), arguments.text("to", null));
        final byte[] frame = forge.frame(
                arguments.text("kind", null), arguments.number("source-port", 40_000), arguments.number("port", 7100));
        final int count = arguments.number("count", 1);
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final int fd = sockets.frames(arena, arguments.text("device", null));
            final MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            for (int i = 0; i < count; i++) {
                sockets.send(fd, bytes);
            }
        }
        arguments.report().finish(Map.of("sent", count));
    }
}
