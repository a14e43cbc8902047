package io.fairway.ha.feed;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.RecordSink;
import io.fairway.ha.resync.SnapshotCursor;
import io.fairway.model.Release;
import io.fairway.model.UnknownKinds;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.BucketNoteFlyweight;
import io.fairway.model.boundary.ControllerHelloFlyweight;
import io.fairway.model.boundary.FeedMarkFlyweight;
import io.fairway.model.boundary.KeepsakeFlyweight;
import io.fairway.model.boundary.PartnerNoteFlyweight;
import io.fairway.model.boundary.RecordNoteFlyweight;
import io.fairway.model.boundary.SessionNoteFlyweight;
import io.fairway.model.pair.BucketId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The forwarder's side of a controller that is a process of its own: takes what it says to the journal, and tells it
 * what the journal knows. A controller that comes gets all sessions, what its predecessor kept, and then every change
 * in order. Whatever its ring has no room for costs a whole new account, never a wait. While there is no controller
 * this remembers nothing but what was kept. On the thread that has the journal.
 */
public final class ControllerFeed implements Agent, PairNotices, RecordSink {
    private static final int MESSAGES_PER_TURN = 256;
    private static final int RECORDS_PER_TURN = 512;
    private static final long NOBODY = 0;
    private static final long NONE = Long.MIN_VALUE;

