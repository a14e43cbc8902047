package io.fairway.dataplane.io;

/** How the operating system schedules the calling platform thread. Cold: called once when a thread starts. */
public final class ThreadScheduling {
    private ThreadScheduling() {}

    /**
     * Lets the calling thread run before all normal threads (SCHED_FIFO).
     *
     * @param priority 1 to 99; 0 makes it a normal thread again
     * @return false if the system does not allow it (CAP_SYS_NICE, or a real-time priority limit, is needed)
     */
    public static boolean realTime(final int priority) {
        return NativeCalls.schedule(priority) == 0;
    }

    /**
     * How late the calling thread's sleeps may end (Linux: 50 us unless set).
     *
     * @param ns at least 1; 0 is the default again
     */
    public static void timerSlackNs(final long ns) {
        NativeCalls.timerSlack(ns);
    }
}
