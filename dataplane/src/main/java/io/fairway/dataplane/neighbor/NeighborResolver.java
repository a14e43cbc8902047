package io.fairway.dataplane.neighbor;

import io.fairway.model.wire.ArpMessage;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.MacAddress;
import io.fairway.model.wire.NeighborMessage;
import io.fairway.model.wire.ParsedPacket;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/**
 * Finds neighbours' Ethernet addresses, by ARP (RFC 826) for IPv4 and by neighbour discovery (RFC 4861) for IPv6,
 * answers for our own addresses and keeps what it knows fresh. Routers and redirects are configured, never learned.
 * Forwarder's thread only.
 */
public final class NeighborResolver {
    private static final long ASK_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long REFRESH_NS = TimeUnit.SECONDS.toNanos(30);

    /** By then a partner that still knows the neighbour has refreshed it and told of it. */
    private static final long HEARSAY_NS = TimeUnit.SECONDS.toNanos(45);

    /**
     * What the partner heard must be so much newer than what we did: its clock is not ours, and its word was under way.
     */
    private static final long OWN_WORTH_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MAX_ASKED = 3;

    private final NeighborTable table;
    private final Links links;
    private final ArpWriter arpWriter;
    private final NdWriter ndWriter;
    private final MldWriter mldWriter;
    private NeighborListener listener;
    private GatewayWatch gateways;

    private long nextTickNs;
    private boolean ticked;

    public NeighborResolver(final NeighborTable table, final Links links, final LinkOutput output) {
        this.table = table;
        this.links = links;
        arpWriter = new ArpWriter(links, output);
        ndWriter = new NdWriter(links, output);
        mldWriter = new MldWriter(links, output);
    }

    /** Sets who is told; once, before the first use. */
    public void listener(final NeighborListener neighborListener) {
        listener = neighborListener;
    }

    /** Sets who is told of signs of life; once, before the first use. */
    public void gateways(final GatewayWatch watch) {
        gateways = watch;
    }

    /**
     * The neighbour's entry; an unknown one is asked for.
     *
     * @param high the upper half of its address
     * @param low the lower half of its address
     * @param hint the entry that the caller used last, or {@link NeighborTable#NONE}
     * @return the entry, resolved or not, or {@link NeighborTable#NONE} if the table is full of unresolved ones
     */
    public int lookup(final int interfaceIndex, final long high, final long low, final int hint, final long nowNs) {
        int entry = table.find(interfaceIndex, high, low, hint);
        if (entry == NeighborTable.NONE) {
            entry = create(interfaceIndex, high, low, nowNs);
            if (entry != NeighborTable.NONE) {
                ask(entry, nowNs);
            }
        } else {
            table.use(entry, nowNs);
            if (isUnasked(entry)) {
                ask(entry, nowNs);
            }
        }
        return entry;
    }

    /**
     * The entry of a neighbour that the partner sends to: it will tell of it. If it has not within a second, or if this
     * node must send first, it is asked for.
     *
     * @return as {@link #lookup}
     */
    public int expect(final int interfaceIndex, final long high, final long low, final long nowNs) {
        final int entry = table.find(interfaceIndex, high, low, NeighborTable.NONE);
        return entry == NeighborTable.NONE ? create(interfaceIndex, high, low, nowNs) : entry;
    }

    /**
     * Asks a neighbour for a sign of life, whether its entry is fresh or not.
     *
     * @param alone whether only it is asked, where it is thought to be; else everyone on the link
     */
    void probe(final int interfaceIndex, final long high, final long low, final boolean alone, final long nowNs) {
        final int entry = table.find(interfaceIndex, high, low, NeighborTable.NONE);
        if (entry == NeighborTable.NONE || !table.isResolved(entry)) {
            // It is being asked for, as any other.
            final int unused = lookup(interfaceIndex, high, low, entry, nowNs);
        } else if (IpAddress.isV4(high, low)) {
            arpWriter.request(interfaceIndex, (int) low, alone ? table.mac(entry) : MacAddress.BROADCAST.bits());
        } else {
            ndWriter.solicit(interfaceIndex, high, low, alone ? table.mac(entry) : 0);
        }
    }

    private boolean isUnasked(final int entry) {
        return !table.isResolved(entry) && table.asked(entry) == 0;
    }

    private int create(final int interfaceIndex, final long high, final long low, final long nowNs) {
        // Half of the table is not for neighbours that nobody has heard of: a network of 2^64 may be asked for.
        if (table.unresolved() >= (table.capacity() + 1) / 2) {
            return NeighborTable.NONE;
        }
        final int entry = table.create(interfaceIndex, high, low, nowNs);
        if (entry != NeighborTable.NONE) {
            return entry;
        }
        final int victim = table.leastRecentlyUsed();
        if (victim == NeighborTable.NONE) {
            return NeighborTable.NONE;
        }
        table.remove(victim);
        return table.create(interfaceIndex, high, low, nowNs);
    }

