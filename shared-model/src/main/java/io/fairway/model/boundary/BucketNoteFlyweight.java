package io.fairway.model.boundary;

/**
 * Between journal and controller: something about a bucket.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u32 bucket   12 u32 1 if it is to be given away (only in the feed)
 * </pre>
 */
public final class BucketNoteFlyweight {
    public static final int BUCKET = 8;
    public static final int SETTLES = 12;

    /** Bytes of the message. */
    public static final int LENGTH = 16;

    private BucketNoteFlyweight() {}
}
