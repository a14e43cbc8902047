package io.fairway.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fairway.node.api.NodeDirectory;
import io.fairway.node.api.NodeStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Real processes: a sentinel of the test's starts a node of the test's, which holds the lock and answers. */
@Timeout(60)
final class NodeLauncherTest {
    @TempDir
    private Path root;

    private NodeDirectory directory;
    private final StringWriter err = new StringWriter();

    /** A file of the project, whether the build's working directory is the module or the project. */
    static Path project(final String path) {
        final Path here = Path.of(path);
        return (Files.exists(here) ? here : Path.of("..").resolve(here))
                .toAbsolutePath()
                .normalize();
    }

    @BeforeEach
    void flags() {
        directory = NodeDirectory.of(root, "node0");
        System.setProperty("fairway.flags.file", project("deploy/jvm.flags").toString());
    }

    @AfterEach
    void stopWhatRuns() {
        final NodeProcesses processes = new NodeProcesses(directory);
        processes.sentinel().ifPresent(sentinel -> {
            sentinel.destroyForcibly();
            sentinel.onExit().join();
        });
        processes.node().ifPresent(node -> {
            node.destroyForcibly();
            node.onExit().join();
        });
        System.clearProperty("fairway.flags.file");
    }

    private NodeLauncher launcher(final String config) {
        return new NodeLauncher(
                directory,
                Path.of(config),
                new NodeLauncher.Kind(true, false),
                new PrintWriter(err, true),
                new NodeLauncher.Mains(FakeSentinelMain.class.getName(), FakeNodeMain.class.getName()));
    }

    private CliException refusal(final String config) {
        return catchThrowableOfType(CliException.class, () -> launcher(config).start());
    }

    @Test
    void aNodeIsStartedAndStopped() throws IOException {
        final NodeStatus status = launcher("good.json").start();
        final NodeProcesses processes = new NodeProcesses(directory);
        assertThat(processes.node())
                .hasValueSatisfying(node -> assertThat(node.pid()).isEqualTo(status.processId()));
        assertThat(processes.sentinel()).isPresent();
        assertThat(processes.locked()).isTrue();

        final CliException second = refusal("good.json");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second)
                .hasMessage("node0 is already running (process " + status.processId() + " holds " + directory.lock()
                        + "); stop it with: fairway node stop --node node0 --state-dir " + root);

        final StringWriter out = new StringWriter();
        final CommandLine commandLine = FairwayCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        assertThat(commandLine.execute("node", "stop", "--state-dir", root.toString()))
                .isZero();
        assertThat(out).hasToString("node0 is stopped\n");
        assertThat(processes.locked()).isFalse();
        assertThat(processes.sentinel()).isEmpty();
    }

    @Test
    void aNodeThatCannotStartSaysWhy() {
        final CliException e = refusal("bad.json");
        assertThat(e.getMessage().lines())
                .containsExactly(
                        "node0 ended before it answered; the whole log is " + directory.log(),
                        "ERROR cannot start: no privilege: be root");
        assertThat(new NodeProcesses(directory).sentinel()).isEmpty();
    }

    @Test
    void whatADeadNodeLeftDoesNotHinder() throws IOException {
        Files.createDirectories(directory.path());
        Files.createFile(directory.controlSocket());
        Files.createFile(directory.lock());
        Files.writeString(directory.nodePid(), "1");
        Files.writeString(directory.sentinelPid(), "not a number");
        assertThat(launcher("good.json").start().node()).isEqualTo("node0");
    }

    @Test
    void missingFlagsAreSaid() {
        System.setProperty("fairway.flags.file", root.resolve("none").toString());
        assertThat(refusal("good.json")).hasMessageStartingWith("the file of JVM flags cannot be read: ");
    }
}
