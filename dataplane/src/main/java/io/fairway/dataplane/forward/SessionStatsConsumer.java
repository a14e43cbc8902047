package io.fairway.dataplane.forward;

/** Takes the sessions of a {@link FlowTableView#scan}, on the scanning thread. */
@FunctionalInterface
public interface SessionStatsConsumer {
    /** One session; a super-frame counts as one packet, bytes are those of the IP packets as they arrived. */
    void onSession(SessionStats stats);
}
