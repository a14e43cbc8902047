package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One TCP connection that sends numbered messages and insists on getting them back in order. Used by the thread of
 * {@link EchoClients} only.
 */
final class EchoConnection {
    /** Where a connection stands. */
    enum State {
        /** The connection is being opened. */
        OPENING,
        /** It was opened and has never missed an echo. */
        ALIVE,
        /** It was opened and then broke. */
        LOST,
        /** It was never opened. */
        FAILED
    }

    private static final int MESSAGE_BYTES = 12;

    private final int id;
    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(MESSAGE_BYTES);
    /** A place for each message that may be unanswered. */
    private final long[] sentNs;

    private final long openedNs;
    private final Journal journal;
    private State state = State.OPENING;
    private String why = "";
    private int localPort;
    private long nextSequence;
    private long nextEcho;
    private long longestWaitNs;

    /**
     * Where all connections write down what they see.
     *
     * @param waits how long echoes took
     * @param log every message
     * @param inFlight how many messages of a connection may be unanswered
     */
    record Journal(GapLog waits, CrossingLog log, int inFlight) {}

    private EchoConnection(final int id, final SocketChannel channel, final Journal journal, final long nowNs) {
        this.id = id;
        this.channel = channel;
        this.journal = journal;
        this.sentNs = new long[journal.inFlight()];
        this.openedNs = nowNs;
    }

    static EchoConnection open(
            final int id, final InetSocketAddress to, final Selector selector, final Journal journal, final long nowNs)
            throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        final EchoConnection connection = new EchoConnection(id, channel, journal, nowNs);
        channel.register(selector, SelectionKey.OP_CONNECT, connection);
        channel.connect(to);
        return connection;
    }

    /** The selector found something to do. */
    void ready(final SelectionKey key, final long nowNs) {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                state = State.ALIVE;
                localPort = ((InetSocketAddress) channel.getLocalAddress()).getPort();
                key.interestOps(SelectionKey.OP_READ);
            } else if (key.isReadable()) {
                read(nowNs);
            }
        } catch (final IOException e) {
            end(e.getMessage());
        }
    }

    /** Sends the next message, if the connection is open and not too many are unanswered. */
    void send(final ByteBuffer message, final long nowNs) {
        if (state != State.ALIVE || nextSequence - nextEcho == sentNs.length) {
            return;
        }
        sentNs[(int) (nextSequence % sentNs.length)] = nowNs;
        message.clear().putInt(id).putLong(nextSequence).flip();
        try {
            if (channel.write(message) == MESSAGE_BYTES) {
                nextSequence++;
            } else {
                end("a message was written in part");
            }
        } catch (final IOException e) {
            end(e.getMessage());
        }
    }

    /** Ends the connection if it has waited for longer than this. */
    void checkWait(final long limitNs, final long nowNs) {
        if (open() && waitingNs(nowNs) > limitNs) {
            end(state == State.OPENING ? "connect timed out" : "no echo in time");
        }
    }

    /** Forgets the longest wait so far: what came before was the opening of many connections at once. */
    void resetLongestWait() {
        longestWaitNs = 0;
    }

    State state() {
        return state;
    }

    boolean open() {
        return state == State.OPENING || state == State.ALIVE;
    }

    String why() {
        return why;
    }

    /** Our port, or 0 if the connection never had one: by it the session can be found. */
    int localPort() {
        return localPort;
    }

    long echoes() {
        return nextEcho;
    }

    /** The longest time between a message and its echo, counting the one that is waited for now. */
    long longestWaitNs(final long nowNs) {
        return Math.max(longestWaitNs, open() ? waitingNs(nowNs) : 0);
    }

    /** How long the oldest message waits for its echo, or the connection for being opened. */
    long waitingNs(final long nowNs) {
        if (state == State.OPENING) {
            return nowNs - openedNs;
        }
        return nextEcho == nextSequence ? 0 : nowNs - sentNs[(int) (nextEcho % sentNs.length)];
    }

    private void read(final long nowNs) throws IOException {
        int bytes = channel.read(received);
        while (bytes > 0) {
            if (!received.hasRemaining()) {
                received.flip();
                echoed(received.getInt(), received.getLong(), nowNs);
                received.clear();
            }
            bytes = open() ? channel.read(received) : 0;
        }
        if (bytes < 0) {
            end("closed");
        }
    }

    private void echoed(final int echoedId, final long sequence, final long nowNs) {
        if (echoedId != id || sequence != nextEcho) {
            end("another echo than expected");
            return;
        }
        final long waitedNs = nowNs - sentNs[(int) (nextEcho % sentNs.length)];
        longestWaitNs = Math.max(longestWaitNs, waitedNs);
        journal.waits().add(waitedNs);
        journal.log().arrived(number(sequence), nowNs - waitedNs, nowNs);
        nextEcho++;
    }

    /** A message's number among those of all connections. */
    private long number(final long sequence) {
        return (long) id << Integer.SIZE | sequence;
    }

    private void end(final String reason) {
        if (state == State.ALIVE) {
            final long nowNs = System.nanoTime();
            journal.log().lost(number(nextEcho), nowNs - waitingNs(nowNs), nowNs);
        }
        state = state == State.OPENING ? State.FAILED : State.LOST;
        why = String.valueOf(reason);
        try {
            channel.close();
        } catch (final IOException e) {
            why += ", and " + e.getMessage();
        }
    }
}
