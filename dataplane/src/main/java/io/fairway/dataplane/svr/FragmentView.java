package io.fairway.dataplane.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.DropReason;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.svr.MetadataView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The fragment in hand: which datagram it belongs to, where in it, and where its bytes are. One object, reused by the
 * forwarder's thread; filled by {@link #svr}, {@link #ipv4} or {@link #ipv6}.
 */
public final class FragmentView {
    static final int KEY_LONGS = 5;
    static final int MAX_HEADERS_LENGTH = 128;
    static final int MAX_DATAGRAM_LENGTH = 65535;

    private static final int KIND_BARE = 0;
    private static final int KIND_SVR = 1;
    private static final int KIND_IPV4 = 2;
    private static final int KIND_IPV6 = 3;
    private static final int INTERFACE_SHIFT = 40;
    private static final int PROTOCOL_SHIFT = 32;

    /** Above every interface index of a key of IP's. */
    private static final long SVR_KEY = 1L << 63;

    private static final int IPV4_FRAGMENT_WORD = 6;
    private static final int IPV4_MORE_FRAGMENTS = 0x2000;
    private static final int IPV4_OFFSET_MASK = 0x1fff;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_FRAGMENT = 44;
    private static final int IPV6_FRAGMENT_LENGTH = 8;
    private static final int IPV6_MORE_FRAGMENTS = 1;
    private static final int IPV6_OFFSET_MASK = 0xfff8;

    final long[] key = new long[KEY_LONGS];
    long stationMac;
    DirectBuffer buffer;
    int headersOffset;
    int headersLength;
    int dataOffset;
    int dataLength;
    int start;
    boolean more;

    /** Bare is what was described part by part: its headers stay as they are. */
    private int kind = KIND_BARE;

    /** Of an IPv6 fragment: which byte of the headers names the fragment header, and what shall stand there. */
    private int nextHeaderPlace;

    private byte nextHeader;

    /**
     * A piece between routers, in a packet that has been parsed and verified, its metadata too.
     *
     * @param flowId the flow on which it came; extended ids are told apart within one flow
     * @param metadata of the packet; the bytes behind it are the piece
     * @param ipOffset where the packet's IP header begins
     * @param ipLength the packet's bytes without any HMAC at its end
     */
    public FragmentView svr(
            final int flowId,
            final MetadataView metadata,
            final DirectBuffer packet,
            final int ipOffset,
            final int ipLength) {
        kind = KIND_SVR;
        final int headers = OuterHeaders.length(packet, ipOffset);
        final int data = headers + metadata.total();
        addresses(0, 0, 0, 0);
        key[4] = SVR_KEY | (long) flowId << Integer.SIZE | metadata.fragmentExtendedId() & 0xffff_ffffL;
        return headers(packet, ipOffset, headers)
                .data(ipOffset + data, ipLength - data, metadata.fragmentOffset() << 3, metadata.fragmentMore());
    }

    /**
     * A fragment of an IPv4 datagram (RFC 791), whose header has been checked.
     *
     * @param interfaceIndex on which it came, with its VLAN if there are several on one interface; below 2^23
     * @param ipLength bytes of the packet as its total length says
     */
    public FragmentView ipv4(
            final int interfaceIndex, final DirectBuffer packet, final int ipOffset, final int ipLength) {
        final int headers = Ipv4Header.headerLength(packet, ipOffset);
        final int word = packet.getShort(ipOffset + IPV4_FRAGMENT_WORD, BIG_ENDIAN);
        addresses(0, Ipv4Header.source(packet, ipOffset), 0, Ipv4Header.destination(packet, ipOffset));
        datagram(interfaceIndex, Ipv4Header.protocol(packet, ipOffset), Ipv4Header.identification(packet, ipOffset));
        kind = KIND_IPV4;
        return headers(packet, ipOffset, headers)
                .data(
                        ipOffset + headers,
                        ipLength - headers,
                        (word & IPV4_OFFSET_MASK) << 3,
                        (word & IPV4_MORE_FRAGMENTS) != 0);
    }

