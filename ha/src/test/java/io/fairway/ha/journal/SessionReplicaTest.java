package io.fairway.ha.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Router;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Limits of the replica; its versions and digests are judged by the journal's model test. */
class SessionReplicaTest {
    private final SessionReplica replica = new SessionReplica(new Router.Limits(64, 16, 1));

    @Test
    void keepsWhatThePartnerHasAcceptedWhenItIsFull() {
        for (int i = 0; i < 64; i++) {
            assertThat(put(i)).isEqualTo(SessionReplica.Put.NEWER);
        }
        assertThat(put(64)).isEqualTo(SessionReplica.Put.FULL);
        final UnsafeBuffer record = new UnsafeBuffer(Records.record(Records.id(1, 1), 1, 1));
        assertThat(replica.putOfPartner(record, 0, record.capacity())).isEqualTo(SessionReplica.Put.NEWER);
        assertThat(replica.get(Records.id(1, 1))).isNotNull();
    }

    private SessionReplica.Put put(final int index) {
        final UnsafeBuffer record = new UnsafeBuffer(Records.record(Records.id(0, index), 1, 1));
        return replica.put(record, 0, record.capacity());
    }
}
