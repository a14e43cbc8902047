package io.fairway.cluster.replication;

import java.util.function.Consumer;
import java.util.function.LongFunction;

/** The newest record of every session of the router, own and partner's, kept by the journal. Any thread may read. */
public interface ReplicaView {
    /** The newest record of a session, or null; nobody may change the bytes. */
    byte[] get(long sessionId);

    /** Shows every record. */
    void forEach(Consumer<byte[]> consumer);

    /** Made of two method references. */
    static ReplicaView of(final LongFunction<byte[]> get, final Consumer<Consumer<byte[]>> forEach) {
        return new ReplicaView() {
            @Override
            public byte[] get(final long sessionId) {
                return get.apply(sessionId);
            }

            @Override
            public void forEach(final Consumer<byte[]> consumer) {
                forEach.accept(consumer);
            }
        };
    }
}
