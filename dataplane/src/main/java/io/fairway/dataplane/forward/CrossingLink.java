package io.fairway.dataplane.forward;

import io.fairway.dataplane.fabric.Crossing;
import org.agrona.DirectBuffer;

/** The way to the partner's forwarder and back; {@link Crossing} is one. */
public interface CrossingLink {
    /** No partner: nothing crosses. */
    CrossingLink NONE = new CrossingLink() {
        @Override
        public boolean send(
                final int interfaceIndex,
                final int bucket,
                final int epoch,
                final DirectBuffer buffer,
                final int vnetOffset,
                final int frameLength) {
            return false;
        }

        @Override
        public int poll(final Crossing.CrossingHandler handler, final int limit) {
            return 0;
        }

        @Override
        public boolean isConnected() {
            return false;
        }
    };

    /** See {@link Crossing#send}. */
    boolean send(int interfaceIndex, int bucket, int epoch, DirectBuffer buffer, int vnetOffset, int frameLength);

    /** See {@link Crossing#poll}. */
    int poll(Crossing.CrossingHandler handler, int limit);

    /** See {@link Crossing#isConnected}. */
    boolean isConnected();

    /** The fabric's. */
    static CrossingLink of(final Crossing crossing) {
        return new CrossingLink() {
            @Override
            public boolean send(
                    final int interfaceIndex,
                    final int bucket,
                    final int epoch,
                    final DirectBuffer buffer,
                    final int vnetOffset,
                    final int frameLength) {
                return crossing.send(interfaceIndex, bucket, epoch, buffer, vnetOffset, frameLength);
            }

            @Override
            public int poll(final Crossing.CrossingHandler handler, final int limit) {
                return crossing.poll(handler, limit);
            }

            @Override
            public boolean isConnected() {
                return crossing.isConnected();
            }
        };
    }
}
