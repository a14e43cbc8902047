package io.fairway.ha.beat;

import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * One way to the partner.
 *
 * @param id the same on both nodes: the fabric link's place in its list, or {@link #DATA} plus the interface index; or
 *     {@link #ALONE} plus that, of a device behind which no partner is: only its link is watched
 * @param name for people: the kernel device
 * @param interfaces the interfaces that stand on this device, as a mask; 0 for a fabric link
 * @param port the network
 */
public record BeatPath(int id, String name, long interfaces, BeatPort port) {
    /** The id of interface 0's path; ids below are fabric links. */
    public static final int DATA = 64;

    /** The id of interface 0's device if only one node has it. */
    public static final int ALONE = 128;

    /** The kernel device of each path id of a node: its fabric links, and the devices of the shared interfaces. */
    public static Map<Integer, String> devices(final Router router, final Router.Node node) {
        final Map<Integer, String> devices = new TreeMap<>();
        for (int i = 0; i < node.fabric().size(); i++) {
            devices.put(i, node.fabric().get(i).device());
        }
        add(DATA, i -> router.isShared(i), node, devices);
        return devices;
    }

    /** Interfaces that are VLANs of one device share its path. */
    private static void add(
            final int base, final IntPredicate wanted, final Router.Node node, final Map<Integer, String> devices) {
        for (int i = 0; i < node.devices().size(); i++) {
            if (wanted.test(i) && !devices.containsValue(node.devices().get(i))) {
                devices.put(base + i, node.devices().get(i));
            }
        }
    }

    /**
     * Opens the paths of a node, and what is there to watch the links of its own interfaces. The devices must be up.
     *
     * @throws IOException in one sentence, if one cannot be opened; then none stays open
     */
    public static List<BeatPath> open(final Router router, final Router.Node node) throws IOException {
        final List<BeatPath> paths = new ArrayList<>();
        final Map<Integer, String> devices = devices(router, node);
        add(ALONE, node::has, node, devices);
        try {
            for (final Map.Entry<Integer, String> device : devices.entrySet()) {
                final String name = device.getValue();
                paths.add(new BeatPath(device.getKey(), name, interfaces(node, name), new RawBeatPort(name)));
            }
            return paths;
        } catch (final IOException e) {
            paths.forEach(path -> path.port().close());
            throw e;
        }
    }

    private static long interfaces(final Router.Node node, final String device) {
        long mask = 0;
        for (int i = 0; i < node.devices().size(); i++) {
            mask |= node.devices().get(i).equals(device) ? 1L << i : 0;
        }
        return mask;
    }

    /** Whether the partner is at the other end. */
    public boolean leadsToPartner() {
        return id < ALONE;
    }

    /** Whether this is a fabric link. */
    public boolean isFabric() {
        return id < DATA;
    }
}
