package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.CertificateJudge;
import io.fairway.cluster.peer.exchange.ExchangeSettings;
import io.fairway.cluster.peer.exchange.IdentityException;
import io.fairway.cluster.peer.exchange.KeyExchange;
import io.fairway.cluster.peer.exchange.PeerIdentity;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.cluster.peer.exchange.TestPki;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityKey;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.TcpProbe;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/**
 * Two real sessions, "a" and "b", and a network between them that loses, delays, reorders, repeats, drops what is too
 * big and may translate b's address, on one simulated clock.
 *
 * <pre>
 * a 192.0.2.1:1280 ---- network ---- [NAT 203.0.113.9:port] ---- b 10.0.0.2:1280
 * </pre>
 */
final class PeerWorld {
    static final long MS = 1_000_000;
    static final long S = 1_000 * MS;
    static final long STEP_NS = 5 * MS;
    static final Endpoint A = new Endpoint(IpAddress.parse("192.0.2.1"), PeerMessage.PORT);
    static final Endpoint B = new Endpoint(IpAddress.parse("10.0.0.2"), PeerMessage.PORT);
    static final IpAddress NAT = IpAddress.parse("203.0.113.9");
    private static final int HEADERS = 28;

    /** One router: its processes come and go, what others were told stays. */
    final class End implements PeerListener {
        final int index;
        final Endpoint own;
        final PeerTable table = new PeerTable(new int[] {1_500});
        final List<String> told = new ArrayList<>();
        final List<Integer> carried = new ArrayList<>();
        final List<String> tcp = new ArrayList<>();
        PeerSession session;
        PeerKeys keys = PeerKeys.NONE;
        long incarnation = 1_000;
        int mtuBytes = 1_500;
        Peering.Identity files;
        Secret sharedKey = Secret.ofHex("ab".repeat(32));
        long bootedNs;
        private int processes;

        private End(final int index, final Endpoint own) {
            this.index = index;
            this.own = own;
        }

        PeerPathRow row() {
            return table.row(0);
        }

        long dropped(final PeerDrop reason) {
            return table.counters(0).drops(reason);
        }

        /** Starts a process, which forgets what the one before knew unless it is handed over. */
        void boot(final boolean succeeding, final PeerHandover handover) {
            session = new PeerSession(settings(), tools());
            bootedNs = nowNs;
            session.start(succeeding, handover, nowNs);
        }

        private PeerSettings settings() {
            final String name = index == 0 ? "a" : "b";
            final long booted = incarnation;
            return new PeerSettings(
                    0,
                    0,
                    () -> booted,
                    own,
                    index == 0 ? B : A,
                    index == 0 && natPort != 0,
                    files != null,
                    timers,
                    new ExchangeSettings(5, name, index == 0 ? "b" : "a", 86_400 * S),
                    mtuBytes,
                    detects);
        }

        private PeerTools tools() {
            final SecureRandom secure = secure(index + " " + processes++ + " " + seed);
            final Supplier<KeyExchange> exchanges =
                    () -> new KeyExchange(settings().exchange(), identity(files), judge(files), secure);
            return new PeerTools(
                    files != null ? null : MessageKeys.shared(List.of(new SecurityKey(1, null, sharedKey)), 1, 1),
                    exchanges,
                    secure,
                    new Output(index),
                    this,
                    table);
        }

        @Override
        public void onPathUp(final int pathIndex) {
            told.add("up");
        }

        @Override
        public void onPathDown(final int pathIndex, final String why) {
            told.add("down");
        }

        @Override
        public void onMtu(final int pathIndex, final int mtuBytes) {
            carried.add(mtuBytes);
        }

        @Override
        public void onTcpRefused(final int pathIndex, final int refused) {
            tcp.add(TcpProbe.names(refused));
        }

        @Override
        public void onPeerIncarnation(final int pathIndex, final long value, final boolean lost) {
            if (lost) {
                told.add("lost state");
            }
        }

        @Override
        public void onObservedAddressChanged(final int pathIndex, final Endpoint seen) {
            told.add("peer at " + seen);
        }

        @Override
        public void onOwnAddressChanged(final int pathIndex, final Endpoint seen) {
            told.add("seen at " + seen);
        }

        @Override
        public void onKeys(final int pathIndex, final PeerKeys newKeys) {
            keys = newKeys;
        }
    }

    /** The network's end at one router. */
    private final class Output implements PeerOutput {
        private final int index;

        private Output(final int index) {
            this.index = index;
        }

        @Override
        public void send(
                final int path, final DirectBuffer buffer, final int offset, final int length, final Endpoint to) {
            PeerWorld.this.send(index, bytes(buffer, offset, length), to);
        }

        @Override
        public long provisionNs() {
            return index == 1 ? provisionNs : 0;
        }

        @Override
        public void provide(final int path, final Provision provision) {
            if (provision.number() == 0) {
                provided.clear();
            }
            if (provision.payload().length > 0) {
                provided.add(provision);
            }
        }

