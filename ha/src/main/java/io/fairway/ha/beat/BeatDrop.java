package io.fairway.ha.beat;

/** Why a frame that came in on a beat path was not believed. The ordinal is the counter's place and stable. */
public enum BeatDrop {
    MALFORMED("not a beat, or cut short"),
    FOREIGN_ROUTER("a beat of another router"),
    OWN_NODE("a beat with this node's own id: an echo, or a twin"),
    BAD_HMAC("a beat with a wrong HMAC: another secret, or forged"),
    WRONG_PATH("a beat of another path: two networks are bridged, or cables are swapped"),
    OLD_INCARNATION("a beat of a process that has been followed by another"),
    REPLAYED("a beat that is not newer than the last one on its path"),
    BAD_CONTENT("an authentic beat with a state or an owner that this version does not know"),
    QUEUE_FULL("a good beat that the pair's thread was too slow for"),
    OTHER_VERSION(
            "an authentic beat of a version that this release does not read: its sender lives, and no more is known"),
    UNKNOWN_TYPE("an authentic frame of a type that this release does not know");

    private final String sentence;

    BeatDrop(final String sentence) {
        this.sentence = sentence;
    }

    /** What happened. */
    public String sentence() {
        return sentence;
    }
}
