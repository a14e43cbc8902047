package io.fairway.dataplane.io;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Lets one thread sleep until a file descriptor is readable or a time has passed. Never allocates while waiting. */
public final class Poller {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /** struct pollfd: int fd, short events, short revents. */
    private static final int POLLFD_BYTES = 8;

    private static final int EVENTS = 4;
    private static final int RESULT = 6;
    private static final short POLLIN = 1;
    private static final short POLLERR = 8;
    private static final short POLLNVAL = 32;

    private final int count;
    private final UnsafeBuffer pollFds;

    /** A timespec, then an int and its length for the error of a socket. */
    private final UnsafeBuffer scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(24, 8));

    /** @param fds the descriptors to wait for; they stay the caller's to close */
    public Poller(final int[] fds) {
        count = fds.length;
        pollFds = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Math.max(1, count) * POLLFD_BYTES, 8));
        for (int i = 0; i < count; i++) {
            pollFds.putInt(i * POLLFD_BYTES, fds[i]);
            pollFds.putShort(i * POLLFD_BYTES + EVENTS, POLLIN);
        }
    }

    /**
     * Waits.
     *
     * @param timeoutNs most time to wait; 0 only looks; negative: no limit
     * @return true if a descriptor is readable; false after the time, or earlier if a signal came
     */
    public boolean await(final long timeoutNs) {
        scratch.putLong(0, timeoutNs / NS_PER_SECOND);
        scratch.putLong(BitUtil.SIZE_OF_LONG, timeoutNs % NS_PER_SECOND);
        final int ready =
                NativeCalls.ppoll(pollFds.addressOffset(), count, timeoutNs < 0 ? 0 : scratch.addressOffset());
        if (ready <= 0) {
            return false;
        }
        int readable = 0;
        for (int i = 0; i < count; i++) {
            final int at = i * POLLFD_BYTES;
            final short result = pollFds.getShort(at + RESULT);
            readable += result & POLLIN;
            if ((result & POLLERR) != 0) {
                clearError(pollFds.getInt(at));
            } else if ((result & POLLNVAL) != 0) {
                pollFds.putInt(at, -1);
            }
        }
        return readable > 0;
    }

    /** Whether the descriptor at this place of the constructor's array was readable when the last wait ended. */
    public boolean readable(final int index) {
        return (pollFds.getShort(index * POLLFD_BYTES + RESULT) & POLLIN) != 0;
    }

    /** A device that went down leaves an error in its socket, and every wait would end at once until it is read. */
    private void clearError(final int fd) {
        scratch.putInt(20, BitUtil.SIZE_OF_INT);
        final long address = scratch.addressOffset();
        NativeCalls.getsockopt(fd, NativeCalls.SOL_SOCKET, NativeCalls.SO_ERROR, address + 16, address + 20);
    }
}
