package io.fairway.ha.beat;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.fairway.model.config.Secret;
import org.agrona.concurrent.UnsafeBuffer;

/** Authentic beats of a version that does not exist yet: what every version begins with, and then anything. */
public final class UnreadableBeats {
    /** The version that they have. */
    public static final int VERSION = 77;

    private static final int BODY_BYTES = BeatFlyweight.NOTICE_LENGTH + 5;

    private UnreadableBeats() {}

    /** Writes one and returns its length. */
    public static byte[] beat(
            final long routerHash, final int node, final int path, final long incarnation, final long sequence) {
        return beat(VERSION, routerHash, node << 8 | path, incarnation, sequence);
    }

    /** One whose header is this version's, and whose content is not long enough for it. */
    public static byte[] shortBeat(final long routerHash, final int node, final int path, final long sequence) {
        return beat(BeatFlyweight.VERSION_VALUE, routerHash, node << 8 | path, 1, sequence);
    }

    private static byte[] beat(
            final int version,
            final long routerHash,
            final int nodeAndPath,
            final long incarnation,
            final long sequence) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[BODY_BYTES + BeatAuthenticator.LENGTH]);
        frame.putShort(BeatFlyweight.MAGIC, BeatFlyweight.MAGIC_VALUE, LITTLE_ENDIAN);
        frame.putByte(BeatFlyweight.VERSION, (byte) version);
        frame.putByte(BeatFlyweight.TYPE, BeatFlyweight.BEAT);
        frame.putByte(BeatFlyweight.NODE, (byte) (nodeAndPath >> 8));
        frame.putByte(BeatFlyweight.PATH, (byte) nodeAndPath);
        frame.putLong(BeatFlyweight.ROUTER_HASH, routerHash, LITTLE_ENDIAN);
        frame.putLong(BeatFlyweight.INCARNATION, incarnation, LITTLE_ENDIAN);
        frame.putLong(BeatFlyweight.SEQUENCE, sequence, LITTLE_ENDIAN);
        frame.putShort(BeatFlyweight.BODY_LENGTH, (short) BODY_BYTES, LITTLE_ENDIAN);
        new BeatAuthenticator(SECRET).sign(frame, BODY_BYTES);
        return frame.byteArray();
    }

    /** Signs them. */
    public static final Secret SECRET = Secret.ofHex("00112233445566778899aabbccddeeff".repeat(2));
}
