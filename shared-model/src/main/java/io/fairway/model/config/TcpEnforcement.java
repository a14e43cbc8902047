package io.fairway.model.config;

/**
 * How strictly a service's TCP sessions are watched (svr-protocol.md section 6.1, transport-state-enforcement). The
 * ordinal is the code in session records.
 */
public enum TcpEnforcement {
    /** Only a SYN opens a session; other segments of an unknown one are dropped in silence. */
    BLOCK("block"),
    /** Only a SYN opens a session; the sender of other segments of an unknown one gets an RST. */
    RESET("reset"),
    /** Any segment but an RST may open a session. */
    ALLOW("allow"),
    /** As {@link #BLOCK}, and the forwarder drops segments outside of the windows. */
    STRICT("strict");

    private static final TcpEnforcement[] VALUES = values();

    private final String label;

    TcpEnforcement(final String label) {
        this.label = label;
    }

    /** The name in the configuration. */
    public String label() {
        return label;
    }

    /** Whether the controller must see segments of unknown sessions that are no SYN. */
    public boolean judgesUnknown() {
        return this == RESET || this == ALLOW;
    }

    /** The enforcement with this code, or null. */
    public static TcpEnforcement of(final int code) {
        return code >= 0 && code < VALUES.length ? VALUES[code] : null;
    }

    /** The enforcement with this name in the configuration. */
    static TcpEnforcement named(final String label) {
        for (final TcpEnforcement enforcement : VALUES) {
            if (enforcement.label.equals(label)) {
                return enforcement;
            }
        }
        throw new IllegalArgumentException("no such enforcement: " + label);
    }
}
