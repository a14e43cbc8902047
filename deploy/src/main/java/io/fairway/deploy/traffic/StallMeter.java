package io.fairway.deploy.traffic;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a download from standard input: its bytes, its SHA-256 and the times in which nothing came. */
final class StallMeter {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ReportFile report;

    StallMeter(final Arguments arguments) {
        report = arguments.report();
    }

    void run() throws IOException {
        final MessageDigest digest = sha256();
        final byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        final GapLog gaps = new GapLog(InstantSource.system());
        long lastNs = System.nanoTime();
        for (int count = System.in.read(buffer); count > 0; count = System.in.read(buffer)) {
            final long nowNs = System.nanoTime();
            if (bytes > 0) {
                gaps.add(nowNs - lastNs);
            }
            lastNs = nowNs;
            bytes += count;
            digest.update(buffer, 0, count);
        }
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("bytes", bytes);
        figures.put("gaps", gaps.figures());
        figures.put("sha256", HexFormat.of().formatHex(digest.digest()));
        report.finish(figures);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
