package io.fairway.ha.beat;

import static io.fairway.ha.beat.BeatFlyweight.ORDER;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.arbiter.PartnerBeat;
import io.fairway.ha.beat.BeatContent.Echo;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatExchange.NoticeArrival;
import java.util.concurrent.atomic.AtomicLongArray;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.MutableLong;

/** Judges frames: authentic, of our partner, new. The beat thread uses it; its counters are for anybody. */
final class BeatReader {
    private final BeatSettings settings;
    private final BeatAuthenticator authenticator;
    private final AtomicLongArray drops = new AtomicLongArray(BeatDrop.values().length);
    private final Int2ObjectHashMap<MutableLong> lastSequences = new Int2ObjectHashMap<>();
    private long partnerIncarnation;

    BeatReader(final BeatSettings settings) {
        this.settings = settings;
        authenticator = new BeatAuthenticator(settings.secret());
    }

    /** What this frame says, or null: not to be believed, and counted by name. */
    Arrival read(final DirectBuffer buffer, final int length, final int pathId, final long nowNs) {
        if (!BeatFlyweight.isOurs(buffer, length)) {
            return drop(BeatDrop.MALFORMED);
        }
        if (buffer.getLong(BeatFlyweight.ROUTER_HASH, ORDER) != settings.routerHash()) {
            return drop(BeatDrop.FOREIGN_ROUTER);
        }
        final byte type = buffer.getByte(BeatFlyweight.TYPE);
        if (!authenticator.verify(buffer, BeatFlyweight.bodyLength(type))) {
            return drop(BeatDrop.BAD_HMAC);
        }
        if (buffer.getByte(BeatFlyweight.NODE) != 1 - settings.node()) {
            return drop(BeatDrop.OWN_NODE);
        }
        if ((buffer.getByte(BeatFlyweight.PATH) & 0xff) != pathId) {
            return drop(BeatDrop.WRONG_PATH);
        }
        final long incarnation = buffer.getLong(BeatFlyweight.INCARNATION, ORDER);
        if (incarnation < partnerIncarnation) {
            return drop(BeatDrop.OLD_INCARNATION);
        }
        return type == BeatFlyweight.DEATH_NOTICE
                ? new NoticeArrival(pathId, nowNs, incarnation)
                : beat(buffer, pathId, incarnation, nowNs);
    }

    private Arrival beat(final DirectBuffer buffer, final int pathId, final long incarnation, final long nowNs) {
        final PairState state = PairState.ofCode(buffer.getByte(BeatFlyweight.STATE));
        final HomeClaim home0 = claim(buffer, BeatFlyweight.OWNER_0, BeatFlyweight.EPOCH_0);
        final HomeClaim home1 = claim(buffer, BeatFlyweight.OWNER_1, BeatFlyweight.EPOCH_1);
        if (state == null || home0 == null || home1 == null) {
            return drop(BeatDrop.BAD_CONTENT);
        }
        if (incarnation > partnerIncarnation) {
            partnerIncarnation = incarnation;
            lastSequences.clear();
        }
        final long sequence = buffer.getLong(BeatFlyweight.SEQUENCE, ORDER);
        final MutableLong last = lastSequences.computeIfAbsent(pathId, ignored -> new MutableLong());
        if (sequence <= last.value) {
            return drop(BeatDrop.REPLAYED);
        }
        last.value = sequence;
        final PartnerBeat beat = new PartnerBeat(
                incarnation,
                state,
                buffer.getLong(BeatFlyweight.DEAD_INCARNATION, ORDER),
                buffer.getLong(BeatFlyweight.KNOWN_INCARNATION, ORDER),
                home0,
                home1,
                buffer.getLong(BeatFlyweight.LEADER_MASK, ORDER),
                (buffer.getByte(BeatFlyweight.FLAGS) & BeatFlyweight.FLAG_SYNCED) != 0,
                buffer.getLong(BeatFlyweight.ECHO_INCARNATION, ORDER) == settings.incarnation(),
                buffer.getLong(BeatFlyweight.ECHO_SENT_NS, ORDER));
        final Echo itself = new Echo(incarnation, sequence, buffer.getLong(BeatFlyweight.SENT_NS, ORDER));
        return new BeatArrival(pathId, nowNs, itself, beat);
    }

    private static HomeClaim claim(final DirectBuffer buffer, final int ownerOffset, final int epochOffset) {
        final int owner = buffer.getByte(ownerOffset) & 0xff;
        final int epoch = buffer.getInt(epochOffset, ORDER);
        return (owner <= 1 || owner == HomeClaim.NOBODY) && epoch >= 0 ? new HomeClaim(owner, epoch) : null;
    }

    Arrival drop(final BeatDrop reason) {
        drops.incrementAndGet(reason.ordinal());
        return null;
    }

    long drops(final BeatDrop reason) {
        return drops.get(reason.ordinal());
    }
}
