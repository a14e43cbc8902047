package io.fairway.cluster.peer.exchange;

import java.util.ArrayList;
import java.util.List;

/** The generations that a router holds towards one peer: at most a few, the oldest first. */
final class HeldKeys {
    /** How long an old generation is accepted once the peer uses a newer one. */
    static final long GRACE_NS = 30_000_000_000L;

    private static final int MOST = 4;

    private final List<KeyGeneration> generations = new ArrayList<>();
    private int inUse;
    private int peerUses;
    private long usedSinceNs;

    PeerKeys view() {
        return new PeerKeys(inUse, generations);
    }

    int inUse() {
        return inUse;
    }

    int newest() {
        return generations.isEmpty() ? 0 : generations.getLast().number();
    }

    /** Since when the generation in use is in use. */
    long usedSinceNs() {
        return usedSinceNs;
    }

    /** Takes over what the partner held; an end that was near is near again. */
    void adopt(final PeerKeys keys, final long nowNs) {
        generations.clear();
        for (final KeyGeneration generation : keys.generations()) {
            generations.add(generation.ends() ? generation.until(nowNs + GRACE_NS) : generation);
        }
        inUse = keys.inUse();
        usedSinceNs = nowNs;
    }

    /** Accepts a generation that is newer than all others. */
    void accept(final KeyGeneration generation) {
        generations.add(generation);
        if (generations.size() > MOST) {
            generations.remove(generations.getFirst().number() == inUse ? 1 : 0);
        }
    }

    /** Sends with this generation from now on, if it is known and newer; returns whether anything changed. */
    boolean use(final int number, final long nowNs) {
        if (number <= inUse || view().find(number) == null) {
            return false;
        }
        inUse = number;
        usedSinceNs = nowNs;
        return true;
    }

    /** The peer sends with this generation: older ones end soon; returns whether anything changed. */
    boolean peerUses(final int number, final long nowNs) {
        if (number <= peerUses || view().find(number) == null) {
            return false;
        }
        peerUses = number;
        boolean changed = false;
        for (int i = 0; i < generations.size(); i++) {
            if (generations.get(i).number() < number && !generations.get(i).ends()) {
                generations.set(i, generations.get(i).until(nowNs + GRACE_NS));
                changed = true;
            }
        }
        return changed;
    }

    /** Forgets what is over; returns whether anything was. */
    boolean expire(final long nowNs) {
        return generations.removeIf(generation -> generation.isOver(nowNs) && generation.number() != inUse);
    }
}
