package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketNumberFloorTest {
    private static final long NOON = 1_700_000_000_000_000_000L;
    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    @TempDir
    private Path directory;

    private final List<String> log = new ArrayList<>();

    private PacketNumberFloor open(final long wallNs, final long nowNs) throws IOException {
        return PacketNumberFloor.open(directory.resolve("numbers"), wallNs, nowNs, log::add);
    }

    @Test
    void theFirstStartIsTheClocks() throws IOException {
        assertThat(open(NOON, 5).startNs()).isEqualTo(NOON);
        assertThat(log).isEmpty();
    }

    @Test
    void aClockThatIsSetBackRepeatsNothing() throws IOException {
        final PacketNumberFloor first = open(NOON, 1_000);
        long usedNs = 0;
        for (int i = 1; i <= 100; i++) {
            usedNs = i * PacketNumberFloor.INTERVAL_NS;
            first.moveOn(1_000 + usedNs);
        }
        final long last = NOON + usedNs + PacketNumberFloor.INTERVAL_NS;
        assertThat(open(NOON - DAY, 7).startNs()).isGreaterThan(last);
        assertThat(open(NOON + 10 * DAY, 7).startNs()).isEqualTo(NOON + 10 * DAY);
        assertThat(open(0, 7).startNs()).isGreaterThan(NOON + 10 * DAY);
    }

    @Test
    void aTornFileIsNotBelieved() throws IOException {
        open(NOON, 0);
        final byte[] bytes = Files.readAllBytes(directory.resolve("numbers"));
        bytes[3] ^= 1;
        Files.write(directory.resolve("numbers"), bytes);
        assertThat(open(NOON - DAY, 0).startNs()).isEqualTo(NOON - DAY);
        assertThat(log).singleElement().asString().endsWith("is unreadable; packet numbers start from the clock");
        Files.write(directory.resolve("numbers"), new byte[3]);
        assertThat(open(NOON - DAY, 0).startNs()).isEqualTo(NOON - DAY);
    }

    @Test
    void aDirectoryThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> PacketNumberFloor.open(directory.resolve("none/numbers"), NOON, 0, log::add))
                .isInstanceOf(IOException.class);
    }
}
