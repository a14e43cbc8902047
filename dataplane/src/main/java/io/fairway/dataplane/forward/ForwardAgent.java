package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.neighbor.AddressAnnouncer;
import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.dataplane.neighbor.IcmpResponder;
import io.fairway.dataplane.neighbor.NeighborExchange;
import io.fairway.dataplane.neighbor.NeighborTable;
import io.fairway.dataplane.neighbor.NeighborView;
import io.fairway.dataplane.neighbor.TcpResetter;
import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.KeyRing;
import io.fairway.model.DropReason;
import io.fairway.model.config.Router;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The forwarder: polls the ports, forwards what belongs to known sessions, hands new flows to the controller and
 * carries out its commands. Owns every table of the packet path; its thread is their only writer. Allocates nothing
 * after its construction, never blocks, never logs. Which sessions it may send for is the {@link OwnershipGate}'s word.
 */
public final class ForwardAgent implements Agent {
    private static final int FRAMES_PER_PORT = 64;
    private static final int CROSSINGS = 64;
    private static final int COMMANDS = 64;
    private static final int NEIGHBORS = 4096;
    private static final int MAX_SMALL_FRAMES = 16 * 1024;
    private static final int MIN_SMALL_FRAMES = 64;
    private static final int LARGE_FRAMES = 128;
    private static final long SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PORT_DROPS_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    private final PacketPort[] ports;
    private final OwnershipGate gate;
    private final CrossingLink crossing;
    private final CommandSource fromController;
    private final NanoClock clock;
    private final ForwardCounters counters;
    private final FramePool pool;
    private final PendingTable pending;
    private final FlowTable table;
    private final SealTable seals;
    private final SessionHealth health;
    private final PacketCutter cutter;
    private final Fragments fragments;
    private final PeerKeys keys;
    private final PathMtus mtus;
    private final NeighborTable neighbors = new NeighborTable(NEIGHBORS);
    private final PartnerPath partner;
    private final Egress egress;
    private final IcmpResponder icmp;
    private final Ingress ingress;
    private final Commands commands;
    private final SessionScanner scanner;
    private final AddressAnnouncer announcer;
    private final NeighborExchange exchange;
    private final GatewayWatch gateways;
    private final SessionProgress progress;

    private long portDropsReadNs;

    /** Allocates and maps all tables; the memory is touched only as it is used. */
    public ForwardAgent(final ForwardContext context) {
        final Router router = context.router();
        ports = context.ports().toArray(PacketPort[]::new);
        gate = context.gate();
        crossing = context.crossing();
        fromController = context.fromController();
        clock = context.clock();
        counters = new ForwardCounters(router.interfaces().size());
        final Router.Limits limits = router.limits();
        pool = new FramePool(
                Math.clamp((long) limits.maxPending() * limits.maxPendingPackets(), MIN_SMALL_FRAMES, MAX_SMALL_FRAMES),
                LARGE_FRAMES);
        pending = new PendingTable(limits.maxPending(), limits.maxPendingPackets(), pool);
        table = new FlowTable(limits.tableSessions());
        final Interfaces interfaces = new Interfaces(router, context.ports(), gate);
        egress = new Egress(table, interfaces, gate, counters, pool, neighbors, crossing, clock);
        icmp = new IcmpResponder(interfaces, egress);
        final ToController controller =
                new ToController(context.toController(), context.controllerBell(), table, counters);
        final CryptoScratch scratch = new CryptoScratch();
        final KeyRing ring = new KeyRing(router, context.keys(), context.jce(), scratch);
        final Waypoints waypoints = new Waypoints(router.peerPaths());
        keys = new PeerKeys(waypoints, ring, context.packetNumbers(), context.epochClock());
        mtus = new PathMtus(waypoints);
        seals = new SealTable(limits.tableSessions(), context.jce(), scratch);
        final ControlSender sender = new ControlSender(table, keys, egress, counters);
        final MetadataInserter inserter = new MetadataInserter(table, keys, egress);
        final AdaptiveSealing adaptive = new AdaptiveSealing(table, sender, inserter);
        health = new SessionHealth(table, sender, counters, router.timers().inactivityMs());
        final MetadataRemover remover = new MetadataRemover(table, keys, controller, adaptive, health);
        final Peers peers = new Peers(waypoints, remover, sender, adaptive);
        cutter = new PacketCutter(table, keys, egress, counters);
        fragments = new Fragments(router, remover, keys, egress, new Fragments.Losses(waypoints, icmp, counters));
        final IcmpErrorSender errorSender = new IcmpErrorSender(table, keys, egress);
        final PayloadSealer sealer = new PayloadSealer(seals, egress);
        final Senders senders =
                new Senders(inserter, sealer, new IcmpErrors(table, interfaces, icmp, errorSender, counters));
        partner = new PartnerPath(gate, context.crossing(), counters, pool);
        final HitPath hit = hitPath(interfaces, controller, peers, senders);
        final IcmpErrorRestorer restorer = new IcmpErrorRestorer(table, interfaces, inserter, sealer, egress);
        final IcmpErrorPath errors =
                new IcmpErrorPath(table, interfaces, remover, partner, new IcmpErrorPath.Ways(errorSender, restorer));
        final MissPath miss = missPath(context, interfaces, controller, peers);
        exchange = new NeighborExchange(
                neighbors, interfaces, egress.resolver(), new PartnerLine(crossing, PartnerLine.NEIGHBORS));
        gateways = new GatewayWatch(router, interfaces, egress.resolver());
        egress.resolver().gateways(gateways);
        progress = new SessionProgress(table, gate, new PartnerLine(crossing, PartnerLine.SESSIONS));
        ingress = ingress(interfaces, hit, miss, errors);
        commands = commands(limits.maxSessions(), interfaces, controller, sender);
        scanner = new SessionScanner(
                table,
                gate,
                controller,
                new SessionScanner.Others(new NatKeeper(table, sender), progress),
                router.timers().tcpOpeningMs());
        announcer = new AddressAnnouncer(interfaces, egress.resolver());
    }