    private final FeedParts parts;
    private final ControlledFragmentHandler handler = this::onMessage;
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[KeepsakeFlyweight.MAX_LENGTH]);
    private final Map<Integer, byte[]> keepsakes = new TreeMap<>();
    private final Provisions provisions;
    private Journal journal;

    private final UnknownKinds unknown;

    private long client = NOBODY;
    private long refused = NOBODY;
    /** An account of everything must begin, or begin anew. */
    private boolean due;

    /** The account that is under way, or null. */
    private SnapshotCursor sessions;

    /** The account's session for which there was no room yet. */
    private long held = NONE;

    /** Buckets that are being given away, until they are. */
    private final BitSet settling = new BitSet();

    /** What was last said of the partner, or null. */
    private byte[] partner;

    private final AtomicLong accounts = new AtomicLong();
    private volatile long process;

    public ControllerFeed(final FeedParts parts) {
        this.parts = parts;
        provisions = new Provisions(parts.peers());
        unknown = new UnknownKinds("the controller", parts.log());
    }

    /** Where the controller's records go; called once, before the first turn. */
    public void appendTo(final Journal target) {
        journal = target;
    }

    /** The controller's process, as it named itself last; 0: none was there. Any thread. */
    public long controllerProcess() {
        return process;
    }

    @Override
    public String roleName() {
        return "controller-feed";
    }

    @Override
    public int doWork() {
        int work = parts.in().poll(handler, MESSAGES_PER_TURN);
        work += provisions.send(parts.clock().nanoTime());
        if (due && mark(BoundaryMessage.FEED_BEGIN)) {
            due = false;
            accounts.incrementAndGet();
            sessions = new SnapshotCursor(BucketId.COUNT, parts.replica()::sessionIds);
            held = NONE;
        }
        if (sessions != null) {
            work += account();
            parts.bell().run();
        }
        return work;
    }

    private ControlledFragmentHandler.Action onMessage(
            final DirectBuffer buffer, final int offset, final int length, final Header header) {
        return switch (buffer.getInt(offset)) {
            case BoundaryMessage.HELLO -> onHello(buffer, offset);
            case BoundaryMessage.APPEND -> onAppend(buffer, offset);
            case BoundaryMessage.DELETE ->
                taken(journal.delete(
                        buffer.getLong(offset + SessionNoteFlyweight.SESSION_ID),
                        buffer.getInt(offset + SessionNoteFlyweight.VERSION)));
            case BoundaryMessage.SETTLED -> taken(journal.settled(buffer.getInt(offset + BucketNoteFlyweight.BUCKET)));
            case BoundaryMessage.STANDBY_REFUSED -> {
                parts.refused().accept(buffer.getLong(offset + SessionNoteFlyweight.SESSION_ID));
                yield taken(true);
            }
            case BoundaryMessage.PROVISION -> {
                provisions.take(buffer, offset);
                yield taken(true);
            }
            case BoundaryMessage.KEEPSAKE -> {
                final byte[] content = new byte[buffer.getInt(offset + KeepsakeFlyweight.CONTENT_LENGTH)];
                buffer.getBytes(offset + KeepsakeFlyweight.CONTENT, content);
                keepsakes.put(buffer.getInt(offset + KeepsakeFlyweight.PATH), content);
                yield taken(true);
            }
            default -> {
                unknown.skipped(buffer.getInt(offset));
                yield taken(true);
            }
        };
    }

    private static ControlledFragmentHandler.Action taken(final boolean taken) {
        return taken ? ControlledFragmentHandler.Action.CONTINUE : ControlledFragmentHandler.Action.ABORT;
    }

    private ControlledFragmentHandler.Action onHello(final DirectBuffer buffer, final int offset) {
        final long who = buffer.getLong(offset + ControllerHelloFlyweight.CLIENT);
        if (ControllerHelloFlyweight.version(buffer, offset) < BoundaryMessage.OLDEST_VERSION) {
            refuse(who, buffer, offset);
        } else if (who != client) {
            if (client != NOBODY) {
                parts.forgotten().accept(client);
            }
            client = who;
            process = buffer.getLong(offset + ControllerHelloFlyweight.PROCESS);
            due = true;
            sessions = null;
            parts.log()
                    .accept("the controller, process " + process + ", is there; it is told of "
                            + parts.replica().size() + " sessions");
        }
        return taken(true);
    }

    /** Whichever is the newer one of two processes knows whether it can speak to the other. */
    private void refuse(final long who, final DirectBuffer buffer, final int offset) {
        if (who != refused) {
            refused = who;
            parts.log()
                    .accept("the controller, process " + buffer.getLong(offset + ControllerHelloFlyweight.PROCESS)
                            + ", speaks version " + ControllerHelloFlyweight.version(buffer, offset)
                            + " of the boundary, which release " + Release.NAME
                            + " does not any more: it is not told of any session; start the whole node anew");
        }
    }

    private ControlledFragmentHandler.Action onAppend(final DirectBuffer buffer, final int offset) {
        try {
            return taken(journal.append(
                    buffer,
                    offset + RecordNoteFlyweight.RECORD,
                    buffer.getInt(offset + RecordNoteFlyweight.RECORD_LENGTH)));
        } catch (final IllegalArgumentException e) {
            parts.log().accept("the controller sent what is no record: " + e.getMessage());
            return taken(true);
        }
    }

    /** A turn's share of the account: sessions, then all else and its end. What has no room is tried again. */
    private int account() {
        int records = 0;
        while (records < RECORDS_PER_TURN && (held != NONE || sessions.hasNext())) {
            held = held == NONE ? sessions.next() : held;
            if (!parts.bulk().getAsBoolean() || !record(held)) {
                return records;
            }
            held = NONE;
            records++;
        }
        if (records < RECORDS_PER_TURN && end()) {
            sessions = null;
        }
        return records;
    }

    private boolean end() {
        for (final Map.Entry<Integer, byte[]> kept : keepsakes.entrySet()) {
            if (!keepsake(kept.getKey(), kept.getValue())) {
                return false;
            }
        }
        for (int bucket = settling.nextSetBit(0); bucket >= 0; bucket = settling.nextSetBit(bucket + 1)) {
            if (!settle(bucket, true)) {
                return false;
            }
        }
        return (partner == null || parts.out().offer(new UnsafeBuffer(partner), 0, partner.length))
                && mark(BoundaryMessage.FEED_END);
    }

    /** False if there was no room; a session that is gone meanwhile needs none. */
    private boolean record(final long sessionId) {
        final int length = parts.replica().read(sessionId, scratch, RecordNoteFlyweight.RECORD);
        if (length == 0) {
            return true;
        }
        head(BoundaryMessage.FEED_RECORD, RecordNoteFlyweight.RECORD + length);
        scratch.putInt(RecordNoteFlyweight.RECORD_LENGTH, length);
        return parts.out().offer(scratch, 0, RecordNoteFlyweight.RECORD + length);
    }

    private boolean keepsake(final int path, final byte[] content) {
        head(BoundaryMessage.KEEPSAKE, KeepsakeFlyweight.CONTENT + content.length);
        scratch.putInt(KeepsakeFlyweight.PATH, path);
        scratch.putInt(KeepsakeFlyweight.CONTENT_LENGTH, content.length);
        scratch.putBytes(KeepsakeFlyweight.CONTENT, content);
        return parts.out().offer(scratch, 0, KeepsakeFlyweight.CONTENT + content.length);
    }

    private boolean settle(final int bucket, final boolean settles) {
        head(BoundaryMessage.FEED_SETTLE, BucketNoteFlyweight.LENGTH);
        scratch.putInt(BucketNoteFlyweight.BUCKET, bucket);
        scratch.putInt(BucketNoteFlyweight.SETTLES, settles ? 1 : 0);
        return parts.out().offer(scratch, 0, BucketNoteFlyweight.LENGTH);
    }

    private boolean mark(final int type) {
        head(type, FeedMarkFlyweight.LENGTH);
        scratch.putLong(FeedMarkFlyweight.CLIENT, client);
        scratch.putLong(FeedMarkFlyweight.VERSION, BoundaryMessage.VERSION);
        return parts.out().offer(scratch, 0, FeedMarkFlyweight.LENGTH);
    }

    private boolean session(final int type, final long sessionId, final int version, final int flags) {
        head(type, SessionNoteFlyweight.LENGTH);
        scratch.putLong(SessionNoteFlyweight.SESSION_ID, sessionId);
        scratch.putInt(SessionNoteFlyweight.VERSION, version);
        scratch.putInt(SessionNoteFlyweight.FLAGS, flags);
        return parts.out().offer(scratch, 0, SessionNoteFlyweight.LENGTH);
    }

    private void head(final int type, final int length) {
        scratch.putInt(0, type);
        scratch.putInt(4, length);
    }

    /** Whether somebody follows the changes; an account that is still to begin will have them anyway. */
    private boolean isFollowed() {
        return client != NOBODY && !due;
    }

    /** Who missed one change needs a whole new account. */
    private void sent(final boolean taken) {
        if (!taken) {
            sessions = null;
            due = true;
        }
    }

    @Override
    public void onChanged(final long sessionId) {
        if (isFollowed()) {
            final boolean lives = parts.replica().version(sessionId) >= 0;
            sent(lives ? record(sessionId) : session(BoundaryMessage.FEED_REMOVED, sessionId, 0, 0));
        }
    }

    @Override
    public void onCommitted(final long sessionId, final int version, final boolean synced) {
        if (isFollowed()) {
            sent(session(BoundaryMessage.FEED_COMMITTED, sessionId, version, synced ? SessionNoteFlyweight.SYNCED : 0));
            if (version == 1) {
                // A packet waits for it.
                parts.bell().run();
            }
        }
    }

    @Override
    public void onSynced(final long sessionId, final int version) {
        // No controller needs it.
    }

    @Override
    public void onRemoteRecord(final DirectBuffer record, final int offset, final int length) {
        // As every change of the replica: onChanged.
    }

    @Override
    public void onRemoteDelete(final long sessionId, final int version) {
        // As every change of the replica: onChanged.
    }

    @Override
    public void onOwnershipChanged() {
        settling.clear();
        if (isFollowed()) {
            sent(mark(BoundaryMessage.FEED_OWNERSHIP));
        }
    }

    @Override
    public void onSettle(final int bucket) {
        settling.set(bucket);
        if (isFollowed()) {
            sent(settle(bucket, true));
        }
    }

    @Override
    public void onUnsettle(final int bucket) {
        settling.clear(bucket);
        if (isFollowed()) {
            sent(settle(bucket, false));
        }
    }

    @Override
    public void onPartnerDead(final String why) {
        say(true, why);
    }

    @Override
    public void onPartnerAlive() {
        say(false, "");
    }

    private void say(final boolean dead, final String why) {
        final byte[] whole = why.getBytes(StandardCharsets.US_ASCII);
        final byte[] reason = Arrays.copyOf(whole, Math.min(whole.length, PartnerNoteFlyweight.MAX_REASON_BYTES));
        final UnsafeBuffer note = new UnsafeBuffer(new byte[PartnerNoteFlyweight.REASON + reason.length]);
        note.putInt(0, BoundaryMessage.FEED_PARTNER);
        note.putInt(4, note.capacity());
        note.putInt(PartnerNoteFlyweight.DEAD, dead ? 1 : 0);
        note.putInt(PartnerNoteFlyweight.REASON_LENGTH, reason.length);
        note.putBytes(PartnerNoteFlyweight.REASON, reason);
        partner = note.byteArray();
        if (isFollowed()) {
            sent(parts.out().offer(note, 0, note.capacity()));
        }
    }

    /**
     * How many accounts of everything were begun: one for each controller, and one more whenever its ring was full. Any
     * thread.
     */
    public long accounts() {
        return accounts.get();
    }
}
