package io.fairway.node.api;

/**
 * Everything about one session.
 *
 * @param session its row
 * @param uuid its name on the wire
 * @param state how far it has come
 * @param version of its record
 * @param bucket that it is in
 * @param epoch under which its record was written
 * @param handshakeDone whether the metadata handshake is complete
 * @param peer the router on the other side, empty for a local session
 * @param path the peer path, empty for a local session
 * @param idleTimeoutMs after how much silence it ends
 * @param created wall-clock time in ISO 8601
 * @param forward what happens to its packets, client to server
 * @param reverse the same, server to client
 */
public record SessionDetail(
        SessionRow session,
        String uuid,
        String state,
        int version,
        int bucket,
        int epoch,
        boolean handshakeDone,
        String peer,
        String path,
        long idleTimeoutMs,
        String created,
        FlowDetail forward,
        FlowDetail reverse) {
    /**
     * What happens to the packets of one direction.
     *
     * @param egressInterface the logical interface to leave by
     * @param egressVlan 0 for none
     * @param nextHop whose Ethernet address the frame gets
     * @param transport how the packet is carried: same, into udp, out of udp
     * @param metadata which metadata may be added: none, forward, reverse
     * @param outSource address and port that the packet leaves with
     * @param outDestination address and port that the packet leaves for
     * @param packets seen
     * @param bytes seen
     * @param idleMs since the last packet
     */
    public record FlowDetail(
            String egressInterface,
            int egressVlan,
            String nextHop,
            String transport,
            String metadata,
            String outSource,
            String outDestination,
            long packets,
            long bytes,
            long idleMs) {}
}
