package io.fairway.ha.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.ha.arbiter.StoredEpochs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The epoch file: restarts, torn writes, damage, another node's file. */
final class EpochStoreTest {
    private static final long IDENTITY = 77;

    @TempDir
    Path directory;

    private final List<String> lines = new ArrayList<>();

    private Path file() {
        return directory.resolve("epochs");
    }

    private EpochStore open() throws IOException {
        return EpochStore.open(file(), IDENTITY, lines::add);
    }

    @Test
    void everyStart_raisesTheIncarnationAndReservesEpochs() throws IOException {
        for (int start = 1; start <= 5; start++) {
            try (EpochStore store = open()) {
                assertThat(store.incarnation()).isEqualTo(start);
                assertThat(EpochStore.readIncarnation(file())).isEqualTo(start);
                assertThat(store.storedBefore().reserved0()).isEqualTo((start - 1) * EpochStore.AHEAD);
                assertThat(store.reserved(1)).isEqualTo(start * EpochStore.AHEAD);
            }
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void rememberedEpochs_outliveTheProcess() throws IOException {
        try (EpochStore store = open()) {
            store.remember(1, 900);
            store.ensure(0, 5_000);
        }
        try (EpochStore store = open()) {
            assertThat(store.storedBefore())
                    .isEqualTo(new StoredEpochs(5_000 + EpochStore.AHEAD, 900 + EpochStore.AHEAD, 0, 900));
        }
    }

    @Test
    void writeTornAtAnyByte_leavesTheOtherSlot() throws IOException {
        try (EpochStore store = open()) {
            store.remember(0, 10);
        }
        final byte[] before = Files.readAllBytes(file());
        final EpochStore.Slot first =
                EpochStore.Slot.decode(ByteBuffer.wrap(before).slice(0, EpochStore.SLOT_LENGTH));
        assertThat(first.epochs().known0()).isEqualTo(10);
        // The next write goes to the other slot, which holds the older record; cut it anywhere.
        final EpochStore.Slot next = new EpochStore.Slot(
                first.generation() + 1,
                IDENTITY,
                first.incarnation(),
                first.epochs().withKnown(0, 11));
        final byte[] bytes = next.encode().array();
        for (int length = 0; length <= bytes.length; length++) {
            final byte[] torn = before.clone();
            System.arraycopy(bytes, 0, torn, EpochStore.SLOT_STRIDE, length);
            Files.write(file(), torn);
            try (EpochStore store = open()) {
                // The last four bytes are padding.
                assertThat(store.storedBefore().known0()).isEqualTo(length < bytes.length - 4 ? 10 : 11);
                assertThat(store.incarnation()).isEqualTo(first.incarnation() + 1);
            }
        }
        assertThat(lines).isEmpty();
    }

    @Test
    void anyDamagedByteInBothSlots_isSaidAndTheNodeStartsAsNew() throws IOException {
        open().close();
        open().close();
        final byte[] good = Files.readAllBytes(file());
        for (int at = 0; at < EpochStore.SLOT_LENGTH - 4; at++) {
            final byte[] bad = good.clone();
            bad[at] ^= 0x40;
            bad[EpochStore.SLOT_STRIDE + at] ^= 0x40;
            Files.write(file(), bad);
            lines.clear();
            try (EpochStore store = open()) {
                assertThat(store.incarnation()).as("byte " + at).isOne();
                assertThat(lines).singleElement().asString().contains("unreadable");
            }
        }
    }

    @Test
    void fileOfAnotherNode_isNotBelieved() throws IOException {
        EpochStore.open(file(), IDENTITY + 1, lines::add).close();
        try (EpochStore store = open()) {
            assertThat(store.incarnation()).isOne();
            assertThat(lines).singleElement().asString().contains("another node");
        }
    }

    @Test
    void noFile_hasNoIncarnation() {
        assertThat(EpochStore.readIncarnation(file())).isZero();
    }
}
