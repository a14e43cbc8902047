package io.fairway.model.wire;

import io.fairway.model.session.FlowKeyFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * What {@link PacketParser} found in a frame: one object, reused for every frame by the thread that owns it. Offsets
 * are absolute in the parsed buffer. After a drop, the fields of the layers before the failing one are set, the others
 * 0.
 */
public final class ParsedPacket {
    private static final long V4_MAPPED = 0x0000_ffff_0000_0000L;

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
    int sourceV4;
    int destinationV4;
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
        sourceV4 = 0;
        destinationV4 = 0;
        sourcePort = 0;
        destinationPort = 0;
        tcpFlags = 0;
        icmpType = 0;
    }

    /** Writes the 48-byte key of an IPv4 packet that parsed; the VLAN is the caller's, in-band or out of band. */
    public void encodeKey(
            final MutableDirectBuffer buffer, final int offset, final int interfaceIndex, final int keyVlan) {
        FlowKeyFlyweight.encodeHead(buffer, offset, interfaceIndex, keyVlan, protocol);
        FlowKeyFlyweight.encodeAddresses(
                buffer, offset, sourceHigh(), sourceLow(), destinationHigh(), destinationLow());
        FlowKeyFlyweight.encodePorts(buffer, offset, sourcePort, destinationPort);
    }

    /** The EtherType behind a tag if there is one: {@link EthernetHeader#IPV4} or {@link EthernetHeader#ARP}. */
    public int etherType() {
        return etherType;
    }

    /** Whether this is an ARP message; it stands at {@link #ipOffset()}. */
    public boolean isArp() {
        return etherType == EthernetHeader.ARP;
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

    /** Where the transport header begins. */
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

    /** The source's 32 bits in network order. */
    public int sourceV4() {
        return sourceV4;
    }

    /** The destination's 32 bits in network order. */
    public int destinationV4() {
        return destinationV4;
    }

    /** As in {@link IpAddress#high()}. */
    public long sourceHigh() {
        return 0;
    }

    /** As in {@link IpAddress#low()}. */
    public long sourceLow() {
        return V4_MAPPED | sourceV4 & 0xffff_ffffL;
    }

    /** As in {@link IpAddress#high()}. */
    public long destinationHigh() {
        return 0;
    }

    /** As in {@link IpAddress#low()}. */
    public long destinationLow() {
        return V4_MAPPED | destinationV4 & 0xffff_ffffL;
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

    /** The type of an ICMP message, else 0. */
    public int icmpType() {
        return icmpType;
    }
}
