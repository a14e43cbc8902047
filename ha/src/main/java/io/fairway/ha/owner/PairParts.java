package io.fairway.ha.owner;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.beat.BeatAgent;
import io.fairway.ha.beat.BeatExchange;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * What a {@link PairAgent} needs.
 *
 * @param gate the send gate; the agent becomes its only writer beside the sentinel
 * @param epochs incarnation and epochs on disk
 * @param exchange the way to and from the beat thread
 * @param beats whose counters are shown, or null
 * @param links told which fabric links carry beats
 * @param sync said by the journal
 * @param gateways which interfaces have a gateway that answers
 * @param partner told to others
 * @param listener told of changes
 * @param outside the witness and the means to fence
 * @param clock the same clock as the gate's: System.nanoTime
 * @param wallClock the time of day, shown to people
 * @param background may block: renews epoch reservations
 * @param log one line per decision
 */
public record PairParts(
        OwnershipGate gate,
        EpochStore epochs,
        BeatExchange exchange,
        BeatAgent beats,
        FabricLinks links,
        SyncStatus sync,
        Gateways gateways,
        PartnerStatus partner,
        PairListener listener,
        Outside outside,
        NanoClock clock,
        EpochClock wallClock,
        Executor background,
        Consumer<String> log) {}
