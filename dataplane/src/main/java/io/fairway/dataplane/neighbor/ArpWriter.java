package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.MacAddress;

/** Writes ARP messages of our own (RFC 826). Forwarder's thread only. */
final class ArpWriter {
    private final Links links;
    private final LinkOutput output;

    ArpWriter(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
    }

    /**
     * Asks who has an address. A node that does not speak for the shared address asks with an empty sender address and
     * its own Ethernet address, as a probe does (RFC 5227): nobody learns from it where the shared address is.
     *
     * @param destinationMac whom to ask: where the address is thought to be, or everyone
     */
    void request(final int interfaceIndex, final int targetIp, final long destinationMac) {
        final int own = links.speaksFor(interfaceIndex) ? links.addressV4(interfaceIndex) : 0;
        final int arp = begin(interfaceIndex, ArpMessage.REQUEST, own);
        ArpMessage.encodeTarget(output.memory(), arp, 0, targetIp);
        output.send(interfaceIndex, destinationMac, EthernetHeader.ARP, arp, ArpMessage.LENGTH);
    }

    /** Answers that we have an address. */
    void reply(final int interfaceIndex, final int address, final long askerMac, final int askerIp) {
        final int arp = begin(interfaceIndex, ArpMessage.REPLY, address);
        ArpMessage.encodeTarget(output.memory(), arp, askerMac, askerIp);
        output.send(interfaceIndex, askerMac, EthernetHeader.ARP, arp, ArpMessage.LENGTH);
    }

    /** Tells the link that our address is at this node's virtual (or only) Ethernet address (RFC 5227 section 3). */
    void announce(final int interfaceIndex) {
        final int own = links.addressV4(interfaceIndex);
        final int arp = begin(interfaceIndex, ArpMessage.REQUEST, own);
        ArpMessage.encodeTarget(output.memory(), arp, 0, own);
        output.send(interfaceIndex, MacAddress.BROADCAST.bits(), EthernetHeader.ARP, arp, ArpMessage.LENGTH);
    }

    private int begin(final int interfaceIndex, final int operation, final int senderIp) {
        final int arp = output.reserve(ArpMessage.LENGTH);
        ArpMessage.encodeHead(output.memory(), arp, operation);
        ArpMessage.encodeSender(output.memory(), arp, links.sourceMac(interfaceIndex), senderIp);
        return arp;
    }
}
