package io.fairway.ha.feed;

import io.fairway.dataplane.forward.ControllerLink;
import io.fairway.ha.journal.Journal;
import io.fairway.ha.journal.JournalProxy;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.boundary.BucketNoteFlyweight;
import io.fairway.model.boundary.ControllerHelloFlyweight;
import io.fairway.model.boundary.KeepsakeFlyweight;
import io.fairway.model.boundary.ProvisionFlyweight;
import io.fairway.model.boundary.RecordNoteFlyweight;
import io.fairway.model.boundary.SessionNoteFlyweight;
import io.fairway.model.session.SessionRecordFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The journal as a controller of its own process sees it. Any thread; a full ring is a {@code false}: try again. */
public final class RemoteJournal implements Journal {
    private final ControllerLink link;
    private final Runnable wakeUp;
    private final ThreadLocal<UnsafeBuffer> scratch = ThreadLocal.withInitial(
            () -> new UnsafeBuffer(new byte[Math.max(RecordNoteFlyweight.MAX_LENGTH, KeepsakeFlyweight.MAX_LENGTH)]));

    /** @param wakeUp wakes the pair's thread; called after each first version, for which a packet waits */
    public RemoteJournal(final ControllerLink link, final Runnable wakeUp) {
        this.link = link;
        this.wakeUp = wakeUp;
    }

    /** Says that this controller is there and wants to know everything. */
    public boolean hello(final long process, final long client) {
        final UnsafeBuffer message = begin(BoundaryMessage.HELLO, ControllerHelloFlyweight.LENGTH);
        message.putLong(ControllerHelloFlyweight.PROCESS, process);
        message.putLong(ControllerHelloFlyweight.CLIENT, client);
        message.putLong(ControllerHelloFlyweight.VERSION, BoundaryMessage.VERSION);
        final boolean taken = link.offer(message, 0, ControllerHelloFlyweight.LENGTH);
        wakeUp.run();
        return taken;
    }

    @Override
    public boolean append(final DirectBuffer record, final int offset, final int length) {
        JournalProxy.requireValid(record, offset, length);
        final UnsafeBuffer message = begin(BoundaryMessage.APPEND, RecordNoteFlyweight.RECORD + length);
        message.putInt(RecordNoteFlyweight.RECORD_LENGTH, length);
        message.putBytes(RecordNoteFlyweight.RECORD, record, offset, length);
        final boolean taken = link.offer(message, 0, RecordNoteFlyweight.RECORD + length);
        if (taken && SessionRecordFlyweight.version(record, offset) == 1) {
            wakeUp.run();
        }
        return taken;
    }

    @Override
    public boolean delete(final long sessionId, final int version) {
        return note(BoundaryMessage.DELETE, sessionId, version);
    }

    @Override
    public boolean settled(final int bucket) {
        final UnsafeBuffer message = begin(BoundaryMessage.SETTLED, BucketNoteFlyweight.LENGTH);
        message.putInt(BucketNoteFlyweight.BUCKET, bucket);
        final boolean taken = link.offer(message, 0, BucketNoteFlyweight.LENGTH);
        if (taken) {
            wakeUp.run();
        }
        return taken;
    }

    /** The forwarder could not install this standby entry: whoever keeps them tries again. */
    public boolean standbyRefused(final long sessionId) {
        return note(BoundaryMessage.STANDBY_REFUSED, sessionId, 0);
    }

    private boolean note(final int type, final long sessionId, final int version) {
        final UnsafeBuffer message = begin(type, SessionNoteFlyweight.LENGTH);
        message.putLong(SessionNoteFlyweight.SESSION_ID, sessionId);
        message.putInt(SessionNoteFlyweight.VERSION, version);
        return link.offer(message, 0, SessionNoteFlyweight.LENGTH);
    }

    /**
     * Keeps for the next controller what is known of a path to a peer.
     *
     * @param content at most {@link KeepsakeFlyweight#MAX_CONTENT_BYTES} long
     */
    public boolean keep(final int path, final byte[] content) {
        final UnsafeBuffer message = begin(BoundaryMessage.KEEPSAKE, KeepsakeFlyweight.CONTENT + content.length);
        message.putInt(KeepsakeFlyweight.PATH, path);
        message.putInt(KeepsakeFlyweight.CONTENT_LENGTH, content.length);
        message.putBytes(KeepsakeFlyweight.CONTENT, content);
        return link.offer(message, 0, KeepsakeFlyweight.CONTENT + content.length);
    }

    /**
     * Provides a command to the forwarder for the case that this controller is silent then.
     *
     * @param number its place in the path's set; with 0 a new set begins
     * @param command empty, or at most {@link ProvisionFlyweight#MAX_COMMAND_BYTES} long
     */
    public boolean provide(final int path, final int number, final long dueNs, final byte[] command) {
        final int length = ProvisionFlyweight.COMMAND + command.length;
        final UnsafeBuffer message = begin(BoundaryMessage.PROVISION, length);
        message.putInt(ProvisionFlyweight.PATH, path);
        message.putInt(ProvisionFlyweight.NUMBER, number);
        message.putLong(ProvisionFlyweight.DUE, dueNs);
        message.putInt(ProvisionFlyweight.COMMAND_LENGTH, command.length);
        message.putBytes(ProvisionFlyweight.COMMAND, command);
        return link.offer(message, 0, length);
    }

    private UnsafeBuffer begin(final int type, final int length) {
        final UnsafeBuffer message = scratch.get();
        message.putInt(0, type);
        message.putInt(4, length);
        return message;
    }
}
