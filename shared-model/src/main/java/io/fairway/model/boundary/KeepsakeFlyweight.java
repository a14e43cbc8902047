package io.fairway.model.boundary;

/**
 * Between controller and journal: what a controller knows of a path to a peer and the next one must not lose. The
 * journal's side keeps the newest of each path in memory, unread: it holds keys.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u32 path index   12 u32 content length   16 content
 * </pre>
 */
public final class KeepsakeFlyweight {
    public static final int PATH = 8;
    public static final int CONTENT_LENGTH = 12;
    public static final int CONTENT = 16;

    /** The longest content. */
    public static final int MAX_CONTENT_BYTES = 4096;

    /** The longest message. */
    public static final int MAX_LENGTH = CONTENT + MAX_CONTENT_BYTES;

    private KeepsakeFlyweight() {}
}
