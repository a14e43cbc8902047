package io.fairway.dataplane.neighbor;

import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether the gateways behind each interface answer this node of a pair, whether it leads there or not. Each is asked
 * once a second; whatever comes from it is an answer. What counts is questions without an answer, not time: a thread
 * that got no processor has asked nothing. An interface is well as long as one of its gateways is, and so is one that
 * has none. Forwarder's thread; the masks are readable by any thread.
 */
public final class GatewayWatch {
    private static final long ASK_NS = TimeUnit.SECONDS.toNanos(1);

    /** So many questions in a row without an answer: it is silent. With an answer each: it is back. */
    private static final int IN_A_ROW = 3;

    /** Asked since the start, not answered yet. */
    private static final int UNKNOWN = 0;

    private static final int ANSWERS = 1;
    private static final int SILENT = 2;

    private final NeighborResolver resolver;

    /** Per interface where its gateways begin, and where they end. */
    private final int[] first;

    private final int[] end;
    private final int[] interfaceIndex;
    private final long[] high;
    private final long[] low;
    private final long[] mac;
    private final int[] state;
    private final int[] missed;
    private final int[] answered;
    private final boolean[] asked;
    private final boolean[] heard;

    private boolean started;
    private long dueNs;

    private volatile long answering = -1;
    private volatile long silent;

    public GatewayWatch(final Router router, final Links links, final NeighborResolver resolver) {
        this.resolver = resolver;
        final int interfaces = links.count();
        first = new int[interfaces];
        end = new int[interfaces];
        int count = 0;
        for (int i = 0; i < interfaces; i++) {
            first[i] = count;
            // A lone router would have nobody to hand over to.
            count += router.nodes().size() > 1 && links.isHere(i)
                    ? router.gateways(i).size()
                    : 0;
            end[i] = count;
        }
        interfaceIndex = new int[count];
        high = new long[count];
        low = new long[count];
        mac = new long[count];
        state = new int[count];
        missed = new int[count];
        answered = new int[count];
        asked = new boolean[count];
        heard = new boolean[count];
        for (int i = 0; i < interfaces; i++) {
            name(i, first[i] < end[i] ? router.gateways(i) : List.of());
        }
        publish();
    }

    private void name(final int itsInterface, final List<IpAddress> gateways) {
        for (int i = 0; i < gateways.size(); i++) {
            final int gateway = first[itsInterface] + i;
            interfaceIndex[gateway] = itsInterface;
            high[gateway] = gateways.get(i).high();
            low[gateway] = gateways.get(i).low();
        }
    }

    /** Asks, and judges what came since it asked last; call it every turn while the send gate is open. */
    public int tick(final long nowNs) {
        if (state.length == 0 || started && nowNs - dueNs < 0) {
            return 0;
        }
        started = true;
        dueNs = nowNs + ASK_NS;
        for (int gateway = 0; gateway < state.length; gateway++) {
            if (asked[gateway]) {
                judge(gateway);
            }
            asked[gateway] = true;
            heard[gateway] = false;
            // One that has another Ethernet address by now hears what is for all only.
            resolver.probe(interfaceIndex[gateway], high[gateway], low[gateway], missed[gateway] == 0, nowNs);
        }
        publish();
        return 1;
    }

    private void judge(final int gateway) {
        if (heard[gateway]) {
            missed[gateway] = 0;
            answered[gateway] = Math.min(answered[gateway] + 1, IN_A_ROW);
            if (answered[gateway] == IN_A_ROW) {
                state[gateway] = ANSWERS;
            }
        } else {
            answered[gateway] = 0;
            missed[gateway] = Math.min(missed[gateway] + 1, IN_A_ROW);
            if (missed[gateway] == IN_A_ROW) {
                state[gateway] = SILENT;
            }
        }
    }

    /** The send gate is shut: nothing is asked, and nothing follows from what does not come. */
    public void pause() {
        if (started) {
            started = false;
            for (int gateway = 0; gateway < state.length; gateway++) {
                asked[gateway] = false;
            }
        }
    }

    /** A neighbour has said where it is. */
    void onNeighbor(final int itsInterface, final long itsHigh, final long itsLow, final long itsMac) {
        for (int gateway = first[itsInterface]; gateway < end[itsInterface]; gateway++) {
            if (low[gateway] == itsLow && high[gateway] == itsHigh) {
                mac[gateway] = itsMac;
                heard(gateway);
            }
        }
    }

    /** A frame has come from this Ethernet address. */
    public void onFrame(final int itsInterface, final long itsMac) {
        for (int gateway = first[itsInterface]; gateway < end[itsInterface]; gateway++) {
            if (mac[gateway] == itsMac) {
                heard(gateway);
            }
        }
    }

    private void heard(final int gateway) {
        heard[gateway] = true;
        if (state[gateway] == UNKNOWN) {
            state[gateway] = ANSWERS;
            publish();
        }
    }

    private void publish() {
        long well = -1;
        long ill = 0;
        for (int i = 0; i < first.length; i++) {
            boolean any = first[i] == end[i];
            boolean none = first[i] < end[i];
            for (int gateway = first[i]; gateway < end[i]; gateway++) {
                any |= state[gateway] == ANSWERS;
                none &= state[gateway] == SILENT;
            }
            well &= any ? -1 : ~(1L << i);
            ill |= none ? 1L << i : 0;
        }
        answering = well;
        silent = ill;
    }

    /** The interfaces that are known to be well: with a gateway that answers, or without any. Any thread. */
    public long answering() {
        return answering;
    }

    /** The interfaces of which no gateway answers. Any thread. */
    public long silent() {
        return silent;
    }
}
