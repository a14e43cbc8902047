package io.fairway.ha.sentinel;

import io.fairway.ha.beat.BeatPath;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.model.config.Router;
import io.fairway.model.config.Secret;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What a sentinel must know to tell the partner. The node writes it as it starts, so that the sentinel stays small: it
 * reads no configuration. The file holds the pair's secret and is for its owner only.
 *
 * @param routerHash {@link BeatSettings#routerHash}
 * @param node the node's id
 * @param secret the pair's secret
 * @param devices the kernel device of each path id
 */
public record SentinelPlan(long routerHash, int node, Secret secret, Map<Integer, String> devices) {
    private static final String DEVICE = "device.";

    public SentinelPlan {
        devices = Map.copyOf(devices);
    }

    /** The plan of a node of a pair. */
    public static SentinelPlan of(final Router router, final Router.Node node) {
        return new SentinelPlan(
                BeatSettings.routerHash(router.name()),
                node.id(),
                router.pair().secret(),
                BeatPath.devices(router, node));
    }

    /** Writes the plan in one move, readable by its owner only. */
    public void write(final Path file) throws IOException {
        final Properties properties = new Properties();
        properties.setProperty("router-hash", Long.toHexString(routerHash));
        properties.setProperty("node", Integer.toString(node));
        properties.setProperty("secret", HexFormat.of().formatHex(secret.bytes()));
        devices.forEach((id, device) -> properties.setProperty(DEVICE + id, device));
        final Path written = Path.of(file + ".new");
        Files.deleteIfExists(written);
        Files.createFile(written, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer writer = Files.newBufferedWriter(written)) {
            properties.store(writer, null);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads a plan. */
    public static SentinelPlan read(final Path file) throws IOException {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            final Map<Integer, String> devices = new TreeMap<>();
            for (final String name : properties.stringPropertyNames()) {
                if (name.startsWith(DEVICE)) {
                    devices.put(Integer.valueOf(name.substring(DEVICE.length())), properties.getProperty(name));
                }
            }
            return new SentinelPlan(
                    Long.parseUnsignedLong(properties.getProperty("router-hash"), 16),
                    Integer.parseInt(properties.getProperty("node")),
                    Secret.ofHex(properties.getProperty("secret")),
                    devices);
        } catch (final IllegalArgumentException | NullPointerException e) {
            throw new IOException("the file " + file + " is no sentinel plan", e);
        }
    }
}
