package io.fairway.ha.feed;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.fairway.dataplane.forward.CommandSource;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.UnknownKinds;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.BucketNoteFlyweight;
import io.fairway.model.boundary.FeedMarkFlyweight;
import io.fairway.model.boundary.KeepsakeFlyweight;
import io.fairway.model.boundary.PartnerNoteFlyweight;
import io.fairway.model.boundary.RecordNoteFlyweight;
import io.fairway.model.boundary.SessionNoteFlyweight;
import io.fairway.model.session.SessionRecordFlyweight;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongHashSet;

/**
 * The controller's end of the feed: keeps a replica like the forwarder's process has it, and tells a listener of every
 * change. What came before the first account that names this controller was meant for another one. One thread polls.
 */
public final class FeedAdapter {
    private final CommandSource source;
    private final long client;
    private final SessionReplica replica;
    private final FeedListener listener;
    private final FragmentHandler handler = this::onMessage;
    private final LongHashSet named = new LongHashSet();
    private final Map<Integer, byte[]> keepsakes = new ConcurrentHashMap<>();
    private final UnknownKinds unknown;
    private int forwarderVersion;
    private boolean begun;
    private boolean accounting;
    private boolean complete;

    /**
     * @param source the feed
     * @param client this controller's Aeron client
     * @param replica empty; written by the polling thread
     * @param log takes lines for people
     */
    public FeedAdapter(
            final CommandSource source,
            final long client,
            final SessionReplica replica,
            final FeedListener listener,
            final Consumer<String> log) {
        this.source = source;
        this.client = client;
        this.replica = replica;
        this.listener = listener;
        unknown = new UnknownKinds("the forwarder's feed", log);
    }

    /** Hands over up to this many messages and says how many. */
    public int poll(final int limit) {
        return source.poll(handler, limit);
    }

    /** Whether the account that is meant for this controller has begun. */
    public boolean hasBegun() {
        return begun;
    }

    /** The version of the boundary that the forwarder's process speaks, once the account has begun. */
    public int forwarderVersion() {
        return forwarderVersion;
    }

    /** Whether the replica is whole. */
    public boolean isComplete() {
        return complete;
    }

    /** What a controller before this one kept of a path to a peer, or null. Any thread. */
    public byte[] keepsake(final int path) {
        return keepsakes.get(path);
    }

    private void onMessage(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final int type = buffer.getInt(offset);
        if (type == BoundaryMessage.FEED_BEGIN) {
            begin(buffer.getLong(offset + FeedMarkFlyweight.CLIENT) == client);
            forwarderVersion = FeedMarkFlyweight.version(buffer, offset);
        } else if (begun) {
            onOurs(type, buffer, offset);
        }
    }

    private void begin(final boolean ours) {
        begun = ours;
        accounting = ours;
        named.clear();
    }

    private void onOurs(final int type, final DirectBuffer buffer, final int offset) {
        switch (type) {
            case BoundaryMessage.FEED_RECORD ->
                keep(
                        buffer,
                        offset + RecordNoteFlyweight.RECORD,
                        buffer.getInt(offset + RecordNoteFlyweight.RECORD_LENGTH));
            case BoundaryMessage.FEED_REMOVED -> remove(buffer.getLong(offset + SessionNoteFlyweight.SESSION_ID));
            case BoundaryMessage.FEED_COMMITTED ->
                listener.onCommitted(
                        buffer.getLong(offset + SessionNoteFlyweight.SESSION_ID),
                        buffer.getInt(offset + SessionNoteFlyweight.VERSION),
                        buffer.getInt(offset + SessionNoteFlyweight.FLAGS) == SessionNoteFlyweight.SYNCED);
            case BoundaryMessage.FEED_OWNERSHIP -> listener.onOwnershipChanged();
            case BoundaryMessage.FEED_SETTLE -> settle(buffer, offset);
            case BoundaryMessage.FEED_PARTNER -> partner(buffer, offset);
            case BoundaryMessage.KEEPSAKE -> keepsake(buffer, offset);
            case BoundaryMessage.FEED_END -> end();
            default -> unknown.skipped(type);
        }
    }

    private void keep(final DirectBuffer record, final int offset, final int length) {
        final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
        final SessionReplica.Put put = replica.load(record, offset, length);
        if (put == SessionReplica.Put.OLDER
                || put == SessionReplica.Put.SAME && replica.differs(sessionId, record, offset, length)) {
            // The forwarder's process has unlearned what only its disk said, or what the session's owner has otherwise.
            replica.remove(sessionId);
            replica.load(record, offset, length);
        }
        if (accounting) {
            named.add(sessionId);
        }
        listener.onRecord(record, offset, length);
    }

    private void remove(final long sessionId) {
        replica.remove(sessionId);
        listener.onRemoved(sessionId);
    }

    private void settle(final DirectBuffer buffer, final int offset) {
        final int bucket = buffer.getInt(offset + BucketNoteFlyweight.BUCKET);
        if (buffer.getInt(offset + BucketNoteFlyweight.SETTLES) != 0) {
            listener.onSettle(bucket);
        } else {
            listener.onUnsettle(bucket);
        }
    }

    private void partner(final DirectBuffer buffer, final int offset) {
        final byte[] reason = new byte[buffer.getInt(offset + PartnerNoteFlyweight.REASON_LENGTH)];
        buffer.getBytes(offset + PartnerNoteFlyweight.REASON, reason);
        listener.onPartner(
                buffer.getInt(offset + PartnerNoteFlyweight.DEAD) != 0, new String(reason, StandardCharsets.US_ASCII));
    }

    private void keepsake(final DirectBuffer buffer, final int offset) {
        final byte[] content = new byte[buffer.getInt(offset + KeepsakeFlyweight.CONTENT_LENGTH)];
        buffer.getBytes(offset + KeepsakeFlyweight.CONTENT, content);
        keepsakes.put(buffer.getInt(offset + KeepsakeFlyweight.PATH), content);
    }

    /** An account that was repeated says by its silence what is over, also where the one before it broke off. */
    private void end() {
        for (final long sessionId : replica.sessionIds()) {
            if (!named.contains(sessionId)) {
                remove(sessionId);
            }
        }
        if (complete) {
            listener.onOwnershipChanged();
        }
        accounting = false;
        complete = true;
        named.clear();
        named.compact();
    }
}
