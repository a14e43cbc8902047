package io.fairway.dataplane.forward;

import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.KeyDerivation;
import io.fairway.dataplane.svr.PayloadCipher;
import io.fairway.dataplane.svr.ReplayWindow;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.session.SessionRecordFlyweight;
import io.fairway.model.session.SessionSecurity;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What sealed sessions need besides the flow table: their key, the number of the next packet, and which packets have
 * come. Memory is touched only by sealed sessions. Ciphers weigh kilobytes, so there are as many as are likely to be in
 * use at once; a session that finds another's in its place gets a new one. Forwarder's thread only.
 *
 * <pre>
 * session (64):  0 u8 encryption   1 u8 HMAC   2 zero   8 key (32)
 * flow (288):    0 u64 next packet number   8 replay window of node 0's numbers (136)   144 that of node 1's (136)
 * </pre>
 */
final class SealTable implements AutoCloseable {
    private static final int SESSION_BYTES = 64;
    private static final int HMAC = 1;
    private static final int KEY = 8;
    private static final int FLOW_BYTES = 288;
    private static final int WINDOWS = 8;
    private static final int MAX_CIPHERS = 1 << 13;
    private static final int NONE = -1;

    private final KeyDerivation derivation;
    private final AnonymousMemory sessionMemory;
    private final AnonymousMemory flowMemory;
    private final UnsafeBuffer sessions;
    private final UnsafeBuffer flows;
    private final PayloadCipher[] ciphers;
    private final int[] cipherOf;
    private final byte[] key = new byte[SessionSecurity.KEY_LENGTH];

    /** @param capacity most sessions, as the flow table's */
    SealTable(final int capacity, final JceProvider jce, final CryptoScratch scratch) {
        derivation = new KeyDerivation(jce, scratch);
        sessionMemory = AnonymousMemory.map((long) capacity * SESSION_BYTES);
        flowMemory = AnonymousMemory.map(2L * capacity * FLOW_BYTES);
        sessions = sessionMemory.buffer();
        flows = flowMemory.buffer();
        final int count = Math.min(MAX_CIPHERS, Integer.highestOneBit(Math.max(2, capacity) * 2 - 1));
        ciphers = new PayloadCipher[count];
        cipherOf = new int[count];
        java.util.Arrays.fill(cipherOf, NONE);
    }

    /**
     * Takes a new session in.
     *
     * @param firstNumber where its packets' numbers begin
     */
    void install(final int slot, final DirectBuffer record, final int offset, final long firstNumber) {
        final int at = slot * SESSION_BYTES;
        sessions.putByte(
                at, (byte) SessionRecordFlyweight.encryption(record, offset).ordinal());
        sessions.putByte(
                at + HMAC, (byte) SessionRecordFlyweight.hmac(record, offset).ordinal());
        sessions.putBytes(
                at + KEY, record, SessionRecordFlyweight.keyOffset(record, offset), SessionSecurity.KEY_LENGTH);
        installFlow(2 * slot, firstNumber);
        installFlow(2 * slot + 1, firstNumber);
    }

    private void installFlow(final int flow, final long firstNumber) {
        final int at = flow * FLOW_BYTES;
        flows.putLong(at, firstNumber);
        ReplayWindow.reset(flows, at + WINDOWS);
        ReplayWindow.reset(flows, at + WINDOWS + ReplayWindow.LENGTH);
        forget(flow);
    }

    private void forget(final int flow) {
        final int place = flow & ciphers.length - 1;
        if (cipherOf[place] == flow) {
            cipherOf[place] = NONE;
            ciphers[place] = null;
        }
    }

    /** Forgets a session's key; harmless for one that has none. */
    void remove(final int slot) {
        forget(2 * slot);
        forget(2 * slot + 1);
        sessions.setMemory(slot * SESSION_BYTES, SESSION_BYTES, (byte) 0);
    }

    /** The cipher of a sealed session's flow. */
    PayloadCipher cipher(final int flow) {
        final int place = flow & ciphers.length - 1;
        if (cipherOf[place] != flow) {
            ciphers[place] = create(flow);
            cipherOf[place] = flow;
        }
        return ciphers[place];
    }

    private PayloadCipher create(final int flow) {
        final int at = (flow >> 1) * SESSION_BYTES;
        sessions.getBytes(at + KEY, key);
        return derivation.payload(
                SecurityPolicy.Encryption.of(sessions.getByte(at)),
                SecurityPolicy.Hmac.of(sessions.getByte(at + HMAC)),
                key,
                (flow & 1) == 0);
    }

    /** The peer has forgotten which packets came: what was sent before must look old to it. */
    void restart(final int flow, final long number) {
        flows.putLong(flow * FLOW_BYTES, Math.max(number, flows.getLong(flow * FLOW_BYTES)));
    }

    /** The number of a packet of this flow that leaves now. */
    long nextNumber(final int flow) {
        final int at = flow * FLOW_BYTES;
        final long number = flows.getLong(at) + 1;
        flows.putLong(at, number);
        return number;
    }

    /** Whether a packet of this flow with this number may still come. */
    boolean mayCome(final int flow, final long number) {
        return ReplayWindow.mayCome(flows, window(flow, number), number & Long.MAX_VALUE);
    }

    /** Notes an authenticated packet. */
    void note(final int flow, final long number) {
        ReplayWindow.note(flows, window(flow, number), number & Long.MAX_VALUE);
    }

    private static int window(final int flow, final long number) {
        return flow * FLOW_BYTES + WINDOWS + (number < 0 ? ReplayWindow.LENGTH : 0);
    }

    @Override
    public void close() {
        sessionMemory.close();
        flowMemory.close();
    }
}