        @Override
        public void probe(
                final int path, final DirectBuffer buffer, final int length, final IpAddress to, final TcpProbe probe) {
            segments++;
            if ((index == 0 ? refusedFromA : refusedFromB) != probe) {
                // A NAT would give it a port of its own, too.
                final byte[] bytes = bytes(buffer, 0, length);
                if (random.nextDouble() >= loss) {
                    final Endpoint from = new Endpoint(index == 0 ? A.address() : B.address(), probe.port());
                    flights.add(new Flight(nowNs + delayNs, order++, 1 - index, bytes, from));
                }
            }
        }
    }

    /** Something on its way. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Flight(long arrivesNs, long order, int to, byte[] bytes, Endpoint from) {}

    final long seed;
    final SplittableRandom random;
    final End a = new End(0, A);
    final End b = new End(1, B);
    final List<byte[]> heard = new ArrayList<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>((x, y) ->
            x.arrivesNs != y.arrivesNs ? Long.compare(x.arrivesNs, y.arrivesNs) : Long.compare(x.order, y.order));
    private long order;

    PathTimers timers = new PathTimers(100 * MS, 50 * MS, 3, 2 * S);
    double loss;
    double repeats;
    long delayNs = 10 * MS;
    long spreadNs;
    int pathBytes = 1_500;
    boolean detects;
    TcpProbe refusedFromA;
    TcpProbe refusedFromB;
    int segments;

    /** For how long b provides what is said for it, and how much was. */
    long provisionNs;

    final ArrayDeque<Provision> provided = new ArrayDeque<>();
    int saidForB;

    /** 0: there is no NAT. */
    int natPort;

    long nowNs = 1_000 * S;

    PeerWorld(final long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    static PeerWorld shared(final long seed) {
        return new PeerWorld(seed);
    }

    static PeerWorld certified(final long seed, final Peering.Identity a, final Peering.Identity b) {
        final PeerWorld world = new PeerWorld(seed);
        world.a.files = a;
        world.b.files = b;
        return world;
    }

    PeerWorld boot() {
        a.boot(false, PeerHandover.NONE);
        b.boot(false, PeerHandover.NONE);
        return this;
    }

    void run(final long forNs) {
        for (long left = forNs; left > 0; left -= STEP_NS) {
            nowNs += STEP_NS;
            while (!flights.isEmpty() && flights.peek().arrivesNs <= nowNs) {
                final Flight flight = flights.poll();
                deliver(flight.to() == 0 ? a : b, flight.bytes(), flight.from());
            }
            tick(a);
            tick(b);
            while (!provided.isEmpty() && provided.peek().dueNs() <= nowNs) {
                final Provision due = provided.poll();
                saidForB++;
                send(1, due.payload(), due.to());
            }
        }
    }

    private void tick(final End end) {
        if (end.session != null) {
            end.session.tick(nowNs);
        }
    }

    void deliver(final End end, final byte[] bytes, final Endpoint from) {
        if (end.session != null) {
            end.session.received(bytes, from, nowNs);
        }
    }

    private void send(final int from, final byte[] bytes, final Endpoint to) {
        heard.add(bytes);
        final Endpoint nat = new Endpoint(NAT, natPort);
        final boolean reaches = from == 1 ? to.equals(A) : to.equals(natPort == 0 ? B : nat);
        if (!reaches || bytes.length + HEADERS > pathBytes) {
            return;
        }
        final Endpoint seenFrom = from == 0 ? A : natPort == 0 ? B : nat;
        for (int copies = random.nextDouble() < repeats ? 2 : 1; copies > 0; copies--) {
            if (random.nextDouble() >= loss) {
                final long late = spreadNs == 0 ? 0 : random.nextLong(spreadNs);
                flights.add(new Flight(nowNs + delayNs + late, order++, 1 - from, bytes, seenFrom));
            }
        }
    }

    boolean bothUp() {
        return a.row().state() == PathState.UP
                && b.row().state() == PathState.UP
                && a.row().isUsable()
                && b.row().isUsable();
    }

    /** Both ends send with a key that the other one accepts. */
    boolean keysAgree() {
        return a.keys.inUse() != 0
                && a.keys.inUse() == b.keys.inUse()
                && a.keys.sending().sending().equals(b.keys.sending().receiving())
                && b.keys.sending().sending().equals(a.keys.sending().receiving());
    }

    String story() {
        return "seed " + seed + " a " + a.row() + a.told + " b " + b.row() + b.told;
    }

    private static byte[] bytes(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }

    private static SecureRandom secure(final String from) {
        try {
            final SecureRandom secure = SecureRandom.getInstance("SHA1PRNG");
            secure.setSeed(from.getBytes(StandardCharsets.US_ASCII));
            return secure;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PeerIdentity identity(final Peering.Identity files) {
        try {
            return PeerIdentity.load(files);
        } catch (final IdentityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CertificateJudge judge(final Peering.Identity files) {
        try {
            return new CertificateJudge(files, () -> TestPki.NOW_MS);
        } catch (final IdentityException e) {
            throw new IllegalStateException(e);
        }
    }
}
