package io.fairway.cluster;

import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.replication.SessionJournal;
import io.fairway.cluster.session.FirstPacket;
import io.fairway.cluster.session.PortLedger;
import io.fairway.cluster.session.RebindFinder;
import io.fairway.cluster.session.SessionIndex;
import io.fairway.cluster.session.SessionPlanner;
import io.fairway.model.boundary.FirstPacketFlyweight;
import io.fairway.model.config.Authority;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Not a test: prints plans/s, sessions/s through the actors with a journal that commits at once, and heap per idle
 * session, the replica's bytes included. {@code main [sessions]}.
 */
public final class ControllerMeasure {
    private static final int WARM = 5_000;

    private ControllerMeasure() {}

    /** Measures. */
    public static void main(final String[] args) throws IdentityException {
        final int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        for (int round = 0; round < 3; round++) {
            plans(sessions);
        }
        for (int round = 0; round < 3; round++) {
            actors(sessions);
        }
    }

    private static void plans(final int count) {
        final Authority authority = Lab.authority();
        final SessionIndex index = new SessionIndex();
        final SessionPlanner planner = new SessionPlanner(
                authority,
                authority.router("east"),
                new PortLedger(authority.router("east"), 0, System::nanoTime),
                new RebindFinder(index, ReplicaView.of(id -> null, c -> {})),
                () -> false);
        final UnsafeBuffer message = message();
        final UUID uuid = UUID.randomUUID();
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            encode(message, i);
            planner.plan(FirstPacket.read(message, 0), new SessionPlanner.Birth(i, uuid, 0, 1, 0));
        }
        System.out.printf("planner: %,d plans/s%n", perSecond(count, startNs));
    }

    private static SessionInstaller installer(final Installed installs) {
        return SessionInstaller.of(
                (record, offset, length, pendingId) -> {
                    installs.atNs().set(System.nanoTime());
                    return installs.count().incrementAndGet() > 0;
                },
                (pendingId, reason, answer) -> {
                    System.out.println("refused: " + reason);
                    return installs.count().incrementAndGet() > 0;
                },
                sessionId -> true,
                (record, offset, length) -> true,
                sessionId -> true);
    }

    private static void actors(final int count) throws IdentityException {
        final ConcurrentHashMap<Long, byte[]> replica = new ConcurrentHashMap<>();
        final AtomicReference<ControllerSystem> system = new AtomicReference<>();
        final Installed installs = new Installed(new AtomicInteger(), new AtomicLong());
        final SessionInstaller installer = installer(installs);
        final SessionJournal journal = SessionJournal.of(
                (record, offset, length) -> {
                    final byte[] bytes = new byte[length];
                    record.getBytes(offset, bytes);
                    final long sessionId = SessionRecordFlyweight.sessionId(record, offset);
                    replica.put(sessionId, bytes);
                    system.get().onCommitted(sessionId, SessionRecordFlyweight.version(record, offset), true);
                    return true;
                },
                (sessionId, version) -> replica.remove(sessionId) != null,
                bucket -> true);
        system.set(ControllerSystem.start(new ControllerContext(
                Lab.authority(),
                "east0",
                new ControllerContext.Neighbours(
                        installer,
                        journal,
                        ReplicaView.of(replica::get, c -> replica.values().forEach(c)),
                        OwnershipView.alone(),
                        null,
                        sessionId -> {}))));
        final UnsafeBuffer message = message();
        for (int i = 0; i < WARM; i++) {
            encode(message, count + i);
            system.get().onFirstPacket(message, 0, FirstPacketFlyweight.METADATA);
        }
        waitFor(installs.count(), WARM);
        installs.count().set(0);
        final long before = usedBytes();
        final long startNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            encode(message, i);
            system.get().onFirstPacket(message, 0, FirstPacketFlyweight.METADATA);
            while (i - installs.count().get() > 2_000) {
                LockSupport.parkNanos(50_000);
            }
        }
        waitFor(installs.count(), count);
        final long rate = perSecond(count, startNs);
        LockSupport.parkNanos(2_500_000_000L);
        System.out.printf(
                "actors: %,d sessions/s; heap per idle session %,d bytes%n", rate, (usedBytes() - before) / count);
        histogram();
        latency(system.get(), message, installs, count + WARM);
        system.get().close();
    }

    private static void histogram() {
        if (System.getProperty("histogram") == null) {
            return;
        }
        try {
            new ProcessBuilder("jcmd", Long.toString(ProcessHandle.current().pid()), "GC.class_histogram")
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (final java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Installed(AtomicInteger count, AtomicLong atNs) {}

    private static void latency(
            final ControllerSystem system, final UnsafeBuffer message, final Installed installed, final int from) {
        final long[] ns = new long[2_000];
        for (int i = 0; i < ns.length; i++) {
            encode(message, from + i);
            final long startNs = System.nanoTime();
            system.onFirstPacket(message, 0, FirstPacketFlyweight.METADATA);
            waitFor(installed.count(), from - WARM + i + 1);
            ns[i] = installed.atNs().get() - startNs;
            LockSupport.parkNanos(200_000);
        }
        java.util.Arrays.sort(ns);
        System.out.printf(
                "first packet to install: %,d us p50, %,d us p99%n",
                ns[ns.length / 2] / 1_000, ns[ns.length * 99 / 100] / 1_000);
    }

    private static void waitFor(final AtomicInteger counter, final int count) {
        while (counter.get() < count) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static UnsafeBuffer message() {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[FirstPacketFlyweight.MAX_LENGTH]);
        message.putByte(FirstPacketFlyweight.TCP_FLAGS, (byte) 2);
        return message;
    }

    private static void encode(final UnsafeBuffer message, final int i) {
        final IpAddress client = IpAddress.v4(0x0a010000 | 2 + i / 50_000);
        final FiveTuple tuple = new FiveTuple(client, Lab.SERVER, 1_024 + i % 50_000, 80, IpProtocol.TCP);
        FlowKeyFlyweight.encode(message, FirstPacketFlyweight.FLOW_KEY, Lab.LAN, 0, tuple);
        message.putLong(FirstPacketFlyweight.PENDING_ID, i);
    }

    private static long perSecond(final int count, final long startNs) {
        return count * 1_000_000_000L / (System.nanoTime() - startNs);
    }

    private static long usedBytes() {
        final Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
