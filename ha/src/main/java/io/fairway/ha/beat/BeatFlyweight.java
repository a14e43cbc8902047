package io.fairway.ha.beat;

import io.fairway.model.wire.EthernetHeader;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * A beat or a death notice, the whole payload of an Ethernet frame of type 0x88b5. All numbers little-endian.
 *
 * <pre>
 *   0 u16 magic fa17   2 u8 version   3 u8 type (1 beat, 2 death notice)
 *   4 u8 sending node   5 u8 path   6 u8 state   7 u8 flags (bit 0: synced)
 *   8 u64 hash of the router's name
 *  16 u64 incarnation: a beat's sender, a notice's dead process
 *  24 u64 sequence, rises with every beat of an incarnation on a path; a notice ends here
 *  32 u64 sent at, the sender's clock
 *  40 u64 echo: incarnation of the newest beat heard   48 u64 its sequence   56 u64 its sending time
 *  64 u64 highest incarnation of the receiver declared dead   72 u64 highest one heard of
 *  80 u64 mask of interfaces led
 *  88 u32 epoch of home 0   92 u32 epoch of home 1   96 u8 owner of home 0   97 u8 owner of home 1   98 zero, to 104
 *     16 bytes HMAC-SHA256-128 over everything before
 * </pre>
 */
public final class BeatFlyweight {
    /** IEEE 802 local experimental EtherType 1. */
    public static final int ETHER_TYPE = EthernetHeader.PAIR_BEAT;

    public static final short MAGIC_VALUE = (short) 0xfa17;
    public static final byte VERSION_VALUE = 1;
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
    public static final int SENT_NS = 32;
    public static final int ECHO_INCARNATION = 40;
    public static final int ECHO_SEQUENCE = 48;
    public static final int ECHO_SENT_NS = 56;
    public static final int DEAD_INCARNATION = 64;
    public static final int KNOWN_INCARNATION = 72;
    public static final int LEADER_MASK = 80;
    public static final int EPOCH_0 = 88;
    public static final int EPOCH_1 = 92;
    public static final int OWNER_0 = 96;
    public static final int OWNER_1 = 97;

    public static final int FLAG_SYNCED = 1;

    /** Bytes of a beat without its HMAC. */
    public static final int BEAT_LENGTH = 104;

    /** Bytes of a death notice without its HMAC. */
    public static final int NOTICE_LENGTH = 32;

    /** Bytes that a receiver must offer: more than any frame of ours. */
    public static final int MAX_LENGTH = 2048;

    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private BeatFlyweight() {}

    /** Bytes before the HMAC of a frame of this type, or 0 for an unknown type. */
    public static int bodyLength(final byte type) {
        return type == BEAT ? BEAT_LENGTH : type == DEATH_NOTICE ? NOTICE_LENGTH : 0;
    }

    /** Whether the frame is ours at all. */
    public static boolean isOurs(final DirectBuffer buffer, final int length) {
        return length >= NOTICE_LENGTH + BeatAuthenticator.LENGTH
                && buffer.getShort(MAGIC, ORDER) == MAGIC_VALUE
                && buffer.getByte(VERSION) == VERSION_VALUE
                && bodyLength(buffer.getByte(TYPE)) > 0
                && length >= bodyLength(buffer.getByte(TYPE)) + BeatAuthenticator.LENGTH;
    }
}
