package io.fairway.dataplane.svr;

import java.util.concurrent.TimeUnit;

/**
 * What the {@link Reassembler} may hold (svr-protocol.md section 9, item 25). A datagram counts by the 2 KB blocks that
 * it takes, one at least.
 *
 * @param owners who sends fragments, peers and interfaces: numbers from 0 to this, exclusive
 * @param ownerBytes the most that waits of one owner, 64 KB and more
 * @param totalBytes the most that waits of all, at least as much as of one, at most 1 GB
 * @param timeoutNs how long a datagram waits from its first fragment on, 5 to 30 s
 */
public record ReassemblyLimits(int owners, int ownerBytes, int totalBytes, long timeoutNs) {
    private static final int MIN_BYTES = 64 * 1024;
    private static final int MAX_BYTES = 1 << 30;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ReassemblyLimits {
        if (owners < 1 || ownerBytes < MIN_BYTES || totalBytes < ownerBytes || totalBytes > MAX_BYTES) {
            throw new IllegalArgumentException("no limits for reassembly: " + owners + " owners, " + ownerBytes
                    + " bytes of each, " + totalBytes + " of all");
        }
        final long seconds = TimeUnit.NANOSECONDS.toSeconds(timeoutNs);
        if (seconds < 5 || seconds > 30) {
            throw new IllegalArgumentException("reassembly takes 5 to 30 s, not " + seconds);
        }
    }
}
