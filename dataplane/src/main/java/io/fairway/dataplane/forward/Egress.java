package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.LinkOutput;
import io.fairway.dataplane.neighbor.NeighborListener;
import io.fairway.dataplane.neighbor.NeighborResolver;
import io.fairway.dataplane.neighbor.NeighborTable;
import io.fairway.model.DropReason;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.VnetHeader;
import java.util.Arrays;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last steps of a packet: neighbour, Ethernet and vnet header, the ownership gate, the port's queue. Also the
 * scratch memory in which packets that grow, and packets of our own, are built. Forwarder's thread only.
 */
final class Egress implements LinkOutput, NeighborListener, AutoCloseable {
    private static final int NONE = -1;

    /** In a bucket's place: the packet belongs to no session. */
    private static final int NO_BUCKET = -1;

    /** In a bucket's place: the partner has forwarded the packet, under an epoch that held when it came here. */
    private static final int PARTNERS = -2;

    private static final int ARENA_BYTES = 1 << 20;

    /** A packet that lies here may yet get an IP header that is longer. */
    private static final int LINK_ROOM = VnetHeader.LENGTH
            + EthernetHeader.LENGTH
            + EthernetHeader.TAG_LENGTH
            + Ipv6Header.LENGTH
            - Ipv4Header.LENGTH;

    private static final int MAX_WAITING_PER_NEIGHBOR = 8;

    private final FlowTable table;
    private final Interfaces interfaces;
    private final OwnershipGate gate;
    private final ForwardCounters counters;
    private final FramePool pool;
    private final NeighborTable neighbors;
    private final NeighborResolver resolver;
    private final PartnerExit exit;
    private final PartnerExit.Target target = new PartnerExit.Target();
    private final PortQueue[] queues;
    private final AnonymousMemory arenaMemory = AnonymousMemory.map(ARENA_BYTES);
    private final UnsafeBuffer arena = arenaMemory.buffer();
    private final int[] firstWaiting;
    private final int[] lastWaiting;
    private final int[] waiting;

    private int arenaTail;
    private int waitingTotal;
    private long nowNs;

