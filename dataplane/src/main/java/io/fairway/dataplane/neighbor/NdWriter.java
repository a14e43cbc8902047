package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.NeighborMessage;
import io.fairway.model.wire.ParsedPacket;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes neighbour discovery messages of our own (RFC 4861), each with our Ethernet address. Forwarder's thread only.
 */
final class NdWriter {
    private static final int LENGTH = Ipv6Header.LENGTH + NeighborMessage.LENGTH_WITH_ADDRESS;

    private final Links links;
    private final LinkOutput output;

    NdWriter(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
    }

    /**
     * Asks who has an address. A node that does not speak for the shared address asks from the link-local address that
     * is its own alone: a solicitation from nobody would be taken for one that claims the address.
     *
     * @param knownMac whom to ask, or 0 for the group of all who may have the address
     */
    void solicit(final int interfaceIndex, final long high, final long low, final long knownMac) {
        final int ip = begin();
        final MutableDirectBuffer out = output.memory();
        if (links.speaksFor(interfaceIndex) && !IpAddress.isLinkLocal(high)) {
            Ipv6Header.setSource(out, ip, links.addressHigh(interfaceIndex), links.addressLow(interfaceIndex));
        } else {
            setLinkLocalSource(ip, links.sourceMac(interfaceIndex));
        }
        final long group = NeighborMessage.groupLow(low);
        if (knownMac == 0) {
            Ipv6Header.setDestination(out, ip, NeighborMessage.GROUP_HIGH, group);
        } else {
            Ipv6Header.setDestination(out, ip, high, low);
        }
        final int nd = ip + Ipv6Header.LENGTH;
        NeighborMessage.encodeHead(out, nd, NeighborMessage.SOLICITATION, 0);
        NeighborMessage.encodeTarget(out, nd, high, low);
        NeighborMessage.encodeLinkAddress(out, nd, NeighborMessage.SOURCE_ADDRESS, links.sourceMac(interfaceIndex));
        send(interfaceIndex, knownMac == 0 ? NeighborMessage.groupMac(group) : knownMac, ip);
    }

    /**
     * Answers a solicitation of an address that we have. One that came from nobody asks whether the address is free,
     * and is answered for all to hear (RFC 4861 section 7.2.4).
     *
     * @param ownMac where we have the address
     */
    void answer(final int interfaceIndex, final DirectBuffer buffer, final ParsedPacket asked, final long ownMac) {
        final int ip = begin();
        final MutableDirectBuffer out = output.memory();
        final long high = NeighborMessage.targetHigh(buffer, asked.l4Offset());
        final long low = NeighborMessage.targetLow(buffer, asked.l4Offset());
        Ipv6Header.setSource(out, ip, high, low);
        final boolean fromNobody = (asked.sourceHigh() | asked.sourceLow()) == 0;
        final int solicited;
        final long destinationMac;
        if (fromNobody) {
            Ipv6Header.setDestination(out, ip, NeighborMessage.GROUP_HIGH, NeighborMessage.ALL_NODES_LOW);
            destinationMac = NeighborMessage.groupMac(NeighborMessage.ALL_NODES_LOW);
            solicited = 0;
        } else {
            Ipv6Header.setDestination(out, ip, asked.sourceHigh(), asked.sourceLow());
            destinationMac = EthernetHeader.source(buffer, asked.frameOffset());
            solicited = NeighborMessage.SOLICITED;
        }
        encodeAdvertisement(ip, solicited, high, low);
        NeighborMessage.encodeLinkAddress(out, ip + Ipv6Header.LENGTH, NeighborMessage.TARGET_ADDRESS, ownMac);
        send(interfaceIndex, destinationMac, ip);
    }

    /** Tells the link that an address of ours is at this node's virtual (or only) Ethernet address. */
    void announce(final int interfaceIndex, final long high, final long low) {
        final int ip = begin();
        final MutableDirectBuffer out = output.memory();
        Ipv6Header.setSource(out, ip, high, low);
        Ipv6Header.setDestination(out, ip, NeighborMessage.GROUP_HIGH, NeighborMessage.ALL_NODES_LOW);
        encodeAdvertisement(ip, 0, high, low);
        NeighborMessage.encodeLinkAddress(
                out, ip + Ipv6Header.LENGTH, NeighborMessage.TARGET_ADDRESS, links.sourceMac(interfaceIndex));
        send(interfaceIndex, NeighborMessage.groupMac(NeighborMessage.ALL_NODES_LOW), ip);
    }

    private int begin() {
        final int ip = output.reserve(LENGTH);
        Ipv6Header.encode(
                output.memory(), ip, NeighborMessage.LENGTH_WITH_ADDRESS, NeighborMessage.HOP_LIMIT, IpProtocol.ICMPV6);
        return ip;
    }

    private void setLinkLocalSource(final int ip, final long mac) {
        Ipv6Header.setSource(output.memory(), ip, IpAddress.LINK_LOCAL_HIGH, IpAddress.linkLocalLow(mac));
    }

    private void encodeAdvertisement(final int ip, final int solicited, final long high, final long low) {
        final int nd = ip + Ipv6Header.LENGTH;
        final int flags = NeighborMessage.ROUTER | NeighborMessage.OVERRIDE | solicited;
        NeighborMessage.encodeHead(output.memory(), nd, NeighborMessage.ADVERTISEMENT, flags);
        NeighborMessage.encodeTarget(output.memory(), nd, high, low);
    }

    private void send(final int interfaceIndex, final long destinationMac, final int ip) {
        Icmpv6Message.computeChecksum(output.memory(), ip, ip + Ipv6Header.LENGTH, NeighborMessage.LENGTH_WITH_ADDRESS);
        output.send(interfaceIndex, destinationMac, EthernetHeader.IPV6, ip, LENGTH);
    }
}
