package io.fairway.deploy.traffic;

import io.fairway.deploy.capture.PcapFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Somebody on the link between two routers who has seen their packets and has none of their keys. {@code --device eth0
 * --capture FILE --victim IP --kind KIND --count N --rate PPS --seed N}: sends what it makes of captured frames to the
 * victim. What it writes itself begins with {@link #MARK}.
 */
final class Attack {
    /** In every payload that the attacker made up: nobody behind the routers may ever see it. */
    static final String MARK = "ATTACKER-WAS-HERE";

    /** Locally administered; nobody answers to it. */
    private static final byte[] STATION = {2, 0, 0, 0, 0, 0x66};

    private static final int GARBAGE_BYTES = 96;
    private static final int MAC_BYTES = 16;
    private static final int FIRST_WAYPORT = 16_384;
    private static final int WAYPORTS = 49_152;
    private static final int PEER_PORT = 1280;
    private static final int STRANGER = 0xac10_004d;
    private static final int[] CONTROL_REASONS = {0, 1, 2, 3, 6, 8, 9, 255};
    private static final int UNREACHABLE = 3;

    private final Arguments arguments;
    private final Random random;
    private final String kind;

    Attack(final Arguments arguments) {
        this.arguments = arguments;
        random = new Random(arguments.number("seed", 1));
        kind = arguments.text("kind", null);
    }

    void run() throws IOException {
        final List<CapturedFrame> frames = captured();
        if (frames.isEmpty()) {
            throw new IOException("the capture holds nothing for this attack");
        }
        final int count = arguments.number("count", 100);
        final int rate = arguments.number("rate", 2_000);
        try (Arena arena = Arena.ofConfined()) {
            final NativeSockets sockets = new NativeSockets(arena);
            final int fd = sockets.frames(arena, arguments.text("device", null));
            final MemorySegment out = arena.allocate(2048);
            final long beginNs = System.nanoTime();
            for (int i = 0; i < count; i++) {
                final byte[] frame = frame(frames.get(i % frames.size()), i);
                MemorySegment.copy(frame, 0, out, ValueLayout.JAVA_BYTE, 0, frame.length);
                sockets.send(fd, out.asSlice(0, frame.length));
                LockSupport.parkNanos(beginNs + TimeUnit.SECONDS.toNanos(i + 1) / rate - System.nanoTime());
            }
        }
        arguments.report().finish(Map.of("sent", count, "captured", frames.size()));
    }

    /** The captured frames for the victim of which this attack can make something. */
    private List<CapturedFrame> captured() throws IOException {
        final int victim = ByteBuffer.wrap(
                        InetAddress.getByName(arguments.text("victim", null)).getAddress())
                .getInt();
        final List<CapturedFrame> frames = new ArrayList<>();
        PcapFile.read(Path.of(arguments.text("capture", null)), bytes -> {
            final byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            final CapturedFrame frame = CapturedFrame.of(copy);
            if (frame != null && frame.destination() == victim && frame.payloadLength() > 0 && suits(frame)) {
                frames.add(frame);
            }
        });
        return frames;
    }

    /** What routers say to each other belongs to no session. */
    private boolean suits(final CapturedFrame frame) {
        return frame.destinationPort() != PEER_PORT
                && switch (kind) {
                    case "replay-metadata", "elsewhere", "flip-metadata", "cut-metadata", "stranger" ->
                        frame.hasMetadata();
                    case "replay-sealed", "flip-sealed" -> !frame.hasMetadata();
                    case "reset" -> frame.isTcp();
                    default -> true;
                };
    }

    private byte[] frame(final CapturedFrame frame, final int i) {
        return switch (kind) {
            case "replay-metadata", "replay-sealed" -> frame.replayed(STATION);
            case "elsewhere" ->
                frame.between(FIRST_WAYPORT + 2 * random.nextInt(WAYPORTS / 2), frame.destinationPort(), STATION);
            case "flip-metadata", "flip-sealed" ->
                frame.flipped(random.nextInt(frame.payloadLength()), random.nextInt(Byte.SIZE), STATION);
            case "cut-metadata" -> frame.shortened(1 + random.nextInt(2 * MAC_BYTES), STATION);
            case "stranger" -> frame.from(STRANGER, STATION);
            case "flood-live" -> frame.carrying(garbage(), STATION);
            case "flood-random" ->
                CapturedFrame.of(frame.inUdp(garbage(), STATION)).between(wayport(), wayport(), STATION);
            case "control" -> frame.inUdp(control(CONTROL_REASONS[i % CONTROL_REASONS.length], 0), STATION);
            case "control-forged" ->
                frame.inUdp(control(CONTROL_REASONS[i % CONTROL_REASONS.length], MAC_BYTES), STATION);
            case "reset" -> frame.reset(STATION);
            case "icmp" ->
                CapturedFrame.of(frame.between(wayport(), wayport(), STATION))
                        .icmpError(UNREACHABLE, i % 16, garbage(), STATION);
            case "peer-port" ->
                CapturedFrame.of(frame.inUdp(garbage(), STATION)).between(PEER_PORT, PEER_PORT, STATION);
            default -> throw new IllegalArgumentException("no such attack: " + kind);
        };
    }

    private int wayport() {
        return FIRST_WAYPORT + random.nextInt(WAYPORTS);
    }

    private byte[] garbage() {
        final byte[] garbage = new byte[GARBAGE_BYTES];
        random.nextBytes(garbage);
        final byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(mark, 0, garbage, 0, mark.length);
        return garbage;
    }

    /**
     * A control message (svr-protocol.md section 2.7) under security id 1, with so many bytes that are no HMAC of it.
     */
    private byte[] control(final int reason, final int macBytes) {
        final byte[] mac = new byte[macBytes];
        random.nextBytes(mac);
        return ByteBuffer.allocate(25 + macBytes)
                .put(FrameForge.COOKIE)
                .putShort((short) (0x1000 | 25))
                .putShort((short) 0)
                .putShort((short) 16)
                .putShort((short) 4)
                .putInt(1)
                .putShort((short) 24)
                .putShort((short) 1)
                .put((byte) reason)
                .put(mac)
                .array();
    }
}
