package io.fairway.dataplane.forward;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Zeroed memory outside the heap that the kernel backs page by page at the first touch, so that a table's capacity
 * costs nothing until it is used. Made and closed outside the packet path.
 */
public final class AnonymousMemory implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
    private static final long PAGE_BYTES = 4096;
    private static final MethodHandle MMAP = handle(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNMAP =
            handle("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private final UnsafeBuffer buffer;

    private AnonymousMemory(final UnsafeBuffer buffer) {
        this.buffer = buffer;
    }

    /**
     * Maps memory.
     *
     * @param bytes up to 2 GB
     * @throws IllegalStateException if the kernel refuses
     */
    public static AnonymousMemory map(final long bytes) {
        final int length = Math.toIntExact(Math.max(bytes, PAGE_BYTES));
        try {
            final long address = (long)
                    MMAP.invokeExact(0L, (long) length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
            if (address == -1) {
                throw new IllegalStateException("the kernel refused " + length + " bytes of memory");
            }
            return new AnonymousMemory(new UnsafeBuffer(address, length));
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The memory; of length 0 once it is closed. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void close() {
        final long address = buffer.addressOffset();
        final long length = buffer.capacity();
        if (length == 0) {
            return;
        }
        buffer.wrap(0, 0);
        try {
            final int ignored = (int) MUNMAP.invokeExact(address, length);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle handle(final String name, final FunctionDescriptor descriptor) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
