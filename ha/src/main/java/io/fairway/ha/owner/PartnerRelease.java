package io.fairway.ha.owner;

import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatExchange.UnreadableArrival;
import io.fairway.ha.beat.BeatFlyweight;
import io.fairway.model.Release;
import java.util.function.Consumer;

/** Which release the partner is; says once of each process of it that its beats cannot be read. The pair's thread. */
final class PartnerRelease {
    private static final long VALID_NS = 1_000_000_000L;

    private final Consumer<String> log;
    private String name = "";
    private long said;
    private String obstacle;
    private long obstacleNs;

    PartnerRelease(final Consumer<String> log) {
        this.log = log;
    }

    void onBeat(final BeatArrival arrival) {
        name = arrival.release();
        obstacle = null;
    }

    void onUnreadable(final UnreadableArrival arrival) {
        obstacleNs = arrival.receivedNs();
        if (arrival.incarnation() != said || obstacle == null) {
            said = arrival.incarnation();
            name = "";
            obstacle = (arrival.version() == BeatFlyweight.VERSION_VALUE
                            ? "the partner's beats say what release " + Release.NAME + " here does not know"
                            : "the partner's beats have version " + arrival.version() + ", release " + Release.NAME
                                    + " here reads " + BeatFlyweight.VERSION_VALUE)
                    + ": the nodes do not pair, and while both run neither takes over from the other;"
                    + " start one of them with the other's release";
            log.accept("pair: " + obstacle);
        }
    }

    /** The partner's release; empty: not told. */
    String name() {
        return name;
    }

    /** Why the partner is not understood, in a sentence, or null. */
    String obstacle(final long nowNs) {
        return nowNs - obstacleNs < VALID_NS ? obstacle : null;
    }
}
