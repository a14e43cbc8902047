package io.fairway.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which release this is: told to people and to the partner, compared by nobody. */
public final class Release {
    /** As the build names it, such as 0.2.0. */
    public static final String NAME = read();

    private Release() {}

    private static String read() {
        try (InputStream text = Release.class.getResourceAsStream("release.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
