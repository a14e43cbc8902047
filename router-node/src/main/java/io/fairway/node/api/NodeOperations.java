package io.fairway.node.api;

import java.util.List;

/**
 * What may be asked of a running node. Called on the control server's virtual threads, several at once; an
 * implementation reads views that are safe for that, may block briefly, and never touches the packet path. An
 * exception's message becomes the answer.
 */
public interface NodeOperations {
    /** Which node this is and how it is. */
    NodeStatus status();

    /** The sessions that the filter lets through, own and partner's, up to its limit. */
    SessionPage sessions(SessionFilter filter);

    /** Everything about one session, or null if there is none with this id. */
    SessionDetail session(long sessionId);

    /** How the two nodes act as one; a router of one node says so in the state. */
    PairStatus pair();

    /** The logical interfaces in their order. */
    List<InterfaceRow> interfaces();

    /** The neighbours whose Ethernet addresses are known or asked for. */
    List<ArpRow> arp();

    /** The paths to other routers. */
    List<PeerRow> peers();

    /** All counters but the drops. */
    List<CounterRow> counters();

    /** One row per {@code DropReason}, also those that never happened. */
    List<DropRow> drops();

    /** Ends a session; false if there is none with this id. */
    boolean deleteSession(long sessionId);

    /**
     * Does what an operator wants of this node of a pair.
     *
     * @param order handover, drain, freeze, resume or fence
     * @return what it now does, in a sentence
     * @throws IllegalArgumentException if it does not, in a sentence that says why
     */
    String orderPair(String order);
}
