package io.fairway.model.wire.peer;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A BFD control packet without authentication section (RFC 5880 section 4.1). Stateless; allocates nothing. */
public final class BfdHeader {
    /** Bytes of the packet. */
    public static final int LENGTH = 24;

    /** The only version. */
    public static final int VERSION = 1;

    /** States (RFC 5880 section 4.1). */
    public static final int ADMIN_DOWN = 0;

    public static final int DOWN = 1;
    public static final int INIT = 2;
    public static final int UP = 3;

    /** Diagnostics (RFC 5880 section 4.1): why the sender last left Up. */
    public static final int NO_DIAGNOSTIC = 0;

    public static final int DETECTION_TIME_EXPIRED = 1;
    public static final int NEIGHBOR_SIGNALED_DOWN = 3;
    public static final int ADMINISTRATIVELY_DOWN = 7;

    private static final int FLAGS = 1;
    private static final int MULTIPLIER = 2;
    private static final int LENGTH_FIELD = 3;
    private static final int MY_DISCRIMINATOR = 4;
    private static final int YOUR_DISCRIMINATOR = 8;
    private static final int DESIRED_TX = 12;
    private static final int REQUIRED_RX = 16;
    private static final int REQUIRED_ECHO_RX = 20;
    private static final int POLL = 0x20;
    private static final int FINAL = 0x10;

    /** Control plane independent is harmless; authentication, demand and multipoint are not for us. */
    private static final int FOREIGN_FLAGS = 0x07;

    private BfdHeader() {}

    /** Writes a packet with everything zero but its version and length. */
    public static void begin(final MutableDirectBuffer buffer, final int offset) {
        buffer.setMemory(offset, LENGTH, (byte) 0);
        buffer.putByte(offset, (byte) (VERSION << 5));
        buffer.putByte(offset + LENGTH_FIELD, (byte) LENGTH);
    }

    /**
     * Whether this is a packet that may be looked at (RFC 5880 section 6.8.6): the checks that need no session. The
     * caller has checked that the buffer holds {@link #LENGTH} bytes.
     */
    public static boolean isValid(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset) & 0xff) >>> 5 == VERSION
                && buffer.getByte(offset + LENGTH_FIELD) == LENGTH
                && multiplier(buffer, offset) != 0
                && (buffer.getByte(offset + FLAGS) & FOREIGN_FLAGS) == 0
                && myDiscriminator(buffer, offset) != 0
                && (yourDiscriminator(buffer, offset) != 0 || state(buffer, offset) <= DOWN);
    }

    public static int state(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS) & 0xff) >>> 6;
    }

    public static int diagnostic(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset) & 0x1f;
    }

    public static void setState(
            final MutableDirectBuffer buffer, final int offset, final int state, final int diagnostic) {
        buffer.putByte(offset, (byte) (VERSION << 5 | diagnostic & 0x1f));
        buffer.putByte(offset + FLAGS, (byte) (buffer.getByte(offset + FLAGS) & 0x3f | state << 6));
    }

    public static boolean isPoll(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS) & POLL) != 0;
    }

    public static boolean isFinal(final DirectBuffer buffer, final int offset) {
        return (buffer.getByte(offset + FLAGS) & FINAL) != 0;
    }

    public static void setPollFinal(
            final MutableDirectBuffer buffer, final int offset, final boolean poll, final boolean isFinal) {
        final int others = buffer.getByte(offset + FLAGS) & ~(POLL | FINAL);
        buffer.putByte(offset + FLAGS, (byte) (others | (poll ? POLL : 0) | (isFinal ? FINAL : 0)));
    }

    public static int multiplier(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + MULTIPLIER) & 0xff;
    }

    public static void setMultiplier(final MutableDirectBuffer buffer, final int offset, final int multiplier) {
        buffer.putByte(offset + MULTIPLIER, (byte) multiplier);
    }

    /** The sender's name of the session. */
    public static int myDiscriminator(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + MY_DISCRIMINATOR, BIG_ENDIAN);
    }

    /** The receiver's name of the session as the sender knows it; 0: it does not. */
    public static int yourDiscriminator(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + YOUR_DISCRIMINATOR, BIG_ENDIAN);
    }

    public static void setDiscriminators(
            final MutableDirectBuffer buffer, final int offset, final int mine, final int yours) {
        buffer.putInt(offset + MY_DISCRIMINATOR, mine, BIG_ENDIAN);
        buffer.putInt(offset + YOUR_DISCRIMINATOR, yours, BIG_ENDIAN);
    }

    /** Microseconds; unsigned. */
    public static long desiredTxUs(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + DESIRED_TX, BIG_ENDIAN) & 0xffff_ffffL;
    }

    /** Microseconds; unsigned; 0: the sender wants no periodic packets. */
    public static long requiredRxUs(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + REQUIRED_RX, BIG_ENDIAN) & 0xffff_ffffL;
    }

    public static void setIntervals(
            final MutableDirectBuffer buffer, final int offset, final long desiredTxUs, final long requiredRxUs) {
        buffer.putInt(offset + DESIRED_TX, (int) desiredTxUs, BIG_ENDIAN);
        buffer.putInt(offset + REQUIRED_RX, (int) requiredRxUs, BIG_ENDIAN);
        buffer.putInt(offset + REQUIRED_ECHO_RX, 0, BIG_ENDIAN);
    }
}
