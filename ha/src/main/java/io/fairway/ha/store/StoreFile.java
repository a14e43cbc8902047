package io.fairway.ha.store;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongPredicate;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * The file {@code sessions.cm3}: session id to record, in shared memory that survives a killed process. An entry of its
 * own holds the name of the node that wrote it; a mark beside it says that the last stop was clean. One thread.
 */
final class StoreFile implements AutoCloseable {
    /** Takes one stored record. */
    @FunctionalInterface
    interface Loader {
        void onRecord(long sessionId, byte[] record);
    }

    static final String FILE = "sessions.cm3";
    static final String CLEAN_MARK = "sessions.clean";
    static final String SET_ASIDE = "sessions.cm3.refused";

    private static final int AVERAGE_RECORD_BYTES = 360;
    private static final long OWNER_KEY = Long.MIN_VALUE;

    /** The file begins with u64 hash and u32 length of the header's text; its sign says that it is not complete. */
    private static final int HEADER_LENGTH = 8;

    private static final int HEADER_TEXT = 12;
    private static final String HEADER_BEGIN = "!net.openhft.chronicle.map.VanillaChronicleMap";

    static {
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
    }

    private final ChronicleMap<Long, byte[]> map;
    private final Path cleanMark;
    private final int damages;

    private StoreFile(final ChronicleMap<Long, byte[]> map, final Path cleanMark, final int damages) {
        this.map = map;
        this.cleanMark = cleanMark;
        this.damages = damages;
    }

    /**
     * Opens or makes the file.
     *
     * @throws IOException if the disk refuses
     * @throws RuntimeException if the content is not a store
     */
    static StoreFile open(final Path folder, final String owner, final int maxSessions) throws IOException {
        final File file = folder.resolve(FILE).toFile();
        final Path cleanMark = folder.resolve(CLEAN_MARK);
        final boolean exists = file.length() > 0;
        final boolean clean = Files.deleteIfExists(cleanMark);
        if (exists) {
            requireHeader(file);
        }
        final ChronicleMapBuilder<Long, byte[]> builder = ChronicleMap.of(Long.class, byte[].class)
                .name("sessions")
                .entries(maxSessions + 1L)
                .averageValueSize(AVERAGE_RECORD_BYTES)
                .putReturnsNull(true)
                .removeReturnsNull(true);
        final int[] damages = {0};
        final ChronicleMap<Long, byte[]> map = exists && !clean
                ? builder.recoverPersistedTo(file, false, corruption -> damages[0]++)
                : builder.createPersistedTo(file);
        final StoreFile store = new StoreFile(map, cleanMark, damages[0]);
        try {
            store.requireOwner(owner.getBytes(StandardCharsets.UTF_8), !exists);
        } catch (final RuntimeException e) {
            map.close();
            throw e;
        }
        return store;
    }

    /** Chronicle Map would wait a minute for a header that nobody completes. */
    private static void requireHeader(final File file) throws IOException {
        final byte[] begin;
        try (InputStream input = new FileInputStream(file)) {
            begin = input.readNBytes(HEADER_TEXT + HEADER_BEGIN.length());
        }
        final int headerBytes = begin.length < HEADER_TEXT
                ? -1
                : ByteBuffer.wrap(begin).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER_LENGTH);
        final boolean complete = headerBytes > 0
                && HEADER_TEXT + headerBytes <= file.length()
                && new String(begin, StandardCharsets.ISO_8859_1).endsWith(HEADER_BEGIN);
        if (!complete) {
            throw new IllegalStateException("it has no complete header");
        }
    }

    private void requireOwner(final byte[] owner, final boolean isNew) {
        final byte[] written = map.get(OWNER_KEY);
        if (written != null && !Arrays.equals(written, owner)) {
            throw new IllegalStateException("it was written by " + new String(written, StandardCharsets.UTF_8));
        }
        if (written == null && !isNew && !map.isEmpty()) {
            throw new IllegalStateException("it does not say who wrote it");
        }
        if (written == null) {
            map.put(OWNER_KEY, owner);
        }
    }

    /** How many damages recovery repaired. */
    int damages() {
        return damages;
    }

    void load(final Loader loader) {
        map.forEach((sessionId, record) -> {
            if (sessionId != OWNER_KEY) {
                loader.onRecord(sessionId, record);
            }
        });
    }

    void put(final long sessionId, final byte[] record) {
        map.put(sessionId, record);
    }

    void remove(final long sessionId) {
        map.remove(sessionId);
    }

    /** Removes what is not to be kept; returns how many stayed. */
    int retain(final LongPredicate kept) {
        final int[] stayed = {0};
        map.forEachEntry(entry -> {
            final long sessionId = entry.key().get();
            if (sessionId == OWNER_KEY) {
                return;
            }
            if (kept.test(sessionId)) {
                stayed[0]++;
            } else {
                entry.doRemove();
            }
        });
        return stayed[0];
    }

    /** Closes the file and marks the stop as clean. */
    @Override
    public void close() {
        map.close();
        try {
            Files.createFile(cleanMark);
        } catch (final IOException e) {
            // Without the mark the next start recovers: slower, not wrong.
        }
    }

    /** Closes without the mark, after a failure. */
    void abandon() {
        map.close();
    }
}
