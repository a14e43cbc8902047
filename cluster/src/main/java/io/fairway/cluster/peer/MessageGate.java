package io.fairway.cluster.peer;

import io.fairway.dataplane.svr.ReplayWindow;
import io.fairway.model.wire.peer.PeerMessageView;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lets each authentic message of the peer's in once. It is asked about messages only that name our discriminator, so
 * none is older than this process. Another process of the peer's takes over if it has heard something newer of us than
 * the one before it did: its predecessor's messages, repeated by somebody, cannot say that. One thread uses it.
 */
final class MessageGate {
    private final UnsafeBuffer window = new UnsafeBuffer(new byte[ReplayWindow.LENGTH]);
    private int sender;
    private long highest;
    private long highestEcho;

    /** What a message is. */
    enum Verdict {
        /** The newest so far, by another process than the one before. */
        NEW_SENDER,
        /** The newest so far. */
        NEWEST,
        /** New, but later than others that were sent after it. */
        LATE,
        /** Seen before, far too late, or of a process that was followed by another one. */
        REPLAYED
    }

    /** Judges an authentic message and remembers it. */
    Verdict judge(final PeerMessageView message) {
        final boolean another = message.senderDiscriminator() != sender;
        if (another) {
            if (sender != 0 && message.echoedSequence() <= highestEcho) {
                return Verdict.REPLAYED;
            }
            sender = message.senderDiscriminator();
            highest = 0;
            ReplayWindow.reset(window, 0);
        }
        final long sequence = message.sequence();
        if (!ReplayWindow.mayCome(window, 0, sequence)) {
            return Verdict.REPLAYED;
        }
        ReplayWindow.note(window, 0, sequence);
        if (sequence < highest) {
            return Verdict.LATE;
        }
        highest = sequence;
        highestEcho = Math.max(highestEcho, message.echoedSequence());
        return another ? Verdict.NEW_SENDER : Verdict.NEWEST;
    }
}
