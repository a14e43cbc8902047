package io.fairway.ha.beat;

import io.fairway.model.wire.EthernetHeader;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * A beat or a death notice, the whole payload of an Ethernet frame of type 0x88b5. All numbers little-endian. The first
 * 40 bytes and the HMAC are the same in every version, so that also a beat that cannot be read says who lives.
 *
 * <pre>
 *   0 u16 magic fa17   2 u8 version   3 u8 type (1 beat, 2 death notice)
 *   4 u8 sending node   5 u8 path   6 u8 state   7 u8 flags (1 synced, 2 drained, 4 frozen)
 *   8 u64 hash of the router's name
 *  16 u64 incarnation: a beat's sender, a notice's dead process
 *  24 u64 sequence, rises with every beat of an incarnation on a path
 *  32 u16 bytes before the HMAC   34 zero, to 40; a notice ends here
 *  40 u64 sent at, the sender's clock
 *  48 u64 echo: incarnation of the newest beat heard   56 u64 its sequence   64 u64 its sending time
 *  72 u64 highest incarnation of the receiver declared dead   80 u64 highest one heard of
 *  88 u64 mask of interfaces led   96 u64 of those given to the receiver   104 u64 of those that could be led
 * 112 u8 runs of home 0   113 u8 runs of home 1   114 zero, to 120
 * 120 the runs of home 0, then those of home 1: u16 end   2 u8 owner   3 zero   4 u32 epoch
 *     items, each u8 kind, u8 length and as many bytes: 1 the sender's release (ASCII), 2 u64 mask of interfaces that
 *     have a link; others are skipped
 *     16 bytes HMAC-SHA256-128 over everything before
 * </pre>
 */
public final class BeatFlyweight {
    /** IEEE 802 local experimental EtherType 1. */
    public static final int ETHER_TYPE = EthernetHeader.PAIR_BEAT;

    public static final short MAGIC_VALUE = (short) 0xfa17;
    public static final byte VERSION_VALUE = 2;
    public static final byte BEAT = 1;
    public static final byte DEATH_NOTICE = 2;

    public static final int MAGIC = 0;
    public static final int VERSION = 2;
    public static final int TYPE = 3;
    public static final int NODE = 4;
    public static final int PATH = 5;
    public static final int STATE = 6;
    public static final int FLAGS = 7;
    public static final int ROUTER_HASH = 8;
    public static final int INCARNATION = 16;
    public static final int SEQUENCE = 24;
    public static final int BODY_LENGTH = 32;
    public static final int SENT_NS = 40;
    public static final int ECHO_INCARNATION = 48;
    public static final int ECHO_SEQUENCE = 56;
    public static final int ECHO_SENT_NS = 64;
    public static final int DEAD_INCARNATION = 72;
    public static final int KNOWN_INCARNATION = 80;
    public static final int LEADER_MASK = 88;
    public static final int GIVEN_MASK = 96;
    public static final int HEALTHY_MASK = 104;
    public static final int RUNS_0 = 112;
    public static final int RUNS_1 = 113;
    public static final int RUNS = 120;
    public static final int RUN_LENGTH = 8;
    public static final int RUN_OWNER = 2;
    public static final int RUN_EPOCH = 4;

    /** The kind of an item after the runs: the sender's release. */
    public static final byte RELEASE = 1;

    /** The kind of an item after the runs: a mask of the interfaces that have a link. */
    public static final byte LINK_MASK = 2;

    public static final int FLAG_SYNCED = 1;
    public static final int FLAG_DRAINED = 2;
    public static final int FLAG_FROZEN = 4;

    /** Bytes of a death notice without its HMAC, and of a beat before its content. */
    public static final int NOTICE_LENGTH = 40;

    /** Bytes that a receiver must offer: more than any frame of ours. */
    public static final int MAX_LENGTH = 2048;

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private BeatFlyweight() {}

    /** Bytes before the HMAC of a frame that is ours. */
    public static int bodyLength(final DirectBuffer buffer) {
        return buffer.getShort(BODY_LENGTH, ORDER) & 0xffff;
    }

    /** Whether the frame is ours at all, of whatever version, and as long as it says. */
    public static boolean isOurs(final DirectBuffer buffer, final int length) {
        return length >= NOTICE_LENGTH + BeatAuthenticator.LENGTH
                && buffer.getShort(MAGIC, ORDER) == MAGIC_VALUE
                && length >= bodyLength(buffer) + BeatAuthenticator.LENGTH
                && bodyLength(buffer) >= NOTICE_LENGTH;
    }

    /** Whether a beat is of this version, and long enough for what it must hold. */
    static boolean isReadable(final DirectBuffer buffer) {
        return buffer.getByte(VERSION) == VERSION_VALUE
                && bodyLength(buffer) >= RUNS
                && bodyLength(buffer) >= items(buffer);
    }

    /** Where the item of this kind begins, with its kind; negative: there is none. */
    static int item(final DirectBuffer buffer, final byte kind) {
        final int end = bodyLength(buffer);
        int at = items(buffer);
        while (at + 2 <= end) {
            final int next = at + 2 + (buffer.getByte(at + 1) & 0xff);
            if (buffer.getByte(at) == kind && next <= end) {
                return at;
            }
            at = next;
        }
        return -1;
    }

    /** Where the items begin. */
    static int items(final DirectBuffer buffer) {
        return RUNS + ((buffer.getByte(RUNS_0) & 0xff) + (buffer.getByte(RUNS_1) & 0xff)) * RUN_LENGTH;
    }
}
