package io.fairway.dataplane.fabric;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.fairway.model.pair.BucketId;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Carries frames to the partner that owns their bucket, and brings the partner's here. Belongs to the forwarder's
 * thread. It never waits and never repairs a loss; after warm-up it allocates nothing.
 *
 * <pre>
 * 0 u16 logical interface on which the frame arrived   2 u16 bucket   4 u32 epoch   8 vnet header (10), frame
 * </pre>
 *
 * With the highest bit set beside the interface, the frame is to leave there; what that means is the forwarder's
 * affair; so is what it means with the second highest one: a message of the forwarder's own.
 *
 * <p>Frames longer than the fabric's MTU travel as several Aeron fragments. Every received frame is copied once, into
 * an arena with room before and after it, and stays there until the next poll: a port may send from it.
 */
public final class Crossing implements AutoCloseable {
    /** Free bytes before a received frame's vnet header. */
    public static final int HEADROOM_BYTES = 384;

    /** Free bytes after a received frame. */
    public static final int TAILROOM_BYTES = 128;

    /** The longest frame with its vnet header that crosses. */
    public static final int MAX_FRAME_BYTES = 67 * 1024;

    private static final int INTERFACE = 0;
    private static final int BUCKET = 2;
    private static final int EPOCH = 4;
    private static final int HEADER_BYTES = 8;
    private static final int VNET_BYTES = 10;
    private static final int MIN_MESSAGE_BYTES = HEADER_BYTES + VNET_BYTES + 14;
    private static final int MAX_MESSAGE_BYTES = HEADER_BYTES + MAX_FRAME_BYTES;
    private static final int SLOT_BYTES = HEADROOM_BYTES + MAX_FRAME_BYTES + TAILROOM_BYTES;
    private static final int ARENA_BYTES = 2 << 20;
    private static final int OFFER_ATTEMPTS = 3;
    private static final int FRAGMENTS_PER_FRAME = 72;

    private static final int SENT = 0;
    private static final int REFUSED = Long.BYTES;
    private static final int RECEIVED = 2 * Long.BYTES;
    private static final int INCOMPLETE = 3 * Long.BYTES;
    private static final int MALFORMED = 4 * Long.BYTES;

    /** Receives what crossed; may change the frame in place; it stays valid until the next {@link #poll}. */
    @FunctionalInterface
    public interface CrossingHandler {
        /**
         * One frame.
         *
         * @param interfaceIndex the logical interface on which it arrived at the partner
         * @param bucket the bucket that the partner thinks we own
         * @param epoch the bucket's epoch as the partner knows it
         * @param buffer memory of this class with headroom and tail room
         * @param vnetOffset where the 10-byte virtio_net_hdr begins; the frame follows it
         * @param frameLength bytes of the frame, without that header
         */
        void onCrossing(
                int interfaceIndex, int bucket, int epoch, MutableDirectBuffer buffer, int vnetOffset, int frameLength);
    }

    private final Fabric fabric;
    private final ExclusivePublication[] publications;
    private final Subscription[] subscriptions;
    private final UnsafeBuffer header = new UnsafeBuffer(new byte[HEADER_BYTES]);
    private final UnsafeBuffer arena = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer counters = new UnsafeBuffer(ByteBuffer.allocateDirect(5 * Long.BYTES));
    private final ControlledFragmentHandler fragmentHandler = this::onFragment;

    private CrossingHandler handler;
    private int frameLimit;
    private int frames;
    private int tail;
    private int assembledBytes;
    private int assemblingSession;
    private long assemblingPosition;

    /** Opens the crossing streams on every link of the fabric; with no links nothing crosses. */
    public Crossing(final Fabric fabric) {
        this.fabric = fabric;
        publications = new ExclusivePublication[fabric.links()];
        subscriptions = new Subscription[fabric.links()];
        for (int link = 0; link < fabric.links(); link++) {
            subscriptions[link] = fabric.subscribe(link, Fabric.CROSSING_STREAM, false);
            publications[link] = fabric.publish(link, Fabric.CROSSING_STREAM, false);
        }
        if (fabric.links() > 0) {
            arena.wrap(ByteBuffer.allocateDirect(ARENA_BYTES));
        }
    }

    /**
     * Sends a frame to the partner over the first link that is connected and carries beats, else over the first that is
     * connected at all.
     *
     * @param vnetOffset where its 10-byte virtio_net_hdr begins
     * @param frameLength bytes of the frame, without that header
     * @return false if no link is connected, all are congested, or the frame is too long; it was counted
     */
    public boolean send(
            final int interfaceIndex,
            final int bucket,
            final int epoch,
            final DirectBuffer buffer,
            final int vnetOffset,
            final int frameLength) {
        final ExclusivePublication publication = chosen();
        final int length = VNET_BYTES + frameLength;
        if (publication == null || length > MAX_FRAME_BYTES) {
            count(REFUSED);
            return false;
        }
        header.putShort(INTERFACE, (short) interfaceIndex);
        header.putShort(BUCKET, (short) bucket);
        header.putInt(EPOCH, epoch);
        for (int attempt = 0; attempt < OFFER_ATTEMPTS; attempt++) {
            final long result = publication.offer(header, 0, HEADER_BYTES, buffer, vnetOffset, length, null);
            if (result > 0) {
                fabric.wake();
                count(SENT);
                return true;
            }
            if (result != Publication.ADMIN_ACTION) {
                break;
            }
        }
        count(REFUSED);
        return false;
    }

