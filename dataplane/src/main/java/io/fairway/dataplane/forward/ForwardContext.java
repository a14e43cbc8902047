package io.fairway.dataplane.forward;

import io.aeron.Publication;
import io.aeron.Subscription;
import io.fairway.dataplane.fabric.Crossing;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.PacketNumbers;
import io.fairway.model.config.Router;
import io.fairway.model.config.SecurityKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/** All that a {@link ForwardAgent} needs, set by the wiring and read once by the agent's constructor. */
public final class ForwardContext {
    private Router router;
    private List<SecurityKey> keys = List.of();
    private List<PacketPort> ports = List.of();
    private OwnershipGate gate;
    private CrossingLink crossing = CrossingLink.NONE;
    private ControllerLink toController = (message, offset, length) -> false;
    private CommandSource fromController = (handler, limit) -> 0;
    private boolean judgesUnknownTcp;
    private Doorbell controllerBell;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private PacketNumbers packetNumbers;
    private JceProvider jce = JceProvider.DEFAULT;

    /** The router's configuration: interfaces, peer paths, limits, timers, the signing key's id. */
    public ForwardContext router(final Router value) {
        router = value;
        return this;
    }

    /** The keys that this router signs with (see {@link Router#securityId()}) and accepts. */
    public ForwardContext keys(final List<SecurityKey> value) {
        keys = List.copyOf(value);
        return this;
    }

    /** One port per logical interface; the agent uses them, the caller closes them. */
    public ForwardContext ports(final List<? extends PacketPort> value) {
        ports = List.copyOf(value);
        return this;
    }

    /** The send gate, which knows this node's id. */
    public ForwardContext gate(final OwnershipGate value) {
        gate = value;
        return this;
    }

    /** The way to the partner; without it nothing crosses. */
    public ForwardContext crossing(final CrossingLink value) {
        crossing = value;
        return this;
    }

    /** The fabric's way to the partner. */
    public ForwardContext crossing(final Crossing value) {
        return crossing(CrossingLink.of(value));
    }

    /** Where first packets and session events go. */
    public ForwardContext toController(final ControllerLink value) {
        toController = value;
        return this;
    }

    /** An Aeron IPC stream to the controller. */
    public ForwardContext toController(final Publication value) {
        return toController((message, offset, length) -> value.offer(message, offset, length) > 0);
    }

    /** Where the controller's commands come from. */
    public ForwardContext fromController(final CommandSource value) {
        fromController = value;
        return this;
    }

    /** An Aeron IPC stream from the controller. */
    public ForwardContext fromController(final Subscription value) {
        return fromController((CommandSource) value::poll);
    }

    /**
     * Whether some service wants to judge TCP segments of unknown sessions that are no SYN; by default they are dropped
     * without asking.
     */
    public ForwardContext judgesUnknownTcp(final boolean value) {
        judgesUnknownTcp = value;
        return this;
    }

    /** Rung after every message to the controller; null (the default) if the controller polls by itself. */
    public ForwardContext controllerBell(final Doorbell value) {
        controllerBell = value;
        return this;
    }

    /** The monotonic clock, {@link System#nanoTime()} by default. */
    public ForwardContext clock(final NanoClock value) {
        clock = value;
        return this;
    }

    /** The time of day, {@link System#currentTimeMillis()} by default. */
    public ForwardContext epochClock(final EpochClock value) {
        epochClock = value;
        return this;
    }

    /** Numbers that this node never gives twice; by default of this moment's time of day. */
    public ForwardContext packetNumbers(final PacketNumbers value) {
        packetNumbers = value;
        return this;
    }

    /** Where ciphers come from, the platform by default. */
    public ForwardContext jce(final JceProvider value) {
        jce = value;
        return this;
    }

    EpochClock epochClock() {
        return epochClock;
    }

    PacketNumbers packetNumbers() {
        return packetNumbers != null
                ? packetNumbers
                : new PacketNumbers(gate.self(), TimeUnit.MILLISECONDS.toNanos(epochClock.time()), clock.nanoTime());
    }

    JceProvider jce() {
        return jce;
    }

    Router router() {
        return router;
    }

    List<SecurityKey> keys() {
        return keys;
    }

    List<PacketPort> ports() {
        return ports;
    }

    OwnershipGate gate() {
        return gate;
    }

    CrossingLink crossing() {
        return crossing;
    }

    ControllerLink toController() {
        return toController;
    }

    CommandSource fromController() {
        return fromController;
    }

    boolean judgesUnknownTcp() {
        return judgesUnknownTcp;
    }

    Doorbell controllerBell() {
        return controllerBell;
    }

    NanoClock clock() {
        return clock;
    }
}
