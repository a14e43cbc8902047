package io.fairway.deploy.sim;

import io.fairway.dataplane.svr.CryptoScratch;
import io.fairway.dataplane.svr.JceProvider;
import io.fairway.dataplane.svr.KeyDerivation;
import io.fairway.dataplane.svr.PayloadCipher;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.session.FiveTuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The far end on the WAN: a server that answers what comes translated, a router that opens what is sealed and answers
 * sealed, and somebody who records what the router says and sends it again.
 */
final class Remote implements Hosts {
    static final long MAC = 0x0a00_0000_0002L;
    private static final int RECORDED = 256;

    private final World world;
    private final SimRandom random;
    private final KeyDerivation derivation = new KeyDerivation(JceProvider.DEFAULT, new CryptoScratch());
    private final Map<Integer, Tunnel> tunnels = new HashMap<>();
    private final List<byte[]> recorded = new ArrayList<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer plain = new UnsafeBuffer(new byte[2048]);
    private int nextRecord;
    private int replayPerMillion;

    /** One sealed session, as the far router knows it. */
    final class Tunnel {
        private final byte[] key;
        private PayloadCipher opens;
        private PayloadCipher seals;
        private long number = 1_000_000_000L;

        private Tunnel(final byte[] key) {
            this.key = key.clone();
        }

        /**
         * What a sealed payload says: the number of its packet stands in {@link #packetNumber}; false: not sealed with
         * this key.
         */
        boolean open(final UnsafeBuffer frame, final int length) {
            if (opens == null) {
                opens = derivation.payload(SecurityPolicy.Encryption.AES_256_GCM, SecurityPolicy.Hmac.NONE, key, true);
                seals = derivation.payload(SecurityPolicy.Encryption.AES_256_GCM, SecurityPolicy.Hmac.NONE, key, false);
            }
            return opens.peek(frame, Frames.PAYLOAD, length)
                    && opens.open(frame, Frames.PAYLOAD, length, plain, 0) == Frames.MESSAGE_BYTES;
        }

        long packetNumber() {
            return opens.number();
        }
    }

    Remote(final World world) {
        this.world = world;
        random = world.random("remote");
    }

    /** A session's key, which its metadata would bring. */
    void learn(final FiveTuple way, final byte[] key) {
        tunnels.put(couple(way.sourcePort(), way.destinationPort()), new Tunnel(key));
    }

    private static int couple(final int local, final int remote) {
        return local << 16 | remote;
    }

    /** The tunnel of a packet that left the pair, or null. */
    Tunnel tunnel(final Frames.Way way) {
        return way.destination() == Profile.REMOTE_WAYPOINT.v4Bits()
                ? tunnels.get(couple(way.sourcePort(), way.destinationPort()))
                : null;
    }

    /** What the last {@link Tunnel#open} found. */
    UnsafeBuffer opened() {
        return plain;
    }

    /** How many of its packets somebody sends again. */
    void replay(final int perMillion) {
        replayPerMillion = Math.max(0, replayPerMillion + perMillion);
    }

    @Override
    public void onFrame(final byte[] frame) {
        view.wrap(frame);
        final byte[] reply = Frames.arpReply(view, MAC, Profile.SERVER.v4Bits(), Profile.REMOTE_WAYPOINT.v4Bits());
        if (reply != null) {
            world.segment(Profile.WAN).fromHosts(reply);
        } else if (Frames.isUdp(view)) {
            final Frames.Way way = Frames.way(view);
            final Tunnel tunnel = tunnel(way);
            if (tunnel != null) {
                onSealed(way, tunnel);
            } else {
                onPlain(way);
            }
        }
    }

    private void onPlain(final Frames.Way way) {
        if (!Frames.isMessage(view, Frames.PAYLOAD, Frames.payloadBytes(view))) {
            return;
        }
        final int connection = Frames.connection(view, Frames.PAYLOAD);
        final long number = Frames.number(view, Frames.PAYLOAD);
        if (!world.client().connection(connection).oneWay) {
            final UnsafeBuffer frame = Frames.room();
            Frames.message(frame, Frames.PAYLOAD, connection, Frames.FROM_SERVER, number);
            answer(frame, way, Frames.MESSAGE_BYTES);
        }
    }

    private void onSealed(final Frames.Way way, final Tunnel tunnel) {
        if (!tunnel.open(view, Frames.payloadBytes(view)) || !Frames.isMessage(plain, 0, Frames.MESSAGE_BYTES)) {
            return;
        }
        final int connection = Frames.connection(plain, 0);
        if (world.client().connection(connection).oneWay) {
            return;
        }
        Frames.message(
                plain, 0, connection, Frames.FROM_SERVER, ++world.client().connection(connection).sealedAnswers);
        final UnsafeBuffer frame = Frames.room();
        final int length = tunnel.seals.seal(plain, 0, Frames.MESSAGE_BYTES, ++tunnel.number, 0, frame, Frames.PAYLOAD);
        record(answer(frame, way, length));
    }

    private byte[] answer(final UnsafeBuffer frame, final Frames.Way way, final int length) {
        final Frames.Way back = way.back();
        final byte[] bytes = Frames.udp(frame, MAC, Profile.WAN_VIRTUAL_MAC, back, length);
        world.segment(Profile.WAN).fromHosts(bytes);
        return bytes;
    }

    private void record(final byte[] frame) {
        if (recorded.size() < RECORDED) {
            recorded.add(frame);
        } else {
            recorded.set(nextRecord++ % RECORDED, frame);
        }
        if (random.chance(replayPerMillion)) {
            final byte[] old = recorded.get(random.below(recorded.size()));
            world.timeline().after(random.between(0, 2_000_000), () -> world.segment(Profile.WAN)
                    .fromHosts(old));
        }
    }
}
