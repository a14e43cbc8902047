package io.fairway.dataplane.svr;

import io.fairway.dataplane.forward.AnonymousMemory;
import io.fairway.model.DropReason;
import java.util.function.ObjIntConsumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts datagrams together: pieces between routers (svr-protocol.md section 2.10) and IP fragments from clients (RFC
 * 791). Fragments that overlap condemn their datagram, with those still to come (RFC 5722, for IPv4 as well); so do
 * fragments that disagree about its end. A fragment that comes again is dropped by itself (RFC 8200 section 4.5). When
 * an owner or all together hold too much, the oldest datagram gives way.
 *
 * <p>Every fragment is counted once: {@link #add} returns why one is not kept; those kept are reported to the drops'
 * consumer when they end, as FRAGMENT_REASSEMBLED but for the last to come, which is the datagram now, or as what
 * became of them. Until then {@link #heldFragments} counts them. Forwarder's thread only; allocates nothing after its
 * construction.
 */
public final class Reassembler implements AutoCloseable {
    /** Bytes in front of a whole datagram that the caller may write: a vnet, Ethernet and UDP header. */
    public static final int HEADROOM_BYTES = 128;

    private static final int EXPIRIES_PER_CALL = 64;
    private static final int BLOCK_SHIFT = Integer.numberOfTrailingZeros(BlockPool.BLOCK_BYTES);

    private final ReassemblyLimits limits;
    private final ObjIntConsumer<DropReason> drops;
    private final ExpiryListener expiries;
    private final int ownerBlocks;
    private final int totalBlocks;
    private final BlockPool pool;
    private final DatagramTable table;
    private final AnonymousMemory wholeMemory =
            AnonymousMemory.map(HEADROOM_BYTES + FragmentView.MAX_DATAGRAM_LENGTH + FragmentView.MAX_HEADERS_LENGTH);
    private final UnsafeBuffer whole = wholeMemory.buffer();

    /** Blocks of each owner, and of all; a datagram without any counts one. */
    private final int[] chargedToOwner;

    private int charged;
    private int heldFragments;
    private int wholeLength;
    private int largestFragment;

    /** @param drops told why fragments ended after they had been kept, and how many */
    public Reassembler(final ReassemblyLimits limits, final ObjIntConsumer<DropReason> drops) {
        this(limits, drops, (interfaceIndex, stationMac, buffer, ip) -> {});
    }

    /**
     * As the other constructor.
     *
     * @param expiries told of datagrams of IP's that were given up because the rest did not come in time
     */
    public Reassembler(
            final ReassemblyLimits limits, final ObjIntConsumer<DropReason> drops, final ExpiryListener expiries) {
        this.limits = limits;
        this.drops = drops;
        this.expiries = expiries;
        ownerBlocks = limits.ownerBytes() / BlockPool.BLOCK_BYTES;
        totalBlocks = limits.totalBytes() / BlockPool.BLOCK_BYTES;
        pool = new BlockPool(totalBlocks);
        table = new DatagramTable(totalBlocks, limits.owners());
        chargedToOwner = new int[limits.owners()];
    }

    /**
     * Takes a fragment; its bytes are copied.
     *
     * @param owner who is charged for the datagram that the fragment opens
     * @return null if it was taken, and then {@link #isWhole} says whether its datagram is complete; else why not
     */
    public DropReason add(final int owner, final FragmentView fragment, final long nowNs) {
        wholeLength = 0;
        final DropReason malformed = fragment.check();
        if (malformed != null) {
            return malformed;
        }
        int entry = table.find(fragment);
        if (entry != DatagramTable.NONE && nowNs - table.startedNs(entry) >= limits.timeoutNs()) {
            giveUp(entry);
            entry = DatagramTable.NONE;
        }
        if (entry != DatagramTable.NONE) {
            final DropReason refused = refusal(entry, fragment);
            if (refused != null) {
                return refused;
            }
        }
        final int payer = entry == DatagramTable.NONE ? owner : table.get(entry, DatagramTable.OWNER);
        makeRoom(payer, entry, blocksNeeded(entry, fragment));
        if (entry == DatagramTable.NONE) {
            entry = table.open(fragment, payer, nowNs);
        }
        keep(entry, fragment);
        final int end = table.get(entry, DatagramTable.LAST_END);
        if (end != 0 && table.get(entry, DatagramTable.BYTES) == end) {
            return assemble(entry, fragment);
        }
        return null;
    }

    private DropReason refusal(final int entry, final FragmentView fragment) {
        final int verdict = table.get(entry, DatagramTable.VERDICT);
        if (verdict != 0) {
            return DropReason.of(verdict - 1);
        }
        final DropReason refused = FragmentRules.refusal(table, entry, fragment);
        if (refused != null && refused != DropReason.FRAGMENT_DUPLICATE) {
            condemn(entry, refused);
        }
        return refused;
    }

    /** Gives the datagram's blocks back; what still comes of it is dropped until it expires. */
    private void condemn(final int entry, final DropReason reason) {
        end(entry, reason, table.get(entry, DatagramTable.FRAGMENTS));
        charge(table.get(entry, DatagramTable.OWNER), 1);
        table.set(entry, DatagramTable.VERDICT, reason.ordinal() + 1);
    }

    private void giveUp(final int entry) {
        if (table.get(entry, DatagramTable.VERDICT) == 0) {
            FirstFragment.tell(table, entry, pool, whole, expiries);
        }
        discard(entry, DropReason.FRAGMENT_EXPIRED);
    }

    private void discard(final int entry, final DropReason reason) {
        if (table.get(entry, DatagramTable.VERDICT) == 0) {
            end(entry, reason, table.get(entry, DatagramTable.FRAGMENTS));
        } else {
            charge(table.get(entry, DatagramTable.OWNER), -1);
        }
        table.close(entry);
    }

    /** Reports fragments that were kept and gives their blocks back. */
    private void end(final int entry, final DropReason reason, final int fragments) {
        final int at = table.offset(entry) + DatagramTable.BLOCKS;
        for (int i = 0; i < DatagramTable.MAX_BLOCKS; i++) {
            final int block = table.buffer().getInt(at + i * Integer.BYTES);
            if (block != BlockPool.NONE) {
                pool.giveBack(block);
            }
        }
        charge(table.get(entry, DatagramTable.OWNER), -table.get(entry, DatagramTable.BLOCKS_HELD));
        heldFragments -= table.get(entry, DatagramTable.FRAGMENTS);
        if (fragments > 0) {
            drops.accept(reason, fragments);
        }
    }

    private void charge(final int owner, final int blocks) {
        chargedToOwner[owner] += blocks;
        charged += blocks;
    }

    private int blocksNeeded(final int entry, final FragmentView fragment) {
        final int first = fragment.start >> BLOCK_SHIFT;
        final int last = fragment.end() - 1 >> BLOCK_SHIFT;
        int needed = last - first + 1;
        if (entry != DatagramTable.NONE) {
            for (int i = first; i <= last; i++) {
                needed -= table.get(entry, DatagramTable.BLOCKS + i * Integer.BYTES) == BlockPool.NONE ? 0 : 1;
            }
        }
        return needed;
    }

    /** One datagram never needs more than one owner may hold, so there is always another that can give way. */
    private void makeRoom(final int owner, final int entry, final int needed) {
        while (chargedToOwner[owner] + needed > ownerBlocks) {
            discard(table.oldestBut(entry, owner), DropReason.FRAGMENT_EVICTED);
        }
        while (charged + needed > totalBlocks) {
            discard(table.oldestBut(entry), DropReason.FRAGMENT_EVICTED);
        }
    }

    private void keep(final int entry, final FragmentView fragment) {
        int from = fragment.dataOffset;
        int at = fragment.start;
        final int end = fragment.end();
        while (at < end) {
            final int inBlock = at & BlockPool.BLOCK_BYTES - 1;
            final int length = Math.min(BlockPool.BLOCK_BYTES - inBlock, end - at);
            pool.buffer()
                    .putBytes(pool.offset(block(entry, at >> BLOCK_SHIFT)) + inBlock, fragment.buffer, from, length);
            from += length;
            at += length;
        }
        FragmentRules.note(table, entry, fragment);
        heldFragments++;
    }

    private int block(final int entry, final int index) {
        final int field = DatagramTable.BLOCKS + index * Integer.BYTES;
        int block = table.get(entry, field);
        if (block == BlockPool.NONE) {
            block = pool.take();
            table.set(entry, field, block);
            table.set(entry, DatagramTable.BLOCKS_HELD, table.get(entry, DatagramTable.BLOCKS_HELD) + 1);
            charge(table.get(entry, DatagramTable.OWNER), 1);
        }
        return block;
    }

    private DropReason assemble(final int entry, final FragmentView fragment) {
        final int headers = table.get(entry, DatagramTable.HEADERS_LENGTH);
        final int length = table.get(entry, DatagramTable.LAST_END);
        if (headers + length > FragmentView.MAX_DATAGRAM_LENGTH) {
            // The first fragment's headers are longer than those of the fragment that was checked.
            table.set(entry, DatagramTable.FRAGMENTS, table.get(entry, DatagramTable.FRAGMENTS) - 1);
            heldFragments--;
            condemn(entry, DropReason.FRAGMENT_MALFORMED);
            return DropReason.FRAGMENT_MALFORMED;
        }
        whole.putBytes(HEADROOM_BYTES, table.buffer(), table.offset(entry) + DatagramTable.HEADERS, headers);
        for (int at = 0; at < length; at += BlockPool.BLOCK_BYTES) {
            final int block = table.get(entry, DatagramTable.BLOCKS + (at >> BLOCK_SHIFT) * Integer.BYTES);
            whole.putBytes(
                    HEADROOM_BYTES + headers + at,
                    pool.buffer(),
                    pool.offset(block),
                    Math.min(BlockPool.BLOCK_BYTES, length - at));
        }
        wholeLength = headers + length;
        largestFragment = table.get(entry, DatagramTable.LARGEST);
        end(entry, DropReason.FRAGMENT_REASSEMBLED, table.get(entry, DatagramTable.FRAGMENTS) - 1);
        table.close(entry);
        fragment.finishHeaders(whole, HEADROOM_BYTES, wholeLength);
        return null;
    }

    /** Drops datagrams that have waited too long, a bounded number; returns how many. Once a turn is enough. */
    public int expire(final long nowNs) {
        int expired = 0;
        int entry = table.oldestBut(DatagramTable.NONE);
        while (entry != DatagramTable.NONE
                && expired < EXPIRIES_PER_CALL
                && nowNs - table.startedNs(entry) >= limits.timeoutNs()) {
            giveUp(entry);
            expired++;
            entry = table.oldestBut(DatagramTable.NONE);
        }
        return expired;
    }

    /** Whether the fragment that {@link #add} took last completed its datagram. */
    public boolean isWhole() {
        return wholeLength > 0;
    }

    /** Where the whole datagram is, until the next call of {@link #add}. */
    public MutableDirectBuffer buffer() {
        return whole;
    }

    /** Where its first fragment's headers begin, and directly behind them its bytes. */
    public int offset() {
        return HEADROOM_BYTES;
    }

    /**
     * Bytes of headers and datagram. Of a datagram between routers the UDP checksum is the first fragment's and means
     * nothing, of one over IPv4 all checksums are as they must be.
     */
    public int length() {
        return wholeLength;
    }

    /** Bytes of the largest of its fragments, with its headers. */
    public int largestFragment() {
        return largestFragment;
    }

    /** Fragments that wait. */
    public int heldFragments() {
        return heldFragments;
    }

    /** Datagrams that wait or are condemned. */
    public int datagrams() {
        return table.size();
    }

    /** Bytes that are taken up, in whole blocks. */
    public long heldBytes() {
        return (long) pool.used() * BlockPool.BLOCK_BYTES;
    }

    @Override
    public void close() {
        table.close();
        pool.close();
        wholeMemory.close();
    }
}
