package io.fairway.ha.beat;

import static io.fairway.ha.beat.BeatFlyweight.ORDER;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.ha.arbiter.PairState;
import io.fairway.ha.arbiter.PartnerBeat;
import io.fairway.ha.beat.BeatContent.Echo;
import io.fairway.ha.beat.BeatExchange.Arrival;
import io.fairway.ha.beat.BeatExchange.BeatArrival;
import io.fairway.ha.beat.BeatExchange.NoticeArrival;
import io.fairway.ha.beat.BeatExchange.UnreadableArrival;
import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;
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
        if (!authenticator.verify(buffer, BeatFlyweight.bodyLength(buffer))) {
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
        return switch (buffer.getByte(BeatFlyweight.TYPE)) {
            case BeatFlyweight.DEATH_NOTICE -> new NoticeArrival(pathId, nowNs, incarnation);
            case BeatFlyweight.BEAT -> beat(buffer, pathId, incarnation, nowNs);
            default -> drop(BeatDrop.UNKNOWN_TYPE);
        };
    }

    private Arrival beat(final DirectBuffer buffer, final int pathId, final long incarnation, final long nowNs) {
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
        final PartnerBeat beat = BeatFlyweight.isReadable(buffer) ? content(buffer, incarnation) : null;
        if (beat == null) {
            final int version = buffer.getByte(BeatFlyweight.VERSION) & 0xff;
            drop(version == BeatFlyweight.VERSION_VALUE ? BeatDrop.BAD_CONTENT : BeatDrop.OTHER_VERSION);
            return new UnreadableArrival(pathId, nowNs, incarnation, version);
        }
        final Echo itself = new Echo(incarnation, sequence, buffer.getLong(BeatFlyweight.SENT_NS, ORDER));
        return new BeatArrival(pathId, nowNs, itself, beat, release(buffer));
    }

    /** What a beat says, or null: something that this release does not know. */
    private PartnerBeat content(final DirectBuffer buffer, final long incarnation) {
        final PairState state = PairState.ofCode(buffer.getByte(BeatFlyweight.STATE));
        final int runs0 = buffer.getByte(BeatFlyweight.RUNS_0) & 0xff;
        final int runs1 = buffer.getByte(BeatFlyweight.RUNS_1) & 0xff;
        final HomeClaim home0 = claim(buffer, BeatFlyweight.RUNS, runs0);
        final HomeClaim home1 = claim(buffer, BeatFlyweight.RUNS + runs0 * BeatFlyweight.RUN_LENGTH, runs1);
        if (state == null || home0 == null || home1 == null) {
            return null;
        }
        final byte flags = buffer.getByte(BeatFlyweight.FLAGS);
        return new PartnerBeat(
                incarnation,
                new NodeReport(
                        state,
                        buffer.getLong(BeatFlyweight.DEAD_INCARNATION, ORDER),
                        buffer.getLong(BeatFlyweight.KNOWN_INCARNATION, ORDER),
                        home0,
                        home1,
                        buffer.getLong(BeatFlyweight.LEADER_MASK, ORDER),
                        buffer.getLong(BeatFlyweight.GIVEN_MASK, ORDER),
                        linkMask(buffer),
                        buffer.getLong(BeatFlyweight.HEALTHY_MASK, ORDER),
                        (flags & BeatFlyweight.FLAG_SYNCED) != 0,
                        (flags & BeatFlyweight.FLAG_DRAINED) != 0,
                        (flags & BeatFlyweight.FLAG_FROZEN) != 0),
                buffer.getLong(BeatFlyweight.ECHO_INCARNATION, ORDER) == settings.incarnation(),
                buffer.getLong(BeatFlyweight.ECHO_SENT_NS, ORDER));
    }

    /** The sender's release, empty if it does not say. */
    private static String release(final DirectBuffer buffer) {
        final int item = BeatFlyweight.item(buffer, BeatFlyweight.RELEASE);
        return item < 0 ? "" : buffer.getStringWithoutLengthAscii(item + 2, buffer.getByte(item + 1) & 0xff);
    }

    /** A node that does not say it yet watches no gateways either. */
    private static long linkMask(final DirectBuffer buffer) {
        final int item = BeatFlyweight.item(buffer, BeatFlyweight.LINK_MASK);
        return item < 0 || (buffer.getByte(item + 1) & 0xff) < Long.BYTES
                ? buffer.getLong(BeatFlyweight.HEALTHY_MASK, ORDER)
                : buffer.getLong(item + 2, ORDER);
    }

    /** A home's runs; null: not what a beat of this version says. */
    private static HomeClaim claim(final DirectBuffer buffer, final int offset, final int count) {
        final List<HomeClaim.Run> runs = new ArrayList<>(count);
        int start = 0;
        for (int i = 0; i < count; i++) {
            final int at = offset + i * BeatFlyweight.RUN_LENGTH;
            final int end = buffer.getShort(at, ORDER) & 0xffff;
            final int owner = buffer.getByte(at + BeatFlyweight.RUN_OWNER) & 0xff;
            final int epoch = buffer.getInt(at + BeatFlyweight.RUN_EPOCH, ORDER);
            if (end <= start || owner > 1 && owner != HomeClaim.NOBODY || epoch < 0) {
                return null;
            }
            runs.add(new HomeClaim.Run(end, owner, epoch));
            start = end;
        }
        return start == BucketId.PER_NODE ? new HomeClaim(runs) : null;
    }

    Arrival drop(final BeatDrop reason) {
        drops.incrementAndGet(reason.ordinal());
        return null;
    }

    long drops(final BeatDrop reason) {
        return drops.get(reason.ordinal());
    }
}
