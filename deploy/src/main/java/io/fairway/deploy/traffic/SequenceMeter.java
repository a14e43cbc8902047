package io.fairway.deploy.traffic;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Judges a stream of numbered packets at its receiver: gaps, losses, duplicates. One thread feeds it. */
final class SequenceMeter {
    private static final int WINDOW = 1 << 16;

    private final GapLog gaps = new GapLog(InstantSource.system());
    private final GapLog outages = new GapLog(InstantSource.system());
    private final long[] seen = new long[WINDOW];
    private long highest = -1;
    private long received;
    private long duplicated;
    private long lastArrivalNs;
    private long lastSentNs;
    private long longestGapNs;
    private long longestOutageNs;

    /**
     * Takes a packet.
     *
     * @param sequence its number, from 0 on
     * @param sentNs the sender's clock when it left
     * @param nowNs our clock
     */
    void packet(final long sequence, final long sentNs, final long nowNs) {
        final int slot = (int) (sequence % WINDOW);
        if (seen[slot] == sequence + 1) {
            duplicated++;
            return;
        }
        seen[slot] = sequence + 1;
        received++;
        if (received > 1) {
            longestGapNs = Math.max(longestGapNs, nowNs - lastArrivalNs);
            gaps.add(nowNs - lastArrivalNs);
        }
        lastArrivalNs = nowNs;
        if (sequence > highest) {
            if (sequence > highest + 1 && highest >= 0) {
                longestOutageNs = Math.max(longestOutageNs, sentNs - lastSentNs);
                outages.add(sentNs - lastSentNs);
            }
            highest = sequence;
            lastSentNs = sentNs;
        }
    }

    /**
     * Figures: {@code longestGapMs} between two arrivals; {@code longestOutageMs} between the sending times of the two
     * packets around missing ones, which does not count what the sender itself was late.
     */
    Map<String, Object> figures() {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("received", received);
        figures.put("lost", highest + 1 - received);
        figures.put("duplicated", duplicated);
        figures.put("longestGapMs", longestGapNs / 1e6);
        figures.put("longestOutageMs", longestOutageNs / 1e6);
        figures.put("gaps", gaps.figures());
        figures.put("outages", outages.figures());
        return figures;
    }
}
