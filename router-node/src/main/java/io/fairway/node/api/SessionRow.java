package io.fairway.node.api;

/**
 * A session in one row per direction.
 *
 * @param id 16 hexadecimal digits, as {@link #id(long)} writes them
 * @param service the service's name
 * @param tenant the tenant's name
 * @param owner the name of the node that owns it
 * @param synced whether the partner has acknowledged its newest record; true in a router of one node
 * @param timeoutMs until it ends if nothing is sent
 * @param uptimeMs since it was created
 * @param forward client to server
 * @param reverse server to client
 */
public record SessionRow(
        String id,
        String service,
        String tenant,
        String owner,
        boolean synced,
        long timeoutMs,
        long uptimeMs,
        FlowRow forward,
        FlowRow reverse) {
    private static final int HEX_DIGITS = 16;

    /** A session id for people. */
    public static String id(final long sessionId) {
        final String digits = Long.toHexString(sessionId);
        return "0".repeat(HEX_DIGITS - digits.length()) + digits;
    }

    /**
     * The session id that people wrote.
     *
     * @throws IllegalArgumentException with a sentence for people if it is none
     */
    public static long parseId(final String text) {
        if (!text.matches("[0-9a-fA-F]{1,16}")) {
            throw new IllegalArgumentException("'" + text + "' is no session id: it has up to 16 hexadecimal digits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    /**
     * One direction of a session.
     *
     * @param networkInterface the logical interface on which its packets arrive
     * @param vlan 0 for none
     * @param protocol the IP protocol's short name
     * @param sourceIp as packets arrive
     * @param sourcePort as packets arrive
     * @param destinationIp as packets arrive
     * @param destinationPort as packets arrive
     * @param natIp the address that replaces the source (forward) or the destination (reverse); null for none
     * @param natPort the port that goes with it, 0 for none
     */
    public record FlowRow(
            String networkInterface,
            int vlan,
            String protocol,
            String sourceIp,
            int sourcePort,
            String destinationIp,
            int destinationPort,
            String natIp,
            int natPort) {}
}
