package io.fairway.node;

import io.fairway.model.config.Router;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.node.api.SessionDetail;
import io.fairway.node.api.SessionDetail.FlowDetail;
import io.fairway.node.api.SessionRow;
import io.fairway.node.api.SessionRow.FlowRow;
import java.time.Instant;

/** Turns session records into what the command line shows. */
final class SessionRows {
    private final Router router;

    SessionRows(final Router router) {
        this.router = router;
    }

    /**
     * One session's row.
     *
     * @param owner the id of the owning node
     * @param timeoutMs until it ends if nothing is sent
     */
    SessionRow row(final SessionRecord record, final int owner, final boolean synced, final long timeoutMs) {
        return new SessionRow(
                SessionRow.id(record.sessionId()),
                record.service(),
                record.tenant(),
                nodeName(owner),
                synced,
                timeoutMs,
                Math.max(0, System.currentTimeMillis() - record.createdMs()),
                flow(record.forward(), true),
                flow(record.reverse(), false));
    }

    /** Everything about one session; the two flows' counters are given. */
    SessionDetail detail(
            final SessionRow row, final SessionRecord record, final FlowDetail forward, final FlowDetail reverse) {
        return new SessionDetail(
                row,
                record.uuid().toString(),
                record.state().name(),
                record.version(),
                record.bucket(),
                record.epoch(),
                record.handshakeDone(),
                record.peer(),
                record.path(),
                record.idleTimeoutMs(),
                Instant.ofEpochMilli(record.createdMs()).toString(),
                forward,
                reverse);
    }

    /** What happens to one direction's packets. */
    FlowDetail flowDetail(final Flow flow, final long packets, final long bytes, final long idleMs) {
        final FlowAction action = flow.action();
        final FiveTuple out = action.rewrite();
        return new FlowDetail(
                interfaceName(action.egressInterface()),
                action.egressVlan(),
                action.nextHop().toString(),
                switch (action.transport()) {
                    case FlowActionFlyweight.ENCAPSULATE_UDP -> "into udp";
                    case FlowActionFlyweight.DECAPSULATE_UDP -> "out of udp";
                    case FlowActionFlyweight.TCP_TO_UDP -> "tcp as udp";
                    case FlowActionFlyweight.UDP_TO_TCP -> "udp as tcp";
                    default -> "same";
                },
                switch (action.metadataRole()) {
                    case FlowActionFlyweight.METADATA_FORWARD -> "forward";
                    case FlowActionFlyweight.METADATA_REVERSE -> "reverse";
                    default -> "none";
                },
                out.source().withPort(out.sourcePort()),
                out.destination().withPort(out.destinationPort()),
                packets,
                bytes,
                idleMs);
    }

    /** A node's name. */
    String nodeName(final int nodeId) {
        return router.nodes().get(nodeId).name();
    }

    private String interfaceName(final int index) {
        return index < router.interfaces().size()
                ? router.interfaces().get(index).name()
                : "?";
    }

    private FlowRow flow(final Flow flow, final boolean isForward) {
        final FiveTuple in = flow.tuple();
        final FiveTuple out = flow.action().rewrite();
        final IpAddress natAddress = isForward ? out.source() : out.destination();
        final int natPort = isForward ? out.sourcePort() : out.destinationPort();
        final boolean translated = !natAddress.equals(isForward ? in.source() : in.destination());
        return new FlowRow(
                interfaceName(flow.interfaceIndex()),
                flow.vlan(),
                IpProtocol.name(in.protocol()),
                in.source().toString(),
                in.sourcePort(),
                in.destination().toString(),
                in.destinationPort(),
                translated ? natAddress.toString() : null,
                translated ? natPort : 0);
    }
}
