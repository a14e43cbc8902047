package io.fairway.deploy.sim;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/** The clients on the LAN: they open connections of every kind, go on as long as they want, and expect answers. */
final class Client implements Hosts {
    static final long MAC = 0x0a00_0000_0001L;
    static final int PLAIN_PORT = 53;
    private static final int FIRST_PORT = 10_000;
    private static final int ONE_WAY_IN_TEN = 1;

    private final World world;
    private final SimRandom random;
    private final List<Connection> connections = new ArrayList<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private boolean opening = true;

    /** What a client wants, and what it got. */
    static final class Connection {
        final int number;
        final boolean sealed;
        final boolean oneWay;
        final long intervalNs;
        final long endNs;
        final LongHashSet answers = new LongHashSet();
        long sent;
        long sealedAnswers;
        long answeredNs = -1;

        Connection(final int number, final SimRandom random, final long nowNs) {
            this.number = number;
            sealed = random.below(2) == 0;
            oneWay = random.below(10) < ONE_WAY_IN_TEN;
            intervalNs = random.between(100_000_000, 1_500_000_000L);
            endNs = nowNs + random.between(1_000_000_000L, 40_000_000_000L);
        }

        int port() {
            return FIRST_PORT + number;
        }
    }

    Client(final World world) {
        this.world = world;
        random = world.random("client");
    }

    void begin() {
        world.timeline().after(random.between(100_000_000, 1_600_000_000L), () -> {
            if (opening) {
                open();
                begin();
            }
        });
    }

    /** Opens no more connections. */
    void stopOpening() {
        opening = false;
    }

    Connection open() {
        final Connection connection =
                new Connection(connections.size(), random, world.timeline().nowNs());
        connections.add(connection);
        send(connection);
        return connection;
    }

    private void send(final Connection connection) {
        if (world.timeline().nowNs() > connection.endNs) {
            return;
        }
        final UnsafeBuffer frame = Frames.room();
        Frames.message(frame, Frames.PAYLOAD, connection.number, ++connection.sent);
        final Frames.Way way = new Frames.Way(
                Profile.CLIENT.v4Bits(),
                connection.port(),
                Profile.SERVER.v4Bits(),
                connection.sealed ? SessionPlan.SEALED_PORT : PLAIN_PORT);
        world.segment(Profile.LAN)
                .fromHosts(Frames.udp(frame, MAC, Profile.LAN_VIRTUAL_MAC, way, Frames.MESSAGE_BYTES));
        world.timeline().after(connection.intervalNs, () -> send(connection));
    }

    @Override
    public void onFrame(final byte[] frame) {
        view.wrap(frame);
        final byte[] reply = Frames.arpReply(view, MAC, Profile.CLIENT.v4Bits());
        if (reply != null) {
            world.segment(Profile.LAN).fromHosts(reply);
            return;
        }
        if (!Frames.isUdp(view) || !Frames.isMessage(view, Frames.PAYLOAD, Frames.payloadBytes(view))) {
            return;
        }
        final Connection connection = connections.get(Frames.connection(view, Frames.PAYLOAD));
        connection.answeredNs = world.timeline().nowNs();
        connection.answers.add(Frames.number(view, Frames.PAYLOAD));
    }

    /** The connection with this number. */
    Connection connection(final int number) {
        return connections.get(number);
    }

    /** The number of the connection from this port. */
    static int connectionOf(final int port) {
        return port - FIRST_PORT;
    }

    List<Connection> connections() {
        return connections;
    }
}
