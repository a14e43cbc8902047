package io.fairway.deploy.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a traffic program's figures go, as one JSON object; a reader never sees half of one. */
final class ReportFile {
    private final Path path;

    /** A report in this file, or, for null, on standard output when the program ends. */
    ReportFile(final String path) {
        this.path = path == null ? null : Path.of(path);
    }

    /** Replaces the figures of a program that goes on. */
    void update(final Map<String, Object> figures) {
        if (path != null) {
            write(figures);
        }
    }

    /** Writes the last figures. */
    void finish(final Map<String, Object> figures) {
        if (path == null) {
            System.out.println(json(figures));
        } else {
            write(figures);
        }
    }

    private void write(final Map<String, Object> figures) {
        final Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.writeString(fresh, json(figures) + "\n");
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String json(final Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(e -> "\"" + e.getKey() + "\":" + json(e.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case List<?> list -> list.stream().map(ReportFile::json).collect(Collectors.joining(",", "[", "]"));
            case Double number -> String.format(Locale.ROOT, "%.3f", number);
            case String text -> "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            default -> value.toString();
        };
    }
}