    /** Whether the partner listens on some link. */
    public boolean isConnected() {
        return chosen() != null;
    }

    private ExclusivePublication chosen() {
        ExclusivePublication connected = null;
        for (int link = 0; link < publications.length; link++) {
            if (publications[link].isConnected()) {
                if (fabric.isLinkUp(link)) {
                    return publications[link];
                }
                connected = connected == null ? publications[link] : connected;
            }
        }
        return connected;
    }

    /**
     * Hands out what has arrived. Frames of the previous poll become invalid.
     *
     * @param limit the most frames to hand out
     * @return frames handed out
     */
    public int poll(final CrossingHandler frameHandler, final int limit) {
        handler = frameHandler;
        frameLimit = limit;
        frames = 0;
        reuseArena();
        for (int link = 0; link < subscriptions.length && frames < limit; link++) {
            subscriptions[link].controlledPoll(fragmentHandler, limit * FRAGMENTS_PER_FRAME);
        }
        return frames;
    }

    private void reuseArena() {
        if (assembledBytes > 0 && tail > 0) {
            arena.putBytes(HEADROOM_BYTES, arena, tail + HEADROOM_BYTES, assembledBytes);
        }
        tail = 0;
    }

    private Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header fragment) {
        if (frames >= frameLimit || tail + SLOT_BYTES > ARENA_BYTES) {
            return Action.ABORT;
        }
        final byte flags = fragment.flags();
        final boolean begins = (flags & FrameDescriptor.BEGIN_FRAG_FLAG) != 0;
        if (begins) {
            dropPartial();
        } else if (!continues(fragment)) {
            dropPartial();
            return Action.CONTINUE;
        }
        if (assembledBytes + length > MAX_MESSAGE_BYTES) {
            count(MALFORMED);
            assembledBytes = 0;
            return Action.CONTINUE;
        }
        arena.putBytes(tail + HEADROOM_BYTES + assembledBytes, buffer, offset, length);
        assembledBytes += length;
        assemblingSession = fragment.sessionId();
        assemblingPosition = fragment.position();
        if ((flags & FrameDescriptor.END_FRAG_FLAG) != 0) {
            deliver();
        }
        return Action.CONTINUE;
    }

    private boolean continues(final Header fragment) {
        return assembledBytes > 0
                && fragment.sessionId() == assemblingSession
                && fragment.position() - BitUtil.align(fragment.frameLength(), FrameDescriptor.FRAME_ALIGNMENT)
                        == assemblingPosition;
    }

    private void dropPartial() {
        if (assembledBytes > 0) {
            count(INCOMPLETE);
            assembledBytes = 0;
        }
    }

    private void deliver() {
        final int message = tail + HEADROOM_BYTES;
        final int length = assembledBytes;
        assembledBytes = 0;
        final int bucket = arena.getShort(message + BUCKET) & 0xffff;
        if (length < MIN_MESSAGE_BYTES || bucket >= BucketId.COUNT) {
            count(MALFORMED);
            return;
        }
        tail = BitUtil.align(message + length + TAILROOM_BYTES, BitUtil.CACHE_LINE_LENGTH);
        frames++;
        count(RECEIVED);
        handler.onCrossing(
                arena.getShort(message + INTERFACE) & 0xffff,
                bucket,
                arena.getInt(message + EPOCH),
                arena,
                message + HEADER_BYTES,
                length - HEADER_BYTES - VNET_BYTES);
    }

    private void count(final int counter) {
        counters.putLongRelease(counter, counters.getLong(counter) + 1);
    }

    /** Frames handed to the fabric. Any thread. */
    public long sent() {
        return counters.getLongVolatile(SENT);
    }

    /** Frames that no link took. Any thread. */
    public long refused() {
        return counters.getLongVolatile(REFUSED);
    }

    /** Frames that arrived whole. Any thread. */
    public long received() {
        return counters.getLongVolatile(RECEIVED);
    }

    /** Frames of which a part was lost on the way. Any thread. */
    public long incomplete() {
        return counters.getLongVolatile(INCOMPLETE);
    }

    /** Messages that were too short, too long or named no bucket. Any thread. */
    public long malformed() {
        return counters.getLongVolatile(MALFORMED);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(publications);
        CloseHelper.quietCloseAll(subscriptions);
    }
}
