package io.fairway.deploy.capture;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A capture in tcpdump's classic format with Ethernet frames. */
public final class PcapFile {
    private static final int MAGIC_US = 0xa1b2c3d4;
    private static final int MAGIC_NS = 0xa1b23c4d;
    private static final int HEADER_BYTES = 24;
    private static final int LENGTH_OFFSET = 8;

    private PcapFile() {}

    /**
     * Hands every frame, cut to what was captured, to the consumer.
     *
     * @throws IOException if the file is no such capture
     */
    public static void read(final Path path, final Consumer<ByteBuffer> frames) throws IOException {
        final ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
        try {
            file.order(ByteOrder.LITTLE_ENDIAN);
            final int magic = file.getInt(0);
            if (magic != MAGIC_US && magic != MAGIC_NS) {
                throw new IOException(path + " is not a capture that tcpdump wrote on this kind of machine");
            }
            file.position(HEADER_BYTES);
            while (file.remaining() > 2 * LENGTH_OFFSET) {
                final int length = file.getInt(file.position() + LENGTH_OFFSET);
                file.position(file.position() + 2 * LENGTH_OFFSET);
                if (length < 0 || length > file.remaining()) {
                    return;
                }
                frames.accept(file.slice(file.position(), length).order(ByteOrder.BIG_ENDIAN));
                file.position(file.position() + length);
            }
        } catch (final BufferUnderflowException e) {
            throw new IOException(path + " is cut short", e);
        }
    }
}
