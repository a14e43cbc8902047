package io.fairway.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.fairway.node.api.ControlServer;
import io.fairway.node.api.FakeNode;
import io.fairway.node.api.NodeDirectory;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is typed, what is printed, and the exit codes, against a node that answers over a real socket. */
@Timeout(60)
final class FairwayCommandTest {
    @TempDir
    private Path root;

    private NodeDirectory node;
    private ControlServer server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void open() throws IOException {
        node = NodeDirectory.of(root, "node0");
        Files.createDirectories(node.path());
        Files.createFile(node.lock());
        server = ControlServer.open(node.controlSocket(), new FakeNode());
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Types a command line; the state root goes to its end. */
    private int type(final String line) {
        return execute((line + " --state-dir " + root).split(" "));
    }

    private int execute(final String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final CommandLine commandLine = FairwayCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(words);
    }

    @Test
    void sessionsHaveTwoRowsEach() {
        assertThat(type("show sessions --service web")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "ID                DIR  SERVICE  TENANT  INTERFACE  VLAN  PROTO  SRC IP     SRC PORT "
                                + " DST IP     "
                                + "DST PORT  NAT IP  NAT PORT  OWNER  SYNCED  TIMEOUT  UPTIME",
                        "0003000000000010  fwd  web      staff   lan           0  tcp    10.1.0.10     40000  10.2.0.10"
                                + "        80  -       -         node0  yes     31m39s   1m01s",
                        "0003000000000010  rev  web      staff   wan           0  tcp    10.2.0.10        80  10.1.0.10"
                                + "     40000  -       -         node0  yes     31m39s   1m01s",
                        "",
                        "1 sessions");
    }

    @Test
    void sessionsInJsonAreAList() {
        assertThat(type("show sessions -o json")).isZero();
        assertThat(JsonParser.parseString(out.toString()).getAsJsonArray()).hasSize(3);
        assertThat(err.toString()).isEmpty();
        assertThat(type("show sessions --output JSON --limit 2")).isZero();
        assertThat(JsonParser.parseString(out.toString()).getAsJsonArray()).hasSize(2);
        assertThat(err.toString()).isEqualTo("fairway: 2 of 3 sessions; --limit shows more\n");
    }

    @Test
    void oneSessionIsShownWhole() {
        assertThat(type("show session 3000000000012")).isZero();
        assertThat(out.toString())
                .contains("session    0003000000000012", "nat          172.16.0.1:1024", "synced     no")
                .contains("record     version 4, bucket 3, epoch 7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node status",
                "show session 0003000000000010",
                "show pair",
                "show interfaces",
                "show arp",
                "show peers",
                "show counters",
                "show drops"
            })
    void everythingHasATableAndJson(final String command) {
        assertThat(type(command)).isZero();
        assertThat(out.toString()).isNotBlank();
        assertThat(type(command + " -o json --node node0")).isZero();
        assertThat(JsonParser.parseString(out.toString()).isJsonNull()).isFalse();
    }

    @Test
    void thePairIsShownWithItsReasons() {
        assertThat(type("show pair")).isZero();
        assertThat(out.toString())
                .contains("state       PAIRED: both nodes live")
                .contains("partner     node1, ALIVE, incarnation 2")
                .contains("fab1       silent  never")
                .contains("5s ago   take buckets of node1  death notice");
    }

    @Test
    void dropsShowWhatHappened() {
        assertThat(type("show drops")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "REASON       COUNT  MEANING",
                        "TCP_NOT_SYN      9  A TCP packet of an unknown session is not a SYN.");
        assertThat(type("show drops --all")).isZero();
        assertThat(out.toString().lines()).hasSizeGreaterThan(50);
    }

    @Test
    void aSessionIsDeletedOnce() {
        assertThat(type("delete session 0003000000000010")).isZero();
        assertThat(out.toString()).isEqualTo("session 0003000000000010 is deleted\n");
        assertThat(type("delete session 0003000000000010")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("fairway: node0: there is no session 0003000000000010\n");
    }

    @Test
    void aNodeThatIsNotThereIsSaidInOneLine() {
        server.close();
        assertThat(type("show pair")).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo("fairway: node0 is not running (no answer on " + node.controlSocket()
                        + "); start it with: fairway node start --config FILE --node node0 --state-dir " + root + "\n");
        assertThat(type("node stop")).isEqualTo(3);
        assertThat(type("node status --node node7")).isEqualTo(3);
    }

    @Test
    void oneOfSeveralNodesMustBeNamed() throws IOException {
        Files.createDirectories(root.resolve("node1"));
        Files.createFile(root.resolve("node1/lock"));
        assertThat(type("show pair")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("fairway: several nodes live in " + root + " (node0, node1); say which one with --node\n");
        assertThat(type("show pair --node node0")).isZero();
    }

    @Test
    void anEmptyStateRootIsSaid() {
        assertThat(execute("show", "arp", "--state-dir", root + "/none")).isEqualTo(3);
        assertThat(err.toString()).startsWith("fairway: no node lives in " + root + "/none; start one with: ");
    }

    @Test
    void wrongTypingIsUsage() {
        assertThat(type("show sessionz")).isEqualTo(2);
        assertThat(type("show sessions --src 10.1.0.1/24")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("fairway: --src needs an address or a prefix such as 10.1.0.0/24, not 10.1.0.1/24\n");
        assertThat(type("show session xyz")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("fairway: 'xyz' is no session id: it has up to 16 hexadecimal digits\n");
        assertThat(execute("show")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "node",
                "node start",
                "node stop",
                "node status",
                "show",
                "show sessions",
                "show session",
                "show pair",
                "show interfaces",
                "show arp",
                "show peers",
                "show counters",
                "show drops",
                "delete",
                "delete session",
                "config",
                "config check",
                "completion",
                "completion bash",
                "shell"
            })
    void helpIsEverywhereAndHasAnExample(final String command) {
        assertThat(execute((command + " --help").strip().split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: fairway", "Example");
    }

    @Test
    void completionIsAScript() {
        assertThat(execute("completion", "bash")).isZero();
        assertThat(out.toString()).contains("complete -F", "fairway_show_sessions");
    }

    @Test
    void aGoodConfigurationIsDescribed() {
        final Path lab = NodeLauncherTest.project("deploy/lab/lab.json");
        assertThat(execute("config", "check", lab.toString())).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        lab + ": authority fairway-lab, 2 tenants, 4 services",
                        "router east: a pair of nodes node0, node1; interfaces lan, wan",
                        "router west: node remote0; interfaces wan, srv");
    }

    @Test
    void aBadConfigurationIsNamed() throws IOException {
        final Path bad = root.resolve("wrong.json");
        Files.writeString(bad, "{ \"fairway-authority");
        assertThat(execute("config", "check", bad.toString())).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("fairway: " + bad + ": line 1, column 21: expected JSON, found something else.\n");
        assertThat(execute("node", "start", "--node", "node0", "--config", root + "/nowhere.json"))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("fairway: " + root + "/nowhere.json: expected a configuration file, found nothing.\n");
    }

    @Test
    void aNodeThatTheFileDoesNotDescribeIsNotStarted() {
        final Path lab = NodeLauncherTest.project("deploy/lab/lab.json");
        assertThat(type("node start --node node9 --config " + lab)).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("fairway: " + lab + " describes no node node9; its nodes are node0, node1, remote0\n");
    }
}
