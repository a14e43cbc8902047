package io.fairway.model.config;

/**
 * Ports as the configuration writes them: {@code 80} or {@code 5201-5210}.
 *
 * @param first the lowest port
 * @param last the highest port, inclusive
 */
record PortRange(int first, int last) {
    /** Reads text that matches the YANG type port-range. */
    static PortRange parse(final String text) {
        final int dash = text.indexOf('-');
        final String first = dash < 0 ? text : text.substring(0, dash);
        final String last = dash < 0 ? text : text.substring(dash + 1);
        return new PortRange(Integer.parseInt(first), Integer.parseInt(last));
    }
}
