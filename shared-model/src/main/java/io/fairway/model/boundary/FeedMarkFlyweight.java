package io.fairway.model.boundary;

/**
 * Journal to controller: a place in the feed.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 Aeron client id of the controller that is meant
 * </pre>
 */
public final class FeedMarkFlyweight {
    public static final int CLIENT = 8;

    /** Bytes of the message. */
    public static final int LENGTH = 16;

    private FeedMarkFlyweight() {}
}
