package io.fairway.ha.witness;

import io.fairway.model.config.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A question to a witness, and its answer: one UDP datagram of 56 bytes each. All numbers little-endian.
 *
 * <pre>
 *  0 u16 magic fa18   2 u8 version   3 u8 type (1 question, 2 granted, 3 refused)   4 u8 asking node   5 zero, to 8
 *  8 u64 hash of the router's name
 * 16 u64 incarnation of the asking node's process
 * 24 u64 sequence of the question, which the answer repeats
 * 32 u64 for how many nanoseconds
 * 40 16 bytes HMAC-SHA256-128 by the pair's secret over everything before
 * </pre>
 *
 * @param type {@link #QUESTION}, {@link #GRANTED} or {@link #REFUSED}
 * @param node the asking node, 0 or 1
 * @param routerHash of its router's name
 * @param incarnation of its process
 * @param sequence of the question
 * @param forNs for how long
 */
public record WitnessMessage(byte type, int node, long routerHash, long incarnation, long sequence, long forNs) {
    public static final byte QUESTION = 1;
    static final byte GRANTED = 2;
    static final byte REFUSED = 3;

    /** Bytes on the wire. */
    static final int LENGTH = 56;

    private static final short MAGIC = (short) 0xfa18;
    private static final byte VERSION = 1;
    private static final int SIGNED = 40;
    private static final int ROUTER = 8;

    ByteBuffer encode(final Secret secret) {
        final ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(MAGIC).put(VERSION).put(type).put((byte) node).position(ROUTER);
        bytes.putLong(routerHash).putLong(incarnation).putLong(sequence).putLong(forNs);
        return bytes.put(hmac(bytes.array(), secret)).clear();
    }

    private static byte[] hmac(final byte[] message, final Secret secret) {
        try {
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
            mac.update(message, 0, SIGNED);
            return Arrays.copyOf(mac.doFinal(), LENGTH - SIGNED);
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    /** Of which router a datagram says that it is; before it is believed. */
    static long routerHash(final ByteBuffer bytes) {
        return bytes.remaining() == LENGTH
                ? bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(bytes.position() + ROUTER)
                : 0;
    }

    /** What a datagram says, or null if it is not one that this secret signed. */
    static WitnessMessage decode(final ByteBuffer bytes, final Secret secret) {
        if (bytes.remaining() != LENGTH) {
            return null;
        }
        final ByteBuffer copy = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(bytes.duplicate()).flip();
        final byte type = copy.get(3);
        final int node = copy.get(4);
        if (copy.getShort(0) != MAGIC
                || copy.get(2) != VERSION
                || type < QUESTION
                || type > REFUSED
                || (node & ~1) != 0
                || !MessageDigest.isEqual(
                        hmac(copy.array(), secret), Arrays.copyOfRange(copy.array(), SIGNED, LENGTH))) {
            return null;
        }
        return new WitnessMessage(
                type, node, copy.getLong(ROUTER), copy.getLong(16), copy.getLong(24), copy.getLong(32));
    }

    /** The answer to this question. */
    WitnessMessage answer(final boolean granted) {
        return new WitnessMessage(granted ? GRANTED : REFUSED, node, routerHash, incarnation, sequence, forNs);
    }
}
