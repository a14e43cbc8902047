package io.fairway.dataplane.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The system calls of this room, as downcalls into libc on 64-bit Linux. Any thread may call them. Addresses are plain
 * longs. A failure is a negative result, never thrown: {@code -errno}, or plainly -1 from the calls of the hot path,
 * since capturing errno allocates until the caller is compiled by C2. After their first use those allocate nothing.
 */
final class NativeCalls {
    static final int EPERM = 1;
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENODEV = 19;

    static final int AF_INET = 2;
    static final int AF_PACKET = 17;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x8_0000;
    static final int SOL_SOCKET = 1;
    static final int SOL_PACKET = 263;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_ATTACH_FILTER = 26;
    static final int SO_SNDBUFFORCE = 32;

    private static final int O_RDWR_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x8_0000;
    private static final int OWNER_ONLY = 0600;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x8_0000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** Every thread has its own memory for errno, so that no call needs to allocate any. */
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

    private static final MethodHandle SOCKET = call("socket", ints(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND = call("bind", ints(JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", ints(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", ints(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MMAP =
            call("mmap", longs(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = call("munmap", ints(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle IOCTL =
            call("ioctl", ints(JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle EVENTFD = call("eventfd", ints(JAVA_INT, JAVA_INT));
    private static final MethodHandle MKFIFO = call("mkfifo", ints(JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN = call("open", ints(JAVA_LONG, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = call("close", ints(JAVA_INT));
    private static final MethodHandle SCHED_SETSCHEDULER =
            call("sched_setscheduler", ints(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PRCTL =
            call("prctl", ints(JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private static final MethodHandle SENDMMSG = call("sendmmsg", ints(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));

    private static final MethodHandle HOT_IOCTL =
            hotCall("ioctl", ints(JAVA_INT, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle HOT_PPOLL = hotCall("ppoll", ints(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle HOT_SENDMMSG = hotCall("sendmmsg", ints(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle HOT_RECVFROM =
            hotCall("recvfrom", longs(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle HOT_SENDTO =
            hotCall("sendto", longs(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle HOT_READ = hotCall("read", longs(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle HOT_WRITE = hotCall("write", longs(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle STRERROR = hotCall("strerror", longs(JAVA_INT));

    private NativeCalls() {}

    static int socket(final int family, final int type, final int protocol) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) SOCKET.invokeExact(state, family, type, protocol), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int bind(final int fd, final long address, final int length) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) BIND.invokeExact(state, fd, address, length), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int setsockopt(final int fd, final int level, final int name, final long value, final int length) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** @param length address of an int: room at {@code value}, then bytes written there */
    static int getsockopt(final int fd, final int level, final int name, final long value, final long length) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Maps the beginning of a file descriptor's memory for reading and writing; returns the address. */
    static long mmap(final int fd, final long length) {
        try {
            final MemorySegment state = STATE.get();
            return result((long) MMAP.invokeExact(state, 0L, length, PROT_READ_WRITE, MAP_SHARED, fd, 0L), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int munmap(final long address, final long length) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) MUNMAP.invokeExact(state, address, length), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int ioctl(final int fd, final long request, final long argument) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int eventfd() {
        try {
            final MemorySegment state = STATE.get();
            return result((int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK | EFD_CLOEXEC), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Makes a FIFO that only its owner may use; one that is there already is taken. */
    static int mkfifo(final String path) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = STATE.get();
            final long name = arena.allocateFrom(path).address();
            final int made = result((int) MKFIFO.invokeExact(state, name, OWNER_ONLY), state);
            return made == -EEXIST ? 0 : made;
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Opens a file for reading and writing, never waiting. */
    static int open(final String path) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = STATE.get();
            final long name = arena.allocateFrom(path).address();
            return result((int) OPEN.invokeExact(state, name, O_RDWR_NONBLOCK_CLOEXEC), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static int close(final int fd) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) CLOSE.invokeExact(state, fd), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Gives the calling thread SCHED_FIFO with a priority of 1 to 99, or with 0 the normal policy again. */
    static int schedule(final int priority) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = STATE.get();
            final long parameter = arena.allocateFrom(JAVA_INT, priority).address();
            final int policy = priority == 0 ? SCHED_OTHER : SCHED_FIFO;
            return result((int) SCHED_SETSCHEDULER.invokeExact(state, 0, policy, parameter), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Sets the calling thread's timer slack; 0 is the system's default. */
    static int timerSlack(final long slackNs) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) PRCTL.invokeExact(state, PR_SET_TIMERSLACK, slackNs), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Sends the first of some messages without waiting, to learn why it is refused; 1 if it is not. */
    static int sendOne(final int fd, final long message) {
        try {
            final MemorySegment state = STATE.get();
            return result((int) SENDMMSG.invokeExact(state, fd, message, 1, MSG_DONTWAIT), state);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** As {@link #ioctl}, for the hot path: -1 for any failure. */
    static int hotIoctl(final int fd, final long request, final long argument) {
        try {
            return (int) HOT_IOCTL.invokeExact(fd, request, argument);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** @param timeout address of a timespec; 0 waits without limit */
    static int ppoll(final long pollFds, final int count, final long timeout) {
        try {
            return (int) HOT_PPOLL.invokeExact(pollFds, (long) count, timeout, 0L);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Sends without waiting; returns the messages sent, -1 if the first is refused. */
    static int sendmmsg(final int fd, final long messages, final int count) {
        try {
            return (int) HOT_SENDMMSG.invokeExact(fd, messages, count, MSG_DONTWAIT);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Receives without waiting; returns the bytes received. */
    static long recvfrom(final int fd, final long memory, final long length, final long peer, final long peerLength) {
        try {
            return (long) HOT_RECVFROM.invokeExact(fd, memory, length, MSG_DONTWAIT, peer, peerLength);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** Sends without waiting; returns the bytes sent. */
    static long sendto(final int fd, final long memory, final long length, final long peer, final int peerLength) {
        try {
            return (long) HOT_SENDTO.invokeExact(fd, memory, length, MSG_DONTWAIT, peer, peerLength);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static long read(final int fd, final long memory, final long length) {
        try {
            return (long) HOT_READ.invokeExact(fd, memory, length);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    static long write(final int fd, final long memory, final long length) {
        try {
            return (long) HOT_WRITE.invokeExact(fd, memory, length);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    /** The system's words for a result of {@code -errno}. */
    static String describe(final long negativeErrno) {
        try {
            final long text = (long) STRERROR.invokeExact((int) -negativeErrno);
            return MemorySegment.ofAddress(text).reinterpret(Long.MAX_VALUE).getString(0);
        } catch (final Throwable unexpected) {
            throw rethrown(unexpected);
        }
    }

    private static FunctionDescriptor ints(final MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    private static FunctionDescriptor longs(final MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }

    private static MethodHandle call(
            final String name, final FunctionDescriptor descriptor, final Linker.Option... options) {
        final Linker.Option[] all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return hotCall(name, descriptor, all);
    }

    private static MethodHandle hotCall(
            final String name, final FunctionDescriptor descriptor, final Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }

    private static int result(final int result, final MemorySegment state) {
        return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    }

    private static long result(final long result, final MemorySegment state) {
        return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    }

    private static AssertionError rethrown(final Throwable unexpected) {
        return new AssertionError("a system call threw", unexpected);
    }
}
