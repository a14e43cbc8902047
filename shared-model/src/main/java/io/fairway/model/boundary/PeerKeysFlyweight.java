package io.fairway.model.boundary;

/**
 * Controller to forwarder: the keys of a path to a peer, which take the place of those before.
 *
 * <pre>
 *  0 u32 type   4 u32 length
 *  8 u32 path index   12 u32 generation in use, 0: none   16 u32 count of generations   20 zero (4)
 * 24 generations (72 each): u32 number   zero (4)   key of what we send (32)   key of what the peer sends (32)
 * </pre>
 */
public final class PeerKeysFlyweight {
    public static final int PATH = 8;
    public static final int IN_USE = 12;
    public static final int COUNT = 16;
    public static final int GENERATIONS = 24;

    /** Bytes of a generation, and offsets in it. */
    public static final int GENERATION_LENGTH = 72;

    public static final int NUMBER = 0;
    public static final int SENDING = 8;
    public static final int RECEIVING = 40;

    /** Bytes of a key. */
    public static final int KEY_LENGTH = 32;

    /** More generations than two routers ever hold. */
    public static final int MAX_GENERATIONS = 16;

    private PeerKeysFlyweight() {}
}
