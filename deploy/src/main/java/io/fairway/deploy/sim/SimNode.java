package io.fairway.deploy.sim;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.beat.BeatWriter;
import io.fairway.ha.owner.EpochStore;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.ExpandableArrayBuffer;

/**
 * A host of the pair: what outlives a process of the node (disk, gate, clock), and its sentinel, which sees the process
 * die, closes the gate, tells the partner and starts the next one.
 */
final class SimNode {
    static final String EPOCHS = "epochs";
    static final String PACKET_NUMBERS = "packet-numbers";
    private static final long FIRST_BACK_OFF_NS = 500_000_000L;
    private static final long LONGEST_BACK_OFF_NS = 10_000_000_000L;
    private static final long LONG_LIFE_NS = 30_000_000_000L;
    private static final long[] NOTICES_NS = {100_000, 1_100_000, 6_100_000};

    private final World world;
    private final int id;
    private final SimClock clock;
    private final SimDisk disk = new SimDisk();
    private final SimStore store = new SimStore();
    private final OwnershipGate gate;
    private final SimRandom random;
    private final BeatWriter notices;
    private SimProcess process;
    private boolean powered;
    private boolean heldDown;
    private long startedNs;
    private long backOffNs = FIRST_BACK_OFF_NS;
    private int life;
    private int uncuttable;

    SimNode(final World world, final int id, final Path gateFile) {
        this.world = world;
        this.id = id;
        random = world.random("node-" + id);
        clock = new SimClock(
                world.timeline(),
                random.between(1, 1L << 50),
                world.random("drift-" + id).between(-200, 200));
        gate = OwnershipGate.map(gateFile, id);
        notices = new BeatWriter(BeatSettings.routerHash("sim"), id, Profile.SECRET);
    }

    int id() {
        return id;
    }

    SimClock clock() {
        return clock;
    }

    SimDisk disk() {
        return disk;
    }

    SimStore store() {
        return store;
    }

    OwnershipGate gate() {
        return gate;
    }

    SimRandom random() {
        return random;
    }

    /** The living process, or null. */
    SimProcess process() {
        return process;
    }

    /** Whether a process lives and is not frozen. */
    boolean isRunning() {
        return process != null && process.running();
    }

    /** Switches the host on: its sentinel starts the node. */
    void powerOn() {
        powered = true;
        heldDown = false;
        if (process == null) {
            start();
        }
    }

    private void start() {
        if (!powered || heldDown || process != null) {
            return;
        }
        startedNs = world.timeline().nowNs();
        life++;
        try {
            process = new SimProcess(world, this);
            world.evidence("process started");
        } catch (final IOException e) {
            world.evidence("a node did not start: " + reason(e));
            retryStart();
        } catch (final SimDisk.PowerLost e) {
            powerOff();
            world.timeline().after(1_000_000_000L, this::powerOn);
        }
    }

    private static String reason(final IOException e) {
        return e.getMessage().replaceAll(".*: ", "");
    }

    private void retryStart() {
        final int expected = life;
        world.timeline().after(nextBackOff(), () -> {
            if (life == expected) {
                start();
            }
        });
    }

    private long nextBackOff() {
        if (world.timeline().nowNs() - startedNs >= LONG_LIFE_NS) {
            backOffNs = FIRST_BACK_OFF_NS;
        }
        final long waitNs = backOffNs;
        backOffNs = Math.min(2 * backOffNs, LONGEST_BACK_OFF_NS);
        return waitNs;
    }

    /** The process is killed, or ended itself; the sentinel sees it. */
    void kill() {
        if (process == null) {
            return;
        }
        endProcess();
        final int expected = life;
        world.timeline().after(random.between(400_000, 5_000_000), () -> {
            if (powered && life == expected && process == null) {
                onDeathSeen();
            }
        });
    }

    /** The sentinel's part: the gate first, then the partner, then the next process. */
    private void onDeathSeen() {
        gate.closeBySentinel();
        tellPartner();
        retryStart();
    }

    private void tellPartner() {
        final long incarnation = EpochStore.readIncarnation(disk.path(EPOCHS));
        if (incarnation == 0) {
            return;
        }
        for (final long delayNs : NOTICES_NS) {
            world.timeline().after(delayNs, () -> sendNotices(incarnation));
        }
    }

    private void sendNotices(final long incarnation) {
        if (!powered) {
            return;
        }
        for (int path = 0; path < PairNetwork.PATHS; path++) {
            final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(64);
            final int length = notices.deathNotice(buffer, World.pathId(path), incarnation);
            final byte[] frame = new byte[length];
            buffer.getBytes(0, frame);
            SimBeatPort.transmit(world, id, path, frame);
        }
    }

    /** An orderly stop, as for an upgrade: the gate closes and the partner is told before the process ends. */
    void stop() {
        if (process == null || !powered) {
            return;
        }
        gate.closeBySentinel();
        final SimProcess stopping = process;
        world.timeline().after(2_000_000, () -> {
            if (process == stopping) {
                tellPartner();
            }
        });
        world.timeline().after(50_000_000, () -> {
            if (process == stopping) {
                endProcess();
                retryStart();
            }
        });
    }

    /** The host loses power: process and sentinel are gone at once, and nobody tells. */
    void powerOff() {
        powered = false;
        world.segment(Profile.LAN).unplugged(id);
        world.segment(Profile.WAN).unplugged(id);
        life++;
        if (process != null) {
            endProcess();
        }
    }

    /** Whether its partner's switch fails to take its power away. */
    void uncuttable(final int change) {
        uncuttable += change;
    }

    /** Its partner takes its power away, and somebody gives it back later; whether that worked. */
    boolean cutOff() {
        if (uncuttable > 0) {
            return false;
        }
        powerOff();
        world.timeline().after(random.between(2_000_000_000L, 6_000_000_000L), () -> {
            if (!heldDown) {
                powerOn();
            }
        });
        return true;
    }

    /** An operator's word; what comes of it is counted. */
    void order(final PairEvent.Order order) {
        if (process != null) {
            process.told(pair -> {
                final var unused = pair.order(order)
                        .thenAccept(answer ->
                                world.evidence("order " + order + (answer.taken() ? " is taken" : " is refused")));
            });
        }
    }

    private void endProcess() {
        final SimProcess ending = process;
        process = null;
        world.checker().onProcessEnded(id, ending);
        ending.end();
    }

    /** No process starts any more. */
    void holdDown() {
        heldDown = true;
        powerOff();
    }

    void onBeatFrame(final int path, final byte[] frame) {
        if (process != null) {
            process.onBeatFrame(path, frame);
        }
    }

    void onJournalFrame(final SimProcess to, final byte[] frame) {
        if (process != null && process == to) {
            process.onJournalFrame(frame);
        }
    }

    void onCrossed(final SimCrossing.Crossed crossed) {
        if (process != null) {
            process.onCrossed(crossed);
        }
    }

    void onFrame(final int interfaceIndex, final byte[] frame) {
        if (process != null) {
            process.onFrame(interfaceIndex, frame);
        }
    }

    void close() {
        if (process != null) {
            process.end();
        }
        gate.close();
    }
}
