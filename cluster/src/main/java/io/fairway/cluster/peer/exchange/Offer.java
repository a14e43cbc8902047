package io.fairway.cluster.peer.exchange;

import java.util.List;

/** The exchange that this router began, while it is under way. */
final class Offer {
    private static final long FIRST_NS = 500_000_000L;
    private static final long LONGEST_NS = 8_000_000_000L;

    private final long exchange;
    private final byte[] message;
    private final Share share;
    private final long bornNs;
    private final PartCollector answer = new PartCollector();
    private List<byte[]> parts;
    private int number;
    private long intervalNs;
    private long dueNs;

    Offer(final long exchange, final byte[] message, final Share share, final long nowNs) {
        this.exchange = exchange;
        this.message = message;
        this.share = share;
        bornNs = nowNs;
        parts = ExchangePart.cut(ExchangePart.OFFER, exchange, message);
        restart(nowNs);
    }

    long exchange() {
        return exchange;
    }

    byte[] message() {
        return message;
    }

    Share share() {
        return share;
    }

    PartCollector answer() {
        return answer;
    }

    /** The generation that it made, 0 before the answer. */
    int number() {
        return number;
    }

    long ageNs(final long nowNs) {
        return nowNs - bornNs;
    }

    /** The answer came; from now on the proof is what is sent. */
    void prove(final int generation, final List<byte[]> proof, final long nowNs) {
        number = generation;
        parts = proof;
        restart(nowNs);
    }

    private void restart(final long nowNs) {
        intervalNs = FIRST_NS;
        dueNs = nowNs;
    }

    /** When something is to be sent again. */
    long dueNs() {
        return dueNs;
    }

    /**
     * What to send now; the next time is later by twice as much as before.
     *
     * @param shorter up to a quarter, at random, so that peers do not fall into step
     */
    List<byte[]> send(final double shorter, final long nowNs) {
        dueNs = nowNs + (long) (intervalNs * (1 - shorter));
        intervalNs = Math.min(2 * intervalNs, LONGEST_NS);
        return parts;
    }
}
