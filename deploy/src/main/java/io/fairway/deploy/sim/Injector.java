package io.fairway.deploy.sim;

import io.fairway.ha.arbiter.PairEvent.Order;
import java.util.Map;

/** Lets faults happen and end, and heals one core when the storm is over. */
final class Injector {
    private static final long FOR_EVER_NS = Long.MAX_VALUE / 4;

    private final World world;
    private final SimRandom random;
    private final Map<String, byte[]>[] backups;
    private boolean healed;

    @SuppressWarnings({"unchecked", "rawtypes"})
    Injector(final World world) {
        this.world = world;
        random = world.random("injector");
        backups = new Map[] {Map.of(), Map.of()};
    }

    void begin(final Plan plan) {
        // What a restored backup holds: as the disks were when the pair had just come up.
        world.timeline().at(3_000_000_000L, this::backUp);
        for (final Fault fault : plan.faults()) {
            world.timeline().at(fault.atMs() * 1_000_000, () -> {
                world.count("fault " + fault.kind());
                world.say("fault " + fault);
                begin(fault);
            });
        }
    }

    private void backUp() {
        for (int i = 0; i < 2; i++) {
            backups[i] = world.node(i).disk().snapshot();
            world.node(i).store().backUp();
        }
    }

    private void later(final Fault fault, final Runnable end) {
        world.timeline().after(fault.forMs() * 1_000_000, () -> {
            if (!healed) {
                end.run();
            }
        });
    }

    private void begin(final Fault fault) {
        if (fault.kind().onPath()) {
            onPath(fault, 1);
            later(fault, () -> onPath(fault, -1));
        } else {
            onNode(fault, world.node(fault.where()));
        }
    }

    private void onPath(final Fault fault, final int sign) {
        for (int from = 0; from < 2; from++) {
            if (!fault.hits(from)) {
                continue;
            }
            final Wire wire = world.network().wire(fault.path(), from);
            switch (fault.kind()) {
                case CUT -> wire.cut += sign;
                case LOSE -> wire.lost += sign * fault.amount();
                case REPEAT -> wire.repeated += sign * fault.amount();
                case CORRUPT -> wire.corrupted += sign * fault.amount();
                case REORDER -> wire.reordered += sign * fault.amount();
                case DELAY -> wire.delayNs += (long) sign * fault.amount() * 1_000_000;
                case BLOCK_JOURNAL -> wire.journalBlocked += sign;
                case BLOCK_BEATS -> wire.beatsBlocked += sign;
                case FLAP -> {
                    if (sign > 0) {
                        flap(wire, fault, world.timeline().nowNs() + fault.forMs() * 1_000_000);
                    }
                }
                default -> throw new IllegalStateException("not a path's: " + fault);
            }
        }
    }

    private void flap(final Wire wire, final Fault fault, final long untilNs) {
        final long halfNs = 500_000_000L / fault.amount();
        if (healed || world.timeline().nowNs() + 2 * halfNs > untilNs) {
            return;
        }
        wire.cut++;
        world.timeline().after(halfNs, () -> {
            if (!healed) {
                wire.cut--;
                world.timeline().after(halfNs, () -> flap(wire, fault, untilNs));
            }
        });
    }

    private void onNode(final Fault fault, final SimNode node) {
        final long untilNs = world.timeline().nowNs() + fault.forMs() * 1_000_000;
        switch (fault.kind()) {
            case KILL -> node.kill();
            case STOP -> node.stop();
            case FREEZE, STARVE_BEATS, STARVE_PAIR, STARVE_FORWARDER, STARVE_CONTROLLER -> {
                if (node.process() != null) {
                    node.process().starve(fault.kind(), untilNs);
                }
            }
            case FREEZE_IN_TURN -> {
                if (node.process() != null) {
                    node.process().freezeInTurn(fault.forMs() * 1_000_000);
                }
            }
            case UNPLUG_LAN -> unplug(fault, node, PairNetwork.LAN);
            case UNPLUG_WAN -> unplug(fault, node, PairNetwork.WAN);
            case WITNESS_LOST -> {
                world.witness().lose(node.id(), 1);
                later(fault, () -> world.witness().lose(node.id(), -1));
            }
            case WITNESS_RESTARTED -> world.witness().restart();
            case FENCE_FAILS -> {
                node.uncuttable(1);
                later(fault, () -> node.uncuttable(-1));
            }
            case HANDOVER -> node.order(Order.HANDOVER);
            case DRAIN -> order(fault, node, Order.DRAIN);
            case HOLD -> order(fault, node, Order.FREEZE);
            case REPLAY -> {
                world.remote().replay(fault.amount());
                later(fault, () -> world.remote().replay(-fault.amount()));
            }
            case WALL_JUMP -> node.clock().jump(fault.amount());
            case DISK_FULL -> {
                node.disk().full(true);
                later(fault, () -> node.disk().full(false));
            }
            case DISK_READ_ONLY -> {
                node.disk().readOnly(true);
                later(fault, () -> node.disk().readOnly(false));
            }
            case DISK_TORN -> node.disk().tearNextWrite();
            default -> powerCycle(fault, node);
        }
    }

    private void order(final Fault fault, final SimNode node, final Order order) {
        node.order(order);
        later(fault, () -> node.order(Order.RESUME));
    }

    private void unplug(final Fault fault, final SimNode node, final int path) {
        world.network().unplug(node.id(), path, 1);
        world.segment(path - PairNetwork.LAN).unplugged(node.id());
        later(fault, () -> world.network().unplug(node.id(), path, -1));
    }

    private void powerCycle(final Fault fault, final SimNode node) {
        node.powerOff();
        if (fault.kind().name().startsWith("DISK")) {
            world.checker().onDiskLost(node.id());
        }
        switch (fault.kind()) {
            case DISK_STALE -> node.disk().restore(backups[node.id()]);
            case DISK_CORRUPT -> node.disk().corrupt(SimNode.EPOCHS, random);
            case DISK_FOREIGN ->
                node.disk().restore(world.node(1 - node.id()).disk().snapshot());
            case STORE_STALE -> node.store().goBack();
            case STORE_CORRUPT -> node.store().corrupt(random);
            case STORE_LOST -> node.store().clear();
            default -> {
                // Power only.
            }
        }
        later(fault, node::powerOn);
    }

    /** The storm is over: one core is healed, and only that. */
    void heal() {
        healed = true;
        world.network().heal();
        world.witness().heal();
        world.remote().replay(-2_000_000_000);
        for (int i = 0; i < 2; i++) {
            final SimNode node = world.node(i);
            node.disk().full(false);
            node.disk().readOnly(false);
            if (node.process() != null) {
                node.process().thaw();
                node.order(Order.RESUME);
            }
        }
        final int core = random.below(6);
        world.count("healed core " + (core < 2 ? "node" : "both"));
        world.say("heal " + (core < 2 ? "node" + core : "both"));
        if (core < 2) {
            world.node(core).powerOn();
            leaveBroken(world.node(1 - core));
        } else {
            world.node(0).powerOn();
            world.node(1).powerOn();
            cutOnePath();
        }
    }

    private void leaveBroken(final SimNode node) {
        if (random.below(2) == 0 && node.process() != null) {
            node.process().starve(Fault.Kind.FREEZE, FOR_EVER_NS);
        } else {
            node.holdDown();
        }
    }

    private void cutOnePath() {
        final int path = random.below(2 * PairNetwork.PATHS);
        if (path < PairNetwork.PATHS) {
            world.network().wire(path, 0).cut++;
            world.network().wire(path, 1).cut++;
        }
    }
}
