package io.fairway.node;

import io.aeron.Publication;
import io.fairway.dataplane.fabric.Crossing;
import io.fairway.dataplane.fabric.Fabric;
import io.fairway.dataplane.forward.ControllerLink;
import io.fairway.dataplane.forward.ForwardAgent;
import io.fairway.dataplane.forward.ForwardContext;
import io.fairway.dataplane.forward.ForwardRunner;
import io.fairway.dataplane.forward.ForwarderProxy;
import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.dataplane.io.AfPacketPort;
import io.fairway.dataplane.io.Doorbell;
import io.fairway.dataplane.io.KernelSilencer;
import io.fairway.dataplane.io.ThreadScheduling;
import io.fairway.model.boundary.BoundaryMessage;
import io.fairway.model.config.Authority;
import io.fairway.model.config.Router;
import io.fairway.model.config.SecurityKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The forwarder's room: ports, rings, bells, agent and its thread. What the others need of it are the proxy that gives
 * it commands, and its views.
 */
final class ForwardRoom {
    /** Below beats and pair, so that a flood of packets never ends a lease. */
    private static final int REAL_TIME_PRIORITY = 30;

    private final List<AfPacketPort> ports = new ArrayList<>();
    private final Doorbell controllerBell;
    private final ForwarderProxy proxy;
    private final ForwardAgent agent;
    private final Crossing crossing;
    private final Runnable startThread;

    private ForwardRoom(final Parts parts, final CloseStack opened) throws IOException {
        final Router router = parts.router();
        final Fabric fabric = parts.fabric();
        final List<String> devices = new ArrayList<>();
        for (int i = 0; i < parts.node().devices().size(); i++) {
            if (parts.node().has(i)) {
                devices.add(parts.node().devices().get(i));
                ports.add(opened.add(AfPacketPort.open(i, parts.node().devices().get(i))));
            }
        }
        opened.add(KernelSilencer.silence(devices));
        final Doorbell ownBell = opened.add(parts.boundary().forwarderBell());
        controllerBell = opened.add(parts.boundary().controllerBell());
        final Publication commands = fabric.ipcPublication(BoundaryMessage.TO_FORWARDER_STREAM);
        proxy = proxy(
                parts.authority(),
                router,
                (message, offset, length) -> commands.offer(message, offset, length) > 0,
                ownBell);
        final ForwardContext context = new ForwardContext()
                .router(router)
                .keys(parts.authority().security())
                .ports(ports)
                .gate(parts.gate())
                .jce(parts.ciphers().jce())
                .packetNumbers(parts.ciphers().numbers())
                .judgesUnknownTcp(!router.peerPaths().isEmpty()
                        || parts.authority().services().stream()
                                .anyMatch(service -> service.tcpEnforcement().judgesUnknown()))
                .fromController(fabric.ipcSubscription(BoundaryMessage.TO_FORWARDER_STREAM))
                .toController(fabric.ipcPublication(BoundaryMessage.TO_CONTROLLER_STREAM))
                .controllerBell(controllerBell);
        crossing = fabric.links() == 0 ? null : opened.add(new Crossing(fabric));
        if (crossing != null) {
            context.crossing(crossing);
            fabric.onArrival(ownBell::ring);
        }
        agent = new ForwardAgent(context);
        final ForwardRunner runner = new ForwardRunner(agent, ports, ownBell, NodeMain::defect);
        startThread = () -> Threads.start("forwarder", opened, runner, () -> {
            // A ring of 128 frames is full after 2 ms at 64,000 packets a second: nothing may keep this thread waiting.
            ThreadScheduling.realTime(REAL_TIME_PRIORITY);
            ThreadScheduling.timerSlackNs(1);
            runner.run();
        });
    }

    /** What the room is built from. */
    record Parts(
            Authority authority,
            Router router,
            Router.Node node,
            CipherWiring ciphers,
            OwnershipGate gate,
            Fabric fabric,
            Boundary boundary) {}

    /**
     * Opens ports and rings, and starts the thread.
     *
     * @throws IOException if a device is missing or privilege lacks, in one sentence
     */
    static ForwardRoom open(final Parts parts, final CloseStack opened) throws IOException {
        final ForwardRoom room = new ForwardRoom(parts, opened);
        room.startThread.run();
        return room;
    }

    /** Commands to the forwarder over this link. */
    static ForwarderProxy proxy(
            final Authority authority, final Router router, final ControllerLink link, final Doorbell bell) {
        final SecurityKey key = authority.security().stream()
                .filter(candidate -> candidate.id() == router.securityId())
                .findFirst()
                .orElseThrow();
        return new ForwarderProxy(
                link, bell, router.name(), router.securityId(), key.policy().name());
    }

    ForwardAgent agent() {
        return agent;
    }

    ForwarderProxy proxy() {
        return proxy;
    }

    /** The port of an interface, or null if only the other node has it. */
    AfPacketPort port(final int interfaceIndex) {
        return ports.stream()
                .filter(port -> port.interfaceIndex() == interfaceIndex)
                .findFirst()
                .orElse(null);
    }

    /** Null in a router of one node. */
    Crossing crossing() {
        return crossing;
    }

    /** Rung when it says something. */
    Doorbell controllerBell() {
        return controllerBell;
    }
}
