package io.fairway.dataplane.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Keeps the kernel's own stack off the devices that the forwarder owns: a table of our own drops all that comes in
 * behind the packet sockets, ARP is off, IPv6 is disabled. Cold, any thread. A node that is killed leaves its devices
 * silent, which is the safe side; the next start takes the table over.
 */
public final class KernelSilencer {
    private static final int PROGRAM_TIMEOUT_S = 10;
    private static final int NO_ARP = 0x80;

    private KernelSilencer() {}

    /**
     * Silences devices of this network namespace.
     *
     * @return closing it gives the devices back to the kernel as they were
     * @throws PrivilegeException if the process lacks CAP_NET_ADMIN, or a program of the system: the message says which
     */
    public static AutoCloseable silence(final Collection<String> devices) throws IOException {
        final Deque<Undo> undo = new ArrayDeque<>();
        final AutoCloseable silence = () -> undoAll(undo);
        if (devices.isEmpty()) {
            return silence;
        }
        final TreeSet<String> sorted = new TreeSet<>(devices);
        final String table = tableName(sorted);
        run(dropRule(table, sorted), "nft", "-f", "-");
        undo.push(() -> run("delete table netdev " + table + "\n", "nft", "-f", "-"));
        try {
            for (final String device : sorted) {
                silenceIpv6(device, undo);
                silenceArp(device, undo);
            }
        } catch (final IOException | RuntimeException failed) {
            undoAll(undo);
            throw failed;
        }
        return silence;
    }

    /** One transaction, so that a table left by a killed node is replaced without a gap. */
    private static String dropRule(final String table, final Collection<String> devices) {
        final String quoted = devices.stream().map(device -> '"' + device + '"').collect(Collectors.joining(", "));
        return """
                add table netdev %1$s
                delete table netdev %1$s
                table netdev %1$s {
                  chain ingress {
                    type filter hook ingress devices = { %2$s } priority -500; policy drop;
                  }
                }
                """.formatted(table, quoted);
    }

    private static String tableName(final Collection<String> devices) {
        final String joined = String.join("_", devices);
        final String clean = joined.replaceAll("[^A-Za-z0-9]", "_");
        return "fairway_" + (clean.equals(joined) ? clean : clean + "_" + Integer.toHexString(joined.hashCode()));
    }

    private static void silenceIpv6(final String device, final Deque<Undo> undo) throws IOException {
        final Path switchFile = Path.of("/proc/sys/net/ipv6/conf", device, "disable_ipv6");
        if (!Files.exists(switchFile)) {
            return;
        }
        final String before = Files.readString(switchFile).strip();
        if (before.equals("1")) {
            return;
        }
        try {
            Files.writeString(switchFile, "1");
        } catch (final IOException refused) {
            throw new PrivilegeException(switchFile + " is not writable: run the node with CAP_NET_ADMIN and a"
                    + " writable /proc/sys, or set net.ipv6.conf." + device + ".disable_ipv6=1 beforehand");
        }
        undo.push(() -> Files.writeString(switchFile, before));
    }

    private static void silenceArp(final String device, final Deque<Undo> undo) throws IOException {
        if ((Device.flags(device) & NO_ARP) != 0) {
            return;
        }
        run("", "ip", "link", "set", "dev", device, "arp", "off");
        undo.push(() -> run("", "ip", "link", "set", "dev", device, "arp", "on"));
    }

    private static void undoAll(final Deque<Undo> undo) throws IOException {
        IOException failure = null;
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (final IOException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static void run(final String input, final String... command) throws IOException {
        final Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException missing) {
            throw new PrivilegeException("the program '" + command[0] + "' is needed to keep the kernel off our"
                    + " interfaces: install it (packages nftables and iproute2)");
        }
        try {
            process.outputWriter(StandardCharsets.US_ASCII).append(input).close();
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PROGRAM_TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + " does not end");
            }
            if (process.exitValue() != 0) {
                throw refusal(List.of(command), output.strip());
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in " + command[0], interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static IOException refusal(final List<String> command, final String output) {
        if (output.contains("not permitted")) {
            return new PrivilegeException("keeping the kernel off our interfaces needs CAP_NET_ADMIN: run the node as"
                    + " root, or give its service AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN");
        }
        return new IOException(String.join(" ", command) + ": " + output);
    }

    private interface Undo {
        void run() throws IOException;
    }
}
