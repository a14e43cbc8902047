package io.fairway.model.boundary;

/**
 * Controller to journal: a command that the forwarder is to get at a time unless the path's next set of provisions has
 * come by then. Provision 0 begins a new set; without a command the set is empty.
 *
 * <pre>
 *  0 u32 type   4 u32 length   8 u32 path index   12 u32 number   16 u64 when (System.nanoTime)
 * 24 u32 command length   32 command: a PeerMessageFlyweight
 * </pre>
 */
public final class ProvisionFlyweight {
    public static final int PATH = 8;
    public static final int NUMBER = 12;
    public static final int DUE = 16;
    public static final int COMMAND_LENGTH = 24;
    public static final int COMMAND = 32;

    /** Longer commands are not provided. */
    public static final int MAX_COMMAND_BYTES = 1024;

    /** The longest message. */
    public static final int MAX_LENGTH = COMMAND + MAX_COMMAND_BYTES;

    private ProvisionFlyweight() {}
}
