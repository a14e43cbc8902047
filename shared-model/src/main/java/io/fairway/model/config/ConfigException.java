package io.fairway.model.config;

import java.util.List;

/** The configuration is wrong. The message has one line per fault: the path of the wrong node and what was expected. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    /** One or more faults, each a sentence. */
    public ConfigException(final List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** The faults, one sentence each, in the order in which they were found. */
    public List<String> faults() {
        return faults;
    }
}
