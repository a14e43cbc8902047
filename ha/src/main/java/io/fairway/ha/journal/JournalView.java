package io.fairway.ha.journal;

/**
 * How the two copies stand to each other at one moment, for people.
 *
 * @param equal whether they were found equal within the last three seconds and nothing waits to be repaired
 * @param differingBuckets buckets whose digests differed when they were compared last, or that wait to be sent again
 * @param lagBatches batches that the partner has not acknowledged
 * @param lagNs how long the oldest of them has waited
 * @param lagsForNs for how long commits have not waited for the partner any more, -1 if they wait
 */
public record JournalView(boolean equal, int differingBuckets, long lagBatches, long lagNs, long lagsForNs) {}
