package io.fairway.ha.sentinel;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.io.Poller;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.NoticeArrival;
import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.beat.RawBeatPort;
import io.fairway.ha.owner.EpochStore;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The other end of the fabric: kills the node, round after round, and says how soon it knew. Then stops the sentinel.
 */
final class LabPartner {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long MS = 1_000_000;

    private final StateDirectory state;
    private final RawBeatPort port;
    private final BeatAgent beats;
    private final BeatExchange exchange = new BeatExchange(() -> {}, () -> {});
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();

    private LabPartner(final StateDirectory state, final String device) throws Exception {
        this.state = state;
        port = new RawBeatPort(device);
        final Poller poller = new Poller(new int[] {port.fd()});
        beats = new BeatAgent(
                new BeatSettings(LabNode.ROUTER, 1, 1, 2 * MS, 30 * MS, LabNode.SECRET),
                List.of(new BeatPath(0, device, 0, port)),
                exchange,
                SystemNanoClock.INSTANCE,
                poller::await);
        beats.onStart();
    }

    public static void main(final String[] args) throws Exception {
        new LabPartner(new StateDirectory(Path.of(args[0])), args[1]).run(Integer.parseInt(args[2]));
    }

    private void run(final int rounds) throws Exception {
        final OwnershipGate gate = OwnershipGate.map(state.gate());
        for (int round = 1; round <= rounds; round++) {
            final long incarnation = round;
            await(() ->
                    EpochStore.readIncarnation(state.epochs()) == incarnation && gate.mayForward(0, System.nanoTime()));
            linger(300 * MS);
            final long pid = StateDirectory.readPid(state.nodePid());
            final long killedNs = System.nanoTime();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            await(() -> next() == incarnation);
            System.out.println("round " + round + ": told " + (System.nanoTime() - killedNs) / 1_000
                    + " us after the kill, gate " + (gate.isClosedBySentinel() ? "closed" : "open"));
        }
        await(() -> EpochStore.readIncarnation(state.epochs()) == rounds + 1);
        linger(300 * MS);
        final ProcessHandle sentinel =
                ProcessHandle.of(StateDirectory.readPid(state.sentinelPid())).orElseThrow();
        arrivals.clear();
        sentinel.destroy();
        await(() -> next() == rounds + 1);
        System.out.println("stop: told, gate " + (gate.isClosedBySentinel() ? "closed" : "open"));
    }

    private long next() {
        exchange.drain(arrivals::add, 100);
        final Arrival arrival = arrivals.poll();
        return arrival instanceof NoticeArrival notice ? notice.incarnation() : 0;
    }

    private void linger(final long ns) {
        final long deadlineNs = System.nanoTime() + ns;
        while (System.nanoTime() - deadlineNs < 0) {
            beats.doWork();
        }
        exchange.drain(arrivals::add, 1_000);
        arrivals.clear();
    }

    private void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.getAsBoolean()) {
            beats.doWork();
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("waited in vain");
            }
        }
    }
}
