package io.fairway.cluster.peer.exchange;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.cluster.peer.exchange.Answers.Answer;
import io.fairway.cluster.peer.exchange.ExchangeAction.Become;
import io.fairway.cluster.peer.exchange.ExchangeAction.Confirm;
import io.fairway.cluster.peer.exchange.ExchangeAction.Install;
import io.fairway.cluster.peer.exchange.ExchangeAction.Refuse;
import io.fairway.cluster.peer.exchange.ExchangeAction.Send;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Adopted;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Announced;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Arrived;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Rekey;
import io.fairway.cluster.peer.exchange.ExchangeEvent.Tick;
import io.fairway.cluster.peer.exchange.Handshake.Opening;
import io.fairway.cluster.peer.exchange.Handshake.Role;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Agrees with one peer on keys, again and again: an authenticated ephemeral exchange in the manner of SIGMA-I
 * (docs/peer-protocol.md). Pure but for random numbers and the revocation list: time comes with the events, what is to
 * be done goes out as actions. One thread uses it. Never shows a key.
 *
 * <p>Why both ends end up with the same keys: an initiator accepts a generation before it proves itself, and sends with
 * it only when the peer says that it accepts it; a responder accepts and uses it when the initiator has proven itself.
 * Numbers only rise, and those of the two initiators differ in their lowest bit.
 */
public final class KeyExchange {
    /** After how long an exchange that does not end is begun anew. */
    static final long LIMIT_NS = 60_000_000_000L;

    /** How long the router with the higher name waits for the other one to begin. */
    static final long PATIENCE_NS = 1_000_000_000L;

    /** How long the router with the lower name insists on its own exchange. */
    static final long PRECEDENCE_NS = 3_000_000_000L;

    private static final double JITTER = 0.25;
    private static final long NEVER = Long.MIN_VALUE;

    private final ExchangeSettings settings;
    private final PeerIdentity identity;
    private final CertificateJudge judge;
    private final SecureRandom random;
    private final HeldKeys keys = new HeldKeys();
    private final Answers answers = new Answers();

    private ExchangeState state = ExchangeState.IDLE;
    private Offer offer;
    private boolean rekeyWanted;
    private boolean reachable;
    private long wantedSinceNs = NEVER;

    /** The last exchange of the peer's that ended well. */
    private long provenExchange;

    private int highestNumber;
    private List<ExchangeAction> actions = new ArrayList<>();

    /** @param random names exchanges and makes shares; must not be guessable */
    public KeyExchange(
            final ExchangeSettings settings,
            final PeerIdentity identity,
            final CertificateJudge judge,
            final SecureRandom random) {
        this.settings = settings;
        this.identity = identity;
        this.judge = judge;
        this.random = random;
    }

    /** Decides on one event. The actions are to be applied in order, before the next event. */
    public List<ExchangeAction> on(final ExchangeEvent event, final long nowNs) {
        actions = new ArrayList<>(2);
        switch (event) {
            case Tick tick -> onTick(tick.reachable(), nowNs);
            case Arrived arrived -> onPart(arrived, nowNs);
            case Announced announced -> onAnnounced(announced, nowNs);
            case Rekey _ -> {
                rekeyWanted = true;
                onTick(reachable, nowNs);
            }
            case Adopted adopted -> {
                keys.adopt(adopted.keys(), nowNs);
                highestNumber = keys.newest();
                install();
            }
        }
        return actions;
    }

    private void onTick(final boolean peerListens, final long nowNs) {
        reachable = peerListens;
        if (keys.expire(nowNs)) {
            install();
        }
        answers.expire(LIMIT_NS, nowNs);
        if (offer != null && offer.ageNs(nowNs) >= LIMIT_NS) {
            end("it took too long");
        }
        if (!isWanted(nowNs)) {
            wantedSinceNs = NEVER;
        } else if (wantedSinceNs == NEVER) {
            wantedSinceNs = nowNs;
        }
        if (!reachable) {
            return;
        }
        if (offer == null && wantedSinceNs != NEVER && nowNs - wantedSinceNs >= patienceNs()) {
            begin(nowNs);
        }
        if (offer != null && nowNs - offer.dueNs() >= 0) {
            send(offer.send(JITTER * random.nextDouble(), nowNs));
        }
    }

