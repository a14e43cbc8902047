package io.fairway.model.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An ARP message for IPv4 over Ethernet (RFC 826). IP addresses are 32 bits in network order, Ethernet addresses longs
 * as in {@link MacAddress#bits()}. Views bytes; owns nothing.
 *
 * <pre>
 *  0 u16 hardware type 1   2 u16 protocol type 0x0800   4 u8 6   5 u8 4   6 u16 operation
 *  8 sender Ethernet (6)  14 sender IP (4)  18 target Ethernet (6)  24 target IP (4)
 * </pre>
 */
public final class ArpMessage {
    /** Bytes of a message. */
    public static final int LENGTH = 28;

    /** Operation: who has the target IP? */
    public static final int REQUEST = 1;

    /** Operation: the sender has the sender IP. */
    public static final int REPLY = 2;

    private static final int OPERATION = 6;
    private static final int SENDER_ETHERNET = 8;
    private static final int SENDER_IP = 14;
    private static final int TARGET_ETHERNET = 18;
    private static final int TARGET_IP = 24;
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

    private ArpMessage() {}

    /** Whether the 28 bytes are a request or a reply for IPv4 over Ethernet. */
    public static boolean isValid(final DirectBuffer buffer, final int arp) {
        final long head = buffer.getLong(arp, BIG_ENDIAN);
        final int operation = (int) head & 0xffff;
        return head >>> 16 == ETHERNET_IPV4 && (operation == REQUEST || operation == REPLY);
    }

    /** Writes the fixed fields and the operation. */
    public static void encodeHead(final MutableDirectBuffer buffer, final int arp, final int operation) {
        buffer.putLong(arp, ETHERNET_IPV4 << 16 | operation & 0xffff, BIG_ENDIAN);
    }

    /** Writes the sender's Ethernet and IP address. */
    public static void encodeSender(
            final MutableDirectBuffer buffer, final int arp, final long ethernet, final int ipv4) {
        EthernetHeader.putAddress(buffer, arp + SENDER_ETHERNET, ethernet);
        buffer.putInt(arp + SENDER_IP, ipv4, BIG_ENDIAN);
    }

    /** Writes the target's Ethernet (0 if it is asked for) and IP address. */
    public static void encodeTarget(
            final MutableDirectBuffer buffer, final int arp, final long ethernet, final int ipv4) {
        EthernetHeader.putAddress(buffer, arp + TARGET_ETHERNET, ethernet);
        buffer.putInt(arp + TARGET_IP, ipv4, BIG_ENDIAN);
    }

    public static int operation(final DirectBuffer buffer, final int arp) {
        return buffer.getShort(arp + OPERATION, BIG_ENDIAN) & 0xffff;
    }

    public static long senderEthernet(final DirectBuffer buffer, final int arp) {
        return EthernetHeader.address(buffer, arp + SENDER_ETHERNET);
    }

    public static int senderIp(final DirectBuffer buffer, final int arp) {
        return buffer.getInt(arp + SENDER_IP, BIG_ENDIAN);
    }

    public static long targetEthernet(final DirectBuffer buffer, final int arp) {
        return EthernetHeader.address(buffer, arp + TARGET_ETHERNET);
    }

    public static int targetIp(final DirectBuffer buffer, final int arp) {
        return buffer.getInt(arp + TARGET_IP, BIG_ENDIAN);
    }
}
