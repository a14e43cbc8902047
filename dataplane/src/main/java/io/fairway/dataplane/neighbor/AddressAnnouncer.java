package io.fairway.dataplane.neighbor;

import java.util.concurrent.TimeUnit;

/**
 * Announces our addresses on every interface that this node begins to speak for, by gratuitous ARP and by unsolicited
 * neighbour advertisements: at once, after 100 ms, after 1 s, then every 30 s (ha-design.md section 4). Forwarder's
 * thread only.
 */
public final class AddressAnnouncer {
    private static final long SECOND_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long THIRD_NS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long REPEAT_NS = TimeUnit.SECONDS.toNanos(30);

    private final Links links;
    private final NeighborResolver resolver;
    private final boolean[] speaking;
    private final int[] sent;
    private final long[] dueNs;

    public AddressAnnouncer(final Links links, final NeighborResolver resolver) {
        this.links = links;
        this.resolver = resolver;
        speaking = new boolean[links.count()];
        sent = new int[links.count()];
        dueNs = new long[links.count()];
    }

    /** Sends what is due; call it every turn while the send gate is open. */
    public int tick(final long nowNs) {
        int work = 0;
        for (int i = 0; i < speaking.length; i++) {
            final boolean speaks = links.speaksFor(i);
            if (speaks && !speaking[i]) {
                sent[i] = 0;
                dueNs[i] = nowNs;
            }
            speaking[i] = speaks;
            if (speaks && nowNs - dueNs[i] >= 0) {
                resolver.announce(i);
                sent[i] = Math.min(sent[i] + 1, 3);
                dueNs[i] = nowNs + (sent[i] == 1 ? SECOND_NS : sent[i] == 2 ? THIRD_NS : REPEAT_NS);
                work++;
            }
        }
        return work;
    }

    /** The gate was shut: whatever we speak for when it opens is announced anew. */
    public void silence() {
        java.util.Arrays.fill(speaking, false);
    }
}