    private boolean isWanted(final long nowNs) {
        return rekeyWanted || keys.inUse() == 0 || nowNs - keys.usedSinceNs() >= settings.lifetimeNs();
    }

    private long patienceNs() {
        return settings.isLower() || rekeyWanted ? 0 : PATIENCE_NS;
    }

    private void begin(final long nowNs) {
        final Share share = new Share(random);
        offer = new Offer(random.nextLong(), open(highestNumber, share), share, nowNs);
        become(ExchangeState.OFFERED, keys.inUse() == 0 ? "there are no keys" : "new keys are due");
    }

    private byte[] open(final int number, final Share share) {
        final byte[] message = new byte[ExchangePart.OPEN_LENGTH];
        random.nextBytes(message);
        new UnsafeBuffer(message).putInt(0, number, BIG_ENDIAN);
        System.arraycopy(share.bytes(), 0, message, Integer.BYTES + ExchangePart.NONCE_LENGTH, 32);
        return message;
    }

    private void onPart(final Arrived arrived, final long nowNs) {
        final ExchangePart part = ExchangePart.read(arrived.part());
        try {
            if (part == null) {
                throw new RefusedException(ExchangeRefusal.MALFORMED);
            }
            switch (part.kind()) {
                case ExchangePart.OFFER -> onOffer(part, arrived.authentic(), nowNs);
                case ExchangePart.ANSWER -> onAnswer(part, nowNs);
                default -> onProof(part, nowNs);
            }
        } catch (final RefusedException e) {
            actions.add(new Refuse(e.refusal()));
        }
    }

    private void onOffer(final ExchangePart part, final boolean authentic, final long nowNs) throws RefusedException {
        if (offer != null && settings.isLower() && offer.ageNs(nowNs) < PRECEDENCE_NS) {
            throw new RefusedException(ExchangeRefusal.CROSSED);
        }
        if (part.exchange() == provenExchange) {
            throw new RefusedException(ExchangeRefusal.UNKNOWN_EXCHANGE);
        }
        final Answer known = answers.find(part.exchange());
        if (known != null) {
            send(known.parts());
            return;
        }
        if (part.bytes().length != ExchangePart.OPEN_LENGTH || number(part.bytes()) < 0) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        if (!authentic && !answers.hasRoom(nowNs)) {
            throw new RefusedException(ExchangeRefusal.TOO_MANY);
        }
        answer(part, nowNs);
    }

    private void answer(final ExchangePart part, final long nowNs) throws RefusedException {
        // What a stranger claims to know raises this number and no later one; no two answers promise the same.
        final int number = next(Math.max(highestNumber, number(part.bytes())), !settings.isLower());
        highestNumber += 2;
        final Share share = new Share(random);
        final byte[] opening = open(number, share);
        final Handshake handshake =
                new Handshake(new Opening(settings, Role.RESPONDER, part.exchange(), part.bytes(), opening), share);
        final Proof.Subject subject =
                new Proof.Subject(Role.RESPONDER, handshake.opening(), handshake.codeKey(Role.RESPONDER));
        final byte[] sealed = handshake.seal(Role.RESPONDER, Proof.make(subject, identity, random));
        final byte[] message = Arrays.copyOf(opening, opening.length + sealed.length);
        System.arraycopy(sealed, 0, message, opening.length, sealed.length);
        final List<byte[]> parts = ExchangePart.cut(ExchangePart.ANSWER, part.exchange(), message);
        answers.add(new Answer(part, number, handshake, new Answers.Sent(sealed, parts, nowNs)));
        send(parts);
    }

    /** The next number of the initiator with the lower name, even, or of the other one, odd. */
    private static int next(final int after, final boolean initiatorIsLower) throws RefusedException {
        final int parity = initiatorIsLower ? 0 : 1;
        final int number = after + 1 + (after + 1 + parity & 1);
        if (number <= 0) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        return number;
    }

