package io.fairway.model.boundary;

/**
 * Controller to forwarder: install or update both flows of a session, and let its pending packets go. A session whose
 * bucket the partner owns is installed just the same: it is the standby entry.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 pending id (0: none)
 * 16 u16 record length   18 u16 forward metadata length   20 u16 reverse metadata length
 * 22 u16 flags (bit 0: a peer has lost the session)
 * 24 session record, then the encoded forward metadata, then the encoded reverse metadata (either may be empty), each
 *    from the cookie to the end of the payload TLVs, without HMAC; each part starts 8-byte aligned
 * </pre>
 */
public final class InstallSessionFlyweight {
    public static final int PENDING_ID = 8;
    public static final int RECORD_LENGTH = 16;
    public static final int FORWARD_METADATA_LENGTH = 18;
    public static final int REVERSE_METADATA_LENGTH = 20;
    public static final int FLAGS = 22;
    public static final int RECORD = 24;

    /** A peer has lost the session: metadata, which says all of it now, is to be sent at once and until it arrives. */
    public static final int RECOVER = 1;

    private InstallSessionFlyweight() {}

    /** Where the forward metadata begins, from the message's start. */
    public static int forwardMetadataOffset(final int recordLength) {
        return RECORD + aligned(recordLength);
    }

    /** Where the reverse metadata begins, from the message's start. */
    public static int reverseMetadataOffset(final int recordLength, final int forwardMetadataLength) {
        return forwardMetadataOffset(recordLength) + aligned(forwardMetadataLength);
    }

    /** A length rounded up to 8. */
    public static int aligned(final int length) {
        return length + 7 & ~7;
    }
}
