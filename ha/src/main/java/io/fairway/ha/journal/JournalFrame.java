package io.fairway.ha.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A journal frame: a batch of entries, or an acknowledgement. Views bytes. Magic, layout version, length and checksum
 * stay where and what they are in every layout.
 *
 * <pre>
 *  0 u32 magic   4 u8 layout version (2)
 *  5 u8 kind (1 batch, 2 acknowledgement; others are skipped)   6 u8 sender's node id   7 u8 gap seen
 *  8 u32 frame length   12 u32 CRC32C of the frame with this field zero
 * 16 u64 sender's incarnation   24 u64 receiver's incarnation
 * 32 u32 association: of the sender (batch), or the receiver's that is acknowledged
 * 36 u32 sender's association (acknowledgement)
 * 40 u64 sequence: of the batch, from 1; or up to which all batches are kept   48 u32 entries   52 u32 zero
 * 56 entries, each at a multiple of 8: u16 payload length, u8 kind, u8 zero, u32 sequence in its bucket, payload
 * </pre>
 *
 * Payloads: PUT and SNAPSHOT a session record; TOMBSTONE u64 session id, u32 version; HELLO u8 cold, u8 snapshot
 * wanted; SNAPSHOT_BEGIN nothing; SNAPSHOT_END u8 cold, at 8 the buckets ({@link io.fairway.ha.resync.BucketSet}).
 * DIGESTS u64 number, at 8 the buckets, at 72 u64 digest for each of them in rising order; COMPARED u64 number of the
 * digests that it answers (0: say them again), at 8 the buckets that differ; REPAIR_BEGIN and REPAIR_END u32 bucket,
 * with its SNAPSHOT records in between. Entries of other kinds are skipped, and so is what follows the fields that are
 * known (docs/decisions/032).
 */
final class JournalFrame {
    static final int LAYOUT_VERSION = 2;
    static final int BATCH = 1;
    static final int ACKNOWLEDGEMENT = 2;

    static final int PUT = 1;
    static final int TOMBSTONE = 2;
    static final int SNAPSHOT = 3;
    static final int HELLO = 4;
    static final int SNAPSHOT_BEGIN = 5;
    static final int SNAPSHOT_END = 6;
    static final int DIGESTS = 7;
    static final int COMPARED = 8;
    static final int REPAIR_BEGIN = 9;
    static final int REPAIR_END = 10;

    static final int HEADER_BYTES = 56;
    static final int ENTRY_HEADER_BYTES = 8;
    static final int TOMBSTONE_VERSION = 8;
    static final int TOMBSTONE_BYTES = 12;
    static final int HELLO_WANTED = 1;
    static final int HELLO_BYTES = 2;
    static final int END_BUCKETS = 8;
    static final int END_BYTES = 72;
    static final int DIGESTS_BUCKETS = 8;
    static final int DIGESTS_FIRST = 72;
    static final int COMPARED_BYTES = 72;
    static final int REPAIR_BYTES = 4;

    /** The longest frame: a fraction of what Aeron takes, so that it is fragmented but little. */
    static final int MAX_BYTES = 32 * 1024;

    private static final int MAGIC_VALUE = 0x314a_5746;
    private static final int MAGIC = 0;
    private static final int LAYOUT = 4;
    private static final int KIND = 5;
    private static final int NODE = 6;
    private static final int GAP = 7;
    private static final int LENGTH = 8;
    private static final int CHECKSUM = 12;
    private static final int SENDER = 16;
    private static final int RECEIVER = 24;
    private static final int ASSOCIATION = 32;
    private static final int SENDER_ASSOCIATION = 36;
    private static final int SEQUENCE = 40;
    private static final int COUNT = 48;
    private static final int ENTRY_KIND = 2;
    private static final int ENTRY_SEQUENCE = 4;

    private JournalFrame() {}

