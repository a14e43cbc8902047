package io.fairway.node.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import io.fairway.node.api.ControlClient;
import io.fairway.node.api.ControlRequest;
import java.io.PrintWriter;
import java.util.function.BiConsumer;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that shows something has: which node, and which form of output. */
final class ShowOptions {
    /** The forms of output. */
    enum Output {
        /** Columns for people. */
        TABLE,
        /** For programs; one document. */
        JSON
    }

    private static final Gson PRETTY = new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .setPrettyPrinting()
            .create();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin
    private NodeOptions node;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "TABLE",
            description = "table or json (default: table).")
    private Output output;

    /** Asks the node and prints its answer, as it is or by this printer. */
    <T> void show(final ControlRequest request, final Class<T> type, final BiConsumer<T, PrintWriter> printer) {
        show(node.ask(request), type, printer);
    }

    /** Asks the node. */
    JsonElement ask(final ControlRequest request) {
        return node.ask(request);
    }

    /** Prints an answer, as it is or by this printer. */
    <T> void show(final JsonElement answer, final Class<T> type, final BiConsumer<T, PrintWriter> printer) {
        final PrintWriter out = out();
        if (json()) {
            PRETTY.toJson(answer, out);
            out.println();
        } else {
            printer.accept(ControlClient.read(answer, type), out);
        }
        out.flush();
    }

    /** Whether the answer is for a program. */
    boolean json() {
        return output == Output.JSON;
    }

    /** Where to say what is no part of the answer. */
    PrintWriter err() {
        return commandLine().getErr();
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }

    private CommandLine commandLine() {
        return spec.commandLine();
    }
}
