package io.fairway.dataplane.svr;

/** Arrays that every cipher of a thread works in, since the JCE takes arrays and packets are outside the heap. */
public final class CryptoScratch {
    /** The longest payload that can be sealed: a whole IPv4 datagram's. */
    public static final int MAX_PAYLOAD = 65_535;

    private static final int BYTES = MAX_PAYLOAD + 1 + 64;

    final byte[] data = new byte[BYTES];
    final byte[] counters = new byte[BYTES];
    final byte[] keyStream = new byte[BYTES];
    final byte[] digest = new byte[64];
    final byte[] block = new byte[16];
}
