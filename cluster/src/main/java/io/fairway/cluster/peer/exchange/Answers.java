package io.fairway.cluster.peer.exchange;

import io.fairway.cluster.peer.exchange.Handshake.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The exchanges that were begun by somebody who says to be the peer and were answered, but not proven yet. A few at a
 * time; a stranger's pushes aside only what is a second old, so that nobody can keep the peer from ending its own.
 */
final class Answers {
    private static final int MOST = 4;
    private static final long LEAST_NS = 1_000_000_000L;

    private final Deque<Answer> open = new ArrayDeque<>();

    /** One of them. */
    static final class Answer {
        private final long exchange;
        private final int number;
        private final Handshake handshake;
        private final byte[] sealed;
        private final List<byte[]> parts;
        private final long bornNs;
        private final PartCollector proof = new PartCollector();

        Answer(final ExchangePart offer, final int number, final Handshake handshake, final Sent sent) {
            exchange = offer.exchange();
            this.number = number;
            this.handshake = handshake;
            sealed = sent.sealed();
            parts = sent.parts();
            bornNs = sent.atNs();
        }

        /** The generation that it is to make. */
        int number() {
            return number;
        }

        /** What was sent, again. */
        List<byte[]> parts() {
            return parts;
        }

        PartCollector proof() {
            return proof;
        }

        /** The initiator's proof in clear. */
        byte[] open(final byte[] initiatorSealed) throws RefusedException {
            return handshake.open(Role.INITIATOR, initiatorSealed);
        }

        Proof.Subject initiator() {
            return new Proof.Subject(Role.INITIATOR, handshake.everything(sealed), handshake.codeKey(Role.INITIATOR));
        }

        KeyGeneration generation() {
            return handshake.generation(number, Role.RESPONDER, sealed);
        }
    }

    /** What was sent and when. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Sent(byte[] sealed, List<byte[]> parts, long atNs) {
        Sent {
            parts = new ArrayList<>(parts);
        }
    }

    /** The one with this number, or null. */
    Answer find(final long exchange) {
        for (final Answer answer : open) {
            if (answer.exchange == exchange) {
                return answer;
            }
        }
        return null;
    }

    /** Whether one more may be begun now. */
    boolean hasRoom(final long nowNs) {
        return open.size() < MOST || nowNs - open.getFirst().bornNs >= LEAST_NS;
    }

    void add(final Answer answer) {
        if (open.size() == MOST) {
            open.removeFirst().handshake.wipe();
        }
        open.add(answer);
    }

    /** Forgets those that are older. */
    void expire(final long limitNs, final long nowNs) {
        while (!open.isEmpty() && nowNs - open.getFirst().bornNs >= limitNs) {
            open.removeFirst().handshake.wipe();
        }
    }

    /** Forgets all of them: one was proven, or keys came otherwise. */
    void clear() {
        open.forEach(answer -> answer.handshake.wipe());
        open.clear();
    }
}
