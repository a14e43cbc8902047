package io.fairway.cluster.peer.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.peer.exchange.ExchangeAction.Become;
import io.fairway.cluster.peer.exchange.ExchangeAction.Confirm;
import io.fairway.cluster.peer.exchange.ExchangeAction.Install;
import io.fairway.cluster.peer.exchange.ExchangeAction.Refuse;
import io.fairway.cluster.peer.exchange.ExchangeAction.Send;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Announced;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Arrived;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Rekey;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Tick;
import io.fairway.cluster.peer.exchange.TestPki.Wanted;
import io.fairway.model.config.Peering;
import io.fairway.model.config.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Two key exchanges, "a" and "b", and a link between them that loses, delays, reorders and repeats, on one simulated
 * clock. Messages that announce keys are believed only by who holds the key that they are signed with. After every step
 * no end may send with a key that the other one does not accept.
 */
final class ExchangeWorld {
    static final long MS = 1_000_000;
    static final long S = 1_000 * MS;
    static final long STEP_NS = 50 * MS;
    static final long LIFETIME_NS = 600 * S;

    /** Files of "a" and "b", made once: keys are slow to make. */
    record Files(Peering.Identity a, Peering.Identity b) {
        static Files in(final Path directory) {
            final TestPki ca = new TestPki(directory, "ca", "EC");
            return new Files(ca.issue("a", new Wanted("a"), ca), ca.issue("b", new Wanted("b").kind("Ed25519", 0), ca));
        }
    }

    /** Something on its way; a part of an exchange, or else an announcement. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Flight(long arrivesNs, long order, int to, byte[] part, Announced keys, Secret signed) {}

    static final class End {
        final String name;
        KeyExchange exchange;
        PeerKeys keys = PeerKeys.NONE;
        final Map<ExchangeRefusal, Integer> refusals = new EnumMap<>(ExchangeRefusal.class);
        final List<String> log = new ArrayList<>();
        final List<byte[]> sent = new ArrayList<>();

        End(final String name) {
            this.name = name;
        }

        int refused(final ExchangeRefusal why) {
            return refusals.getOrDefault(why, 0);
        }
    }

    final End[] ends = {new End("a"), new End("b")};
    final SplittableRandom random;
    private final Files files;
    private final PriorityQueue<Flight> flights = new PriorityQueue<>((x, y) ->
            x.arrivesNs != y.arrivesNs ? Long.compare(x.arrivesNs, y.arrivesNs) : Long.compare(x.order, y.order));
    private long order;
    private long announceNs;
    private int booted;

    double loss;
    double repeats;
    long delayNs = 10 * MS;
    long spreadNs;
    boolean checking = true;
    long nowMs = TestPki.NOW_MS;
    long nowNs = 1_000 * S;

    ExchangeWorld(final Files files, final long seed) {
        this.files = files;
        random = new SplittableRandom(seed);
        boot(0);
        boot(1);
    }

    /** Starts an end without any memory. */
    void boot(final int end) {
        boot(end, end == 0 ? files.a() : files.b());
    }

    void boot(final int end, final Peering.Identity identity) {
        try {
            final SecureRandom secure = SecureRandom.getInstance("SHA1PRNG");
            secure.setSeed((random.nextLong() + " " + booted++).getBytes(StandardCharsets.US_ASCII));
            ends[end].exchange = new KeyExchange(
                    new ExchangeSettings(77, ends[end].name, ends[1 - end].name, LIFETIME_NS),
                    PeerIdentity.load(identity),
                    new CertificateJudge(identity, () -> nowMs),
                    secure);
            ends[end].keys = PeerKeys.NONE;
        } catch (final GeneralSecurityException | IdentityException e) {
            throw new IllegalStateException(e);
        }
    }

    void run(final long forNs) {
        for (long left = forNs; left > 0; left -= STEP_NS) {
            nowNs += STEP_NS;
            while (!flights.isEmpty() && flights.peek().arrivesNs <= nowNs) {
                arrive(flights.poll());
                check();
            }
            for (int end = 0; end < 2; end++) {
                tell(end, new Tick(true));
                check();
            }
            if (nowNs - announceNs >= S) {
                announceNs = nowNs;
                announce(0);
                announce(1);
            }
        }
    }

    /** Nothing gets through any more, not even what is under way. */
    void cut() {
        loss = 1;
        flights.clear();
    }

    void rekey(final int end) {
        tell(end, new Rekey());
    }

    void tell(final int end, final ExchangeEvent event) {
        final End it = ends[end];
        for (final ExchangeAction action : it.exchange.on(event, nowNs)) {
            switch (action) {
                case Send(final byte[] part) -> {
                    it.sent.add(part);
                    fly(1 - end, part, null, null);
                }
                case Install(final PeerKeys keys) -> it.keys = keys;
                case Confirm _ -> announce(end);
                case Refuse(final ExchangeRefusal why) -> it.refusals.merge(why, 1, Integer::sum);
                case Become become -> it.log.add(nowNs / MS + " " + become);
            }
        }
    }

    private void announce(final int end) {
        final PeerKeys keys = ends[end].keys;
        if (keys.inUse() != 0) {
            fly(
                    1 - end,
                    null,
                    new Announced(keys.inUse(), keys.newest()),
                    keys.sending().sending());
        }
    }

    private void fly(final int to, final byte[] part, final Announced keys, final Secret signed) {
        for (int copies = random.nextDouble() < repeats ? 3 : 1; copies > 0; copies--) {
            if (random.nextDouble() >= loss) {
                final long late = spreadNs == 0 ? 0 : random.nextLong(spreadNs);
                flights.add(new Flight(nowNs + delayNs + late, order++, to, part, keys, signed));
            }
        }
    }

    private void arrive(final Flight flight) {
        if (flight.part() != null) {
            tell(flight.to(), new Arrived(flight.part(), false));
            return;
        }
        final KeyGeneration known = ends[flight.to()].keys.find(flight.keys().inUse());
        if (known != null && known.receiving().equals(flight.signed())) {
            tell(flight.to(), flight.keys());
        }
    }

    private void check() {
        if (!checking) {
            return;
        }
        for (int end = 0; end < 2; end++) {
            final KeyGeneration sending = ends[end].keys.sending();
            if (sending != null) {
                final KeyGeneration accepted = ends[1 - end].keys.find(sending.number());
                assertThat(accepted)
                        .as("%s sends with %d, which is accepted", ends[end].name, sending.number())
                        .isNotNull();
                assertThat(accepted.receiving()).isEqualTo(sending.sending());
            }
        }
    }

    /** Both ends use the same generation and nothing is under way. */
    boolean agreed() {
        final PeerKeys a = ends[0].keys;
        final PeerKeys b = ends[1].keys;
        return a.inUse() != 0
                && a.inUse() == b.inUse()
                && a.sending().sending().equals(b.sending().receiving())
                && b.sending().sending().equals(a.sending().receiving())
                && !a.sending().sending().equals(b.sending().sending())
                && ends[0].exchange.state() == ExchangeState.IDLE
                && ends[1].exchange.state() == ExchangeState.IDLE;
    }

    String story() {
        return "a: " + ends[0].keys.inUse() + ends[0].log + ends[0].refusals + " b: " + ends[1].keys.inUse()
                + ends[1].log + ends[1].refusals;
    }
}
