package io.fairway.cluster.session;

/**
 * Ports that are lent one by one and rest before they are lent again. Not thread-safe: {@link PortLedger} guards it.
 */
interface PortPool {
    /** Nothing is free. */
    int NONE = -1;

    /** A free value, taken from now on, or {@link #NONE}. */
    int allocate(long nowNs);

    /** Marks a value as taken that was lent before a restart or by the partner; false if it was taken already. */
    boolean mark(int value);

    /** Gives a taken value back; it may be lent again after its quarantine. */
    void release(int value, long nowNs);
}
