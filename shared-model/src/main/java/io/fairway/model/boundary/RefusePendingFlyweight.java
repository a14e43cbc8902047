package io.fairway.model.boundary;

/**
 * Controller to forwarder: the pending packets of a new flow are dropped.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u64 pending id   16 u32 drop reason index   20 u32 answer (the constants below)
 * </pre>
 */
public final class RefusePendingFlyweight {
    public static final int PENDING_ID = 8;
    public static final int REASON = 16;
    public static final int ANSWER = 20;

    /** Bytes of the message. */
    public static final int LENGTH = 24;

    /** Drop in silence. */
    public static final int SILENT = 0;

    /** Answer with ICMP destination unreachable, host unreachable (RFC 792, type 3 code 1). */
    public static final int ICMP_HOST_UNREACHABLE = 1;

    /** Answer with a TCP reset (RFC 9293 section 3.10.7.1). */
    public static final int TCP_RESET = 2;

    private RefusePendingFlyweight() {}
}