    /** Takes an ARP message that arrived: learns from it, and answers if it asks for an address that we speak for. */
    public void onArp(final int interfaceIndex, final DirectBuffer buffer, final int arp, final long nowNs) {
        final int own = links.addressV4(interfaceIndex);
        final int sender = ArpMessage.senderIp(buffer, arp);
        final long senderMac = ArpMessage.senderEthernet(buffer, arp);
        if (own == 0 || sender == own || !isStation(senderMac)) {
            return;
        }
        final int target = ArpMessage.targetIp(buffer, arp);
        final boolean answer = ArpMessage.operation(buffer, arp) == ArpMessage.REQUEST
                && (target == own || links.lends(interfaceIndex, target))
                && links.speaksFor(interfaceIndex);
        final long senderLow = IpAddress.v4Low(sender);
        if (sender != 0 && links.isConnected(interfaceIndex, 0, senderLow)) {
            confirm(known(interfaceIndex, 0, senderLow, answer, nowNs), senderMac, nowNs);
        }
        if (answer) {
            arpWriter.reply(interfaceIndex, target, senderMac, sender);
        }
    }

    /**
     * Takes a neighbour discovery message that arrived and whose checksum is right.
     *
     * @return false if it is a router's business, which is not ours
     */
    public boolean onNeighborMessage(
            final int interfaceIndex, final DirectBuffer buffer, final ParsedPacket packet, final long nowNs) {
        switch (packet.icmpType()) {
            case NeighborMessage.SOLICITATION -> onSolicitation(interfaceIndex, buffer, packet, nowNs);
            case NeighborMessage.ADVERTISEMENT -> onAdvertisement(interfaceIndex, buffer, packet, nowNs);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void onSolicitation(
            final int interfaceIndex, final DirectBuffer buffer, final ParsedPacket packet, final long nowNs) {
        final int nd = packet.l4Offset();
        final long ownMac = macOfOurs(
                interfaceIndex, NeighborMessage.targetHigh(buffer, nd), NeighborMessage.targetLow(buffer, nd));
        final long high = packet.sourceHigh();
        final long low = packet.sourceLow();
        if (macOfOurs(interfaceIndex, high, low) != 0 || isShared(interfaceIndex, high, low)) {
            return;
        }
        final long senderMac =
                NeighborMessage.linkAddress(buffer, nd, packet.l4Length(), NeighborMessage.SOURCE_ADDRESS);
        if (isStation(senderMac) && links.isConnected(interfaceIndex, high, low)) {
            confirm(known(interfaceIndex, high, low, ownMac != 0, nowNs), senderMac, nowNs);
        }
        if (ownMac != 0) {
            ndWriter.answer(interfaceIndex, buffer, packet, ownMac);
        }
    }

    private boolean isShared(final int interfaceIndex, final long high, final long low) {
        return high != 0 && high == links.addressHigh(interfaceIndex) && low == links.addressLow(interfaceIndex);
    }

    /** Where on the link we have this address; 0 if it is not ours, or the partner speaks for it. */
    private long macOfOurs(final int interfaceIndex, final long high, final long low) {
        if (links.addressHigh(interfaceIndex) == 0) {
            return 0;
        }
        if (high == IpAddress.LINK_LOCAL_HIGH && low == IpAddress.linkLocalLow(links.hardwareMac(interfaceIndex))) {
            return links.hardwareMac(interfaceIndex);
        }
        final long mac = links.sourceMac(interfaceIndex);
        final boolean ours = isShared(interfaceIndex, high, low)
                || high == IpAddress.LINK_LOCAL_HIGH && low == IpAddress.linkLocalLow(mac);
        return ours && links.speaksFor(interfaceIndex) ? mac : 0;
    }

    /** RFC 4861 section 7.2.5: what is known gives way to another Ethernet address only if the message overrides. */
    private void onAdvertisement(
            final int interfaceIndex, final DirectBuffer buffer, final ParsedPacket packet, final long nowNs) {
        final int nd = packet.l4Offset();
        final int entry = table.find(
                interfaceIndex,
                NeighborMessage.targetHigh(buffer, nd),
                NeighborMessage.targetLow(buffer, nd),
                NeighborTable.NONE);
        if (entry == NeighborTable.NONE) {
            return;
        }
        final int flags = NeighborMessage.flags(buffer, nd);
        final long mac = NeighborMessage.linkAddress(buffer, nd, packet.l4Length(), NeighborMessage.TARGET_ADDRESS);
        final boolean resolved = table.isResolved(entry);
        if (mac == 0 && resolved && (flags & NeighborMessage.SOLICITED) != 0) {
            confirm(entry, table.mac(entry), nowNs);
        } else if (isStation(mac)
                && (!resolved || mac == table.mac(entry) || (flags & NeighborMessage.OVERRIDE) != 0)) {
            confirm(entry, mac, nowNs);
        }
    }

    private static boolean isStation(final long mac) {
        return mac != 0 && !EthernetHeader.isGroup(mac);
    }

    /** The neighbour's entry; a new one only for who asks for us and will be answered. */
    private int known(
            final int interfaceIndex, final long high, final long low, final boolean mayCreate, final long nowNs) {
        final int entry = table.find(interfaceIndex, high, low, NeighborTable.NONE);
        return entry == NeighborTable.NONE && mayCreate ? table.create(interfaceIndex, high, low, nowNs) : entry;
    }

    /**
     * The partner's word on a neighbour. It completes what this node does not know, as long as there is room, and
     * replaces what it knows only if it is newer.
     *
     * @param note where its {@link NeighborNote} is
     */
    void onNote(final DirectBuffer buffer, final int note, final long nowNs) {
        final int interfaceIndex = NeighborNote.interfaceIndex(buffer, note);
        final long high = NeighborNote.high(buffer, note);
        final long low = NeighborNote.low(buffer, note);
        final long mac = NeighborNote.mac(buffer, note);
        final long ageNs = TimeUnit.MILLISECONDS.toNanos(NeighborNote.ageMs(buffer, note));
        if (interfaceIndex >= links.count()
                || !links.isShared(interfaceIndex)
                || !links.isConnected(interfaceIndex, high, low)
                || isThisNode(interfaceIndex, high, low, mac)
                || !isStation(mac)
                || ageNs >= HEARSAY_NS) {
            return;
        }
        final int entry = table.find(interfaceIndex, high, low, NeighborTable.NONE);
        if (entry != NeighborTable.NONE) {
            onNote(entry, mac, nowNs - ageNs);
        } else if (table.used() < table.capacity() * 3 / 4) {
            table.hearsay(table.create(interfaceIndex, high, low, nowNs), mac, nowNs - ageNs);
        }
    }

    private void onNote(final int entry, final long mac, final long heardNs) {
        final boolean waited = !table.isResolved(entry);
        final boolean newer = table.isPartners(entry)
                ? heardNs - table.confirmedNs(entry) >= 0
                : mac != table.mac(entry) && heardNs - table.confirmedNs(entry) >= OWN_WORTH_NS;
        if (waited || newer) {
            table.hearsay(entry, mac, heardNs);
        }
        if (waited) {
            listener.onResolved(entry);
        }
    }

    private boolean isThisNode(final int interfaceIndex, final long high, final long low, final long mac) {
        final int own = links.addressV4(interfaceIndex);
        return own != 0 && high == 0 && low == IpAddress.v4Low(own)
                || isShared(interfaceIndex, high, low)
                || mac == links.hardwareMac(interfaceIndex);
    }

    private void confirm(final int entry, final long mac, final long nowNs) {
        if (entry == NeighborTable.NONE) {
            return;
        }
        final boolean waited = !table.isResolved(entry);
        table.confirm(entry, mac, nowNs);
        if (gateways != null) {
            gateways.onNeighbor(table.interfaceIndex(entry), table.high(entry), table.low(entry), mac);
        }
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
            if (state == NeighborTable.REACHABLE && nowNs - table.confirmedNs(entry) >= refreshNs(entry)) {
                table.probing(entry);
                ask(entry, nowNs);
            } else if ((state == NeighborTable.INCOMPLETE || state == NeighborTable.PROBING)
                    && nowNs - table.askedNs(entry) >= ASK_INTERVAL_NS) {
                askAgain(entry, nowNs);
            }
        }
        return 1;
    }

    private long refreshNs(final int entry) {
        return table.isPartners(entry) ? HEARSAY_NS : REFRESH_NS;
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
        final long high = table.high(entry);
        final long low = table.low(entry);
        if (IpAddress.isV4(high, low)) {
            arpWriter.request(interfaceIndex, (int) low, MacAddress.BROADCAST.bits());
        } else {
            // Whether it is still there is asked of itself first (RFC 4861 section 7.3), then of everyone.
            final boolean first = table.asked(entry) == 1;
            ndWriter.solicit(interfaceIndex, high, low, first && table.isResolved(entry) ? table.mac(entry) : 0);
        }
    }

    /** Tells the link's switches where this node wants to be asked. */
    void listen(final int interfaceIndex) {
        if (links.addressHigh(interfaceIndex) != 0) {
            mldWriter.report(interfaceIndex);
        }
    }

    /** Tells the link where our addresses are. */
    void announce(final int interfaceIndex) {
        if (links.addressV4(interfaceIndex) != 0) {
            arpWriter.announce(interfaceIndex);
        }
        if (links.addressHigh(interfaceIndex) != 0) {
            ndWriter.announce(interfaceIndex, links.addressHigh(interfaceIndex), links.addressLow(interfaceIndex));
            ndWriter.announce(
                    interfaceIndex, IpAddress.LINK_LOCAL_HIGH, IpAddress.linkLocalLow(links.sourceMac(interfaceIndex)));
        }
    }
}
