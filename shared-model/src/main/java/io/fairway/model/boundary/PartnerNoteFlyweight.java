package io.fairway.model.boundary;

/**
 * Journal to controller: what the arbiter declared of the partner.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u32 1 if it is dead   12 u32 length of the reason   16 the reason (ASCII)
 * </pre>
 */
public final class PartnerNoteFlyweight {
    public static final int DEAD = 8;
    public static final int REASON_LENGTH = 12;
    public static final int REASON = 16;

    /** A longer reason is cut. */
    public static final int MAX_REASON_BYTES = 500;

    /** The longest message. */
    public static final int MAX_LENGTH = REASON + MAX_REASON_BYTES;

    private PartnerNoteFlyweight() {}
}
