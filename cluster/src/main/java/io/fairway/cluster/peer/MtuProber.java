package io.fairway.cluster.peer;

import io.fairway.cluster.peer.MtuAction.Become;
import io.fairway.cluster.peer.MtuAction.Found;
import io.fairway.cluster.peer.MtuAction.Probe;
import io.fairway.cluster.peer.MtuEvent.Answered;
import io.fairway.cluster.peer.MtuEvent.PathDown;
import io.fairway.cluster.peer.MtuEvent.PathUp;
import io.fairway.cluster.peer.MtuEvent.Tick;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for the largest packet that arrives at a peer (RFC 8899): the interface's own MTU first, then by halves between
 * what arrived and what did not. Pure: time comes with the events, what is to be done goes out as actions. One thread
 * uses it.
 */
public final class MtuProber {
    /** What every path carries (RFC 8200 section 5); it is not probed. */
    static final int BASE_BYTES = 1280;

    /** The time that a probe has to be answered (RFC 8899 section 5.1.1, PROBE_TIMER; paths here are measured). */
    static final long PROBE_NS = 1_000_000_000L;

    /** Probes of one size without an answer that mean that it is too big (MAX_PROBES). */
    static final int MAX_PROBES = 3;

    /** After how long the search begins anew (PMTU_RAISE_TIMER). */
    static final long RAISE_NS = 600_000_000_000L;

    private final int interfaceBytes;
    private MtuState state = MtuState.DISABLED;
    private int mtuBytes;
    private boolean measured;

    private int arrivedBytes;
    private int tooBigBytes;
    private int probeBytes;
    private int probes;
    private long dueNs;

    private List<MtuAction> actions = new ArrayList<>();

    /** @param interfaceBytes the MTU of the interface by which packets leave */
    public MtuProber(final int interfaceBytes) {
        this.interfaceBytes = interfaceBytes;
        mtuBytes = Math.min(BASE_BYTES, interfaceBytes);
    }

    /** Decides on one event. The actions are to be applied in order, before the next event. */
    public List<MtuAction> on(final MtuEvent event, final long nowNs) {
        actions = new ArrayList<>(2);
        switch (event) {
            case PathUp _ -> search("the path came up", nowNs);
            case PathDown _ -> {
                if (state != MtuState.DISABLED) {
                    become(MtuState.DISABLED, "the path fell");
                }
            }
            case Answered(final int packetBytes) -> onAnswer(packetBytes, nowNs);
            case Tick _ -> onTick(nowNs);
        }
        return actions;
    }

    private void search(final String why, final long nowNs) {
        arrivedBytes = Math.min(BASE_BYTES, interfaceBytes);
        tooBigBytes = interfaceBytes + 1;
        become(MtuState.SEARCHING, why);
        tryNext(interfaceBytes, nowNs);
    }

    private void onAnswer(final int packetBytes, final long nowNs) {
        // A late answer to a size that was given up counts for nothing: it would not fit between the bounds.
        if (state == MtuState.SEARCHING && packetBytes > arrivedBytes && packetBytes < tooBigBytes) {
            arrivedBytes = packetBytes;
            found(Math.max(arrivedBytes, mtuBytes));
            if (packetBytes >= probeBytes) {
                tryNext((arrivedBytes + tooBigBytes) / 2, nowNs);
            }
        }
    }

    private void onTick(final long nowNs) {
        if (state == MtuState.DISABLED || nowNs - dueNs < 0) {
            return;
        }
        if (state == MtuState.SEARCH_COMPLETE) {
            search("the path may have changed", nowNs);
        } else if (probes < MAX_PROBES) {
            probe(nowNs);
        } else {
            tooBigBytes = probeBytes;
            // What was known before holds for as long as nothing speaks against it.
            found(mtuBytes < tooBigBytes ? mtuBytes : arrivedBytes);
            tryNext((arrivedBytes + tooBigBytes) / 2, nowNs);
        }
    }

    private void tryNext(final int packetBytes, final long nowNs) {
        if (tooBigBytes - arrivedBytes <= 1) {
            found(arrivedBytes);
            dueNs = nowNs + RAISE_NS;
            become(MtuState.SEARCH_COMPLETE, "nothing is left between what arrives and what does not");
            return;
        }
        probeBytes = packetBytes;
        probes = 0;
        probe(nowNs);
    }

    private void found(final int packetBytes) {
        if (!measured || packetBytes != mtuBytes) {
            measured = true;
            mtuBytes = packetBytes;
            actions.add(new Found(packetBytes));
        }
    }

    private void probe(final long nowNs) {
        probes++;
        dueNs = nowNs + PROBE_NS;
        actions.add(new Probe(probeBytes));
    }

    private void become(final MtuState next, final String why) {
        state = next;
        actions.add(new Become(next, why));
    }

    /** When the next event is due. */
    public long deadlineNs(final long nowNs) {
        return state == MtuState.DISABLED ? nowNs + RAISE_NS : dueNs;
    }

    public MtuState state() {
        return state;
    }

    /** The largest IP packet that is known to arrive; a new search changes it as it learns. */
    public int mtuBytes() {
        return mtuBytes;
    }
}
