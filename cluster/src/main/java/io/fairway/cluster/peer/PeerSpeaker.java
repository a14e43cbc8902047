package io.fairway.cluster.peer;

import io.fairway.model.wire.peer.BfdHeader;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageView;
import io.fairway.model.wire.peer.PeerMessageWriter;
import io.fairway.model.wire.peer.TcpProbe;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes this node's messages on one path and hands them to the output. One thread uses it. */
final class PeerSpeaker {
    private static final int HEADERS_V4 = 28;
    private static final int HEADERS_V6 = 48;
    private static final int MOST_PROVISIONS = 32;

    /** What TCP's header is longer than UDP's. */
    private static final int TCP_MORE = 12;

    private final PeerSettings settings;
    private final PathMonitor monitor;
    private final PeerOutput output;
    private final PeerCounters counters;
    private final PeerMessageWriter writer = new PeerMessageWriter();
    private final byte[] bytes;
    private final UnsafeBuffer buffer;

    private boolean provided;
    private long sequence;
    private long count;
    private Echo echo = Echo.NONE;
    private int loss;
    private Endpoint peerSeen;
    private int tcpRefused;
    private MessageKeys keys;
    private int newestGeneration;

    PeerSpeaker(final PeerSettings settings, final PathMonitor monitor, final PeerTools tools) {
        this.settings = settings;
        this.monitor = monitor;
        output = tools.output();
        counters = tools.table().counters(settings.pathIndex());
        bytes = new byte[Math.max(settings.mtuBytes(), 2 * PeerMessage.SAFE_LENGTH)];
        buffer = new UnsafeBuffer(bytes);
    }

    /** What is brought back to the peer of its own. */
    record Echo(long sequence, long sentNs, long heardNs) {
        static final Echo NONE = new Echo(0, 0, 0);

        static Echo of(final PeerMessageView message, final long nowNs) {
            return new Echo(message.sequence(), message.sentNs(), nowNs);
        }
    }

