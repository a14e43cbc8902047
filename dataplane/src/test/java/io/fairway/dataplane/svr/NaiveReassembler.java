package io.fairway.dataplane.svr;

import io.fairway.model.DropReason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@link Reassembler} is meant to do, written without a thought of speed or memory. */
final class NaiveReassembler {
    private static final int BLOCK_BYTES = 2048;
    private static final int MOST_FRAGMENTS = 128;
    private static final int MOST_BYTES = 65535;

    /** A fragment with its headers. */
    static final class Piece {
        final int start;
        final byte[] headers;
        final byte[] data;
        final boolean more;

        Piece(final int start, final byte[] headers, final byte[] data, final boolean more) {
            this.start = start;
            this.headers = headers;
            this.data = data;
            this.more = more;
        }

        int end() {
            return start + data.length;
        }
    }

    /** A datagram that waits, or was condemned. */
    private static final class Datagram {
        private final int owner;
        private final long startedNs;
        private final List<Piece> pieces = new ArrayList<>();
        private DropReason verdict;

        private Datagram(final int owner, final long startedNs) {
            this.owner = owner;
            this.startedNs = startedNs;
        }

        private Set<Integer> blocks() {
            final Set<Integer> blocks = new HashSet<>();
            for (final Piece piece : pieces) {
                for (int block = piece.start / BLOCK_BYTES; block <= (piece.end() - 1) / BLOCK_BYTES; block++) {
                    blocks.add(block);
                }
            }
            return blocks;
        }

        private int charge() {
            return Math.max(1, blocks().size());
        }
    }

    final Map<DropReason, Integer> drops = new EnumMap<>(DropReason.class);

    private final Map<Integer, Datagram> datagrams = new LinkedHashMap<>();
    private final ReassemblyLimits limits;
    private byte[] whole;

    NaiveReassembler(final ReassemblyLimits limits) {
        this.limits = limits;
    }

    DropReason add(final int owner, final int id, final Piece piece, final long nowNs) {
        whole = null;
        if (piece.data.length == 0
                || piece.more && piece.data.length % 8 != 0
                || piece.headers.length > 128
                || piece.headers.length + piece.end() > MOST_BYTES) {
            return DropReason.FRAGMENT_MALFORMED;
        }
        final Datagram old = datagrams.get(id);
        if (old != null && nowNs - old.startedNs >= limits.timeoutNs()) {
            end(id, DropReason.FRAGMENT_EXPIRED);
        }
        final Datagram known = datagrams.get(id);
        if (known != null) {
            if (known.verdict != null) {
                return known.verdict;
            }
            final DropReason refused = refusal(known, piece);
            if (refused != null) {
                if (refused != DropReason.FRAGMENT_DUPLICATE) {
                    condemn(known, refused);
                }
                return refused;
            }
        }
        final Datagram datagram = known == null ? new Datagram(owner, nowNs) : known;
        datagram.pieces.add(piece);
        makeRoom(datagram);
        datagrams.put(id, datagram);
        return complete(id, datagram);
    }

    private static DropReason refusal(final Datagram datagram, final Piece piece) {
        for (final Piece other : datagram.pieces) {
            if (!piece.more && (other.more ? other.end() >= piece.end() : other.end() != piece.end())
                    || piece.more && !other.more && piece.end() >= other.end()) {
                return DropReason.FRAGMENT_INCONSISTENT;
            }
        }
        for (final Piece other : datagram.pieces) {
            if (other.start == piece.start && other.end() == piece.end()) {
                return DropReason.FRAGMENT_DUPLICATE;
            }
        }
        for (final Piece other : datagram.pieces) {
            if (Math.max(other.start, piece.start) < Math.min(other.end(), piece.end())) {
                return DropReason.FRAGMENT_OVERLAP;
            }
        }
        return datagram.pieces.size() == MOST_FRAGMENTS ? DropReason.FRAGMENT_TOO_MANY : null;
    }

    private void makeRoom(final Datagram spared) {
        while (charged(spared.owner, spared) + spared.charge() * BLOCK_BYTES > limits.ownerBytes()) {
            evict(spared, spared.owner);
        }
        while (charged(-1, spared) + spared.charge() * BLOCK_BYTES > limits.totalBytes()) {
            evict(spared, -1);
        }
    }

    private int charged(final int owner, final Datagram but) {
        return datagrams.values().stream()
                        .filter(datagram -> datagram != but && (owner < 0 || datagram.owner == owner))
                        .mapToInt(Datagram::charge)
                        .sum()
                * BLOCK_BYTES;
    }

    private void evict(final Datagram spared, final int owner) {
        final int victim = datagrams.entrySet().stream()
                .filter(entry -> entry.getValue() != spared && (owner < 0 || entry.getValue().owner == owner))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        end(victim, DropReason.FRAGMENT_EVICTED);
    }

    private void condemn(final Datagram datagram, final DropReason reason) {
        drop(reason, datagram.pieces.size());
        datagram.pieces.clear();
        datagram.verdict = reason;
    }

    private void end(final int id, final DropReason reason) {
        drop(reason, datagrams.remove(id).pieces.size());
    }

    private void drop(final DropReason reason, final int fragments) {
        if (fragments > 0) {
            drops.merge(reason, fragments, Integer::sum);
        }
    }

    private DropReason complete(final int id, final Datagram datagram) {
        datagram.pieces.sort(Comparator.comparingInt(piece -> piece.start));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final byte[] headers = datagram.pieces.getFirst().headers;
        for (final Piece piece : datagram.pieces) {
            if (piece.start != out.size()) {
                return null;
            }
            out.writeBytes(piece.data);
        }
        if (datagram.pieces.getLast().more) {
            return null;
        }
        if (headers.length + out.size() > MOST_BYTES) {
            datagram.pieces.removeLast();
            condemn(datagram, DropReason.FRAGMENT_MALFORMED);
            return DropReason.FRAGMENT_MALFORMED;
        }
        whole = Arrays.copyOf(headers, headers.length + out.size());
        System.arraycopy(out.toByteArray(), 0, whole, headers.length, out.size());
        drop(DropReason.FRAGMENT_REASSEMBLED, datagram.pieces.size() - 1);
        datagrams.remove(id);
        return null;
    }

    void expire(final long nowNs) {
        for (final Map.Entry<Integer, Datagram> entry : List.copyOf(datagrams.entrySet())) {
            if (nowNs - entry.getValue().startedNs >= limits.timeoutNs()) {
                end(entry.getKey(), DropReason.FRAGMENT_EXPIRED);
            }
        }
    }

    /** The datagram that the last fragment completed, or null. */
    byte[] whole() {
        return whole;
    }

    int datagrams() {
        return datagrams.size();
    }

    int heldFragments() {
        return datagrams.values().stream()
                .mapToInt(datagram -> datagram.pieces.size())
                .sum();
    }

    long heldBytes() {
        return datagrams.values().stream()
                .mapToLong(datagram -> (long) datagram.blocks().size() * BLOCK_BYTES)
                .sum();
    }
}
