package io.fairway.node.cli;

import io.fairway.node.api.ProcessStatus;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and values, one pair per line. */
final class Facts {
    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Adds a line; null and the empty text become a dash. */
    void add(final String name, final Object value) {
        final String text = value == null ? "" : value.toString();
        facts.put(name, text.isEmpty() ? "-" : text);
    }

    /** A node's processes. */
    void add(final ProcessStatus processes) {
        if (processes.controller() == null || processes.controller() != processes.forwarder()) {
            add("forwarder", "process " + processes.forwarder());
            add(
                    "controller",
                    processes.controller() == null ? processes.meaning() : "process " + processes.controller());
        } else {
            add("process", processes.forwarder());
        }
    }

    void print(final PrintWriter out) {
        final int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        facts.forEach((name, value) -> out.println(name + " ".repeat(width - name.length()) + "  " + value));
    }
}