    /** What deals with other routers. */
    private record Peers(
            Waypoints waypoints, MetadataRemover remover, ControlSender sender, AdaptiveSealing adaptive) {}

    /** What changes packets as they leave, and what tells of those that cannot. */
    private record Senders(MetadataInserter inserter, PayloadSealer sealer, IcmpErrors errors) {}

    private HitPath hitPath(
            final Interfaces interfaces, final ToController controller, final Peers peers, final Senders senders) {
        return new HitPath(
                table,
                gate,
                interfaces,
                mtus,
                partner,
                counters,
                peers.remover(),
                senders.inserter(),
                new OneWayStopper(table, peers.sender()),
                peers.sender(),
                controller,
                senders.errors(),
                senders.sealer(),
                peers.adaptive(),
                health,
                cutter,
                egress);
    }

    private MissPath missPath(
            final ForwardContext context,
            final Interfaces interfaces,
            final ToController controller,
            final Peers peers) {
        return new MissPath(
                table,
                pending,
                pool,
                interfaces,
                partner,
                peers.waypoints(),
                keys,
                peers.remover(),
                peers.sender(),
                health,
                controller,
                icmp,
                context.judgesUnknownTcp());
    }

    private Ingress ingress(
            final Interfaces interfaces, final HitPath hit, final MissPath miss, final IcmpErrorPath errors) {
        return new Ingress(
                interfaces,
                counters,
                table,
                hit,
                miss,
                fragments,
                errors,
                new PartnerDepartures(gate, interfaces, counters, egress),
                egress.resolver(),
                exchange,
                gateways,
                progress);
    }

    private Commands commands(
            final int maxSessions,
            final Interfaces interfaces,
            final ToController controller,
            final ControlSender sender) {
        return new Commands(
                maxSessions,
                gate,
                table,
                seals,
                keys,
                mtus,
                sender,
                pending,
                pool,
                interfaces,
                counters,
                controller,
                egress.resolver(),
                icmp,
                new TcpResetter(egress),
                ingress);
    }

    @Override
    public String roleName() {
        return "forwarder";
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        egress.begin(nowNs);
        icmp.begin(nowNs);
        ingress.begin(nowNs);
        keys.begin(nowNs);
        commands.begin(nowNs);
        partner.begin(nowNs);
        int work = fromController.poll(commands, COMMANDS);
        work += partner.release(ingress);
        for (final PacketPort port : ports) {
            work += port.poll(ingress, FRAMES_PER_PORT);
        }
        work += crossing.poll(ingress, CROSSINGS);
        work += commands.expire();
        work += fragments.expire(nowNs);
        work += scanner.tick(nowNs);
        work += progress.tick(nowNs);
        work += egress.resolver().tick(nowNs);
        work += exchange.tick(nowNs);
        work += announce(nowNs);
        egress.flush();
        for (final PacketPort port : ports) {
            port.release();
        }
        pool.recycle();
        publish(nowNs);
        return work;
    }

    /** How long its thread may sleep after an empty turn: timers are coarse, all else rings or is a packet. */
    long sleepNs() {
        return SLEEP_NS;
    }

    private int announce(final long nowNs) {
        if (gate.isOpen(nowNs)) {
            return announcer.tick(nowNs) + gateways.tick(nowNs);
        }
        announcer.silence();
        gateways.pause();
        return 0;
    }

    private void publish(final long nowNs) {
        counters.setLevels(table.size(), pending.flows(), pending.packets(), egress.waiting());
        counters.setFragments(fragments.held());
        counters.setHeld(partner.held());
        counters.addTurn();
        if (nowNs - portDropsReadNs >= PORT_DROPS_INTERVAL_NS) {
            portDropsReadNs = nowNs;
            long drops = 0;
            for (final PacketPort port : ports) {
                drops += port.receiveDrops();
            }
            counters.setDrops(DropReason.RX_RING_FULL, drops);
        }
    }

    /** Readable by any thread. */
    public ForwardCounters counters() {
        return counters;
    }

    /** Readable by any thread. */
    public FlowTableView flows() {
        return new FlowTableView(table, scanner, clock);
    }

    /** Its masks are readable by any thread. */
    public GatewayWatch gateways() {
        return gateways;
    }

    /** Readable by any thread. */
    public NeighborView neighbors() {
        return new NeighborView(neighbors, clock);
    }

    /** Whether packets are in flight inside: waiting for a decision or for a neighbour. */
    boolean isWaiting() {
        return pool.used() > 0;
    }

    @Override
    public void onClose() {
        // The flow table stays mapped: a view may be reading it, and the process ends soon.
        CloseHelper.quietCloseAll(egress, pending, pool, seals, health, cutter, fragments, progress);
    }

    /** Gives the flow table's memory back, too, where the process goes on; nobody may use a view any more. */
    public void unmap() {
        CloseHelper.quietClose(table);
    }
}
