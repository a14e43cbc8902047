package io.fairway.deploy.sim;

import java.util.PriorityQueue;

/**
 * The one heap of events and the simulated time, from 0, in ns. What is due at one moment runs in the order of its
 * making.
 */
final class Timeline {
    private record Event(long atNs, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(final Event other) {
            final int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNs;
    private long order;

    long nowNs() {
        return nowNs;
    }

    /** Runs something then; what lies in the past runs next. */
    void at(final long atNs, final Runnable action) {
        events.add(new Event(Math.max(atNs, nowNs), order++, action));
    }

    void after(final long delayNs, final Runnable action) {
        at(nowNs + delayNs, action);
    }

    /** Runs what is due up to this moment. */
    void runUntil(final long untilNs) {
        while (!events.isEmpty() && events.peek().atNs() <= untilNs) {
            final Event event = events.poll();
            nowNs = event.atNs();
            event.action().run();
        }
        nowNs = untilNs;
    }

    /** Events that wait. */
    int waiting() {
        return events.size();
    }
}
