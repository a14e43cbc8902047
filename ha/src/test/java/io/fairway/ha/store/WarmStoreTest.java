package io.fairway.ha.store;

import static io.fairway.ha.journal.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.journal.Records;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.config.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on real files, killed processes and full disks. */
final class WarmStoreTest {
    private static final int MAX_SESSIONS = 20_000;

    @TempDir
    private Path folder;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private SessionReplica replica = new SessionReplica(new Router.Limits(MAX_SESSIONS, 16, 1));

    private WarmStore open(final String owner) {
        replica = new SessionReplica(new Router.Limits(MAX_SESSIONS, 16, 1));
        return WarmStore.open(folder, owner, MAX_SESSIONS, replica, lines::add);
    }

    private void put(final WarmStore store, final long sessionId, final int version) {
        final byte[] record = Records.record(sessionId, version);
        replica.put(new UnsafeBuffer(record), 0, record.length);
        store.onChanged(sessionId);
    }

    @Test
    void bringsBackWhatACleanStopLeft() {
        try (WarmStore store = open("lab/node0")) {
            for (int i = 0; i < 1_000; i++) {
                put(store, id(0, i), 1);
                put(store, id(0, i), 2);
            }
            replica.remove(id(0, 7));
            store.onChanged(id(0, 7));
        }
        assertThat(folder.resolve(StoreFile.CLEAN_MARK)).exists();
        try (WarmStore store = open("lab/node0")) {
            assertThat(store.loaded()).isEqualTo(999);
            assertThat(replica.get(id(0, 7))).isNull();
            assertThat(replica.get(id(0, 8))).isEqualTo(Records.record(id(0, 8), 2));
            assertThat(folder.resolve(StoreFile.CLEAN_MARK)).doesNotExist();
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void writesAllAgainAfterAnOverload() {
        try (WarmStore store = open("lab/node0")) {
            for (int i = 0; i < 400_000; i++) {
                store.onChanged(id(1, i));
            }
            for (int i = 0; i < 5_000; i++) {
                put(store, id(0, i), 1);
            }
        }
        try (WarmStore store = open("lab/node0")) {
            assertThat(store.loaded()).isEqualTo(5_000);
        }
    }

    @Test
    void refusesTheStoreOfAnotherNode() {
        try (WarmStore store = open("lab/node0")) {
            put(store, id(0, 1), 1);
        }
        try (WarmStore store = open("lab/node1")) {
            assertThat(store.isOn()).isTrue();
            assertThat(store.loaded()).isZero();
        }
        assertThat(lines).singleElement().asString().contains("lab/node0").contains(StoreFile.SET_ASIDE);
    }

    @Test
    void beginsEmptyWhenTheFileIsGarbage() throws IOException {
        final Random random = new Random(1);
        for (final int length : new int[] {1, 100, 5_000_000}) {
            final byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            Files.write(folder.resolve(StoreFile.FILE), garbage);
            Files.deleteIfExists(folder.resolve(StoreFile.CLEAN_MARK));
            lines.clear();
            try (WarmStore store = open("lab/node0")) {
                assertThat(lines).as("length %d", length).hasSize(1);
                assertThat(store.isOn()).isTrue();
                put(store, id(0, 1), 1);
            }
            try (WarmStore store = open("lab/node0")) {
                assertThat(store.loaded()).isEqualTo(1);
            }
        }
    }

    @Test
    void survivesDamageInsideTheFile() throws IOException {
        try (WarmStore store = open("lab/node0")) {
            for (int i = 0; i < 10_000; i++) {
                put(store, id(0, i), 1);
            }
        }
        final Random random = new Random(2);
        for (int round = 0; round < 3; round++) {
            try (RandomAccessFile file =
                    new RandomAccessFile(folder.resolve(StoreFile.FILE).toFile(), "rw")) {
                for (int i = 0; i < 200; i++) {
                    file.seek(random.nextLong(8_192, file.length()));
                    file.write(random.nextInt());
                }
            }
            Files.deleteIfExists(folder.resolve(StoreFile.CLEAN_MARK));
            try (WarmStore store = open("lab/node0")) {
                assertThat(store.isOn()).isTrue();
                put(store, id(1, round), 1);
            }
            replica.forEach((sessionId, record, offset, length, synced) -> {
                final byte[] bytes = new byte[length];
                record.getBytes(offset, bytes);
                assertThat(bytes).isEqualTo(Records.record(sessionId, 1));
            });
        }
    }

    @Test
    void recoversAfterKill() throws IOException, InterruptedException {
        for (int kill = 0; kill < 3; kill++) {
            final Process child = child(List.of(), folder, MAX_SESSIONS, 0);
            try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
                String line = output.readLine();
                while (line != null && !line.equals("written " + (60_000 + kill * 1_000))) {
                    line = output.readLine();
                }
                assertThat(line).isNotNull();
                child.destroyForcibly().waitFor();
            }
            lines.clear();
            try (WarmStore store = open("lab/node0")) {
                assertThat(store.isOn()).isTrue();
                // How far the writer's thread had come is the machine's affair.
                assertThat(store.loaded()).isGreaterThan(1_000);
                replica.forEach((sessionId, record, offset, length, synced) ->
                        assertThat(sessionId & 0xffff_ffffL).isLessThan(MAX_SESSIONS));
            }
            Files.delete(folder.resolve(StoreFile.CLEAN_MARK));
        }
    }

    @Test
    void goesOnWithoutADisk() throws IOException, InterruptedException {
        final Path disk = Files.createDirectory(folder.resolve("disk"));
        final List<String> small = inLab("mount -t tmpfs -o size=1m t " + disk, disk, MAX_SESSIONS);
        assertThat(small).contains("on false", "done");
        assertThat(small).filteredOn(line -> line.startsWith("log ")).hasSize(1);
        final List<String> readOnly = inLab("mount -t tmpfs -o ro t " + disk, disk, MAX_SESSIONS);
        assertThat(readOnly).contains("on false", "done");
        assertThat(readOnly).filteredOn(line -> line.startsWith("log ")).hasSize(1);
    }

    private static List<String> inLab(final String mount, final Path disk, final int maxSessions)
            throws IOException, InterruptedException {
        final List<String> lab =
                List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount + " && exec \"$@\"", "sh");
        final Process child = child(lab, disk, maxSessions, 30_000);
        final List<String> said;
        try (BufferedReader output = child.inputReader(StandardCharsets.UTF_8)) {
            said = output.lines().toList();
        }
        assertThat(child.waitFor()).as("%s", said).isZero();
        return said;
    }

    private static Process child(final List<String> prefix, final Path folder, final int maxSessions, final long writes)
            throws IOException {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-D") && !flag.startsWith("-javaagent"))
                .toList());
        command.addAll(Arrays.asList(
                "-cp",
                System.getProperty("java.class.path"),
                StoreChild.class.getName(),
                folder.toString(),
                Integer.toString(maxSessions),
                Long.toString(writes)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
