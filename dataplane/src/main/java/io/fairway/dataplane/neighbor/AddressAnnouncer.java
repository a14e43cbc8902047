package io.fairway.dataplane.neighbor;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Announces our addresses on every interface that this node begins to speak for, by gratuitous ARP and by unsolicited
 * neighbour advertisements: at once, after 100 ms, after 1 s, then every 30 s (ha-design.md section 4). With them, and
 * alone where only the partner speaks, goes the report of the multicast groups in which this node is asked. Forwarder's
 * thread only.
 */
public final class AddressAnnouncer {
    private static final long SECOND_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long THIRD_NS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long REPEAT_NS = TimeUnit.SECONDS.toNanos(30);

    /** What an interface does: nothing has been sent since the gate was shut, or it listens, or it speaks too. */
    private static final int SILENT = 0;

    private static final int LISTENING = 1;
    private static final int SPEAKING = 2;

    private final Links links;
    private final NeighborResolver resolver;
    private final int[] state;
    private final int[] sent;
    private final long[] dueNs;

    public AddressAnnouncer(final Links links, final NeighborResolver resolver) {
        this.links = links;
        this.resolver = resolver;
        state = new int[links.count()];
        sent = new int[links.count()];
        dueNs = new long[links.count()];
    }

    /** Sends what is due; call it every turn while the send gate is open. */
    public int tick(final long nowNs) {
        int work = 0;
        for (int i = 0; i < state.length; i++) {
            if (!links.isHere(i)) {
                continue;
            }
            final int next = links.speaksFor(i) ? SPEAKING : LISTENING;
            if (next != state[i]) {
                state[i] = next;
                sent[i] = 0;
                dueNs[i] = nowNs;
            }
            if (nowNs - dueNs[i] >= 0) {
                send(i);
                sent[i] = Math.min(sent[i] + 1, 3);
                dueNs[i] = nowNs + (sent[i] == 1 ? SECOND_NS : sent[i] == 2 ? THIRD_NS : REPEAT_NS);
                work++;
            }
        }
        return work;
    }

    private void send(final int interfaceIndex) {
        resolver.listen(interfaceIndex);
        if (state[interfaceIndex] == SPEAKING) {
            resolver.announce(interfaceIndex);
        }
    }

    /** The gate was shut: whatever we speak for when it opens is announced anew. */
    public void silence() {
        Arrays.fill(state, SILENT);
    }
}
