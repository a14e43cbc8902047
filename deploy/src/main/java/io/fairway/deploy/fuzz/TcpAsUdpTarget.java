package io.fairway.deploy.fuzz;

import static io.fairway.deploy.fuzz.FuzzTarget.check;

import io.fairway.model.DropReason;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.TcpAsUdp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@link TcpAsUdp}: any bytes decode or are named and left alone; what decodes encodes to the same again, and never
 * seems to begin with metadata. The buffer ends where the bytes end.
 */
final class TcpAsUdpTarget implements FuzzTarget {
    private static final int MOST_BYTES = 1_500;
    private static final int MOST_BEFORE = 40;
    private static final byte[] COOKIE =
            ByteBuffer.allocate(Long.BYTES).putLong(Metadata.COOKIE).array();

    private final byte[] bytes = new byte[MOST_BYTES];
    private final byte[] memory = new byte[MOST_BEFORE + MOST_BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private int length;

    @Override
    public boolean run(final FuzzRandom random) {
        make(random);
        final int before = random.oneIn(4) ? random.nextInt(MOST_BEFORE) : 0;
        System.arraycopy(bytes, 0, memory, before, length);
        buffer.wrap(memory, 0, before + length);
        final DropReason reason = TcpAsUdp.decode(buffer, before, length);
        if (reason != null) {
            check(
                    reason == DropReason.TRUNCATED_L4 || reason == DropReason.BAD_L4_HEADER,
                    "a segment is dropped as " + reason);
            check(Arrays.equals(memory, before, before + length, bytes, 0, length), "a refused segment was changed");
            return false;
        }
        check(TcpHeader.headerLength(buffer, before) <= length, "the header goes beyond the segment");
        TcpHeader.mssValueOffset(buffer, before);
        TcpAsUdp.encode(buffer, before, length);
        check(UdpHeader.datagramLength(buffer, before) == length, "the datagram's length is wrong");
        check(!Metadata.isPresent(buffer, before + UdpHeader.LENGTH, length - UdpHeader.LENGTH), "it seems metadata");
        check(sameAgain(before), "there and back is not the same");
        return true;
    }

    /** Whether the segment is what it was, but for what the encoder itself writes (length, checksum) or clears. */
    private boolean sameAgain(final int before) {
        return Arrays.equals(memory, before, before + 4, bytes, 0, 4)
                && Arrays.equals(memory, before + 8, before + 13, bytes, 8, 13)
                && memory[before + 13] == (byte) (bytes[13] & ~TcpHeader.URG)
                && Arrays.equals(memory, before + 14, before + length, bytes, 14, length);
    }

    private void make(final FuzzRandom random) {
        length = random.nextInt(random.oneIn(10) ? MOST_BYTES : 100);
        random.fill(bytes, 0, length);
        if (length > 13 && !random.oneIn(4)) {
            final int words = Math.clamp(length / 4 + random.nextInt(-3, 2), 0, 15);
            bytes[12] = (byte) (words << 4 | random.nextInt(16));
        }
        if (length > 16 && random.oneIn(50)) {
            System.arraycopy(COOKIE, 0, bytes, 8, COOKIE.length);
        }
        if (random.oneIn(5)) {
            length = Mutator.mutate(random, bytes, length);
        }
    }

    @Override
    public List<byte[]> input() {
        return List.of(Arrays.copyOf(bytes, length));
    }
}
