package io.fairway.node.api;

import io.fairway.model.DropReason;

/**
 * How often packets were dropped for one reason.
 *
 * @param reason the reason's name
 * @param count since the node's start
 * @param sentence what it means
 */
public record DropRow(String reason, long count, String sentence) {
    /** The row of this reason. */
    public static DropRow of(final DropReason reason, final long count) {
        return new DropRow(reason.name(), count, reason.sentence());
    }
}
