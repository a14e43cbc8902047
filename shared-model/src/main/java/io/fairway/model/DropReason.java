package io.fairway.model;

/**
 * Every reason for which Fairway drops a packet. Each has a sentence for people and a counter of its own; there is no
 * "other". The ordinal is the counter's index.
 */
public enum DropReason {
    TRUNCATED_ETHERNET("The frame is shorter than an Ethernet header."),
    NOT_FOR_US("The frame's destination address is another station's."),
    UNKNOWN_ETHERTYPE("The frame carries neither IP nor ARP."),
    BAD_ARP("The ARP message is truncated or not a request or reply for IPv4 over Ethernet."),
    VLAN_UNKNOWN("The frame's VLAN is not configured on this interface."),
    TRUNCATED_IP("The packet is shorter than its IP header or than the header's total length."),
    BAD_IP_HEADER("The IP version, header length or an option is malformed."),
    BAD_IP_CHECKSUM("The IPv4 header checksum is wrong."),
    TOO_MANY_EXTENSION_HEADERS("More IPv6 extension headers stand before the transport header than anyone needs."),
    SOURCE_ROUTED("The IPv6 routing header is of type 0 or has segments left."),
    BAD_NEIGHBOR_MESSAGE("The neighbour discovery message is malformed or not from this link."),
    IP_FRAGMENT("The packet is a fragment, which is no packet of its own."),
    MARTIAN_SOURCE("The source address is multicast, broadcast, loopback, reserved or our own."),
    MULTICAST_DESTINATION("The destination is multicast or broadcast; nothing forwards it."),
    MARTIAN_DESTINATION("The destination is loopback, reserved or on network 0; nothing forwards it."),
    LINK_LOCAL("Source or destination is valid on its link only; nothing forwards it."),
    TRUNCATED_L4("The packet is shorter than its transport header."),
    BAD_L4_HEADER("The transport header contradicts itself (TCP data offset, UDP length)."),
    BAD_L4_CHECKSUM("The TCP, UDP or ICMP checksum is wrong."),
    UNKNOWN_PROTOCOL("The IP protocol is none that has sessions, or belongs to the other family."),
    ICMP_NOT_ECHO("The ICMP message is neither an echo nor an error about a packet."),
    ICMP_ERROR_MALFORMED("The ICMP error quotes too little of a packet, or one that no error may be about."),
    ICMP_ERROR_NO_SESSION("The ICMP error is about a packet of no session that is known here."),
    ICMP_ERROR_NOT_CARRIED("The ICMP error has no counterpart in the sender's family, or no key towards the peer."),
    ICMP_ERROR_TOO_MANY("More ICMP errors came than are told to peers."),
    TTL_EXCEEDED("The time to live ran out here."),
    TCP_NOT_SYN("A TCP packet of an unknown session is not a SYN."),
    TCP_OUT_OF_WINDOW("The TCP segment lies outside of its session's windows."),
    PENDING_TABLE_FULL("Too many new flows are waiting for a decision."),
    PENDING_QUEUE_FULL("Too many packets of one new flow are waiting for a decision."),
    PENDING_EXPIRED("The decision on a new flow took too long."),
    CONTROLLER_BUSY("The ring to the controller is full."),
    FLOW_TABLE_FULL("The flow table holds as many sessions as configured."),
    DUPLICATE_FLOW("The new session's flow key belongs to another session."),
    NO_TENANT("No tenant could be given to the source."),
    DENIED_BY_POLICY("An access policy denies the tenant this service."),
    NO_SERVICE("No service matches the destination for this tenant."),
    NO_ROUTE("The service has no usable route from this router."),
    NO_WAYPORT("No wayport or NAT port is free towards the peer."),
    CONTROLLER_REFUSED("The controller could not set the session up."),
    JOURNAL_FULL("The journal could not take the new session's record."),
    UNKNOWN_FLOW_AT_WAYPOINT("A packet without metadata reached a wayport that has no session."),
    METADATA_MALFORMED("The metadata's lengths or TLVs are malformed."),
    METADATA_BAD_HMAC("The metadata's HMAC is wrong."),
    METADATA_REPLAYED("A packet with encrypted metadata came for a second time."),
    METADATA_UNKNOWN_KEY("The metadata names a security id that is not configured."),
    NO_PEER_KEY("Metadata cannot be protected yet: no key has been agreed on with the peer."),
    METADATA_NOT_DECRYPTED("The metadata's payload TLVs cannot be decrypted."),
    METADATA_UNKNOWN_PEER("Metadata came from an address that is no peer's waypoint."),
    METADATA_UNKNOWN_POLICY("The metadata names a security policy that is not configured, or brings no key for it."),
    METADATA_OTHER_SESSION("The metadata names another session than the one of its waypoint tuple; the old one ends."),
    METADATA_INCOMPLETE("The metadata lacks a TLV that a new session needs."),
    METADATA_DOES_NOT_FIT("The packet with its metadata exceeds the path's MTU."),
    PAYLOAD_NOT_SEALED("A packet of a sealed session came without a seal."),
    PAYLOAD_BAD_SEAL("The seal of a session's payload is wrong."),
    PAYLOAD_NOT_AS_DECIDED("The peer has not heard yet whether this session's payload is sealed; it is told again."),
    PAYLOAD_REPLAYED("A sealed packet came for a second time, or far too late."),
    CONTROL_MESSAGE("A control message, consumed here."),
    TOO_BIG_FOR_EGRESS("The packet exceeds the egress interface's MTU and may not be fragmented."),
    NEIGHBOR_UNRESOLVED("The next hop answered neither ARP nor neighbour discovery."),
    NEIGHBOR_QUEUE_FULL("Too many packets wait for the next hop's address."),
    NOT_GROUP_LEADER("The frame came for the shared address, which the other node leads."),
    GATE_CLOSED("This node's lease has expired; it may not send."),
    STALE_EPOCH("The packet was forwarded under an epoch that is over."),
    OWNER_CHANGING("The session changed its owner, and the new one was not ready for the packet in time."),
    OWNER_UNREACHABLE("The session's owner cannot be reached over the fabric."),
    EXIT_UNREACHABLE("The other node, which alone has the egress interface, cannot be reached over the fabric."),
    EGRESS_FULL("The egress port could not take the packet."),
    RX_RING_FULL("The kernel had no free frame in the receive ring."),
    FRAGMENT_MALFORMED("A fragment is empty, reaches beyond 64 KB, or is not the last and no multiple of eight bytes."),
    FRAGMENT_DUPLICATE("A fragment that has come before."),
    FRAGMENT_OVERLAP("Fragments of one datagram overlap; none of them is used (RFC 5722)."),
    FRAGMENT_INCONSISTENT("Fragments of one datagram contradict each other about its end; none of them is used."),
    FRAGMENT_TOO_MANY("A datagram came in more fragments than are kept; none of them is used."),
    FRAGMENT_EXPIRED("The other fragments of a datagram did not come in time."),
    FRAGMENT_EVICTED("The fragments of an unfinished datagram gave way to newer ones."),
    FRAGMENT_REASSEMBLED("A fragment, consumed here: its datagram went on whole with the last one to come."),
    CONSUMED_ARP("An ARP message, consumed here."),
    CONSUMED_NEIGHBOR_MESSAGE("A neighbour solicitation or advertisement, consumed here."),
    ROUTER_MESSAGE_IGNORED("A router solicitation, advertisement or redirect; routes are configured, not learned."),
    CONSUMED_PEER_MESSAGE("A message to UDP port 1280 of a waypoint, handed to the controller."),
    PEER_MESSAGES_TOO_MANY("More messages came to UDP port 1280 of our waypoints than the controller looks at."),
    CONSUMED_ECHO("An echo request to our own address, answered."),
    TO_OURSELVES("A packet to our own address that no service takes.");

    private static final DropReason[] VALUES = values();

    private final String sentence;

    DropReason(final String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people. */
    public String sentence() {
        return sentence;
    }

    /** The reason with this counter index. */
    public static DropReason of(final int index) {
        return VALUES[index];
    }

    /** How many reasons, hence counters, there are. */
    public static int count() {
        return VALUES.length;
    }
}
