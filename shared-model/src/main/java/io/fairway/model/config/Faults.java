package io.fairway.model.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, one sentence per fault. */
final class Faults {
    private final List<String> sentences = new ArrayList<>();

    /** The node at this path is wrong; both words complete a sentence: "expected ..., found ...". */
    void add(final String path, final String expected, final String found) {
        sentences.add((path.isEmpty() ? "/" : path) + ": expected " + expected + ", found " + found + ".");
    }

    /** Throws if there is a fault. */
    void throwIfAny() throws ConfigException {
        if (!sentences.isEmpty()) {
            throw new ConfigException(sentences);
        }
    }
}
