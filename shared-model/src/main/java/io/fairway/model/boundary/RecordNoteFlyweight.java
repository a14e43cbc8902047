package io.fairway.model.boundary;

import io.fairway.model.session.SessionRecordFlyweight;

/**
 * Between controller and journal: a session's record.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u32 record length   16 record
 * </pre>
 */
public final class RecordNoteFlyweight {
    public static final int RECORD_LENGTH = 8;
    public static final int RECORD = 16;

    /** The longest message. */
    public static final int MAX_LENGTH = RECORD + SessionRecordFlyweight.MAX_LENGTH;

    private RecordNoteFlyweight() {}
}
