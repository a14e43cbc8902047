package io.fairway.ha.journal;

import io.fairway.model.pair.BucketId;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.FlowActionFlyweight;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/** Session records for tests. */
public final class Records {
    private Records() {}

    /** A session id of a home node. */
    public static long id(final int home, final long number) {
        return BucketId.sessionId(home << 8 | (int) (number & 0xff), number);
    }

    /** A record with this version. */
    public static byte[] record(final long sessionId, final int version) {
        return record(sessionId, version, 1);
    }

    /** A record with this version, written under this epoch. */
    public static byte[] record(final long sessionId, final int version, final int epoch) {
        final FiveTuple tuple =
                new FiveTuple(IpAddress.v4(0x0a00_0001), IpAddress.v4((int) sessionId), 1_024, 443, IpProtocol.TCP);
        final FlowAction action = new FlowAction(
                FlowActionFlyweight.SAME,
                FlowActionFlyweight.METADATA_NONE,
                1,
                0,
                0,
                tuple,
                false,
                IpAddress.v4(0x0a00_0002));
        final SessionRecord record = new SessionRecord(
                sessionId,
                new UUID(sessionId, ~sessionId),
                version,
                BucketId.ofSession(sessionId),
                epoch,
                SessionState.ESTABLISHED,
                true,
                1_900_000,
                0,
                new Flow(0, 0, tuple, action),
                new Flow(1, 0, tuple.reversed(), action),
                "engineering",
                "web",
                "",
                "",
                SessionSecurity.CLEAR,
                null,
                SessionTreatment.DEFAULT,
                null);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH]);
        final int length = SessionRecordFlyweight.encode(buffer, 0, record);
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
