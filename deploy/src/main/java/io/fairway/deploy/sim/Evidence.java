package io.fairway.deploy.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a campaign must have reached at least once, or it has proved little (ha-design.md section 7, L4). */
final class Evidence {
    private static final List<String> NAMED = List.of(
            "partner dead: death notice of incarnation N",
            "partner dead: lease expired: silence on every path for N us",
            "partner dead: no partner heard on any path for N ms",
            "partner dead: the partner's process started anew",
            "partner dead: lease expired: silence on every path for N us; the witness agrees",
            "partner dead: the partner is fenced off: off",
            "partner dead: the partner fell silent before it had every session",
            "witness granted",
            "witness refused",
            "witness not reached",
            "fence confirmed",
            "fence failed",
            "order HANDOVER is taken",
            "order HANDOVER is refused",
            "order DRAIN is taken",
            "order DRAIN is refused",
            "order FREEZE is taken",
            "order RESUME is taken",
            "restart: the partner declared this node dead",
            "restart: the partner took over while this node did not run",
            "restart: the partner knows incarnation N of this node, a later one",
            "state SYNCING",
            "state PAIRED",
            "state SOLO",
            "state ISOLATED",
            "state RESTARTING",
            "the epoch file epochs is unreadable",
            "the epoch file epochs belongs to another node",
            "power lost in the middle of a write",
            "both nodes have the same sessions",
            "healed core both",
            "healed core node",
            "drop GATE_CLOSED",
            "drop STALE_EPOCH",
            "drop OWNER_UNREACHABLE",
            "drop NOT_GROUP_LEADER",
            "drop PAYLOAD_REPLAYED",
            "beat drop BAD_HMAC",
            "beat drop REPLAYED",
            "journal UNSYNCED",
            "journal BATCHES_RESENT",
            "journal DUPLICATES",
            "journal GAPS",
            "journal CORRUPT_FRAMES",
            "journal FOREIGN_FRAMES",
            "journal RESYNC_REMOVED",
            "journal TOMBSTONED");

    private Evidence() {}

    /** What is missing, in the order of its naming. */
    static List<String> missing(final Set<String> reached) {
        final List<String> missing = new ArrayList<>();
        for (final Fault.Kind kind : Fault.Kind.values()) {
            if (!reached.contains("fault " + kind)) {
                missing.add("fault " + kind);
            }
        }
        for (final String named : NAMED) {
            if (!reached.contains(named)) {
                missing.add(named);
            }
        }
        return missing;
    }
}
