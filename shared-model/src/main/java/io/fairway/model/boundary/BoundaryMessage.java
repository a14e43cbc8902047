package io.fairway.model.boundary;

/**
 * Types, version and Aeron stream ids of the boundary. A message of an unknown type is skipped, and so is what follows
 * the fields that are known.
 */
public final class BoundaryMessage {
    /** What this release speaks; release 0.1.0 does not say that it is 1. Raised only for what cannot be skipped. */
    public static final int VERSION = 1;

    /** The oldest version of the other process that this release speaks as well. */
    public static final int OLDEST_VERSION = 1;

    /** IPC stream from the controller to the forwarder. */
    public static final int TO_FORWARDER_STREAM = 1001;

    /** IPC stream from the forwarder to the controller. */
    public static final int TO_CONTROLLER_STREAM = 1002;

    /** IPC stream from a controller of its own process to the pair's thread: what the journal is to learn. */
    public static final int TO_JOURNAL_STREAM = 1003;

    /** IPC stream from the pair's thread to a controller of its own process: what the journal knows. */
    public static final int FEED_STREAM = 1004;

    public static final int FIRST_PACKET = 1;
    public static final int SESSION_EVENT = 2;
    public static final int INSTALL_SESSION = 3;
    public static final int REFUSE_PENDING = 4;
    public static final int REMOVE_SESSION = 5;
    public static final int PEER_KEYS = 7;
    public static final int PEER_SEEN = 8;
    public static final int PEER_MTU = 9;

    /** A {@link PeerMessageFlyweight} to the forwarder that leaves as the payload of a TCP segment. */
    public static final int PEER_PROBE = 10;

    /** To the forwarder, a SessionNoteFlyweight: tell again what you have seen of this session. */
    public static final int REPORT_SESSION = 11;

    /** In both directions. */
    public static final int PEER_MESSAGE = 6;

    /** To the journal: this controller is there, a ControllerHelloFlyweight. */
    public static final int HELLO = 20;

    /** To the journal: a version, a RecordNoteFlyweight. */
    public static final int APPEND = 21;

    /** To the journal: a tombstone, a SessionNoteFlyweight. */
    public static final int DELETE = 22;

    /** To the journal: the forwarder could not install this standby entry, a SessionNoteFlyweight. */
    public static final int STANDBY_REFUSED = 23;

    /** To the journal, and back to the next controller: what is known of a peer path, a KeepsakeFlyweight. */
    public static final int KEEPSAKE = 24;

    /** To the journal: nothing more comes about a bucket's sessions, a BucketNoteFlyweight. */
    public static final int SETTLED = 25;

    /** To the journal: what is to be said to a peer if no controller can, a ProvisionFlyweight. */
    public static final int PROVISION = 26;

    /** The feed: all sessions follow, for the controller that a FeedMarkFlyweight names. */
    public static final int FEED_BEGIN = 30;

    /** The feed: a session's newest record, a RecordNoteFlyweight. */
    public static final int FEED_RECORD = 31;

    /** The feed: a session is over, a SessionNoteFlyweight. */
    public static final int FEED_REMOVED = 32;

    /** The feed: the journal has committed a version, a SessionNoteFlyweight. */
    public static final int FEED_COMMITTED = 33;

    /** The feed: buckets or leaders changed, see the gate; a FeedMarkFlyweight. */
    public static final int FEED_OWNERSHIP = 34;

    /** The feed: the partner is there, or dead, a PartnerNoteFlyweight. */
    public static final int FEED_PARTNER = 35;

    /** The feed: that were all sessions, a FeedMarkFlyweight. */
    public static final int FEED_END = 36;

    /** The feed: a bucket is to be given away, or stays, a BucketNoteFlyweight. */
    public static final int FEED_SETTLE = 37;

    /** Where the length of the whole message stands. */
    public static final int LENGTH = 4;

    /** Bytes of the header: u32 type, u32 length. */
    public static final int HEADER_LENGTH = 8;

    private BoundaryMessage() {}
}
