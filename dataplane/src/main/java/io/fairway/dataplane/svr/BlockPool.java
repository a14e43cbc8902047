package io.fairway.dataplane.svr;

import io.fairway.dataplane.forward.AnonymousMemory;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory in blocks of 2 KB for bytes that wait. A block is a number; 0 is none. Only blocks that were once used cost
 * memory. Forwarder's thread only.
 */
final class BlockPool implements AutoCloseable {
    static final int BLOCK_BYTES = 2048;
    static final int NONE = 0;

    private final AnonymousMemory memory;
    private final UnsafeBuffer buffer;
    private final int count;

    /** The first of the blocks that were given back; each begins with the number of the next. */
    private int returned = NONE;

    private int fresh = 1;
    private int used;

    /** @param count blocks that there are, up to 2^20 - 1 */
    BlockPool(final int count) {
        this.count = count;
        memory = AnonymousMemory.map((1L + count) * BLOCK_BYTES);
        buffer = memory.buffer();
    }

    /** A block, or {@link #NONE} if all are in use; its bytes are whatever they were. */
    int take() {
        if (used == count) {
            return NONE;
        }
        used++;
        final int block = returned;
        if (block == NONE) {
            return fresh++;
        }
        returned = buffer.getInt(block * BLOCK_BYTES);
        return block;
    }

    void giveBack(final int block) {
        buffer.putInt(block * BLOCK_BYTES, returned);
        returned = block;
        used--;
    }

    /** The memory in which {@link #offset} counts. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    int offset(final int block) {
        return block * BLOCK_BYTES;
    }

    /** Blocks in use. */
    int used() {
        return used;
    }

    int count() {
        return count;
    }

    @Override
    public void close() {
        memory.close();
    }
}
