package io.fairway.dataplane.forward;

import io.fairway.model.pair.BucketId;
import io.fairway.model.wire.VnetHeader;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Tells the partner how far sessions of our buckets have come, and hears of its own: packets, bytes, when the last one
 * was seen (ha-design.md section 3, class C). It walks over the table once a second, some slots a turn, and tells of
 * sessions that had packets since; of each of the others in one round of 64, which repairs what was lost. It speaks
 * once a round in any case, so that who hears nothing knows that it does not know. Only what this node stands by for is
 * changed, and only forwards. Forwarder's thread.
 *
 * <pre>
 * 0 u16 layout version (1)   2 u16 sessions   4 zero, to 8
 * 8 each: u64 session id   8 u64, u64 packets and bytes of the forward flow   24 the same of the reverse flow
 *         40 u32 ms since the last packet   44 zero, to 48
 * </pre>
 */
final class SessionProgress implements AutoCloseable {
    private static final long ROUND_NS = TimeUnit.SECONDS.toNanos(1);
    /** Each message wakes threads of both nodes: it may wait to be full. */
    private static final long FLUSH_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long FRESH_NS = TimeUnit.SECONDS.toNanos(5);
    private static final int REPEAT_ROUNDS = 64;
    private static final int MAX_SLOTS_PER_TURN = 2048;
    private static final int MAX_MESSAGES_PER_TURN = 8;
    private static final int SESSIONS = 24;

    private static final short LAYOUT = 1;
    private static final int COUNT = 2;
    private static final int FIRST = 8;
    private static final int FLOWS = 8;
    private static final int SILENT_MS = 40;
    private static final int ENTRY_BYTES = 48;

    private final FlowTable table;
    private final OwnershipGate gate;
    private final PartnerLine line;

    /** Per slot when the packet was seen that the partner was last told of; 0: never. */
    private final AnonymousMemory toldMemory;

