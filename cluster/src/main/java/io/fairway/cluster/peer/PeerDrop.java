package io.fairway.cluster.peer;

/** Why a message from a peer's address was not believed. The ordinal is the counter's place and stable. */
public enum PeerDrop {
    MALFORMED("The message's lengths, BFD control packet or TLVs are malformed."),
    FOREIGN_AUTHORITY("The sender belongs to another authority."),
    UNKNOWN_PEER("The sender does not peer under the name that is configured for this path."),
    NOT_LEADING("The other node of this router speaks on this path."),
    UNSIGNED("The message has no code; at most its key exchange is looked at."),
    UNKNOWN_KEY("The message's key generation is not accepted; at most its key exchange is looked at."),
    BAD_CODE("The message's code is wrong: another key, or somebody changed it."),
    NOT_TO_US("The message names another discriminator than ours: its sender does not know us yet, or it is a replay."),
    REPLAYED("The message came before, or is of a process of the peer that was followed by another one.");

    private final String sentence;

    PeerDrop(final String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people. */
    public String sentence() {
        return sentence;
    }
}
