package io.fairway.model.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lab's configuration, which tests read and spoil. */
final class LabFile {
    private LabFile() {}

    /** deploy/lab/lab.json, whether the build's working directory is the module or the project. */
    static Path path() {
        final Path here = Path.of("deploy/lab/lab.json");
        return Files.exists(here) ? here : Path.of("..").resolve(here);
    }

    static String text() {
        try {
            return Files.readString(path());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text with its first occurrence of a part replaced. */
    static String spoilt(final String part, final String replacement) {
        final String lab = text();
        final int at = lab.indexOf(part);
        if (at < 0) {
            throw new AssertionError("the lab's file does not hold what this case spoils: " + part);
        }
        return lab.substring(0, at) + replacement + lab.substring(at + part.length());
    }
}
