package io.fairway.dataplane.io;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs every test of a class in a JVM of its own, in network, mount and process namespaces of its own, which vanish
 * with it. As root, or as anybody where user namespaces are allowed; where neither is possible the test fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(InNamespace.Launcher.class)
@interface InNamespace {

    /** Starts the JVM in the namespaces in place of the test. */
    final class Launcher implements InvocationInterceptor {
        private static final int TIMEOUT_S = 120;

        @Override
        public void interceptTestMethod(
                final Invocation<Void> invocation,
                final ReflectiveInvocationContext<Method> context,
                final ExtensionContext extension)
                throws Throwable {
            invocation.skip();
            final Process process = new ProcessBuilder(command(context))
                    .redirectErrorStream(true)
                    .start();
            try {
                process.getOutputStream().close();
                final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                final boolean ended = process.waitFor(TIMEOUT_S, TimeUnit.SECONDS);
                if (!ended || process.exitValue() != 0) {
                    throw new AssertionError("in its namespace:\n" + output);
                }
            } finally {
                process.destroyForcibly();
            }
        }

        private static List<String> command(final ReflectiveInvocationContext<Method> context)
                throws IOException, InterruptedException {
            final List<String> command = new ArrayList<>(List.of("unshare"));
            if (new ProcessBuilder("unshare", "--net", "true").start().waitFor() != 0) {
                command.addAll(List.of("--user", "--map-root-user"));
            }
            command.addAll(List.of("--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"));
            command.addAll(List.of("timeout", "-s", "KILL", Integer.toString(TIMEOUT_S - 10)));
            command.addAll(List.of("sh", "-c", "mount -t tmpfs t /run && ip link set lo up && exec \"$@\"", "sh"));
            command.addAll(Main.command(
                    context.getTargetClass(), context.getExecutable().getName()));
            return command;
        }
    }

    /** Runs one test method, in the namespaces. */
    final class Main {
        private Main() {}

        /** The command that runs one method of a class in a JVM like this one. */
        static List<String> command(final Class<?> type, final String method) {
            final List<String> command = new ArrayList<>();
            command.add(ProcessHandle.current().info().command().orElse("java"));
            ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(flag -> flag.startsWith("--"))
                    .forEach(command::add);
            command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
            command.addAll(List.of(Main.class.getName(), type.getName(), method));
            return command;
        }

        /** Runs the method; its class's and its own name are the arguments. */
        public static void main(final String[] arguments) throws Exception {
            int exitCode = 0;
            try {
                final Class<?> type = Class.forName(arguments[0]);
                final var constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                final Method method = type.getDeclaredMethod(arguments[1]);
                method.setAccessible(true);
                method.invoke(constructor.newInstance());
            } catch (final Throwable failed) {
                failed.printStackTrace();
                exitCode = 1;
            }
            System.exit(exitCode);
        }
    }
}
