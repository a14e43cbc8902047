package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.MutableDirectBuffer;

/** Writes the parts of TLVs; each method returns where the next byte goes. Stateless; allocates nothing. */
final class TlvWriter {
    private TlvWriter() {}

    static int head(final MutableDirectBuffer buffer, final int at, final int type, final int length) {
        return u32(buffer, at, type << 16 | length);
    }

    static int u8Tlv(final MutableDirectBuffer buffer, final int at, final int type, final int value) {
        return u8(buffer, head(buffer, at, type, 1), value);
    }

    static int u32Tlv(final MutableDirectBuffer buffer, final int at, final int type, final int value) {
        return u32(buffer, head(buffer, at, type, Integer.BYTES), value);
    }

    static int u8(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putByte(at, (byte) value);
        return at + Byte.BYTES;
    }

    static int u16(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putShort(at, (short) value, BIG_ENDIAN);
        return at + Short.BYTES;
    }

    static int u32(final MutableDirectBuffer buffer, final int at, final int value) {
        buffer.putInt(at, value, BIG_ENDIAN);
        return at + Integer.BYTES;
    }

    static int u64(final MutableDirectBuffer buffer, final int at, final long value) {
        buffer.putLong(at, value, BIG_ENDIAN);
        return at + Long.BYTES;
    }
}
