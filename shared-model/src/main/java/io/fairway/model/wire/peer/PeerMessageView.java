package io.fairway.model.wire.peer;

import org.agrona.DirectBuffer;

/**
 * What a message says, read where it lies. One object, reused; filled by {@link PeerMessageParser#parse}, valid only if
 * that said so and as long as the buffer does not change. Numbers that are not there are 0.
 */
public final class PeerMessageView {
    DirectBuffer buffer;
    int offset;
    int length;

    long authorityHash;
    int nameOffset;
    int nameLength;
    long incarnation;
    int nodeId;

    long sequence;
    long count;
    long sentNs;
    long echoedSequence;
    long echoedSentNs;
    long heldNs;
    int loss;

    Endpoint ownEndpoint;
    Endpoint seenEndpoint;
    int generationInUse;
    int newestGeneration;
    int exchangeOffset;
    int exchangeLength;
    int probeBytes;
    int answerBytes;
    TcpProbe tcpProbe;
    TcpProbe tcpArrived;
    int tcpRefused;

    int codeOffset;
    int codeGeneration;

    void begin(final DirectBuffer message, final int messageOffset, final int messageLength) {
        buffer = message;
        offset = messageOffset;
        length = messageLength;
        nameLength = 0;
        ownEndpoint = null;
        seenEndpoint = null;
        generationInUse = 0;
        newestGeneration = 0;
        exchangeOffset = 0;
        exchangeLength = 0;
        probeBytes = 0;
        answerBytes = 0;
        tcpProbe = null;
        tcpArrived = null;
        tcpRefused = 0;
        codeOffset = 0;
        codeGeneration = 0;
    }

    /** The bytes in which this lies. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the message begins. */
    public int offset() {
        return offset;
    }

    /** Bytes of the whole message. */
    public int length() {
        return length;
    }

    /** A state of {@link BfdHeader}. */
    public int state() {
        return BfdHeader.state(buffer, offset);
    }

    /** A diagnostic of {@link BfdHeader}. */
    public int diagnostic() {
        return BfdHeader.diagnostic(buffer, offset);
    }

    public boolean isPoll() {
        return BfdHeader.isPoll(buffer, offset);
    }

    public boolean isFinal() {
        return BfdHeader.isFinal(buffer, offset);
    }

    public int multiplier() {
        return BfdHeader.multiplier(buffer, offset);
    }

    /** The sender's name of the session. */
    public int senderDiscriminator() {
        return BfdHeader.myDiscriminator(buffer, offset);
    }

    /** The receiver's name of the session, or 0. */
    public int receiverDiscriminator() {
        return BfdHeader.yourDiscriminator(buffer, offset);
    }

    public long desiredTxUs() {
        return BfdHeader.desiredTxUs(buffer, offset);
    }

    public long requiredRxUs() {
        return BfdHeader.requiredRxUs(buffer, offset);
    }

    /** {@link PeerMessage#authorityHash} of the sender's authority. */
    public long authorityHash() {
        return authorityHash;
    }

    /** The sender's peering name; allocates. */
    public String name() {
        return buffer.getStringWithoutLengthAscii(nameOffset, nameLength);
    }

    /** Whether the sender peers under this name. */
    public boolean nameIs(final String name) {
        if (name.length() != nameLength) {
            return false;
        }
        for (int i = 0; i < nameLength; i++) {
            if (buffer.getByte(nameOffset + i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Changes whenever the sender's router lost its sessions. */
    public long incarnation() {
        return incarnation;
    }

    /** The sending node's position in its router. */
    public int nodeId() {
        return nodeId;
    }

    /** Rises with every message of the sender under one discriminator, from 1. */
    public long sequence() {
        return sequence;
    }

    /** As {@link #sequence}, but probes are not counted: what is missing was lost. Wraps at 2^32. */
    public long count() {
        return count;
    }

    /** When this was sent, the sender's clock. */
    public long sentNs() {
        return sentNs;
    }

    /** The highest of the receiver's numbers that had come to the sender; 0: none. */
    public long echoedSequence() {
        return echoedSequence;
    }

    /** When that was sent, the receiver's clock. */
    public long echoedSentNs() {
        return echoedSentNs;
    }

    /** How long it then lay at the sender. */
    public long heldNs() {
        return heldNs;
    }

    /** What the sender misses of the receiver's messages, in 1/10,000. */
    public int loss() {
        return loss;
    }

    /** Where the sender believes itself to be, or null. */
    public Endpoint ownEndpoint() {
        return ownEndpoint;
    }

    /** Where the sender sees the receiver, or null. */
    public Endpoint seenEndpoint() {
        return seenEndpoint;
    }

    /** The key generation with which the sender signs. */
    public int generationInUse() {
        return generationInUse;
    }

    /** The newest key generation that the sender accepts. */
    public int newestGeneration() {
        return newestGeneration;
    }

    /** Where the part of a key exchange begins in {@link #buffer}. */
    public int exchangeOffset() {
        return exchangeOffset;
    }

    /** Its bytes; 0: none. */
    public int exchangeLength() {
        return exchangeLength;
    }

    /** Bytes of the IP packet that this probes the path with; 0: it is no probe. */
    public int probeBytes() {
        return probeBytes;
    }

    /** Bytes of the probe that came to the sender; 0: this answers none. */
    public int answerBytes() {
        return answerBytes;
    }

    /** Which kind of TCP segment this is the payload of, or null. */
    public TcpProbe tcpProbe() {
        return tcpProbe;
    }

    /** Which kind of TCP segment came to the sender, or null. */
    public TcpProbe tcpArrived() {
        return tcpArrived;
    }

    /** The kinds of TCP segments of the sender's that do not come through, a set of {@link TcpProbe#bit}. */
    public int tcpRefused() {
        return tcpRefused;
    }

    /** Whether there is a code; whether it is right is for the holder of the key to say. */
    public boolean hasCode() {
        return codeOffset != 0;
    }

    /** Where the code stands in {@link #buffer}: it is over the bytes from {@link #offset} to there. */
    public int codeOffset() {
        return codeOffset;
    }

    /** The generation of the code's key. */
    public int codeGeneration() {
        return codeGeneration;
    }
}
