package io.fairway.deploy.sim;

import io.fairway.model.wire.EthernetHeader;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** The LAN or the WAN: a learning switch with three cables, two to the nodes and one to the hosts. */
final class Segment {
    /** The hosts' cable. */
    static final int HOSTS = 2;

    private static final long BASE_NS = 100_000;
    private static final long SPREAD_NS = 100_000;

    private final World world;
    private final int interfaceIndex;
    private final SimRandom random;
    private final Map<Long, Integer> cables = new HashMap<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private long lastNs;

    Segment(final World world, final int interfaceIndex, final SimRandom random) {
        this.world = world;
        this.interfaceIndex = interfaceIndex;
        this.random = random;
    }

    private int path() {
        return PairNetwork.LAN + interfaceIndex;
    }

    /** A node's frame: judged as it leaves. */
    void fromNode(final int node, final byte[] frame) {
        world.checker().onFrame(node, interfaceIndex, frame);
        if (world.network().plugged(node, path())) {
            forward(node, frame);
        }
    }

    void fromHosts(final byte[] frame) {
        forward(HOSTS, frame);
    }

    /** The switch forgets what it learned on a cable that lost its link. */
    void unplugged(final int node) {
        cables.values().removeIf(cable -> cable == node);
    }

    private void forward(final int from, final byte[] frame) {
        view.wrap(frame);
        cables.put(EthernetHeader.source(view, 0), from);
        final long destination = EthernetHeader.destination(view, 0);
        final Integer known = EthernetHeader.isGroup(destination) ? null : cables.get(destination);
        // A switch keeps the order of frames.
        lastNs = Math.max(lastNs, world.timeline().nowNs() + BASE_NS + random.between(0, SPREAD_NS));
        for (int to = 0; to <= HOSTS; to++) {
            if (to != from && (known == null || known == to)) {
                deliver(to, frame);
            }
        }
    }

    private void deliver(final int to, final byte[] frame) {
        if (to == HOSTS) {
            world.timeline().at(lastNs, () -> world.hosts(interfaceIndex).onFrame(frame));
        } else {
            world.timeline().at(lastNs, () -> {
                if (world.network().plugged(to, path())) {
                    world.node(to).onFrame(interfaceIndex, frame);
                }
            });
        }
    }
}