    private final UnsafeBuffer told;
    private final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(VnetHeader.LENGTH + FIRST + SESSIONS * ENTRY_BYTES, 64));

    /** Of which slots the message tells. */
    private final int[] slots = new int[SESSIONS];

    private long walkedNs;
    private int next;
    private int round;
    private int sessions;
    private long writtenNs;
    private boolean spoke;
    private long spokeNs;
    private boolean heard;
    private long heardNs;

    SessionProgress(final FlowTable table, final OwnershipGate gate, final PartnerLine line) {
        this.table = table;
        this.gate = gate;
        this.line = line;
        toldMemory = AnonymousMemory.map((long) table.capacity() * Long.BYTES);
        told = toldMemory.buffer();
    }

    /** Walks over what is due. */
    int tick(final long nowNs) {
        final int slots = slotsDue(nowNs);
        final boolean mustSpeak = !spoke || nowNs - spokeNs >= ROUND_NS;
        final boolean mustFlush = sessions > 0 && nowNs - writtenNs >= FLUSH_NS;
        if (slots == 0 && !mustSpeak && !mustFlush) {
            return 0;
        }
        if (!line.isConnected()) {
            sessions = 0;
            return 0;
        }
        int messages = 0;
        for (int i = 0; i < slots && messages < MAX_MESSAGES_PER_TURN; i++) {
            if (isToTell(next)) {
                write(next, nowNs);
                messages += sessions == SESSIONS ? send() : 0;
            }
            advance();
        }
        if (mustSpeak) {
            spoke = true;
            spokeNs = nowNs;
        }
        return mustSpeak || mustFlush ? messages + send() : messages;
    }

    private void advance() {
        next++;
        if (next >= table.highWater()) {
            next = 0;
            round++;
        }
    }

    private int slotsDue(final long nowNs) {
        final int highWater = table.highWater();
        if (highWater == 0) {
            walkedNs = nowNs;
            return 0;
        }
        final long perSlotNs = Math.max(1, ROUND_NS / highWater);
        final long due = (nowNs - walkedNs) / perSlotNs;
        if (due <= 0) {
            return 0;
        }
        walkedNs = due > MAX_SLOTS_PER_TURN ? nowNs : walkedNs + due * perSlotNs;
        return (int) Math.min(Math.min(due, MAX_SLOTS_PER_TURN), highWater);
    }

    private boolean isToTell(final int slot) {
        return table.isUsed(slot)
                && gate.owner(table.bucket(slot)) == gate.self()
                && (told.getLong(slot * Long.BYTES) != table.lastSeenNs(slot)
                        || (slot & REPEAT_ROUNDS - 1) == (round & REPEAT_ROUNDS - 1));
    }

    private void write(final int slot, final long nowNs) {
        final int at = VnetHeader.LENGTH + FIRST + sessions * ENTRY_BYTES;
        message.putLong(at, table.sessionId(slot));
        for (int way = 0; way < 2; way++) {
            message.putLong(at + FLOWS + 16 * way, table.packets(2 * slot + way));
            message.putLong(at + FLOWS + 16 * way + 8, table.bytes(2 * slot + way));
        }
        final long silentMs = TimeUnit.NANOSECONDS.toMillis(nowNs - table.lastSeenNs(slot));
        message.putLong(at + SILENT_MS, 0);
        message.putInt(at + SILENT_MS, Math.clamp(silentMs, 0, Integer.MAX_VALUE));
        told.putLong(slot * Long.BYTES, table.lastSeenNs(slot));
        writtenNs = sessions == 0 ? nowNs : writtenNs;
        slots[sessions] = slot;
        sessions++;
    }

    private int send() {
        message.putShort(VnetHeader.LENGTH, LAYOUT);
        message.putShort(VnetHeader.LENGTH + COUNT, (short) sessions);
        message.putInt(VnetHeader.LENGTH + COUNT + 2, 0);
        if (!line.send(message, VnetHeader.LENGTH, FIRST + sessions * ENTRY_BYTES)) {
            // It is told in the next round.
            for (int i = 0; i < sessions; i++) {
                told.putLong(slots[i] * Long.BYTES, 0);
            }
        }
        sessions = 0;
        return 1;
    }

    /** What the partner tells has come. */
    void onMessage(final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        if (length < FIRST || buffer.getShort(offset) != LAYOUT) {
            return;
        }
        heard = true;
        heardNs = nowNs;
        final int count = Math.min(buffer.getShort(offset + COUNT) & 0xffff, (length - FIRST) / ENTRY_BYTES);
        for (int i = 0; i < count; i++) {
            final int at = offset + FIRST + i * ENTRY_BYTES;
            final long sessionId = buffer.getLong(at);
            if (gate.owner(BucketId.ofSession(sessionId)) != gate.self()) {
                final int slot = table.findSession(sessionId);
                if (slot != FlowTable.NONE) {
                    learn(slot, buffer, at, nowNs);
                }
            }
        }
    }

    private void learn(final int slot, final DirectBuffer buffer, final int at, final long nowNs) {
        final long forward = buffer.getLong(at + FLOWS);
        final long reverse = buffer.getLong(at + FLOWS + 16);
        if (forward < table.packets(2 * slot) || reverse < table.packets(2 * slot + 1)) {
            return;
        }
        table.setCounts(2 * slot, forward, buffer.getLong(at + FLOWS + 8));
        table.setCounts(2 * slot + 1, reverse, buffer.getLong(at + FLOWS + 24));
        final long silentMs = buffer.getInt(at + SILENT_MS) & 0xffff_ffffL;
        table.setLastSeenNs(slot, nowNs - TimeUnit.MILLISECONDS.toNanos(silentMs));
    }

    /** Whether the partner told of its sessions until just now: what it said of the silent ones still holds. */
    boolean isFresh(final long nowNs) {
        return heard && nowNs - heardNs < FRESH_NS;
    }

    @Override
    public void close() {
        toldMemory.close();
    }
}
