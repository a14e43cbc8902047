package io.fairway.cluster.membership;

/** A message that may go to the other node; {@link KryoSerializer} knows each by a fixed id, and no other class. */
public sealed interface RemoteMessage {
    /**
     * End a session that you own.
     *
     * @param requestId comes back in the answer
     * @param sessionId the session
     */
    record AskDelete(long requestId, long sessionId) implements RemoteMessage, ManagementActor.Command {}

    /**
     * The answer.
     *
     * @param requestId from the question
     * @param wasThere whether there was such a session
     */
    record DeleteAnswered(long requestId, boolean wasThere) implements RemoteMessage, ManagementActor.Command {}

    /**
     * The newest word on a topic.
     *
     * @param topic what it is about
     * @param content at most {@link #MAX_NOTICE_BYTES} long
     */
    @SuppressWarnings("ArrayRecordComponent") // Messages are never compared.
    record Notice(int topic, byte[] content) implements RemoteMessage, NoticeActor.Command {}

    /** The longest notice. */
    int MAX_NOTICE_BYTES = 4096;
}
