package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * The 16-bit one's complement checksum (RFC 1071) and its incremental update (RFC 1624). A <em>sum</em> is the folded
 * one's complement sum of big-endian words, 0 to 0xffff; a <em>checksum</em> is its complement. Pure functions.
 */
public final class InternetChecksum {
    private InternetChecksum() {}

    /** The checksum of a range, whose own checksum field must be 0. */
    public static int checksum(final DirectBuffer buffer, final int offset, final int length) {
        return ~sum(buffer, offset, length) & 0xffff;
    }

    /** The sum of a range; an odd last byte counts as the high one of its word. */
    public static int sum(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        int at = offset;
        // Little-endian words give the sum with its bytes exchanged (RFC 1071 section 2 B); 64-bit accumulators of
        // 32-bit halves cannot overflow below 2^31 words.
        long even = 0;
        long odd = 0;
        for (final int last = end - 16; at <= last; at += 16) {
            final long first = buffer.getLong(at, LITTLE_ENDIAN);
            final long second = buffer.getLong(at + 8, LITTLE_ENDIAN);
            even += (first & 0xffff_ffffL) + (first >>> 32);
            odd += (second & 0xffff_ffffL) + (second >>> 32);
        }
        long total = even + odd;
        for (; at + 2 <= end; at += 2) {
            total += buffer.getShort(at, LITTLE_ENDIAN) & 0xffff;
        }
        if (at < end) {
            total += buffer.getByte(at) & 0xff;
        }
        return swap(fold64(total));
    }

    /** The sum of two sums. */
    public static int add(final int sum, final int other) {
        final int total = sum + other;
        return (total & 0xffff) + (total >>> 16);
    }

    /** The sum of the two words of a 32-bit value. */
    public static int fold32(final int value) {
        return add(value >>> 16, value & 0xffff);
    }

    /** The sum of the four words of a 64-bit value. */
    public static int fold64(final long value) {
        final long words = (value >>> 48) + (value >>> 32 & 0xffff) + (value >>> 16 & 0xffff) + (value & 0xffff);
        final int total = (int) (words & 0xffff) + (int) (words >>> 16);
        return (total & 0xffff) + (total >>> 16);
    }

    /** A sum with its two bytes exchanged: what it becomes when the data moves to an odd offset. */
    public static int swap(final int sum) {
        return (sum & 0xff) << 8 | sum >>> 8 & 0xff;
    }

    /** The checksum after words with the old sum gave way to words with the new sum (RFC 1624 equation 3). */
    public static int update16(final int checksum, final int oldSum, final int newSum) {
        return ~add(add(~checksum & 0xffff, ~oldSum & 0xffff), newSum & 0xffff) & 0xffff;
    }

    /** The checksum after an aligned 32-bit value changed, such as an address. */
    public static int update32(final int checksum, final int oldValue, final int newValue) {
        return update16(checksum, fold32(oldValue), fold32(newValue));
    }

    /**
     * The content of a checksum field that awaits completion (NEEDS_CSUM: it holds the pseudo header's sum, not its
     * complement) after words of the pseudo header changed.
     */
    public static int updatePartial(final int partialSum, final int oldSum, final int newSum) {
        return add(add(partialSum & 0xffff, ~oldSum & 0xffff), newSum & 0xffff);
    }

    /** A computed UDP checksum as it is sent: 0 would mean "none" and becomes 0xffff (RFC 768). */
    public static int udpOnWire(final int checksum) {
        return checksum == 0 ? 0xffff : checksum;
    }

    /**
     * The sum of two addresses in 128 bits each. An IPv4 address gives the same with its mapped form's ffff as without,
     * for that word is one's complement's other zero; so sums of both families can be exchanged for one another.
     */
    public static int addressSum(
            final long sourceHigh, final long sourceLow, final long destinationHigh, final long destinationLow) {
        return add(add(fold64(sourceHigh), fold64(sourceLow)), add(fold64(destinationHigh), fold64(destinationLow)));
    }

    /** The sum of a pseudo header of either family from the sum of its addresses. */
    public static int pseudoHeader(final int addressSum, final int protocol, final int transportLength) {
        return add(addressSum, add(protocol & 0xff, fold32(transportLength)));
    }

    /** The sum of the pseudo header of the IPv4 or IPv6 header that stands at an offset. */
    public static int pseudoHeader(
            final DirectBuffer buffer, final int ip, final int protocol, final int transportLength) {
        return Ipv4Header.version(buffer, ip) == 4
                ? Ipv4Header.pseudoHeaderSum(buffer, ip, protocol, transportLength)
                : pseudoHeaderV6(buffer, ip, protocol, transportLength);
    }

    /** The sum of TCP's and UDP's pseudo header over IPv4 (RFC 9293 section 3.1). */
    public static int pseudoHeaderV4(
            final int source, final int destination, final int protocol, final int transportLength) {
        return add(add(fold32(source), fold32(destination)), add(protocol & 0xff, fold32(transportLength)));
    }

    /** The sum of the pseudo header over IPv6 (RFC 8200 section 8.1), its addresses read from the IPv6 header. */
    public static int pseudoHeaderV6(
            final DirectBuffer buffer, final int ipv6, final int protocol, final int transportLength) {
        int sum = add(protocol & 0xff, fold32(transportLength));
        for (int at = ipv6 + 8; at < ipv6 + 40; at += 8) {
            sum = add(sum, fold64(buffer.getLong(at, BIG_ENDIAN)));
        }
        return sum;
    }
}
