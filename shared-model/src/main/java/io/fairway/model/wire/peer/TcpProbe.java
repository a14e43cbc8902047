package io.fairway.model.wire.peer;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A TCP segment that a firewall may refuse, sent to a peer to find out (svr-protocol.md section 2.9); its payload is a
 * message. Segments of sessions between routers are like these.
 */
public enum TcpProbe {
    SYN(1280, "TCP SYN"),
    /** Of a connection that nobody has seen begin. */
    MID_FLOW(1283, "Mid-flow"),
    JUMBO_SYN(1280, "TCP SYN Jumbo");

    /** One of each. */
    public static final int ALL = (1 << values().length) - 1;

    private static final TcpProbe[] VALUES = values();

    private final int port;
    private final String label;

    TcpProbe(final int port, final String label) {
        this.port = port;
        this.label = label;
    }

    /** Both ends' TCP port. */
    public int port() {
        return port;
    }

    /** Its bit in a set. */
    public int bit() {
        return 1 << ordinal();
    }

    /** Its number in messages, from 1 on. */
    public int code() {
        return ordinal() + 1;
    }

    /** The one with this number, or null. */
    public static TcpProbe of(final int code) {
        return code >= 1 && code <= VALUES.length ? VALUES[code - 1] : null;
    }

    /** Whether segments to this port may be such. */
    public static boolean isPort(final int port) {
        return port == SYN.port || port == MID_FLOW.port;
    }

    /** The set's names for people. */
    public static String names(final int set) {
        return Arrays.stream(VALUES)
                .filter(probe -> (set & probe.bit()) != 0)
                .map(probe -> probe.label)
                .collect(Collectors.joining(", "));
    }
}
