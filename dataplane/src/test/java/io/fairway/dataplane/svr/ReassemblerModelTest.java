package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * The reassembler beside {@link NaiveReassembler}: datagrams cut at random places, their fragments mixed, lost, doubled
 * and lied about, from three owners who hold too much, while time passes.
 */
class ReassemblerModelTest {
    private static final int RUNS = 100;
    private static final int STEPS = 1_500;
    private static final int OWNERS = 3;
    private static final int DATAGRAMS = 150;

    private final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);
    private final FragmentView fragment = new FragmentView();
    private final List<Runnable> queue = new ArrayList<>();

    private ReassemblyLimits limits;
    private Reassembler reassembler;
    private NaiveReassembler model;
    private Random random;
    private long nowNs;
    private long taken;
    private long completed;

    @Test
    void behavesLikeTheNaiveOne() {
        final long seed = Long.getLong("seed", System.nanoTime());
        random = new Random(seed);
        for (int run = 0; run < RUNS; run++) {
            begin();
            try {
                for (int step = 0; step < STEPS; step++) {
                    step();
                }
                end();
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " run " + run, e);
            } finally {
                reassembler.close();
            }
        }
        assertThat(completed).as("datagrams completed").isGreaterThan(RUNS);
        assertThat(drops.keySet())
                .as("seed %d: every fate was met", seed)
                .contains(
                        DropReason.FRAGMENT_REASSEMBLED,
                        DropReason.FRAGMENT_EXPIRED,
                        DropReason.FRAGMENT_EVICTED,
                        DropReason.FRAGMENT_OVERLAP,
                        DropReason.FRAGMENT_INCONSISTENT,
                        DropReason.FRAGMENT_TOO_MANY);
    }

    private void begin() {
        final int kilobytes = 64 + 8 * random.nextInt(8);
        limits = new ReassemblyLimits(
                OWNERS,
                kilobytes * 1024,
                (kilobytes + 16 * random.nextInt(12)) * 1024,
                TimeUnit.SECONDS.toNanos(5 + random.nextInt(26)));
        reassembler = new Reassembler(limits, (reason, count) -> drops.merge(reason, count, Integer::sum));
        model = new NaiveReassembler(limits);
        model.drops.putAll(drops);
        queue.clear();
        nowNs = random.nextLong();
    }

    private void step() {
        while (queue.size() < 30) {
            cut(random.nextInt(DATAGRAMS));
        }
        if (random.nextInt(20) == 0) {
            // Sometimes near the time-out, so that it is met to the nanosecond.
            nowNs += random.nextInt(30) == 0 ? limits.timeoutNs() : random.nextLong(limits.timeoutNs() / 20);
        }
        if (random.nextInt(30) == 0) {
            expireAll();
        }
        queue.remove(random.nextInt(Math.min(queue.size(), 25))).run();
        assertSame();
    }

    /** Puts a datagram's fragments into the queue. */
    private void cut(final int id) {
        final int owner = id % OWNERS;
        final int length = random.nextInt(4) == 0 ? random.nextInt(65_600) : 1 + random.nextInt(6_000);
        final int most = random.nextInt(60) == 0 ? 16 : 8 * (1 + random.nextInt(random.nextBoolean() ? 200 : 2_000));
        final byte[] headers = bytes(random.nextInt(50) == 0 ? random.nextInt(132) : 20 + 4 * random.nextInt(11));
        final List<NaiveReassembler.Piece> pieces = new ArrayList<>();
        for (int at = 0; at < length && pieces.size() < 200; ) {
            final int piece = Math.min(length - at, 8 * (1 + random.nextInt(most / 8)));
            pieces.add(
                    new NaiveReassembler.Piece(at, at == 0 ? headers : bytes(20), bytes(piece), at + piece < length));
            at += piece;
        }
        if (random.nextInt(3) == 0) {
            spoil(pieces);
        }
        if (random.nextBoolean()) {
            Collections.shuffle(pieces, random);
        }
        for (final NaiveReassembler.Piece piece : pieces) {
            queue.add(() -> add(owner, id, piece));
        }
    }

    /** Loses, doubles or lies about some of a datagram's fragments. */
    private void spoil(final List<NaiveReassembler.Piece> pieces) {
        for (int changes = 1 + random.nextInt(3); changes > 0 && !pieces.isEmpty(); changes--) {
            final int i = random.nextInt(pieces.size());
            final NaiveReassembler.Piece piece = pieces.get(i);
            final int start = piece.start;
            switch (random.nextInt(7)) {
                case 0 -> pieces.remove(i);
                case 1 -> pieces.add(piece);
                case 2 -> pieces.add(changed(piece, start, piece.data.length, !piece.more));
                case 3 -> pieces.add(changed(piece, Math.max(0, start - 8), piece.data.length, piece.more));
                case 4 -> pieces.add(changed(piece, start + 8, piece.data.length, piece.more));
                case 5 -> pieces.add(changed(piece, start, random.nextInt(200), piece.more));
                default ->
                    pieces.add(changed(piece, 8 * random.nextInt(8_192), 8 * random.nextInt(20), random.nextBoolean()));
            }
        }
    }

    private NaiveReassembler.Piece changed(
            final NaiveReassembler.Piece piece, final int start, final int length, final boolean more) {
        return new NaiveReassembler.Piece(start, piece.headers, bytes(length), more);
    }

    private void add(final int owner, final int id, final NaiveReassembler.Piece piece) {
        // Exact bounds: a read beyond the fragment throws.
        final int gap = random.nextInt(20);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[piece.headers.length + gap + piece.data.length]);
        buffer.putBytes(0, piece.headers);
        buffer.putBytes(piece.headers.length + gap, piece.data);
        fragment.addresses(id % 2, id / 2 % 2, id / 4 % 2, id / 8 % 2)
                .datagram(id / 16 % 2, id / 32 % 2, id)
                .headers(buffer, 0, piece.headers.length)
                .data(piece.headers.length + gap, piece.data.length, piece.start, piece.more);
        final DropReason expected = model.add(owner, id, piece, nowNs);
        assertThat(reassembler.add(owner, fragment, nowNs)).isEqualTo(expected);
        taken += expected == null ? 1 : 0;
        assertThat(reassembler.isWhole()).isEqualTo(model.whole() != null);
        if (reassembler.isWhole()) {
            completed++;
            final byte[] whole = new byte[reassembler.length()];
            reassembler.buffer().getBytes(reassembler.offset(), whole);
            assertThat(whole).isEqualTo(model.whole());
        }
    }

    private void expireAll() {
        model.expire(nowNs);
        int expired;
        do {
            expired = reassembler.expire(nowNs);
        } while (expired > 0);
    }

    private void assertSame() {
        assertThat(drops).isEqualTo(model.drops);
        assertThat(reassembler.datagrams()).isEqualTo(model.datagrams());
        assertThat(reassembler.heldFragments()).isEqualTo(model.heldFragments());
        assertThat(reassembler.heldBytes()).isEqualTo(model.heldBytes()).isLessThanOrEqualTo(limits.totalBytes());
    }

    /** Nothing stays behind, and every fragment that was taken had one fate. */
    private void end() {
        nowNs += limits.timeoutNs();
        expireAll();
        assertThat(reassembler.datagrams()).isZero();
        assertThat(reassembler.heldBytes()).isZero();
        assertThat(reassembler.heldFragments()).isZero();
        assertThat(drops.values().stream().mapToLong(Integer::longValue).sum() + completed)
                .isEqualTo(taken);
    }

    private byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
