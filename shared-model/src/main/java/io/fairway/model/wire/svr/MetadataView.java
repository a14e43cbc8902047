package io.fairway.model.wire.svr;

/**
 * What the packet path needs of metadata: lengths and header TLVs. One object, reused for every packet by the thread
 * that owns it. Valid only after {@link MetadataParser#parseHeader} returned null.
 */
public final class MetadataView {
    /** {@link #controlReason()} of a packet that is no control message. */
    public static final int NO_CONTROL = -1;

    int headerLength;
    int payloadLength;
    int securityId;
    boolean disableForward;
    int controlReason = NO_CONTROL;
    int healthCheck;
    boolean fragment;

    void reset() {
        headerLength = 0;
        payloadLength = 0;
        securityId = 0;
        disableForward = false;
        controlReason = NO_CONTROL;
        healthCheck = 0;
        fragment = false;
    }

    /** Bytes from the cookie to the end of the header TLVs. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes of the payload TLVs. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Bytes from the cookie to the application's first byte (without any HMAC, which is at the packet's end). */
    public int total() {
        return headerLength + payloadLength;
    }

    /** Whether this is the bare header that protects a payload that begins with the cookie by chance. */
    public boolean isFalsePositive() {
        return total() == Metadata.BASE_LENGTH;
    }

    /** The key's id, 0 if none is named. */
    public int securityId() {
        return securityId;
    }

    /** Whether the peer has our forward metadata. */
    public boolean disableForward() {
        return disableForward;
    }

    /** The wire value of a control message's reason, 0 to 255, or {@link #NO_CONTROL}. */
    public int controlReason() {
        return controlReason;
    }

    /** The value of a health check, 0 if it is none. */
    public int healthCheck() {
        return healthCheck;
    }

    /** Whether the packet is a fragment between routers. */
    public boolean fragment() {
        return fragment;
    }
}
