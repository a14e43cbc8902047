package io.fairway.dataplane.forward;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sessions' half of the {@link FlowTable}: one cache line for each, with all that the packet path and the scanner
 * must know of it. Written by the forwarder's thread only.
 *
 * <pre>
 *  0 u64 session id   8 u64 last seen, ns   16 u64 last event, ns   24 u32 version   28 u32 epoch
 * 32 u16 bucket   34 u8 used   35 u8 TCP state   36 u16 marks   38 u16 TCP opening time-out, tenths of a
 * second (0: the router's)   40 u32 idle time-out, ms
 * 44 u16 forward metadata length   46 u16 reverse metadata length   48 u64 closed at, ns   56 u32 next free
 * 60 u32 last control message about it, ms
 * </pre>
 */
abstract class SessionSlots implements AutoCloseable {
    /** Marks of a session. */
    static final int ESTABLISHED = 1;

    static final int ESTABLISHED_REPORTED = 2;
    static final int HANDSHAKE_DONE = 4;
    static final int HANDSHAKE_REPORTED = 8;
    static final int CLOSED = 16;
    static final int END_REPORTED = 32;
    /** It has a key with which its payload is sealed by one of its routers, and opened by another: one is this. */
    static final int SEALED = 64;

    /** Its TCP segments must lie within the windows. */
    static final int STRICT = 128;

    /** Its silence between routers is broken. */
    static final int KEPT_ALIVE = 256;

    /** Its encryption is adaptive. */
    static final int ADAPTIVE = 512;

    /** Its payload is not sealed, as its endpoints encrypt. */
    static final int YIELDS = 1024;

    /** Its first payload has been seen. */
    static final int DECIDED = 2048;

    /** The next router knows it, as sealed, though its first payload has not been seen. */
    static final int KNOWN_AS_SEALED = 4096;

    /** This is its last router, and translates what the client has sent. */
    static final int TRANSLATED = 4096;

    static final int SLOT_BYTES = 64;
    static final int SESSION_ID = 0;
    static final int LAST_SEEN = 8;
    static final int LAST_EVENT = 16;
    static final int VERSION = 24;
    static final int EPOCH = 28;
    static final int BUCKET = 32;
    static final int USED = 34;
    static final int TCP_STATE = 35;
    static final int MARKS = 36;
    static final int TCP_OPENING = 38;
    static final int IDLE_TIMEOUT = 40;
    static final int METADATA_LENGTH = 44;
    static final int CLOSED_AT = 48;
    static final int NEXT_FREE = 56;
    static final int CONTROLLED_MS = 60;
    static final int OPENING_UNIT_MS = 100;

    final UnsafeBuffer slots;

    private final AnonymousMemory slotMemory;

    SessionSlots(final int capacity) {
        slotMemory = AnonymousMemory.map((long) capacity * SLOT_BYTES);
        slots = slotMemory.buffer();
    }

    boolean isUsed(final int slot) {
        return slots.getByteVolatile(slot * SLOT_BYTES + USED) != 0;
    }

    long sessionId(final int slot) {
        return slots.getLong(slot * SLOT_BYTES + SESSION_ID);
    }

    int version(final int slot) {
        return slots.getInt(slot * SLOT_BYTES + VERSION);
    }

    int epoch(final int slot) {
        return slots.getInt(slot * SLOT_BYTES + EPOCH);
    }

    int bucket(final int slot) {
        return slots.getShort(slot * SLOT_BYTES + BUCKET) & 0xffff;
    }

    long lastSeenNs(final int slot) {
        return slots.getLong(slot * SLOT_BYTES + LAST_SEEN);
    }

    void setLastSeenNs(final int slot, final long seenNs) {
        slots.putLong(slot * SLOT_BYTES + LAST_SEEN, seenNs);
    }

    /** When the newest event of the session's end was sent; meaningful with {@link #END_REPORTED}. */
    long lastEventNs(final int slot) {
        return slots.getLong(slot * SLOT_BYTES + LAST_EVENT);
    }

    void setLastEventNs(final int slot, final long nowNs) {
        slots.putLong(slot * SLOT_BYTES + LAST_EVENT, nowNs);
    }

    int idleTimeoutMs(final int slot) {
        return slots.getInt(slot * SLOT_BYTES + IDLE_TIMEOUT);
    }

    /** After how much silence a TCP session ends before it is established, 0 for the router's own time. */
    int tcpOpeningMs(final int slot) {
        return (slots.getShort(slot * SLOT_BYTES + TCP_OPENING) & 0xffff) * OPENING_UNIT_MS;
    }

    /** When both sides had closed; meaningful with {@link #CLOSED}. */
    long closedAtNs(final int slot) {
        return slots.getLong(slot * SLOT_BYTES + CLOSED_AT);
    }

    void setClosedAtNs(final int slot, final long nowNs) {
        slots.putLong(slot * SLOT_BYTES + CLOSED_AT, nowNs);
    }

    /** When the peer was last sent a control message about the session; wraps. */
    int controlledMs(final int slot) {
        return slots.getInt(slot * SLOT_BYTES + CONTROLLED_MS);
    }

    void setControlledMs(final int slot, final int nowMs) {
        slots.putInt(slot * SLOT_BYTES + CONTROLLED_MS, nowMs);
    }

    /** Bits of {@link TcpTracker}. */
    int tcpState(final int slot) {
        return slots.getByte(slot * SLOT_BYTES + TCP_STATE) & 0xff;
    }

    void setTcpState(final int slot, final int state) {
        slots.putByte(slot * SLOT_BYTES + TCP_STATE, (byte) state);
    }

    boolean isMarked(final int slot, final int mark) {
        return (marks(slot) & mark) != 0;
    }

    int marks(final int slot) {
        return slots.getShort(slot * SLOT_BYTES + MARKS) & 0xffff;
    }

    void mark(final int slot, final int marks) {
        slots.putShort(slot * SLOT_BYTES + MARKS, (short) (marks(slot) | marks));
    }

    void unmark(final int slot, final int marks) {
        slots.putShort(slot * SLOT_BYTES + MARKS, (short) (marks(slot) & ~marks));
    }

    @Override
    public void close() {
        slotMemory.close();
    }
}
