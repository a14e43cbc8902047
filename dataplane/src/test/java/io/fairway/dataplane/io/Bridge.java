package io.fairway.dataplane.io;

import org.agrona.MutableDirectBuffer;

/** The barest forwarder: what comes in on one port goes out on the other as it is. */
final class Bridge implements FrameHandler {
    private static final int LIMIT = 64;

    private final PacketPort left;
    private final PacketPort right;
    private final FrameHandler observer;
    private final Poller poller;
    long frames;

    Bridge(final PacketPort left, final PacketPort right, final FrameHandler observer) {
        this.left = left;
        this.right = right;
        this.observer = observer;
        poller = new Poller(new int[] {left.fd(), right.fd()});
    }

    /** One turn; sleeps for the time given if there was nothing to do. */
    void turn(final long idleNs) {
        final int polled = left.poll(this, LIMIT) + right.poll(this, LIMIT);
        if (polled == 0) {
            poller.await(idleNs);
            return;
        }
        left.flush();
        right.flush();
        left.release();
        right.release();
        frames += polled;
    }

    @Override
    public void onFrame(
            final int interfaceIndex,
            final MutableDirectBuffer buffer,
            final int vnetOffset,
            final int frameLength,
            final int vlan) {
        observer.onFrame(interfaceIndex, buffer, vnetOffset, frameLength, vlan);
        (interfaceIndex == left.interfaceIndex() ? right : left).send(buffer, vnetOffset, frameLength);
    }
}
