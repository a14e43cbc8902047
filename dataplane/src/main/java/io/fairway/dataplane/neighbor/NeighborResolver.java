package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.MacAddress;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Finds neighbours' Ethernet addresses by ARP (RFC 826), answers for our own address and keeps what it knows fresh. A
 * node that does not speak for the shared address asks with an empty sender address and its own Ethernet address, as a
 * probe does (RFC 5227): its standby entries are resolved before it needs them. Forwarder's thread only.
 */
public final class NeighborResolver {
    private static final long ASK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REFRESH_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MAX_ASKED = 3;

    private final NeighborTable table;
    private final Links links;
    private final LinkOutput output;
    private NeighborListener listener;

    private long nextTickNs;
    private boolean ticked;

    public NeighborResolver(final NeighborTable table, final Links links, final LinkOutput output) {
        this.table = table;
        this.links = links;
        this.output = output;
    }

    /** Sets who is told; once, before the first use. */
    public void listener(final NeighborListener neighborListener) {
        listener = neighborListener;
    }

    /**
     * The neighbour's entry; an unknown one is asked for.
     *
     * @param hint the entry that the caller used last, or {@link NeighborTable#NONE}
     * @return the entry, resolved or not, or {@link NeighborTable#NONE} if the table is full of unresolved ones
     */
    public int lookup(final int interfaceIndex, final int address, final int hint, final long nowNs) {
        int entry = table.find(interfaceIndex, address, hint);
        if (entry == NeighborTable.NONE) {
            entry = create(interfaceIndex, address, nowNs);
            if (entry != NeighborTable.NONE) {
                ask(entry, nowNs);
            }
        } else {
            table.use(entry, nowNs);
        }
        return entry;
    }

    private int create(final int interfaceIndex, final int address, final long nowNs) {
        final int entry = table.create(interfaceIndex, address, nowNs);
        if (entry != NeighborTable.NONE) {
            return entry;
        }
        final int victim = table.leastRecentlyUsed();
        if (victim == NeighborTable.NONE) {
            return NeighborTable.NONE;
        }
        table.remove(victim);
        return table.create(interfaceIndex, address, nowNs);
    }

    /** Takes an ARP message that arrived: learns from it, and answers if it asks for an address that we speak for. */
    public void onArp(final int interfaceIndex, final DirectBuffer buffer, final int arp, final long nowNs) {
        final int own = links.address(interfaceIndex);
        final int sender = ArpMessage.senderIp(buffer, arp);
        final long senderMac = ArpMessage.senderEthernet(buffer, arp);
        final boolean asksForUs =
                ArpMessage.operation(buffer, arp) == ArpMessage.REQUEST && ArpMessage.targetIp(buffer, arp) == own;
        final boolean speaks = links.speaksFor(interfaceIndex);
        if (sender != 0 && sender != own && isStation(senderMac) && links.isConnected(interfaceIndex, sender)) {
            learn(interfaceIndex, sender, senderMac, asksForUs && speaks, nowNs);
        }
        if (asksForUs && speaks && isStation(senderMac) && sender != own) {
            send(interfaceIndex, ArpMessage.REPLY, senderMac, own, senderMac, sender);
        }
    }

    private static boolean isStation(final long mac) {
        return mac != 0 && !EthernetHeader.isGroup(mac);
    }

    private void learn(
            final int interfaceIndex, final int address, final long mac, final boolean mayCreate, final long nowNs) {
        int entry = table.find(interfaceIndex, address, NeighborTable.NONE);
        if (entry == NeighborTable.NONE && mayCreate) {
            entry = table.create(interfaceIndex, address, nowNs);
        }
        if (entry == NeighborTable.NONE) {
            return;
        }
        final boolean waited = !table.isResolved(entry);
        table.confirm(entry, mac, nowNs);
        if (waited) {
            listener.onResolved(entry);
        }
    }

    /** Asks again, refreshes and gives up, every 100 ms at most. */
    public int tick(final long nowNs) {
        if (ticked && nowNs - nextTickNs < 0) {
            return 0;
        }
        ticked = true;
        nextTickNs = nowNs + TICK_NS;
        for (int entry = 0; entry < table.capacity(); entry++) {
            final int state = table.state(entry);
            if (state == NeighborTable.REACHABLE && nowNs - table.confirmedNs(entry) >= REFRESH_NS) {
                table.probing(entry);
                ask(entry, nowNs);
            } else if ((state == NeighborTable.INCOMPLETE || state == NeighborTable.PROBING)
                    && nowNs - table.askedNs(entry) >= ASK_INTERVAL_NS) {
                askAgain(entry, nowNs);
            }
        }
        return 1;
    }

    private void askAgain(final int entry, final long nowNs) {
        if (table.asked(entry) >= MAX_ASKED) {
            listener.onUnresolved(entry);
            table.remove(entry);
        } else {
            ask(entry, nowNs);
        }
    }

    private void ask(final int entry, final long nowNs) {
        table.ask(entry, nowNs);
        final int interfaceIndex = table.interfaceIndex(entry);
        final int own = links.speaksFor(interfaceIndex) ? links.address(interfaceIndex) : 0;
        send(interfaceIndex, ArpMessage.REQUEST, MacAddress.BROADCAST.bits(), own, 0, table.address(entry));
    }

    /** Tells the link that our address is at this node's virtual (or only) Ethernet address (RFC 5227 section 3). */
    void announce(final int interfaceIndex) {
        final int own = links.address(interfaceIndex);
        send(interfaceIndex, ArpMessage.REQUEST, MacAddress.BROADCAST.bits(), own, 0, own);
    }

    private void send(
            final int interfaceIndex,
            final int operation,
            final long destinationMac,
            final int senderIp,
            final long targetMac,
            final int targetIp) {
        final int arp = output.reserve(ArpMessage.LENGTH);
        ArpMessage.encodeHead(output.memory(), arp, operation);
        ArpMessage.encodeSender(output.memory(), arp, links.sourceMac(interfaceIndex), senderIp);
        ArpMessage.encodeTarget(output.memory(), arp, targetMac, targetIp);
        output.send(interfaceIndex, destinationMac, EthernetHeader.ARP, arp, ArpMessage.LENGTH);
    }
}
