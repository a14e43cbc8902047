package io.fairway.dataplane.forward;

import io.fairway.dataplane.neighbor.NeighborExchange;
import io.fairway.model.wire.VnetHeader;
import org.agrona.DirectBuffer;

/** The forwarders' own talk, which goes where packets cross; what is lost is said again. Forwarder's thread. */
final class PartnerLine implements NeighborExchange.Line {
    /** In the place of an interface: the message is about neighbours. */
    static final int NEIGHBORS = 0x4000;

    /** In the place of an interface: the message is about sessions. */
    static final int SESSIONS = 0x4001;

    private final CrossingLink crossing;
    private final int mark;

    PartnerLine(final CrossingLink crossing, final int mark) {
        this.crossing = crossing;
        this.mark = mark;
    }

    @Override
    public boolean isConnected() {
        return crossing.isConnected();
    }

    @Override
    public boolean send(final DirectBuffer buffer, final int offset, final int length) {
        return crossing.send(mark, 0, 0, buffer, offset - VnetHeader.LENGTH, length);
    }
}
