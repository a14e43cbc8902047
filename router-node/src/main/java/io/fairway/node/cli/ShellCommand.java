package io.fairway.node.cli;

import java.io.IOException;
import java.util.List;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Reads commands one after the other, with history and completion. */
@Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        description = "Reads commands one after the other; Ctrl-D or 'exit' ends it.",
        footerHeading = "%nExample:%n",
        footer = {"  fairway shell", "  fairway> show sessions --service web"})
final class ShellCommand implements Runnable {
    @Override
    public void run() {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            final CommandLine commands = FairwayCommand.commandLine();
            final LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .completer(new StringsCompleter(phrases(commands)))
                    .build();
            while (true) {
                final List<String> words = reader.getParser()
                        .parse(reader.readLine("fairway> "), 0)
                        .words();
                if (words.equals(List.of("exit"))) {
                    return;
                }
                if (!words.equals(List.of("")) && !words.contains("shell")) {
                    commands.execute(words.toArray(String[]::new));
                }
            }
        } catch (final EndOfFileException | UserInterruptException e) {
            // Ctrl-D and Ctrl-C are how people leave.
        } catch (final IOException e) {
            throw new CliException(CliException.FAILED, "there is no terminal: " + e.getMessage());
        }
    }

    private static List<String> phrases(final CommandLine commands) {
        return commands.getSubcommands().entrySet().stream()
                .flatMap(command -> command.getValue().getSubcommands().isEmpty()
                        ? java.util.stream.Stream.of(command.getKey())
                        : command.getValue().getSubcommands().keySet().stream()
                                .map(word -> command.getKey() + " " + word))
                .sorted()
                .toList();
    }
}
