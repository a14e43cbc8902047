package io.fairway.node.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The one file of JVM flags, which the launcher names. */
final class JvmFlags {
    private final Properties flags = new Properties();
    private final Path file;

    private JvmFlags(final Path file) {
        this.file = file;
    }

    /** Reads the file that the environment variable FAIRWAY_FLAGS_FILE or the property fairway.flags.file names. */
    static JvmFlags read() {
        final String named = System.getProperty("fairway.flags.file", System.getenv("FAIRWAY_FLAGS_FILE"));
        if (named == null) {
            throw new CliException(
                    CliException.FAILED,
                    "no file of JVM flags is named: use deploy/bin/fairway, or set FAIRWAY_FLAGS_FILE to"
                            + " deploy/jvm.flags");
        }
        final JvmFlags flags = new JvmFlags(Path.of(named));
        try (Reader reader = Files.newBufferedReader(flags.file)) {
            flags.flags.load(reader);
        } catch (final IOException e) {
            throw new CliException(CliException.FAILED, "the file of JVM flags cannot be read: " + e);
        }
        return flags;
    }

    /** The flags under this name, one by one; in them <code>${folder}</code> is where the file is. */
    List<String> get(final String name) {
        final String value = flags.getProperty(name);
        if (value == null) {
            throw new CliException(CliException.FAILED, "the file of JVM flags " + file + " lacks " + name);
        }
        final String folder = String.valueOf(file.toAbsolutePath().getParent());
        return value.isBlank()
                ? List.of()
                : Stream.of(value.strip().split("\\s+"))
                        .map(flag -> flag.replace("${folder}", folder))
                        .toList();
    }
}
