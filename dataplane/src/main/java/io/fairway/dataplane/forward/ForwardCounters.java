package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the forwarder counts, outside the heap; written by its thread, read by any. A frame counts as one packet, a
 * super-frame too. At the end of a turn {@code received + crossedIn + generated = transmitted + dropped + crossedOut +
 * pendingPackets + neighborQueued + held}.
 */
public final class ForwardCounters {
    private static final int ESTABLISHED = 0;
    private static final int FORWARDED = 8;
    private static final int CROSSED_OUT = 16;
    private static final int CROSSED_IN = 24;
    private static final int GENERATED = 32;
    private static final int SESSIONS = 40;
    private static final int PENDING_FLOWS = 48;
    private static final int PENDING_PACKETS = 56;
    private static final int NEIGHBOR_QUEUED = 64;
    private static final int EVENTS_LOST = 72;
    private static final int TURNS = 80;
    private static final int CUT = 88;
    private static final int FRAGMENTS = 96;
    private static final int HEALTH_TIMEOUTS = 104;
    private static final int HELD = 112;
    private static final int SKIPPED_COMMANDS = 120;
    private static final int DROPS = 128;
    private static final int PORTS = DROPS + DropReason.count() * Long.BYTES;
    private static final int PORT_BYTES = 32;
    private static final int RX_BYTES = 8;
    private static final int TX_PACKETS = 16;
    private static final int TX_BYTES = 24;

    private final int interfaces;
    private final UnsafeBuffer counters;

    /** @param interfaces how many logical interfaces the router has */
    public ForwardCounters(final int interfaces) {
        this.interfaces = interfaces;
        counters = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PORTS + interfaces * PORT_BYTES, 64));
    }

    /** Packets dropped for this reason. */
    public long drops(final DropReason reason) {
        return get(DROPS + reason.ordinal() * Long.BYTES);
    }

    /** Packets dropped for any reason but {@link DropReason#RX_RING_FULL}: those never came in. */
    public long dropped() {
        long total = -drops(DropReason.RX_RING_FULL);
        for (int i = 0; i < DropReason.count(); i++) {
            total += get(DROPS + i * Long.BYTES);
        }
        return total;
    }

    public long receivedPackets(final int interfaceIndex) {
        return get(port(interfaceIndex));
    }

    public long receivedBytes(final int interfaceIndex) {
        return get(port(interfaceIndex) + RX_BYTES);
    }

    public long transmittedPackets(final int interfaceIndex) {
        return get(port(interfaceIndex) + TX_PACKETS);
    }

    public long transmittedBytes(final int interfaceIndex) {
        return get(port(interfaceIndex) + TX_BYTES);
    }

    /** How many logical interfaces are counted. */
    public int interfaces() {
        return interfaces;
    }

    /** Sessions that became established here. */
    public long established() {
        return get(ESTABLISHED);
    }

    /** Packets of sessions handed to a port. */
    public long forwarded() {
        return get(FORWARDED);
    }

    /** Packets handed to the fabric, because the partner owns their session. */
    public long crossedOut() {
        return get(CROSSED_OUT);
    }

    /** Packets that the partner handed to us. */
    public long crossedIn() {
        return get(CROSSED_IN);
    }

    /** Packets of our own: ARP, ICMP. */
    public long generated() {
        return get(GENERATED);
    }

    /** Sessions in the flow table, standby ones included. */
    public long sessions() {
        return get(SESSIONS);
    }

    /** New flows that wait for a decision. */
    public long pendingFlows() {
        return get(PENDING_FLOWS);
    }

    /** Packets of new flows that wait for a decision. */
    public long pendingPackets() {
        return get(PENDING_PACKETS);
    }

    /** Packets that wait for a neighbour's Ethernet address. */
    public long neighborQueued() {
        return get(NEIGHBOR_QUEUED);
    }

    /** Packets of buckets that change hands, which wait until the gate has followed. */
    public long held() {
        return get(HELD);
    }

    /** Fragments that wait for the others of their packet. */
    public long fragmentsHeld() {
        return get(FRAGMENTS);
    }

    /** Session events that the ring to the controller could not take; those that matter are sent again. */
    public long eventsLost() {
        return get(EVENTS_LOST);
    }

    /** Packets cut from super-frames that could not leave whole: so many more left than came. */
    public long cut() {
        return get(CUT);
    }

    /** Sessions about which a peer did not answer health checks. */
    public long healthTimeouts() {
        return get(HEALTH_TIMEOUTS);
    }

    /** Messages of the controller of a type that this release does not know. */
    public long skippedCommands() {
        return get(SKIPPED_COMMANDS);
    }

    /** Turns of the forwarder: a number that stands still belongs to a forwarder that does. */
    public long turns() {
        return get(TURNS);
    }

    void drop(final DropReason reason) {
        drop(reason, 1);
    }

    void drop(final DropReason reason, final long packets) {
        add(DROPS + reason.ordinal() * Long.BYTES, packets);
    }

    /** For losses that something else counts: sets the total. */
    void setDrops(final DropReason reason, final long total) {
        set(DROPS + reason.ordinal() * Long.BYTES, total);
    }

    void received(final int interfaceIndex, final int bytes) {
        add(port(interfaceIndex), 1);
        add(port(interfaceIndex) + RX_BYTES, bytes);
    }

    void transmitted(final int interfaceIndex, final int bytes) {
        add(port(interfaceIndex) + TX_PACKETS, 1);
        add(port(interfaceIndex) + TX_BYTES, bytes);
    }

    /** The port refused packets that had been counted as transmitted. */
    void refused(final int interfaceIndex, final long packets) {
        add(port(interfaceIndex) + TX_PACKETS, -packets);
        drop(DropReason.EGRESS_FULL, packets);
    }

    void addForwarded() {
        add(FORWARDED, 1);
    }

    void addEstablished() {
        add(ESTABLISHED, 1);
    }

    void addCrossedOut() {
        add(CROSSED_OUT, 1);
    }

    void addCrossedIn() {
        add(CROSSED_IN, 1);
    }

    void addGenerated() {
        add(GENERATED, 1);
    }

    void addEventLost() {
        add(EVENTS_LOST, 1);
    }

    void addCut() {
        add(CUT, 1);
    }

    void addHealthTimeout() {
        add(HEALTH_TIMEOUTS, 1);
    }

    void addSkippedCommand() {
        add(SKIPPED_COMMANDS, 1);
    }

    void addTurn() {
        add(TURNS, 1);
    }

    void setHeld(final int packets) {
        set(HELD, packets);
    }

    void setFragments(final int held) {
        set(FRAGMENTS, held);
    }

    void setLevels(final int sessions, final int pendingFlows, final int pendingPackets, final int neighborQueued) {
        set(SESSIONS, sessions);
        set(PENDING_FLOWS, pendingFlows);
        set(PENDING_PACKETS, pendingPackets);
        set(NEIGHBOR_QUEUED, neighborQueued);
    }

    private static int port(final int interfaceIndex) {
        return PORTS + interfaceIndex * PORT_BYTES;
    }

    private long get(final int at) {
        return counters.getLongVolatile(at);
    }

    private void set(final int at, final long value) {
        counters.putLongRelease(at, value);
    }

    private void add(final int at, final long delta) {
        counters.putLongRelease(at, counters.getLong(at) + delta);
    }
}
