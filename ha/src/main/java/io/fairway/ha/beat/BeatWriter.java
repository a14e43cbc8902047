package io.fairway.ha.beat;

import static io.fairway.ha.beat.BeatFlyweight.ORDER;

import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.NodeReport;
import io.fairway.model.Release;
import io.fairway.model.config.Secret;
import org.agrona.MutableDirectBuffer;

/** Encodes and signs beats and death notices. One thread uses it. */
public final class BeatWriter {
    private final long routerHash;
    private final int node;
    private final BeatAuthenticator authenticator;

    /**
     * @param routerHash {@link BeatSettings#routerHash} of the router's name
     * @param node the sending node's id
     * @param secret the pair's secret
     */
    public BeatWriter(final long routerHash, final int node, final Secret secret) {
        this.routerHash = routerHash;
        this.node = node;
        authenticator = new BeatAuthenticator(secret);
    }

    /** Writes a beat and returns its length. */
    int beat(
            final MutableDirectBuffer buffer,
            final int pathId,
            final BeatContent.Echo itself,
            final BeatContent content) {
        header(buffer, BeatFlyweight.BEAT, pathId, itself.incarnation(), itself.sequence());
        final NodeReport report = content.report();
        buffer.putByte(BeatFlyweight.STATE, (byte) report.state().code());
        buffer.putByte(BeatFlyweight.FLAGS, flags(report));
        buffer.putLong(BeatFlyweight.SENT_NS, itself.sentNs(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_INCARNATION, content.echo().incarnation(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_SEQUENCE, content.echo().sequence(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_SENT_NS, content.echo().sentNs(), ORDER);
        buffer.putLong(BeatFlyweight.DEAD_INCARNATION, report.deadIncarnation(), ORDER);
        buffer.putLong(BeatFlyweight.KNOWN_INCARNATION, report.knownIncarnation(), ORDER);
        buffer.putLong(BeatFlyweight.LEADER_MASK, report.leaderMask(), ORDER);
        buffer.putLong(BeatFlyweight.GIVEN_MASK, report.givenMask(), ORDER);
        buffer.putLong(BeatFlyweight.HEALTHY_MASK, report.healthyMask(), ORDER);
        buffer.putByte(BeatFlyweight.RUNS_0, (byte) report.home0().runs().size());
        buffer.putByte(BeatFlyweight.RUNS_1, (byte) report.home1().runs().size());
        final int items = runs(buffer, runs(buffer, BeatFlyweight.RUNS, report.home0()), report.home1());
        final int end = linkMask(buffer, release(buffer, items), report.linkMask());
        buffer.putShort(BeatFlyweight.BODY_LENGTH, (short) end, ORDER);
        return authenticator.sign(buffer, end);
    }

    private static int release(final MutableDirectBuffer buffer, final int at) {
        buffer.putByte(at, BeatFlyweight.RELEASE);
        buffer.putByte(at + 1, (byte) Release.NAME.length());
        return at + 2 + buffer.putStringWithoutLengthAscii(at + 2, Release.NAME);
    }

    private static int linkMask(final MutableDirectBuffer buffer, final int at, final long mask) {
        buffer.putByte(at, BeatFlyweight.LINK_MASK);
        buffer.putByte(at + 1, (byte) Long.BYTES);
        buffer.putLong(at + 2, mask, ORDER);
        return at + 2 + Long.BYTES;
    }

    private static byte flags(final NodeReport report) {
        return (byte) ((report.synced() ? BeatFlyweight.FLAG_SYNCED : 0)
                | (report.drained() ? BeatFlyweight.FLAG_DRAINED : 0)
                | (report.frozen() ? BeatFlyweight.FLAG_FROZEN : 0));
    }

    private static int runs(final MutableDirectBuffer buffer, final int offset, final HomeClaim home) {
        int at = offset;
        for (final HomeClaim.Run run : home.runs()) {
            buffer.putInt(at, run.end(), ORDER);
            buffer.putByte(at + BeatFlyweight.RUN_OWNER, (byte) run.owner());
            buffer.putInt(at + BeatFlyweight.RUN_EPOCH, run.epoch(), ORDER);
            at += BeatFlyweight.RUN_LENGTH;
        }
        return at;
    }

    /** Writes the death notice of this node's process with this incarnation and returns its length. */
    public int deathNotice(final MutableDirectBuffer buffer, final int pathId, final long incarnation) {
        header(buffer, BeatFlyweight.DEATH_NOTICE, pathId, incarnation, 0);
        return authenticator.sign(buffer, BeatFlyweight.NOTICE_LENGTH);
    }

    private void header(
            final MutableDirectBuffer buffer,
            final byte type,
            final int pathId,
            final long incarnation,
            final long sequence) {
        buffer.setMemory(0, BeatFlyweight.RUNS, (byte) 0);
        buffer.putShort(BeatFlyweight.MAGIC, BeatFlyweight.MAGIC_VALUE, ORDER);
        buffer.putByte(BeatFlyweight.VERSION, BeatFlyweight.VERSION_VALUE);
        buffer.putByte(BeatFlyweight.TYPE, type);
        buffer.putByte(BeatFlyweight.NODE, (byte) node);
        buffer.putByte(BeatFlyweight.PATH, (byte) pathId);
        buffer.putLong(BeatFlyweight.ROUTER_HASH, routerHash, ORDER);
        buffer.putLong(BeatFlyweight.INCARNATION, incarnation, ORDER);
        buffer.putLong(BeatFlyweight.SEQUENCE, sequence, ORDER);
        buffer.putShort(BeatFlyweight.BODY_LENGTH, (short) BeatFlyweight.NOTICE_LENGTH, ORDER);
    }
}
