package io.fairway.deploy.traffic;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.util.Map;

/**
 * Sends malformed frames straight to a device. {@code --device eth0 --kind KIND --to-mac MAC --from IP --to IP
 * --source-port P --port P --count N}; the kinds are those of {@link FrameForge#frame}
 */
final class RawFrames {
    private final Arguments arguments;

    RawFrames(final Arguments arguments) {
        this.arguments = arguments;
    }

    void run() throws IOException {
        final NetworkInterface device = NetworkInterface.getByName(arguments.text("device", null));
        if (device == null) {
            throw new IllegalArgumentException("no such device");
        }
        final FrameForge forge = new FrameForge(
                device.getHardwareAddress(),
                arguments.text("to-mac", null),
                arguments.text("from", null),
                arguments.text("to", null));
        final byte[] frame = forge.frame(
                arguments.text("kind", null), arguments.number("source-port", 40_000), arguments.number("port", 7100));
        final int count = arguments.number("count", 1);
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final int fd = sockets.frames(arena, device.getIndex());
            final MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            for (int i = 0; i < count; i++) {
                sockets.send(fd, bytes);
            }
        }
        arguments.report().finish(Map.of("sent", count));
    }
}
