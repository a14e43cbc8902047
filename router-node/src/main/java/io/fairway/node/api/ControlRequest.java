package io.fairway.node.api;

/**
 * A line from the command line to a node.
 *
 * @param command named like the command: {@code show sessions}
 * @param id the session that the command is about, or the order to the pair, or null
 * @param filter which sessions to show, or null
 */
public record ControlRequest(String command, String id, SessionFilter filter) {
    public static final String NODE_STATUS = "node status";
    public static final String SHOW_SESSIONS = "show sessions";
    public static final String SHOW_SESSION = "show session";
    public static final String SHOW_PAIR = "show pair";
    public static final String SHOW_INTERFACES = "show interfaces";
    public static final String SHOW_ARP = "show arp";
    public static final String SHOW_PEERS = "show peers";
    public static final String SHOW_COUNTERS = "show counters";
    public static final String SHOW_DROPS = "show drops";
    public static final String DELETE_SESSION = "delete session";
    public static final String ORDER_PAIR = "order pair";

    /** A command without arguments. */
    public static ControlRequest of(final String command) {
        return new ControlRequest(command, null, null);
    }
}
