package io.fairway.deploy.fuzz;

/** Changes that any bytes can suffer. Stateless. */
final class Mutator {
    private static final byte[] BYTES = {0, 1, 2, 7, 8, 15, 16, 0x7f, (byte) 0x80, (byte) 0xff};
    private static final int[] WORDS = {0, 1, 7, 8, 0xff, 0x100, 0x0fff, 0x1fff, 0x2000, 0x7fff, 0x8000, 0xffff};

    private Mutator() {}

    /**
     * Makes one to four changes.
     *
     * @param bytes at least as long as the length
     * @return the new length, from 0 to that of the array
     */
    static int mutate(final FuzzRandom random, final byte[] bytes, final int length) {
        int now = length;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            now = change(random, bytes, now);
        }
        return now;
    }

    private static int change(final FuzzRandom random, final byte[] bytes, final int length) {
        if (length == 0) {
            return 0;
        }
        // Headers are at the front: half of the changes are among the first bytes.
        final int at = random.nextBoolean() ? random.nextInt(length) : random.nextInt(Math.min(length, 64));
        switch (random.nextInt(8)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt(256);
            case 3 -> bytes[at] = BYTES[random.nextInt(BYTES.length)];
            case 4 -> putWord(bytes, at, WORDS[random.nextInt(WORDS.length)]);
            case 5 -> putWord(bytes, at, length - at + random.nextInt(-4, 5));
            case 6 -> {
                final int from = random.nextInt(length);
                System.arraycopy(bytes, from, bytes, at, random.nextInt(1 + Math.min(32, length - Math.max(from, at))));
            }
            default -> {
                return random.nextBoolean() ? at : grown(random, bytes, length);
            }
        }
        return length;
    }

    private static int grown(final FuzzRandom random, final byte[] bytes, final int length) {
        final int more = Math.min(random.nextInt(40), bytes.length - length);
        random.fill(bytes, length, more);
        return length + more;
    }

    private static void putWord(final byte[] bytes, final int at, final int value) {
        if (at + 1 < bytes.length) {
            bytes[at] = (byte) (value >>> 8);
            bytes[at + 1] = (byte) value;
        }
    }
}
