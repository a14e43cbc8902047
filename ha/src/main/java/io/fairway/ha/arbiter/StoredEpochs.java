package io.fairway.ha.arbiter;

/**
 * What a disk knows of epochs.
 *
 * @param reserved0 no epoch of home node 0 above this one was ever used, as far as this disk knows
 * @param reserved1 the same of home node 1
 * @param known0 this epoch of home node 0 was used for certain
 * @param known1 the same of home node 1
 */
public record StoredEpochs(int reserved0, int reserved1, int known0, int known1) {
    /** A new node's. */
    public static final StoredEpochs NONE = new StoredEpochs(0, 0, 0, 0);

    /** The upper bound of one home. */
    public int reserved(final int homeNode) {
        return homeNode == 0 ? reserved0 : reserved1;
    }

    /** The lower bound of one home. */
    public int known(final int homeNode) {
        return homeNode == 0 ? known0 : known1;
    }

    /** With room for more epochs of one home. */
    public StoredEpochs withReserved(final int homeNode, final int epoch) {
        return new StoredEpochs(homeNode == 0 ? epoch : reserved0, homeNode == 1 ? epoch : reserved1, known0, known1);
    }

    /** With a higher known epoch of one home. */
    public StoredEpochs withKnown(final int homeNode, final int epoch) {
        return new StoredEpochs(reserved0, reserved1, homeNode == 0 ? epoch : known0, homeNode == 1 ? epoch : known1);
    }
}
