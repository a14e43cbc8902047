package io.fairway.model.wire;

import io.fairway.model.session.FlowKeyFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * What {@link PacketParser} found in a frame: one object, reused for every frame by the thread that owns it. Offsets
 * are absolute in the parsed buffer. After a drop, the fields of the layers before the failing one are set, the others
 * 0.
 */
public final class ParsedPacket {
    int etherType;
    int vlan;
    int frameOffset;
    int ipOffset;
    int l4Offset;
    int payloadOffset;
    int endOffset;
    int protocol;
    int ttl;
    boolean fragment;
    boolean checksumTrusted;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    int tcpFlags;
    int icmpType;

    void reset(final int frame, final boolean trusted) {
        frameOffset = frame;
        checksumTrusted = trusted;
        etherType = 0;
        vlan = 0;
        ipOffset = 0;
        l4Offset = 0;
        payloadOffset = 0;
        endOffset = 0;
        protocol = 0;
        ttl = 0;
        fragment = false;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        sourcePort = 0;
        destinationPort = 0;
        tcpFlags = 0;
        icmpType = 0;
    }

    /** Writes the 48-byte key of an IP packet that parsed; the VLAN is the caller's, in-band or out of band. */
    public void encodeKey(
            final MutableDirectBuffer buffer, final int offset, final int interfaceIndex, final int keyVlan) {
        FlowKeyFlyweight.encodeHead(buffer, offset, interfaceIndex, keyVlan, protocol);
        FlowKeyFlyweight.encodeAddresses(buffer, offset, sourceHigh, sourceLow, destinationHigh, destinationLow);
        FlowKeyFlyweight.encodePorts(buffer, offset, sourcePort, destinationPort);
    }

    /** Writes the key of the packets that answer this one. */
    public void encodeReverseKey(
            final MutableDirectBuffer buffer, final int offset, final int interfaceIndex, final int keyVlan) {
        FlowKeyFlyweight.encodeHead(buffer, offset, interfaceIndex, keyVlan, protocol);
        FlowKeyFlyweight.encodeAddresses(buffer, offset, destinationHigh, destinationLow, sourceHigh, sourceLow);
        FlowKeyFlyweight.encodePorts(buffer, offset, destinationPort, sourcePort);
    }

    /**
     * The EtherType behind a tag if there is one: {@link EthernetHeader#IPV4}, {@link EthernetHeader#IPV6} or
     * {@link EthernetHeader#ARP}.
     */
    public int etherType() {
        return etherType;
    }

    /** Whether this is an ARP message; it stands at {@link #ipOffset()}. */
    public boolean isArp() {
        return etherType == EthernetHeader.ARP;
    }

    public boolean isV6() {
        return etherType == EthernetHeader.IPV6;
    }

    /** Whether this is a neighbour discovery message, which has no ports; it stands at {@link #l4Offset()}. */
    public boolean isNeighborMessage() {
        return protocol == IpProtocol.ICMPV6 && isV6() && NeighborMessage.isType(icmpType);
    }

    /** The VLAN of a tag inside the frame; 0 for none and for a priority tag. */
    public int vlan() {
        return vlan;
    }

    /** Whether the frame carries a tag. */
    public boolean isTagged() {
        return ipOffset - frameOffset > EthernetHeader.LENGTH;
    }

    public int frameOffset() {
        return frameOffset;
    }

    /** Where the IP header, or the ARP message, begins. */
    public int ipOffset() {
        return ipOffset;
    }

    /** Where the transport header begins, behind all options and extension headers. */
    public int l4Offset() {
        return l4Offset;
    }

    /** Where the bytes behind the TCP, UDP or ICMP echo header begin. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Where the IP packet (or ARP message) ends; the frame may be padded beyond it. */
    public int endOffset() {
        return endOffset;
    }

    /** Bytes behind the transport header. */
    public int payloadLength() {
        return endOffset - payloadOffset;
    }

    /** Bytes of the transport header and what is behind it. */
    public int l4Length() {
        return endOffset - l4Offset;
    }

    /** Bytes of the IP packet. */
    public int ipLength() {
        return endOffset - ipOffset;
    }

    public int protocol() {
        return protocol;
    }

    /** The time to live, of IPv6 the hop limit. */
    public int ttl() {
        return ttl;
    }

    public boolean fragment() {
        return fragment;
    }

    /** Whether the frame's vnet header vouches for the transport checksum, or it is not complete yet. */
    public boolean checksumTrusted() {
        return checksumTrusted;
    }

    /** As in {@link IpAddress#high()}. */
    public long sourceHigh() {
        return sourceHigh;
    }

    /** As in {@link IpAddress#low()}. */
    public long sourceLow() {
        return sourceLow;
    }

    /** As in {@link IpAddress#high()}. */
    public long destinationHigh() {
        return destinationHigh;
    }

    /** As in {@link IpAddress#low()}. */
    public long destinationLow() {
        return destinationLow;
    }

    /** The sum of both addresses, see {@link InternetChecksum#addressSum}. */
    public int addressSum() {
        return InternetChecksum.addressSum(sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    /** The key's source port; the identifier of an echo request, 0 of an echo reply. */
    public int sourcePort() {
        return sourcePort;
    }

    /** The key's destination port; 0 of an echo request, the identifier of an echo reply. */
    public int destinationPort() {
        return destinationPort;
    }

    /** The flags of a TCP packet, else 0. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** The type of an ICMP or ICMPv6 message, else 0. */
    public int icmpType() {
        return icmpType;
    }

    /** Whether this is an ICMP error about another packet; it has no ports and no key. */
    public boolean isIcmpError() {
        return (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) && IcmpError.isError(icmpType, isV6());
    }

    /** Whether this is an echo request of the packet's family. */
    public boolean isEchoRequest() {
        return protocol == IpProtocol.ICMP && icmpType == IcmpMessage.ECHO_REQUEST
                || protocol == IpProtocol.ICMPV6 && icmpType == Icmpv6Message.ECHO_REQUEST;
    }
}
