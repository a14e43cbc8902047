package io.fairway.ha.beat;

import static io.fairway.ha.beat.BeatFlyweight.ORDER;

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
        buffer.putByte(BeatFlyweight.STATE, (byte) content.state().code());
        buffer.putByte(BeatFlyweight.FLAGS, (byte) (content.synced() ? BeatFlyweight.FLAG_SYNCED : 0));
        buffer.putLong(BeatFlyweight.SENT_NS, itself.sentNs(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_INCARNATION, content.echo().incarnation(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_SEQUENCE, content.echo().sequence(), ORDER);
        buffer.putLong(BeatFlyweight.ECHO_SENT_NS, content.echo().sentNs(), ORDER);
        buffer.putLong(BeatFlyweight.DEAD_INCARNATION, content.deadIncarnation(), ORDER);
        buffer.putLong(BeatFlyweight.KNOWN_INCARNATION, content.knownIncarnation(), ORDER);
        buffer.putLong(BeatFlyweight.LEADER_MASK, content.leaderMask(), ORDER);
        buffer.putInt(BeatFlyweight.EPOCH_0, content.home0().epoch(), ORDER);
        buffer.putInt(BeatFlyweight.EPOCH_1, content.home1().epoch(), ORDER);
        buffer.putByte(BeatFlyweight.OWNER_0, (byte) content.home0().owner());
        buffer.putByte(BeatFlyweight.OWNER_1, (byte) content.home1().owner());
        return authenticator.sign(buffer, BeatFlyweight.BEAT_LENGTH);
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
        buffer.setMemory(0, BeatFlyweight.bodyLength(type), (byte) 0);
        buffer.putShort(BeatFlyweight.MAGIC, BeatFlyweight.MAGIC_VALUE, ORDER);
        buffer.putByte(BeatFlyweight.VERSION, BeatFlyweight.VERSION_VALUE);
        buffer.putByte(BeatFlyweight.TYPE, type);
        buffer.putByte(BeatFlyweight.NODE, (byte) node);
        buffer.putByte(BeatFlyweight.PATH, (byte) pathId);
        buffer.putLong(BeatFlyweight.ROUTER_HASH, routerHash, ORDER);
        buffer.putLong(BeatFlyweight.INCARNATION, incarnation, ORDER);
        buffer.putLong(BeatFlyweight.SEQUENCE, sequence, ORDER);
    }
}
