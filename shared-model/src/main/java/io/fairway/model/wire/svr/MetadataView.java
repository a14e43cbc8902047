package io.fairway.model.wire.svr;

/**
 * What the packet path needs of metadata: lengths and header TLVs. One object, reused for every packet by the thread
 * that owns it. Filled by {@link MetadataParser#parseHeader}, and then valid only if that returned null, or by its
 * setters for {@link MetadataEncoder#header}. Setters cut values to the width that they have on the wire.
 */
public final class MetadataView {
    /** {@link #controlReason()} of a packet that is no control message. */
    public static final int NO_CONTROL = -1;

    private static final int COLOR_MASK = 0xf;
    private static final int TIME_MASK = 0x0fff_ffff;
    private static final int COUNT_MASK = 0x7fff;
    private static final int OFFSET_MASK = 0x1fff;
    private static final int U16_MASK = 0xffff;

    int headerLength;
    int payloadLength;
    int securityId;
    boolean disableForward;
    int controlReason = NO_CONTROL;
    int healthCheck;

    private boolean fragment;
    private int fragmentExtendedId;
    private int fragmentOriginalId;
    private boolean fragmentDontFragment;
    private boolean fragmentMore;
    private int fragmentOffset;
    private int fragmentLargestSeen;

    private boolean icmpErrorLocation;
    private long icmpErrorLocationHigh;
    private long icmpErrorLocationLow;

    private boolean pathMetrics;
    private int sentColor;
    private int sentTimeMs;
    private int receivedColor;
    private int receivedTimeMs;
    private boolean measuresOnly;
    private int previousCount;

    /** Forgets everything: a bare header. */
    public MetadataView clear() {
        headerLength = 0;
        payloadLength = 0;
        securityId = 0;
        disableForward = false;
        controlReason = NO_CONTROL;
        healthCheck = 0;
        fragment = false;
        fragmentExtendedId = 0;
        fragmentOriginalId = 0;
        fragmentDontFragment = false;
        fragmentMore = false;
        fragmentOffset = 0;
        fragmentLargestSeen = 0;
        icmpErrorLocation = false;
        icmpErrorLocationHigh = 0;
        icmpErrorLocationLow = 0;
        pathMetrics = false;
        sentColor = 0;
        sentTimeMs = 0;
        receivedColor = 0;
        receivedTimeMs = 0;
        measuresOnly = false;
        previousCount = 0;
        return this;
    }

    /** Bytes from the cookie to the end of the header TLVs, as parsed. */
    public int headerLength() {
        return headerLength;
    }

    /** Bytes of the payload TLVs. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Sets how many bytes of payload TLVs the caller puts behind the header. */
    public MetadataView setPayloadLength(final int bytes) {
        payloadLength = bytes & U16_MASK;
        return this;
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

    /** Sets the key's id, 0 to name none. */
    public MetadataView setSecurityId(final int id) {
        securityId = id;
        return this;
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

    /** Whether the packet is a fragment between routers; then the methods that begin so describe it. */
    public boolean fragment() {
        return fragment;
    }

    /**
     * Makes this a fragment: where it belongs in units of eight bytes, whether more follow, and its packet's number.
     */
    public MetadataView setFragment(final int offset, final boolean more, final int extendedId) {
        fragment = true;
        fragmentOffset = offset & OFFSET_MASK;
        fragmentMore = more;
        fragmentExtendedId = extendedId;
        return this;
    }

    /** Sets what a fragment says of the packet as it had arrived; zeros unless that was in fragments itself. */
    public MetadataView setOriginal(final int originalId, final boolean dontFragment, final int largestSeen) {
        fragmentOriginalId = originalId & U16_MASK;
        fragmentDontFragment = dontFragment;
        fragmentLargestSeen = largestSeen & U16_MASK;
        return this;
    }

    /** As {@link Fragment#extendedId()}. */
    public int fragmentExtendedId() {
        return fragmentExtendedId;
    }

    /** As {@link Fragment#originalId()}. */
    public int fragmentOriginalId() {
        return fragmentOriginalId;
    }

    /** As {@link Fragment#dontFragment()}. */
    public boolean fragmentDontFragment() {
        return fragmentDontFragment;
    }

    /** As {@link Fragment#moreFragments()}. */
    public boolean fragmentMore() {
        return fragmentMore;
    }

    /** As {@link Fragment#offset()}: in units of eight bytes. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    /** As {@link Fragment#largestSeen()}. */
    public int fragmentLargestSeen() {
        return fragmentLargestSeen;
    }

    /** Whether the packet is an ICMP error and names the router that sent it. */
    public boolean hasIcmpErrorLocation() {
        return icmpErrorLocation;
    }

    /** As in {@link io.fairway.model.wire.IpAddress#high()}. */
    public long icmpErrorLocationHigh() {
        return icmpErrorLocationHigh;
    }

    /** As in {@link io.fairway.model.wire.IpAddress#low()}. */
    public long icmpErrorLocationLow() {
        return icmpErrorLocationLow;
    }

    /** Names the router that sent an ICMP error, as in {@link io.fairway.model.wire.IpAddress}. */
    public MetadataView setIcmpErrorLocation(final long high, final long low) {
        icmpErrorLocation = true;
        icmpErrorLocationHigh = high;
        icmpErrorLocationLow = low;
        return this;
    }

    /** Whether the packet measures the path; then the methods below describe it. */
    public boolean hasPathMetrics() {
        return pathMetrics;
    }

    /** Makes this measure the path: the block's colour and our clock. */
    public MetadataView setSentMark(final int color, final int timeMs) {
        pathMetrics = true;
        sentColor = color & COLOR_MASK;
        sentTimeMs = timeMs & TIME_MASK;
        return this;
    }

    /** Sets the last mark that came from the peer; its time has grown by its dwelling here. */
    public MetadataView setReceivedMark(final int color, final int timeMs) {
        receivedColor = color & COLOR_MASK;
        receivedTimeMs = timeMs & TIME_MASK;
        return this;
    }

    /** Sets how many packets of the previous colour came from the peer, and whether it shall drop this one. */
    public MetadataView setPreviousCount(final int packets, final boolean drop) {
        previousCount = packets & COUNT_MASK;
        measuresOnly = drop;
        return this;
    }

    /** As {@link PathMetrics#sentColor()}. */
    public int sentColor() {
        return sentColor;
    }

    /** As {@link PathMetrics#sentTimeMs()}. */
    public int sentTimeMs() {
        return sentTimeMs;
    }

    /** As {@link PathMetrics#receivedColor()}. */
    public int receivedColor() {
        return receivedColor;
    }

    /** As {@link PathMetrics#receivedTimeMs()}. */
    public int receivedTimeMs() {
        return receivedTimeMs;
    }

    /** As {@link PathMetrics#drop()}: the receiver takes the metrics and drops the packet. */
    public boolean measuresOnly() {
        return measuresOnly;
    }

    /** As {@link PathMetrics#previousCount()}. */
    public int previousCount() {
        return previousCount;
    }
}
