package io.fairway.dataplane.forward;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Copies of frames that wait, for a decision or for a neighbour: a bounded number of small slots and of slots for
 * super-frames, outside the heap. A frame taken from the pool can be sent from it; its slot is free again only after
 * {@link #recycle}, which follows the flush. Forwarder's thread only.
 */
final class FramePool implements AutoCloseable {
    static final int NONE = -1;

    /** Bytes in front of a copy's vnet header: room for a VLAN tag, a UDP header and a longer IP header. */
    static final int HEADROOM_BYTES = 64;

    private static final int SMALL_BYTES = 2048;
    private static final int LARGE_BYTES = 72 * 1024;
    private static final int VNET_BYTES = 10;

    private final int smallCount;
    private final AnonymousMemory smallMemory;
    private final AnonymousMemory largeMemory;
    private final int[] next;
    private final int[] frameLength;
    private final int[] interfaceIndex;
    private final int[] tag;
    private final int[] returned;

    private int freeSmall = NONE;
    private int freeLarge = NONE;
    private int returnedCount;
    private int used;

    /**
     * @param smallCount slots for frames of up to 1,900 bytes
     * @param largeCount slots for frames of up to 72 KB
     */
    FramePool(final int smallCount, final int largeCount) {
        this.smallCount = smallCount;
        smallMemory = AnonymousMemory.map((long) smallCount * SMALL_BYTES);
        largeMemory = AnonymousMemory.map((long) largeCount * LARGE_BYTES);
        final int count = smallCount + largeCount;
        next = new int[count];
        frameLength = new int[count];
        interfaceIndex = new int[count];
        tag = new int[count];
        returned = new int[count];
        for (int frame = count - 1; frame >= 0; frame--) {
            free(frame);
        }
    }

    /**
     * Copies a frame with its vnet header.
     *
     * @param mark whatever the taker wants to find again in {@link #tag}
     * @return the copy's number, or {@link #NONE} if no slot is free or the frame is too long
     */
    int copy(final DirectBuffer source, final int vnetOffset, final int length, final int ingress, final int mark) {
        final int frame = take(HEADROOM_BYTES + VNET_BYTES + length);
        if (frame != NONE) {
            buffer(frame).putBytes(vnetOffset(frame), source, vnetOffset, VNET_BYTES + length);
            next[frame] = NONE;
            frameLength[frame] = length;
            interfaceIndex[frame] = ingress;
            tag[frame] = mark;
            used++;
        }
        return frame;
    }

    private int take(final int bytes) {
        final int frame;
        if (bytes <= SMALL_BYTES && freeSmall != NONE) {
            frame = freeSmall;
            freeSmall = next[frame];
        } else if (bytes <= LARGE_BYTES && freeLarge != NONE) {
            frame = freeLarge;
            freeLarge = next[frame];
        } else {
            frame = NONE;
        }
        return frame;
    }

    /** Gives a copy back; its bytes stay until {@link #recycle}. */
    void giveBack(final int frame) {
        returned[returnedCount++] = frame;
        used--;
    }

    /** After the flush: slots given back become free. */
    void recycle() {
        while (returnedCount > 0) {
            free(returned[--returnedCount]);
        }
    }

    private void free(final int frame) {
        if (frame < smallCount) {
            next[frame] = freeSmall;
            freeSmall = frame;
        } else {
            next[frame] = freeLarge;
            freeLarge = frame;
        }
    }

    MutableDirectBuffer buffer(final int frame) {
        return frame < smallCount ? smallMemory.buffer() : largeMemory.buffer();
    }

    int vnetOffset(final int frame) {
        return HEADROOM_BYTES + (frame < smallCount ? frame * SMALL_BYTES : (frame - smallCount) * LARGE_BYTES);
    }

    int frameLength(final int frame) {
        return frameLength[frame];
    }

    int interfaceIndex(final int frame) {
        return interfaceIndex[frame];
    }

    int tag(final int frame) {
        return tag[frame];
    }

    /** The frame behind this one in its queue, or {@link #NONE}. */
    int next(final int frame) {
        return next[frame];
    }

    void setNext(final int frame, final int follower) {
        next[frame] = follower;
    }

    /** Slots in all. */
    int count() {
        return next.length;
    }

    /** Copies in use. */
    int used() {
        return used;
    }

    @Override
    public void close() {
        smallMemory.close();
        largeMemory.close();
    }
}
