package io.fairway.model.boundary;

/** Types and Aeron stream ids of the boundary. */
public final class BoundaryMessage {
    /** IPC stream from the controller to the forwarder. */
    public static final int TO_FORWARDER_STREAM = 1001;

    /** IPC stream from the forwarder to the controller. */
    public static final int TO_CONTROLLER_STREAM = 1002;

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

    /** In both directions. */
    public static final int PEER_MESSAGE = 6;

    /** Bytes of the header: u32 type, u32 length. */
    public static final int HEADER_LENGTH = 8;

    private BoundaryMessage() {}
}