    static void begin(
            final MutableDirectBuffer frame, final int kind, final int node, final long sender, final long receiver) {
        frame.setMemory(0, HEADER_BYTES, (byte) 0);
        frame.putInt(MAGIC, MAGIC_VALUE);
        frame.putByte(LAYOUT, (byte) LAYOUT_VERSION);
        frame.putByte(KIND, (byte) kind);
        frame.putByte(NODE, (byte) node);
        frame.putLong(SENDER, sender);
        frame.putLong(RECEIVER, receiver);
    }

    static void associations(final MutableDirectBuffer frame, final int association, final int ofSender) {
        frame.putInt(ASSOCIATION, association);
        frame.putInt(SENDER_ASSOCIATION, ofSender);
    }

    static void gap(final MutableDirectBuffer frame, final boolean seen) {
        frame.putByte(GAP, (byte) (seen ? 1 : 0));
    }

    /** Completes a frame that begins at the byte buffer's first byte. */
    static void finish(
            final UnsafeBuffer frame, final ByteBuffer bytes, final long sequence, final int count, final int length) {
        frame.putLong(SEQUENCE, sequence);
        frame.putInt(COUNT, count);
        frame.putInt(LENGTH, length);
        frame.putInt(CHECKSUM, 0);
        frame.putInt(CHECKSUM, checksum(bytes, length));
    }

    /** Whether a received frame, copied to the byte buffer's first byte, is whole, of whatever layout. */
    static boolean isIntact(final UnsafeBuffer frame, final ByteBuffer bytes, final int length) {
        if (length < HEADER_BYTES || frame.getInt(MAGIC) != MAGIC_VALUE || frame.getInt(LENGTH) != length) {
            return false;
        }
        final int sent = frame.getInt(CHECKSUM);
        frame.putInt(CHECKSUM, 0);
        return checksum(bytes, length) == sent;
    }

    /** The layout of a frame that is whole. */
    static int layout(final DirectBuffer frame) {
        return frame.getByte(LAYOUT) & 0xff;
    }

    private static int checksum(final ByteBuffer bytes, final int length) {
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes.limit(length).position(0));
        return (int) checksum.getValue();
    }

    /** Writes an entry's header; returns where the payload belongs. */
    static int entry(
            final MutableDirectBuffer frame, final int at, final int kind, final int length, final int sequence) {
        frame.putShort(at, (short) length);
        frame.putShort(at + ENTRY_KIND, (short) kind);
        frame.putInt(at + ENTRY_SEQUENCE, sequence);
        return at + ENTRY_HEADER_BYTES;
    }

    static int entryBytes(final int payloadLength) {
        return BitUtil.align(ENTRY_HEADER_BYTES + payloadLength, 8);
    }

    static int entryLength(final DirectBuffer frame, final int at) {
        return frame.getShort(at) & 0xffff;
    }

    static int entryKind(final DirectBuffer frame, final int at) {
        return frame.getByte(at + ENTRY_KIND);
    }

    static int entrySequence(final DirectBuffer frame, final int at) {
        return frame.getInt(at + ENTRY_SEQUENCE);
    }

    static int kind(final DirectBuffer frame) {
        return frame.getByte(KIND);
    }

    static int node(final DirectBuffer frame) {
        return frame.getByte(NODE);
    }

    static boolean gapSeen(final DirectBuffer frame) {
        return frame.getByte(GAP) != 0;
    }

    static long sender(final DirectBuffer frame) {
        return frame.getLong(SENDER);
    }

    static long receiver(final DirectBuffer frame) {
        return frame.getLong(RECEIVER);
    }

    static int association(final DirectBuffer frame) {
        return frame.getInt(ASSOCIATION);
    }

    static int senderAssociation(final DirectBuffer frame) {
        return frame.getInt(SENDER_ASSOCIATION);
    }

    static long sequence(final DirectBuffer frame, final int offset) {
        return frame.getLong(offset + SEQUENCE);
    }

    static int count(final DirectBuffer frame, final int offset) {
        return frame.getInt(offset + COUNT);
    }
}