    /**
     * A fragment of an IPv6 datagram (RFC 8200 section 4.5), whose headers have been walked to the fragment header.
     *
     * @param interfaceIndex as for IPv4
     * @param ipLength bytes of the packet as its payload length says
     */
    public FragmentView ipv6(
            final int interfaceIndex, final DirectBuffer packet, final int ipOffset, final int ipLength) {
        int place = ipOffset + IPV6_NEXT_HEADER;
        int at = ipOffset + Ipv6Header.LENGTH;
        while (packet.getByte(place) != IPV6_FRAGMENT) {
            place = at;
            at += (packet.getByte(at + 1) & 0xff) + 1 << 3;
        }
        nextHeaderPlace = place - ipOffset;
        nextHeader = packet.getByte(at);
        final int word = packet.getShort(at + 2, BIG_ENDIAN);
        final int data = at + IPV6_FRAGMENT_LENGTH;
        addresses(
                Ipv6Header.sourceHigh(packet, ipOffset),
                Ipv6Header.sourceLow(packet, ipOffset),
                Ipv6Header.destinationHigh(packet, ipOffset),
                Ipv6Header.destinationLow(packet, ipOffset));
        datagram(interfaceIndex, 0, packet.getInt(at + 4, BIG_ENDIAN));
        kind = KIND_IPV6;
        return headers(packet, ipOffset, at - ipOffset)
                .data(data, ipOffset + ipLength - data, word & IPV6_OFFSET_MASK, (word & IPV6_MORE_FRAGMENTS) != 0);
    }

    /** Who sent the frame, as an Ethernet address: who is told if the datagram never gets whole. */
    public FragmentView from(final long mac) {
        stationMac = mac;
        return this;
    }

    FragmentView addresses(
            final long sourceHigh, final long sourceLow, final long destinationHigh, final long destinationLow) {
        key[0] = sourceHigh;
        key[1] = sourceLow;
        key[2] = destinationHigh;
        key[3] = destinationLow;
        return this;
    }

    /** Which datagram between two addresses; an IPv6 fragment's protocol may differ from another's and is no part. */
    FragmentView datagram(final int interfaceIndex, final int protocol, final int identification) {
        key[4] = (long) interfaceIndex << INTERFACE_SHIFT
                | (long) protocol << PROTOCOL_SHIFT
                | identification & 0xffff_ffffL;
        return this;
    }

    /** The bytes that go before the datagram's. */
    FragmentView headers(final DirectBuffer packet, final int offset, final int length) {
        buffer = packet;
        headersOffset = offset;
        headersLength = length;
        return this;
    }

    /** The fragment's bytes, and where they belong in the datagram, in bytes. */
    FragmentView data(final int offset, final int length, final int place, final boolean moreFragments) {
        dataOffset = offset;
        dataLength = length;
        start = place;
        more = moreFragments;
        return this;
    }

    /** Behind the last byte that the fragment fills. */
    int end() {
        return start + dataLength;
    }

    /** FRAGMENT_MALFORMED for what no datagram can have as a fragment, else null. */
    DropReason check() {
        final boolean cut = more && (dataLength & 7) != 0;
        return dataLength <= 0
                        || cut
                        || headersLength > MAX_HEADERS_LENGTH
                        || headersLength + end() > MAX_DATAGRAM_LENGTH
                ? DropReason.FRAGMENT_MALFORMED
                : null;
    }

    /** The key's hash under a secret seed, so that nobody outside can choose keys that collide. */
    int hash(final long seed) {
        long hash = seed;
        for (final long part : key) {
            hash = (hash ^ part) * 0x9e37_79b9_7f4a_7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }

    /** Copies the headers of the fragment that begins the datagram. */
    void copyHeaders(final MutableDirectBuffer out, final int at) {
        out.putBytes(at, buffer, headersOffset, headersLength);
        if (kind == KIND_IPV6) {
            out.putByte(at + nextHeaderPlace, nextHeader);
        }
    }

    /** Makes the headers of a whole datagram of those of its first fragment. */
    void finishHeaders(final MutableDirectBuffer out, final int ip, final int length) {
        switch (kind) {
            case KIND_SVR -> OuterHeaders.setLengths(out, ip, length);
            case KIND_IPV4 -> {
                Ipv4Header.setTotalLength(out, ip, length);
                out.putShort(ip + IPV4_FRAGMENT_WORD, (short) 0, BIG_ENDIAN);
                Ipv4Header.computeChecksum(out, ip);
            }
            case KIND_IPV6 -> Ipv6Header.setPayloadLength(out, ip, length - Ipv6Header.LENGTH);
            default -> {
                // Nothing is known of them.
            }
        }
    }
}