    private void onAnswer(final ExchangePart part, final long nowNs) throws RefusedException {
        if (state != ExchangeState.OFFERED || part.exchange() != offer.exchange()) {
            throw new RefusedException(ExchangeRefusal.UNKNOWN_EXCHANGE);
        }
        final byte[] message = offer.answer().add(part);
        if (message == null) {
            return;
        }
        if (message.length < ExchangePart.OPEN_LENGTH) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        final int number = number(message);
        if (number <= keys.newest() || (number & 1) != (settings.isLower() ? 0 : 1)) {
            throw new RefusedException(ExchangeRefusal.STALE_GENERATION);
        }
        final byte[] opening = Arrays.copyOf(message, ExchangePart.OPEN_LENGTH);
        final byte[] sealed = Arrays.copyOfRange(message, ExchangePart.OPEN_LENGTH, message.length);
        final Handshake handshake = new Handshake(
                new Opening(settings, Role.INITIATOR, part.exchange(), offer.message(), opening), offer.share());
        final Proof.Subject peer =
                new Proof.Subject(Role.RESPONDER, handshake.opening(), handshake.codeKey(Role.RESPONDER));
        Proof.check(peer, handshake.open(Role.RESPONDER, sealed), judge, settings.peerName());
        accept(handshake.generation(number, Role.INITIATOR, sealed));
        prove(number, handshake, sealed, nowNs);
    }

    private void prove(final int number, final Handshake handshake, final byte[] answered, final long nowNs) {
        final Proof.Subject own =
                new Proof.Subject(Role.INITIATOR, handshake.everything(answered), handshake.codeKey(Role.INITIATOR));
        final byte[] sealed = handshake.seal(Role.INITIATOR, Proof.make(own, identity, random));
        handshake.wipe();
        offer.prove(number, ExchangePart.cut(ExchangePart.PROOF, offer.exchange(), sealed), nowNs);
        become(ExchangeState.PROVEN, "the peer has proven itself");
        send(offer.send(JITTER * random.nextDouble(), nowNs));
    }

    private void onProof(final ExchangePart part, final long nowNs) throws RefusedException {
        if (part.exchange() == provenExchange) {
            // It did not hear that its proof came.
            if (part.index() == 0) {
                actions.add(new Confirm());
            }
            return;
        }
        final Answer answer = answers.find(part.exchange());
        if (answer == null) {
            throw new RefusedException(ExchangeRefusal.UNKNOWN_EXCHANGE);
        }
        final byte[] sealed = answer.proof().add(part);
        if (sealed == null) {
            return;
        }
        if (answer.number() <= keys.newest()) {
            throw new RefusedException(ExchangeRefusal.STALE_GENERATION);
        }
        Proof.check(answer.initiator(), answer.open(sealed), judge, settings.peerName());
        provenExchange = part.exchange();
        accept(answer.generation());
        answers.clear();
        use(answer.number(), "the peer has proven itself", nowNs);
    }

    private void onAnnounced(final Announced announced, final long nowNs) {
        use(announced.newest(), "the peer accepts the new keys", nowNs);
        if (keys.peerUses(announced.inUse(), nowNs)) {
            install();
        }
    }

    private void accept(final KeyGeneration generation) {
        keys.accept(generation);
        highestNumber = Math.max(highestNumber, generation.number());
        install();
    }

    private void use(final int number, final String why, final long nowNs) {
        if (keys.use(number, nowNs)) {
            rekeyWanted = false;
            wantedSinceNs = NEVER;
            install();
            actions.add(new Confirm());
            if (offer != null) {
                end(why);
            }
        }
    }

    private void install() {
        actions.add(new Install(keys.view()));
    }

    private void send(final List<byte[]> parts) {
        parts.forEach(part -> actions.add(new Send(part)));
    }

    private void end(final String why) {
        offer = null;
        become(ExchangeState.IDLE, why);
    }

    private void become(final ExchangeState next, final String why) {
        state = next;
        actions.add(new Become(next, why));
    }

    private static int number(final byte[] message) {
        return new UnsafeBuffer(message).getInt(0, BIG_ENDIAN);
    }

    public ExchangeState state() {
        return state;
    }

    /** The keys as they are. */
    public PeerKeys keys() {
        return keys.view();
    }
}
