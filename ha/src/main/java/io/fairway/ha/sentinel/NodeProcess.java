package io.fairway.ha.sentinel;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The node's process, watched through /proc. A killed JVM closes its sockets only when its memory is gone; the kernel's
 * "exiting" flag is there a millisecond after the signal. The sentinel's main thread uses it.
 */
final class NodeProcess implements AutoCloseable {
    /** PF_EXITING in include/linux/sched.h: the thread will never run user code again. */
    private static final int EXITING_FLAG = 0x4;

    /** Fields of /proc/PID/stat after the command's closing parenthesis: state first, flags seventh. */
    private static final int FLAGS_AFTER_STATE = 6;

    /** The thread's own pending signals; the kernel puts SIGKILL there for every thread of a process that it ends. */
    private static final int PENDING_AFTER_STATE = 28;

    private static final long SIGKILL_BIT = 1L << 8;

    private final ProcessHandle handle;
    private final Process child;
    private final RandomAccessFile stat;
    private final byte[] text = new byte[1024];

    private NodeProcess(final ProcessHandle handle, final Process child) {
        this.handle = handle;
        this.child = child;
        stat = open(handle.pid());
    }

    /** The main thread's own file, since the process's one sums over all threads; null: the process is gone already. */
    private static RandomAccessFile open(final long pid) {
        try {
            return new RandomAccessFile("/proc/" + pid + "/task/" + pid + "/stat", "r");
        } catch (final FileNotFoundException e) {
            return null;
        }
    }

    /** Starts the node; its output is appended to the log file. */
    static NodeProcess start(final List<String> command, final Path log) throws IOException {
        final Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        return new NodeProcess(child.toHandle(), child);
    }

    /** Watches a node that an earlier sentinel started; null: it is not there. */
    static NodeProcess adopt(final long pid) {
        final ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
        return handle == null ? null : new NodeProcess(handle, null);
    }

    long pid() {
        return handle.pid();
    }

    /** Whether the process's main thread is exiting or gone. Called every half millisecond; allocates nothing. */
    boolean exiting() {
        if (stat == null) {
            return true;
        }
        try {
            stat.seek(0);
            return exiting(text, stat.read(text));
        } catch (final IOException e) {
            return true;
        }
    }

    /** Whether no thread of the process will run again. */
    boolean allThreadsExiting() {
        final String[] threads = new File("/proc/" + pid() + "/task").list();
        if (threads == null) {
            return true;
        }
        for (final String thread : threads) {
            if (!threadExiting(Path.of("/proc/" + pid() + "/task/" + thread + "/stat"))) {
                return false;
            }
        }
        return true;
    }

    private static boolean threadExiting(final Path file) {
        try {
            final byte[] bytes = Files.readAllBytes(file);
            return exiting(bytes, bytes.length);
        } catch (final IOException e) {
            return true;
        }
    }

    /**
     * Reads a stat line: whether the thread will run no user code again. So it is for one that is exiting, a zombie or
     * dead, and already when SIGKILL is pending, however long a busy machine lets it wait for the processor.
     */
    static boolean exiting(final byte[] line, final int length) {
        int at = length - 1;
        while (at >= 0 && line[at] != ')') {
            at--;
        }
        at += 2;
        if (at < 2 || at >= length || line[at] == 'Z' || line[at] == 'X') {
            return true;
        }
        return (field(line, length, at, FLAGS_AFTER_STATE) & EXITING_FLAG) != 0
                || (field(line, length, at, PENDING_AFTER_STATE) & SIGKILL_BIT) != 0;
    }

    private static long field(final byte[] line, final int length, final int start, final int index) {
        int at = start;
        for (int i = 0; i < index; i++) {
            while (at < length && line[at] != ' ') {
                at++;
            }
            at++;
        }
        long value = 0;
        while (at < length && line[at] >= '0' && line[at] <= '9') {
            value = 10 * value + line[at] - '0';
            at++;
        }
        return value;
    }

    /** SIGTERM. */
    void terminate() {
        handle.destroy();
    }

    /** SIGKILL. */
    void kill() {
        handle.destroyForcibly();
    }

    /** Waits until the process is gone, at most so long. */
    boolean awaitEnd(final long timeoutMs) throws InterruptedException {
        if (child != null) {
            return child.waitFor(timeoutMs, TimeUnit.MILLISECONDS);
        }
        try {
            handle.onExit().get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (final TimeoutException e) {
            return false;
        } catch (final ExecutionException e) {
            return true;
        }
    }

    /** The exit code of an ended process; -1: not known, since it is no child of ours. */
    int exitCode() {
        return child == null ? -1 : child.exitValue();
    }

    @Override
    public void close() throws IOException {
        if (stat != null) {
            stat.close();
        }
    }

    static String describe(final int exitCode) {
        if (exitCode > 128 && exitCode < 128 + 65) {
            return "signal " + (exitCode - 128);
        }
        return exitCode < 0 ? "an unknown exit code" : "exit code " + exitCode;
    }
}
