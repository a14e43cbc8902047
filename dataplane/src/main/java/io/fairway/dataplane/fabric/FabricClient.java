package io.fairway.dataplane.fabric;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * The IPC streams of another process on this machine that has the {@link Fabric}: the controller's way to its
 * forwarder. Each stream belongs to the thread that uses it.
 */
public final class FabricClient implements AutoCloseable {
    private final Aeron aeron;

    private FabricClient(final Aeron aeron) {
        this.aeron = aeron;
    }

    /**
     * Connects to the media driver in this directory, whose process must live.
     *
     * @param errors told what goes wrong later, on a thread of Aeron's
     * @throws RuntimeException of Aeron if nobody answers
     */
    public static FabricClient connect(final Path aeronDir, final Consumer<Throwable> errors) {
        // As long as the driver's: neither end may give the other up because it was frozen for a while.
        final long patienceMs = TimeUnit.NANOSECONDS.toMillis(Fabric.CLIENT_LIVENESS_NS);
        return new FabricClient(Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(aeronDir.toString())
                .driverTimeoutMs(patienceMs)
                .errorHandler(errors::accept)
                .subscriberErrorHandler(errors::accept)));
    }

    /** This client's name in the driver. */
    public long id() {
        return aeron.clientId();
    }

    /** Whether the driver has given this client up. */
    public boolean isClosed() {
        return aeron.isClosed();
    }

    /**
     * The sending side of a stream, with memory of its own: what this process leaves half written when it is killed
     * stands in nobody's way.
     */
    public ExclusivePublication publication(final int streamId) {
        return aeron.addExclusivePublication("aeron:ipc", streamId);
    }

    /** The receiving side of a stream; it begins with what a dead process before this one has not read. */
    public Subscription subscription(final int streamId) {
        return aeron.addSubscription("aeron:ipc", streamId);
    }

    @Override
    public void close() {
        CloseHelper.quietClose(aeron);
    }
}