    Egress(
            final FlowTable table,
            final Interfaces interfaces,
            final OwnershipGate gate,
            final ForwardCounters counters,
            final FramePool pool,
            final NeighborTable neighbors,
            final CrossingLink crossing,
            final NanoClock clock) {
        this.table = table;
        this.interfaces = interfaces;
        this.gate = gate;
        this.counters = counters;
        this.pool = pool;
        this.neighbors = neighbors;
        resolver = new NeighborResolver(neighbors, interfaces, this);
        resolver.listener(this);
        exit = new PartnerExit(gate, crossing, counters);
        queues = new PortQueue[interfaces.count()];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = interfaces.isHere(i) ? new PortQueue(i, interfaces.port(i), gate, counters, clock) : null;
        }
        firstWaiting = new int[neighbors.capacity()];
        lastWaiting = new int[neighbors.capacity()];
        waiting = new int[neighbors.capacity()];
        Arrays.fill(firstWaiting, NONE);
    }

    /** A turn begins. */
    void begin(final long turnNowNs) {
        nowNs = turnNowNs;
    }

    /** Sends a finished IP packet of this flow to its next hop. */
    void forward(final Packet packet, final int flow, final int bucket) {
        final int action = table.actionOffset(flow);
        final int egress = FlowActionFlyweight.egressInterface(table.actions(), action);
        final int vlan = FlowActionFlyweight.egressVlan(table.actions(), action);
        final long nextHopHigh = table.actions().getLong(action + FlowActionFlyweight.NEXT_HOP);
        final long nextHopLow = table.actions().getLong(action + FlowActionFlyweight.NEXT_HOP + 8);
        if (egress >= queues.length) {
            counters.drop(DropReason.NO_ROUTE);
            return;
        }
        if (!interfaces.reaches(egress)) {
            final int frame = packet.ip - PartnerExit.HEADER_BYTES;
            encodeVnet(packet, frame);
            target.of(nextHopHigh, nextHopLow, packet.v6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
            exit.send(target, packet.buffer, frame - VnetHeader.LENGTH, packet.end - frame, egress, bucket, nowNs);
            return;
        }
        final int neighbor = resolver.lookup(egress, nextHopHigh, nextHopLow, table.neighbor(flow), nowNs);
        if (neighbor == NONE) {
            counters.drop(DropReason.NEIGHBOR_QUEUE_FULL);
            return;
        }
        table.setNeighbor(flow, neighbor);
        transmit(packet, neighbor, egress, vlan, bucket);
    }

    /** Sends a finished IP packet of our own that belongs to no session, if this node speaks for the interface. */
    void originate(final Packet packet, final int egress, final long nextHopHigh, final long nextHopLow) {
        if (!interfaces.isHere(egress)) {
            counters.drop(DropReason.NO_ROUTE);
            return;
        }
        final int neighbor = resolver.lookup(egress, nextHopHigh, nextHopLow, NeighborTable.NONE, nowNs);
        if (neighbor == NONE) {
            counters.drop(DropReason.NEIGHBOR_QUEUE_FULL);
        } else {
            counters.addGenerated();
            transmit(packet, neighbor, egress, interfaces.vlan(egress), NO_BUCKET);
        }
    }

    private void transmit(final Packet packet, final int neighbor, final int egress, final int vlan, final int bucket) {
        final int frame = packet.ip - EthernetHeader.LENGTH - (vlan == 0 ? 0 : EthernetHeader.TAG_LENGTH);
        encodeLink(packet.buffer, frame, egress, vlan, packet.v6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
        encodeVnet(packet, frame);
        sendTo(neighbor, packet.buffer, frame - VnetHeader.LENGTH, packet.end - frame, egress, bucket);
    }

    private void sendTo(
            final int neighbor,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int egress,
            final int bucket) {
        if (neighbors.isResolved(neighbor)) {
            EthernetHeader.setDestination(buffer, vnetOffset + VnetHeader.LENGTH, neighbors.mac(neighbor));
            sendIfOwned(egress, bucket, buffer, vnetOffset, frameLength);
        } else {
            await(neighbor, buffer, vnetOffset, frameLength, egress, bucket);
        }
    }

    /**
     * Sends a packet that the partner has finished, as {@link PartnerExit} has brought it here.
     *
     * @param vnetOffset where its vnet header is
     * @param frameLength bytes from the end of that header on
     */
    void depart(
            final PartnerExit.Target to,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int egress) {
        final int vlan = interfaces.vlan(egress);
        final int link = EthernetHeader.LENGTH + (vlan == 0 ? 0 : EthernetHeader.TAG_LENGTH);
        final int moved = PartnerExit.HEADER_BYTES - link;
        VnetHeader.move(buffer, vnetOffset, moved);
        final int vnet = vnetOffset + moved;
        final int frame = vnet + VnetHeader.LENGTH;
        encodeLink(buffer, frame, egress, vlan, to.etherType);
        if (to.nextHopHigh == PartnerExit.ETHERNET) {
            EthernetHeader.setDestination(buffer, frame, to.nextHopLow);
            sendIfOwned(egress, PARTNERS, buffer, vnet, frameLength - moved);
            return;
        }
        final int neighbor = resolver.lookup(egress, to.nextHopHigh, to.nextHopLow, NeighborTable.NONE, nowNs);
        if (neighbor == NONE) {
            counters.drop(DropReason.NEIGHBOR_QUEUE_FULL);
        } else {
            sendTo(neighbor, buffer, vnet, frameLength - moved, egress, PARTNERS);
        }
    }

    private void encodeLink(
            final MutableDirectBuffer buffer, final int frame, final int egress, final int vlan, final int etherType) {
        EthernetHeader.setSource(buffer, frame, interfaces.sourceMac(egress));
        if (vlan == 0) {
            EthernetHeader.setType(buffer, frame, etherType);
        } else {
            EthernetHeader.encodeTag(buffer, frame, vlan, etherType);
        }
    }

    private static void encodeVnet(final Packet packet, final int frame) {
        final int vnet = frame - VnetHeader.LENGTH;
        final MutableDirectBuffer buffer = packet.buffer;
        VnetHeader.clear(buffer, vnet);
        if (packet.partialChecksum) {
            VnetHeader.setFlags(buffer, vnet, VnetHeader.NEEDS_CSUM);
            VnetHeader.setChecksumStart(buffer, vnet, packet.l4 - frame);
            VnetHeader.setChecksumOffset(
                    buffer, vnet, packet.protocol == IpProtocol.TCP ? TcpHeader.CHECKSUM : UdpHeader.CHECKSUM);
        }
        if (packet.isSuperFrame()) {
            VnetHeader.setGsoType(buffer, vnet, packet.gsoType);
            VnetHeader.setGsoSizeBytes(buffer, vnet, packet.gsoSize);
            VnetHeader.setHeaderLengthBytes(buffer, vnet, packet.payload - frame);
        }
    }

    private void sendIfOwned(
            final int egress, final int bucket, final MutableDirectBuffer buffer, final int vnet, final int length) {
        if (maySend(egress, bucket)) {
            queues[egress].add(buffer, vnet, length);
            counters.addForwarded();
        } else {
            counters.drop(DropReason.GATE_CLOSED);
        }
    }

    private boolean maySend(final int egress, final int bucket) {
        return switch (bucket) {
            case NO_BUCKET -> interfaces.speaksFor(egress) && gate.isOpen(nowNs);
            case PARTNERS -> gate.isOpen(nowNs);
            default -> gate.mayForward(bucket, nowNs);
        };
    }

    private void await(
            final int neighbor,
            final MutableDirectBuffer buffer,
            final int vnet,
            final int length,
            final int egress,
            final int bucket) {
        final int frame =
                waiting[neighbor] < MAX_WAITING_PER_NEIGHBOR ? pool.copy(buffer, vnet, length, egress, bucket) : NONE;
        if (frame == NONE) {
            counters.drop(DropReason.NEIGHBOR_QUEUE_FULL);
            return;
        }
        if (firstWaiting[neighbor] == NONE) {
            firstWaiting[neighbor] = frame;
        } else {
            pool.setNext(lastWaiting[neighbor], frame);
        }
        lastWaiting[neighbor] = frame;
        waiting[neighbor]++;
        waitingTotal++;
    }

    @Override
    public void onResolved(final int neighbor) {
        int frame = takeWaiting(neighbor);
        while (frame != NONE) {
            final int next = pool.next(frame);
            final MutableDirectBuffer buffer = pool.buffer(frame);
            final int vnet = pool.vnetOffset(frame);
            EthernetHeader.setDestination(buffer, vnet + VnetHeader.LENGTH, neighbors.mac(neighbor));
            // Who led the interface when the frame began to wait may not lead it any more.
            EthernetHeader.setSource(
                    buffer, vnet + VnetHeader.LENGTH, interfaces.sourceMac(pool.interfaceIndex(frame)));
            sendIfOwned(pool.interfaceIndex(frame), pool.tag(frame), buffer, vnet, pool.frameLength(frame));
            pool.giveBack(frame);
            frame = next;
        }
    }

    @Override
    public void onUnresolved(final int neighbor) {
        int frame = takeWaiting(neighbor);
        while (frame != NONE) {
            final int next = pool.next(frame);
            counters.drop(DropReason.NEIGHBOR_UNRESOLVED);
            pool.giveBack(frame);
            frame = next;
        }
    }

    private int takeWaiting(final int neighbor) {
        final int first = firstWaiting[neighbor];
        firstWaiting[neighbor] = NONE;
        waitingTotal -= waiting[neighbor];
        waiting[neighbor] = 0;
        return first;
    }

    @Override
    public MutableDirectBuffer memory() {
        return arena;
    }

    /** Makes sure that the next reservations, of so many bytes in all, lie behind each other. */
    void makeRoom(final int networkBytes) {
        if (arenaTail + networkBytes > ARENA_BYTES) {
            flush();
        }
    }

    @Override
    public int reserve(final int networkBytes) {
        final int bytes = LINK_ROOM + networkBytes + Long.BYTES & -Long.BYTES;
        if (arenaTail + bytes > ARENA_BYTES) {
            flush();
        }
        final int at = arenaTail + LINK_ROOM;
        arenaTail += bytes;
        return at;
    }

    @Override
    public void send(
            final int interfaceIndex,
            final long destinationMac,
            final int etherType,
            final int networkOffset,
            final int networkBytes) {
        if (!gate.isOpen(nowNs)) {
            return;
        }
        if (!interfaces.isHere(interfaceIndex)) {
            final int vnet = networkOffset - PartnerExit.HEADER_BYTES - VnetHeader.LENGTH;
            VnetHeader.clear(arena, vnet);
            target.of(PartnerExit.ETHERNET, destinationMac, etherType);
            counters.addGenerated();
            exit.originate(target, arena, vnet, PartnerExit.HEADER_BYTES + networkBytes, interfaceIndex);
            return;
        }
        final int vlan = interfaces.vlan(interfaceIndex);
        final int frame = networkOffset - EthernetHeader.LENGTH - (vlan == 0 ? 0 : EthernetHeader.TAG_LENGTH);
        EthernetHeader.setDestination(arena, frame, destinationMac);
        encodeLink(arena, frame, interfaceIndex, vlan, etherType);
        VnetHeader.clear(arena, frame - VnetHeader.LENGTH);
        counters.addGenerated();
        queues[interfaceIndex].add(arena, frame - VnetHeader.LENGTH, networkOffset + networkBytes - frame);
    }

    /** Hands everything to the ports; after it the scratch memory and polled frames are free again. */
    void flush() {
        for (final PortQueue queue : queues) {
            if (queue != null) {
                queue.flush();
            }
        }
        arenaTail = 0;
    }

    NeighborResolver resolver() {
        return resolver;
    }

    /** Packets that wait for a neighbour. */
    int waiting() {
        return waitingTotal;
    }

    @Override
    public void close() {
        arenaMemory.close();
    }
}
