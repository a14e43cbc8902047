package io.fairway.dataplane.svr;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * GHASH over whole blocks (NIST SP 800-38D section 6.4), by the platform's own implementation, which its second
 * compiler replaces by carry-less multiplication. The public API reaches it only by way of a cipher that allocates for
 * every packet (docs/decisions/011). Belongs to one thread; allocates nothing after construction.
 */
final class Ghash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final MethodHandle PROCESS_BLOCKS = processBlocks();

    /** The subkey and room for its powers, as the platform's implementation wants it. */
    private static final int SUBKEY_LONGS = 18;

    private final long[] subkey = new long[SUBKEY_LONGS];
    private final long[] state = new long[2];

    private static MethodHandle processBlocks() {
        try {
            final Class<?> type = Class.forName("com.sun.crypto.provider.GHASH");
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findStatic(
                            type,
                            "processBlocks",
                            MethodType.methodType(
                                    void.class, byte[].class, int.class, int.class, long[].class, long[].class));
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this JVM keeps GHASH to itself; it must be started with the flags in deploy/jvm.flags", e);
        }
    }

    /** With the hash subkey: the encryption of sixteen zero bytes. */
    void subkey(final byte[] hashSubkey) {
        java.util.Arrays.fill(subkey, 0);
        subkey[0] = (long) LONGS.get(hashSubkey, 0);
        subkey[1] = (long) LONGS.get(hashSubkey, Long.BYTES);
    }

    /** Hashes this many blocks of 16 bytes, from zero on; {@link #high} and {@link #low} are the result. */
    void hash(final byte[] data, final int offset, final int blocks) {
        state[0] = 0;
        state[1] = 0;
        try {
            PROCESS_BLOCKS.invokeExact(data, offset, blocks, state, subkey);
        } catch (final Throwable e) {
            throw new IllegalStateException("GHASH failed", e);
        }
    }

    long high() {
        return state[0];
    }

    long low() {
        return state[1];
    }
}
