package io.fairway.node;

import io.fairway.node.api.ArpRow;
import io.fairway.node.api.CounterRow;
import io.fairway.node.api.DropRow;
import io.fairway.node.api.InterfaceRow;
import io.fairway.node.api.NodeOperations;
import io.fairway.node.api.NodeStatus;
import io.fairway.node.api.PairStatus;
import io.fairway.node.api.PeerRow;
import io.fairway.node.api.SessionDetail;
import io.fairway.node.api.SessionFilter;
import io.fairway.node.api.SessionPage;
import java.util.List;

/** What a controller of its own process answers to its forwarder's; all else is that one's to answer. */
final class ControllerAnswers implements NodeOperations {
    private final ControllerOperations controller;

    ControllerAnswers(final ControllerOperations controller) {
        this.controller = controller;
    }

    @Override
    public List<PeerRow> peers() {
        return controller.peers();
    }

    @Override
    public List<CounterRow> counters() {
        return controller.counters();
    }

    @Override
    public boolean deleteSession(final long sessionId) {
        return controller.delete(sessionId);
    }

    @Override
    public NodeStatus status() {
        throw notHere();
    }

    @Override
    public SessionPage sessions(final SessionFilter filter) {
        throw notHere();
    }

    @Override
    public SessionDetail session(final long sessionId) {
        throw notHere();
    }

    @Override
    public PairStatus pair() {
        throw notHere();
    }

    @Override
    public List<InterfaceRow> interfaces() {
        throw notHere();
    }

    @Override
    public List<ArpRow> arp() {
        throw notHere();
    }

    @Override
    public List<DropRow> drops() {
        throw notHere();
    }

    @Override
    public String orderPair(final String order) {
        throw notHere();
    }

    private static IllegalArgumentException notHere() {
        return new IllegalArgumentException("this is the controller alone; ask the forwarder's process");
    }
}
