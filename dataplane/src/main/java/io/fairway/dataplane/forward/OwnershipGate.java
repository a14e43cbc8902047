package io.fairway.dataplane.forward;

import io.fairway.model.pair.GateLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The send gate ({@link GateLayout}) in a mapped file: what this node may send at this moment. Written by the pair's
 * thread, closed by the sentinel, read by the forwarder before every send; each word has one writer and is read with
 * acquire. It decides nothing.
 */
public final class OwnershipGate implements AutoCloseable {
    /** Validity without a lease: a single node, or one whose partner is declared dead. */
    public static final long SOLO = Long.MAX_VALUE;

    /** u64 in the layout's spare bytes: this node's id. */
    private static final int SELF = 32;

    private final MappedByteBuffer mapped;
    private final UnsafeBuffer words;

    private OwnershipGate(final MappedByteBuffer mapped) {
        this.mapped = mapped;
        words = new UnsafeBuffer(mapped, 0, GateLayout.LENGTH);
    }

    /**
     * Maps the gate's file; a new one is all zero: node 0 owns every bucket, but the lease is over.
     *
     * @throws UncheckedIOException if the file cannot be made or mapped
     */
    public static OwnershipGate map(final Path file) {
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                return new OwnershipGate(channel.map(FileChannel.MapMode.READ_WRITE, 0, GateLayout.LENGTH));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the gate " + file + " cannot be mapped", e);
        }
    }

    /** Maps the gate's file for the node with this id. */
    public static OwnershipGate map(final Path file, final int nodeId) {
        final OwnershipGate gate = map(file);
        gate.setSelf(nodeId);
        return gate;
    }

    /**
     * Whether this node owns the bucket, its lease is valid and the sentinel has not closed the gate.
     *
     * @param nowNs {@link System#nanoTime()}
     */
    public boolean mayForward(final int bucket, final long nowNs) {
        return owner(bucket) == self() && isOpen(nowNs);
    }

    /** Whether the lease is valid and the sentinel has not closed the gate: for what belongs to no bucket. */
    public boolean isOpen(final long nowNs) {
        final long validUntilNs = words.getLongVolatile(GateLayout.VALID_UNTIL);
        return (validUntilNs == SOLO || (validUntilNs != 0 && validUntilNs - nowNs > 0))
                && words.getLongVolatile(GateLayout.CLOSED) == 0;
    }

    /** Whether this node leads the interface's shared address. */
    public boolean leads(final int interfaceIndex) {
        return (words.getLongVolatile(GateLayout.LEADER_MASK) >>> interfaceIndex & 1) != 0;
    }

    /** Whether the interface's device here has a link, so far as is known. */
    public boolean hasLink(final int interfaceIndex) {
        return (words.getLongVolatile(GateLayout.UNLINKED_MASK) >>> interfaceIndex & 1) == 0;
    }

    /** Says which interfaces have no link here. Pair's thread. */
    public void setUnlinked(final long mask) {
        words.putLongVolatile(GateLayout.UNLINKED_MASK, mask);
    }

    /** The node, 0 or 1, that owns the bucket. */
    public int owner(final int bucket) {
        return GateLayout.owner(words.getLongVolatile(GateLayout.BUCKETS + bucket * Long.BYTES));
    }

    /** The bucket's epoch. */
    public int epoch(final int bucket) {
        return GateLayout.epoch(words.getLongVolatile(GateLayout.BUCKETS + bucket * Long.BYTES));
    }

    /** Rises after every change of leadership or ownership. */
    public long changes() {
        return words.getLongVolatile(GateLayout.CHANGES);
    }

    /** This node's id. */
    public int self() {
        return (int) words.getLongVolatile(SELF);
    }

    /** Says which node this is; before the gate is used. */
    public void setSelf(final int nodeId) {
        words.putLongVolatile(SELF, nodeId);
    }

    /** When the lease ends, as {@link System#nanoTime()}; {@link #SOLO} for never. */
    public long validUntilNs() {
        return words.getLongVolatile(GateLayout.VALID_UNTIL);
    }

    /** Renews or ends the lease; 0 ends it at once. Pair's thread. */
    public void setValidUntilNs(final long validUntilNs) {
        words.putLongVolatile(GateLayout.VALID_UNTIL, validUntilNs);
    }

    /** Takes or gives up an interface's shared address. Pair's thread. */
    public void setLeader(final int interfaceIndex, final boolean leads) {
        final long bit = 1L << interfaceIndex;
        final long mask = words.getLongVolatile(GateLayout.LEADER_MASK);
        words.putLongVolatile(GateLayout.LEADER_MASK, leads ? mask | bit : mask & ~bit);
        changed();
    }

    /** Sets a bucket's owner and epoch. Pair's thread. */
    public void setBucket(final int bucket, final int owner, final int epoch) {
        words.putLongVolatile(GateLayout.BUCKETS + bucket * Long.BYTES, GateLayout.bucketWord(owner, epoch));
        changed();
    }

    private void changed() {
        words.putLongVolatile(GateLayout.CHANGES, words.getLongVolatile(GateLayout.CHANGES) + 1);
    }

    /** Closes the gate for good, until {@link #reopen()}. Sentinel. */
    public void closeBySentinel() {
        words.putLongVolatile(GateLayout.CLOSED, 1);
    }

    /** Opens what the sentinel closed, before a new node process starts. Sentinel, or the node as it starts. */
    public void reopen() {
        words.putLongVolatile(GateLayout.CLOSED, 0);
    }

    /** Whether the sentinel has closed the gate. */
    public boolean isClosedBySentinel() {
        return words.getLongVolatile(GateLayout.CLOSED) != 0;
    }

    /** Unmaps the file; the gate must not be used after. */
    @Override
    public void close() {
        words.wrap(0, 0);
        BufferUtil.free(mapped);
    }
}