    /**
     * What a message says beside how things stand.
     *
     * @param isFinal whether it answers a poll
     * @param part of a key exchange, or null
     * @param probeBytes the size of the IP packet with which to probe, or 0
     * @param answerBytes the size of the probe that came, or 0
     * @param tcp the TCP segment as whose payload it leaves, or null for UDP
     * @param tcpArrived the TCP segment that came, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Saying(boolean isFinal, byte[] part, int probeBytes, int answerBytes, TcpProbe tcp, TcpProbe tcpArrived) {
        static final Saying STATE = new Saying(false, null, 0, 0, null, null);
        static final Saying FINAL = new Saying(true, null, 0, 0, null, null);

        static Saying part(final byte[] part) {
            return new Saying(false, part, 0, 0, null, null);
        }

        static Saying probe(final int packetBytes) {
            return new Saying(false, null, packetBytes, 0, null, null);
        }

        static Saying arrived(final int packetBytes) {
            return new Saying(false, null, 0, packetBytes, null, null);
        }

        static Saying tcp(final TcpProbe probe) {
            return new Saying(false, null, 0, 0, probe, null);
        }

        static Saying arrived(final TcpProbe probe) {
            return new Saying(false, null, 0, 0, null, probe);
        }

        /** Whether the message may get lost for other reasons than others do. */
        boolean isProbe() {
            return probeBytes != 0 || tcp != null;
        }
    }

    /**
     * To whom a message goes.
     *
     * @param to where
     * @param discriminator the receiver's name of the session, or 0
     * @param signed whether to sign, if there is a key
     * @param echo what is brought back
     */
    record Route(Endpoint to, int discriminator, boolean signed, Echo echo) {}

    /** What was last heard of the peer, for messages that answer none. */
    void heard(final Echo newest, final int lossTowardsUs, final Endpoint seen) {
        echo = newest;
        loss = lossTowardsUs;
        peerSeen = seen;
    }

    /** These kinds of our TCP segments do not come through. */
    void tcpRefused(final int refused) {
        tcpRefused = refused;
    }

    /** The keys that hold from now on. */
    void sign(final MessageKeys newKeys, final int newest) {
        keys = newKeys;
        newestGeneration = newest;
    }

    /** A route to the peer as it was last heard. */
    Route route(final Endpoint to) {
        return new Route(to, monitor.peerDiscriminator(), true, echo);
    }

    /** Sends a message. */
    void say(final Saying saying, final Route route, final long nowNs) {
        count += isCounted(route) && !saying.isProbe() ? 1 : 0;
        final int length = write(saying, route, nowNs);
        counters.sent().increment();
        if (saying.tcp() == null) {
            output.send(settings.pathIndex(), buffer, 0, length, route.to());
        } else {
            output.probe(settings.pathIndex(), buffer, length, route.to().address(), saying.tcp());
        }
        if (saying.equals(Saying.STATE)) {
            provide(route, nowNs);
        }
    }

    /** Signs what is to be said if this process cannot: as long as a path is up, that it is, a few times more. */
    private void provide(final Route route, final long nowNs) {
        final boolean up = monitor.state() == PathState.UP;
        if (up && isCounted(route)) {
            final long intervalNs = monitor.intervalNs();
            final int messages = (int) Math.min(MOST_PROVISIONS, output.provisionNs() / intervalNs);
            for (int i = 0; i < messages; i++) {
                final long dueNs = nowNs + intervalNs / 2 + (i + 1) * intervalNs;
                final byte[] payload = new byte[write(Saying.STATE, route, dueNs)];
                buffer.getBytes(0, payload);
                output.provide(settings.pathIndex(), new Provision(i, dueNs, payload, route.to()));
            }
            provided = messages > 0;
        } else if (!up && provided) {
            output.provide(settings.pathIndex(), Provision.NOTHING);
            provided = false;
        }
    }

    /** Only what the peer is sure to believe if it comes: the rest would seem lost to it. */
    private boolean isCounted(final Route route) {
        return isSigned(route) && route.discriminator() == monitor.peerDiscriminator();
    }

    private boolean isSigned(final Route route) {
        // Who listens first has no state that the peer should believe.
        return route.signed() && keys.signing() != null && !monitor.isListening();
    }

    private int write(final Saying saying, final Route route, final long atNs) {
        final boolean signed = isSigned(route);
        writer.begin(buffer, 0);
        BfdHeader.setState(buffer, 0, monitor.state().code(), monitor.diagnostic());
        BfdHeader.setPollFinal(buffer, 0, monitor.isPolling() && !saying.isFinal(), saying.isFinal());
        BfdHeader.setMultiplier(buffer, 0, monitor.multiplier());
        BfdHeader.setDiscriminators(buffer, 0, monitor.discriminator(), route.discriminator());
        BfdHeader.setIntervals(buffer, 0, monitor.desiredTxUs(), monitor.requiredRxUs());
        sequence++;
        writer.sender(
                        settings.exchange().authorityHash(),
                        settings.exchange().ownName(),
                        settings.incarnation().getAsLong(),
                        settings.nodeId())
                .clock(sequence, count, atNs)
                .echo(
                        route.echo().sequence(),
                        route.echo().sentNs(),
                        route.echo().sequence() == 0 ? 0 : atNs - route.echo().heardNs(),
                        loss)
                .ownEndpoint(settings.own());
        final Endpoint seen = route.to().equals(settings.configured()) ? peerSeen : route.to();
        if (seen != null) {
            writer.seenEndpoint(seen);
        }
        if (signed) {
            writer.keyGenerations(keys.signingGeneration(), newestGeneration);
        }
        addRest(saying);
        return signed ? signedLength() : writer.end();
    }

    private int signedLength() {
        final int code = writer.code(keys.signingGeneration());
        keys.signing().sign(bytes, code);
        return code + PeerMessage.CODE_LENGTH;
    }

    private void addRest(final Saying saying) {
        if (saying.part() != null) {
            writer.keyExchange(new UnsafeBuffer(saying.part()), 0, saying.part().length);
        }
        if (saying.answerBytes() != 0) {
            writer.mtuAnswer(saying.answerBytes());
        }
        if (saying.tcpArrived() != null || tcpRefused != 0) {
            writer.tcpState(saying.tcpArrived(), tcpRefused);
        }
        final int headers = settings.own().address().isV4() ? HEADERS_V4 : HEADERS_V6;
        if (saying.tcp() != null) {
            final boolean jumbo = saying.tcp() == TcpProbe.JUMBO_SYN;
            writer.tcpProbe(saying.tcp(), jumbo ? MtuProber.BASE_BYTES - headers - TCP_MORE : 0);
        }
        if (saying.probeBytes() != 0) {
            writer.mtuProbe(saying.probeBytes(), saying.probeBytes() - headers);
        }
    }
}
