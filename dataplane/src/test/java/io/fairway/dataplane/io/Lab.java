package io.fairway.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Commands and threads in the namespaces of a test. */
final class Lab {
    private static final int CLONE_NEWNET = 0x4000_0000;

    private static final MethodHandle SETNS = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("setns"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Lab() {}

    /** Runs shell lines; fails with their output if one fails. */
    static String sh(final String lines) {
        try {
            final Process process = new ProcessBuilder("sh", "-ec", lines)
                    .redirectErrorStream(true)
                    .start();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(lines + ":\n" + output);
            }
            return output;
        } catch (final IOException | InterruptedException failed) {
            throw new AssertionError(lines, failed);
        }
    }

    /** Makes a namespace with one end of a veth pair, addressed if an address is given; the other end stays here. */
    static void host(final String name, final String address) {
        sh("ip netns add " + name + "\n"
                + "ip link add " + name + "0 netns " + name + " type veth peer name " + name + "1\n"
                + "echo 1 > /proc/sys/net/ipv6/conf/" + name + "1/disable_ipv6\n"
                + "ip netns exec " + name + " sysctl -qw net.ipv6.conf.all.disable_ipv6=1\n"
                + (address.isEmpty() ? "" : "ip -n " + name + " addr add " + address + " dev " + name + "0\n")
                + "ip -n " + name + " link set lo up\n"
                + "ip -n " + name + " link set " + name + "0 up\n"
                + "ip link set " + name + "1 up");
    }

    /** Starts work on a thread that lives in a named namespace. */
    static <T> FutureTask<T> start(final String namespace, final Callable<T> work) {
        final FutureTask<T> task = new FutureTask<>(() -> {
            enter(namespace);
            return work.call();
        });
        Thread.ofPlatform().daemon().name("in-" + namespace).start(task);
        return task;
    }

    /** Does work on a thread that lives in a named namespace, and waits for it. */
    static <T> T in(final String namespace, final Callable<T> work) throws Exception {
        return start(namespace, work).get();
    }

    private static void enter(final String namespace) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile("/run/netns/" + namespace, "r")) {
            final var descriptor = java.io.FileDescriptor.class.getDeclaredField("fd");
            descriptor.setAccessible(true);
            final int result = (int) SETNS.invokeExact(descriptor.getInt(file.getFD()), CLONE_NEWNET);
            if (result != 0) {
                throw new IOException("cannot enter namespace " + namespace);
            }
        } catch (final Exception failed) {
            throw failed;
        } catch (final Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Allocated bytes of the calling thread while it runs something. */
    static long allocatedBytes(final Runnable work) {
        final var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
