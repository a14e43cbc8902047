package io.fairway.ha.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sentinel as a real process, with real children, kills and frames, in network namespaces of its own. */
final class SentinelTest {
    private static final int ROUNDS = 5;
    private static final String LAB = """
            set -e
            # LabNode under its sentinel in namespace a --- fab0 === fab1 --- LabPartner in namespace b
            mount -t tmpfs tmpfs /run
            ip netns add a
            ip netns add b
            ip link add fab0 netns a type veth peer name fab1 netns b
            ip -n a link set fab0 up
            ip -n b link set fab1 up
            ip netns exec a $JAVA io.fairway.ha.sentinel.SentinelMain --state-dir $STATE --node n0 -- \\
                $JAVA io.fairway.ha.sentinel.LabNode $STATE fab0 &
            sentinel=$!
            ip netns exec b $JAVA io.fairway.ha.sentinel.LabPartner $STATE fab1 $ROUNDS
            set +e
            wait $sentinel
            echo "sentinel exit $?"
            """;

    @TempDir
    Path directory;

    private static List<String> java() {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-XX:+UseCompact"))
                .forEach(command::add);
        command.addAll(List.of("-Xmx32m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    private static String output(final ProcessBuilder builder, final int expectedExitCode) throws Exception {
        final Process process = builder.redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(expectedExitCode);
        return output;
    }

    @Test
    void killedNode_partnerIsToldAndTheNodeRestarted() throws Exception {
        final List<String> command = new ArrayList<>(List.of("unshare"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(
                List.of("--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child", "bash", "-c", LAB));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA", String.join(" ", java()));
        builder.environment().put("STATE", directory.toString());
        builder.environment().put("ROUNDS", Integer.toString(ROUNDS));
        final String output = output(builder, 0);
        System.out.println(output);
        for (int round = 1; round <= ROUNDS; round++) {
            assertThat(output).containsPattern("round " + round + ": told \\d+ us after the kill, gate closed");
        }
        assertThat(output).contains("ended with signal 9", "stop: told, gate closed", "sentinel exit 0");
        assertThat(directory.resolve("node.pid")).doesNotExist();
        assertThat(directory.resolve("sentinel.pid")).doesNotExist();
    }

    @Test
    void misconfiguredNode_isNotRestarted() throws Exception {
        final List<String> command = java();
        command.addAll(List.of("io.fairway.ha.sentinel.SentinelMain", "--state-dir", directory.toString()));
        command.addAll(List.of("--node", "n0", "--", "sh", "-c", "echo no such interface; exit 78"));
        final String output = output(new ProcessBuilder(command), ExitCode.MISCONFIGURED);
        assertThat(output).contains("cannot run as it is configured");
        assertThat(directory.resolve("node.log")).content().isEqualTo("no such interface\n");
        assertThat(directory.resolve("node.pid")).doesNotExist();
    }

    /** The forwarder lives for three seconds; meanwhile its controller dies at once, again and again. */
    @Test
    void dyingController_isRestartedWithBackOffWhileTheForwarderGoesOn() throws Exception {
        final List<String> command = java();
        command.addAll(List.of("io.fairway.ha.sentinel.SentinelMain", "--state-dir", directory.toString()));
        command.addAll(List.of("--node", "n0", "--", "sh", "-c", "sleep 3; echo forwarder; exit 78"));
        command.addAll(List.of("--", "sh", "-c", "echo controller; exit 3"));
        final String output = output(new ProcessBuilder(command), ExitCode.MISCONFIGURED);
        assertThat(output)
                .contains(
                        "ended with exit code 3; the forwarder goes on with established sessions",
                        "starting the controller again in 500 ms",
                        "starting the controller again in 1000 ms")
                .doesNotContain("starting the node again");
        assertThat(directory.resolve("node.log")).content().startsWith("controller\ncontroller\n");
        assertThat(directory.resolve("node.log")).content().contains("forwarder\n");
        assertThat(directory.resolve("controller.pid")).doesNotExist();
    }

    @Test
    void misconfiguredController_endsTheNodeBeforeItWorks() throws Exception {
        final List<String> command = java();
        command.addAll(List.of("io.fairway.ha.sentinel.SentinelMain", "--state-dir", directory.toString()));
        command.addAll(List.of("--node", "n0", "--", "sleep", "60", "--", "sh", "-c", "exit 78"));
        final String output = output(new ProcessBuilder(command), ExitCode.MISCONFIGURED);
        assertThat(output).contains("the node cannot run as it is configured");
    }

    @Test
    void wrongArguments_areAnswered() throws Exception {
        final List<String> command = java();
        command.addAll(List.of("io.fairway.ha.sentinel.SentinelMain", "--state-dir"));
        assertThat(output(new ProcessBuilder(command), 64)).contains("usage");
    }

    @Test
    void plan_isReadAsWrittenAndItsOwnersOnly() throws IOException {
        final SentinelPlan plan = new SentinelPlan(
                -5, 1, Secret.ofHex("0f".repeat(32)), Map.of(0, "fab0", 1, "fab1", 64, "lan", 65, "wan"));
        final Path file = directory.resolve("plan");
        plan.write(file);
        plan.write(file);
        assertThat(SentinelPlan.read(file)).isEqualTo(plan);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void statLines_areUnderstood() {
        assertThat(exiting("7 (java) S 1 7 7 0 -1 4194304 1 2 3")).isFalse();
        assertThat(exiting("7 (a) b (c)) R 1 7 7 0 -1 4194308 1 2 3")).isTrue();
        assertThat(exiting("7 (java) Z 1 7 7 0 -1 4194304 1 2 3")).isTrue();
        assertThat(exiting("7 (java) X 1")).isTrue();
        final String many = "7 (java) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 31 0 99 1 2 184 1 1 0 0 0 ";
        assertThat(exiting(many + "256 0 4096 0")).isTrue();
        assertThat(exiting(many + "0 0 4096 256")).isFalse();
        assertThat(exiting("")).isTrue();
    }

    private static boolean exiting(final String line) {
        final byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        return NodeProcess.exiting(bytes, bytes.length);
    }

    @Test
    void backOff_doublesAndForgets() {
        final BackOff backOff = new BackOff();
        assertThat(backOff.afterLifeOf(0)).isEqualTo(500_000_000L);
        assertThat(backOff.afterLifeOf(0)).isEqualTo(1_000_000_000L);
        for (int i = 0; i < 10; i++) {
            backOff.afterLifeOf(0);
        }
        assertThat(backOff.afterLifeOf(0)).isEqualTo(10_000_000_000L);
        assertThat(backOff.afterLifeOf(30_000_000_000L)).isEqualTo(500_000_000L);
    }
}
