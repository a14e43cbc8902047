package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** The options of a traffic program, given as {@code --name value}. */
final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    /** Reads the options from this position on. */
    Arguments(final String[] words, final int first) {
        for (int i = first; i < words.length; i += 2) {
            if (!words[i].startsWith("--") || i + 1 == words.length) {
                throw new IllegalArgumentException("expected --name value, found: " + words[i]);
            }
            values.put(words[i].substring(2), words[i + 1]);
        }
    }

    String text(final String name, final String fallback) {
        final String value = values.getOrDefault(name, fallback);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    int number(final String name, final int fallback) {
        final String value = values.get(name);
        return value == null ? fallback : Integer.parseInt(value);
    }

    /** An option of the form {@code 10.2.0.10:7000}. */
    InetSocketAddress address(final String name) {
        final String value = text(name, null);
        final int colon = value.lastIndexOf(':');
        return new InetSocketAddress(value.substring(0, colon), Integer.parseInt(value.substring(colon + 1)));
    }

    /** An option of the form {@code 7000} or {@code 7000-7003}: first and last port. */
    int[] ports(final String name, final String fallback) {
        final String[] ends = text(name, fallback).split("-", 2);
        return new int[] {Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])};
    }

    /** The report asked for by {@code --out FILE}; without it, standard output at the end only. */
    ReportFile report() {
        return new ReportFile(values.get("out"));
    }

    /** The log asked for by {@code --log FILE}. */
    CrossingLog log() throws IOException {
        return new CrossingLog(values.get("log"), InstantSource.system());
    }
}
