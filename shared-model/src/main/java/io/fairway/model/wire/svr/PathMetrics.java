package io.fairway.model.wire.svr;

/**
 * What TLV 26 says of the path (svr-protocol.md sections 3.4 and 5.4, RFC 8321); for the controller and for tests, the
 * packet path reads it from {@link MetadataView}. Times are the low 28 bits of a clock in milliseconds.
 *
 * @param sentColor the colour of this packet's block, 0 to 15; 0 is not marked
 * @param sentTimeMs the sender's clock when it marked the packet
 * @param receivedColor the last colour that the sender received
 * @param receivedTimeMs the sent time that it last received, and how long it has dwelt there since
 * @param drop whether the packet only measures, so that its receiver drops it
 * @param previousCount packets that the sender received of the previous colour, 0 to 32767
 */
public record PathMetrics(
        int sentColor, int sentTimeMs, int receivedColor, int receivedTimeMs, boolean drop, int previousCount) {}
