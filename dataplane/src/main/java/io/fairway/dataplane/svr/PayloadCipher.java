package io.fairway.dataplane.svr;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Seals and opens payloads of one direction of a session (svr-protocol.md sections 3.8 and 4.1; the layouts are this
 * project's, docs/decisions/011). What is sealed carries a packet number, which is never used twice with a key, and for
 * a TCP segment cut out of a super-frame how far the sequence number on the wire runs ahead of its own. Both are
 * authenticated. Belongs to one thread, allocates nothing after construction.
 */
public interface PayloadCipher {
    /** {@link #open} of what the key did not seal. */
    int REFUSED = -1;

    /** Bytes that sealing adds to a payload of this length. */
    int overhead(int length);

    /**
     * Seals a payload.
     *
     * @param source where it is; not changed, and may overlap the target only if it is the same place
     * @param number the packet number
     * @param excess bytes by which the TCP sequence number on the wire is ahead, 0 to 65535
     * @return the sealed length: length + {@link #overhead}
     */
    int seal(
            DirectBuffer source,
            int offset,
            int length,
            long number,
            int excess,
            MutableDirectBuffer target,
            int targetOffset);

    /**
     * Reads packet number and excess of a sealed payload, which nothing has authenticated yet.
     *
     * @return false if the payload is too short to have been sealed
     */
    boolean peek(DirectBuffer buffer, int offset, int length);

    /** The packet number that {@link #peek} found. */
    long number();

    /** The excess that {@link #peek} found. */
    int excess();

    /**
     * Authenticates and opens the payload that {@link #peek} looked at.
     *
     * @param target where the payload goes; may be the same place
     * @return the payload's length, or {@link #REFUSED} and nothing written
     */
    int open(DirectBuffer buffer, int offset, int length, MutableDirectBuffer target, int targetOffset);
}
