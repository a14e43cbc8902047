package io.fairway.dataplane.forward;

import io.aeron.ExclusivePublication;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.DirectBuffer;

/** A stream of one process's own into which several of its threads write, one at a time; none of them forwards. */
public final class ExclusiveLink implements ControllerLink {
    private final Lock lock = new ReentrantLock();
    private final ExclusivePublication publication;

    public ExclusiveLink(final ExclusivePublication publication) {
        this.publication = publication;
    }

    @Override
    public boolean offer(final DirectBuffer message, final int offset, final int length) {
        lock.lock();
        try {
            return publication.offer(message, offset, length) > 0;
        } finally {
            lock.unlock();
        }
    }
}
