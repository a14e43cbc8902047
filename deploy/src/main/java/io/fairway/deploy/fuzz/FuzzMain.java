package io.fairway.deploy.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Feeds every parser that reads what a stranger sends with generated input; {@code deploy/bench/fuzz} starts it and
 * explains its options. Exits 1 when an input was not handled as it must be.
 */
public final class FuzzMain {
    private static final long DEFAULT_INPUTS = 100_000_000;

    private String wanted = "all";
    private long inputs = DEFAULT_INPUTS;
    private long first;
    private long seed = System.nanoTime();
    private int threads = 2;

    private FuzzMain() {}

    /**
     * Runs the targets one after the other.
     *
     * @param words the options
     */
    public static void main(final String[] words) throws InterruptedException {
        final FuzzMain main = new FuzzMain();
        try {
            main.options(words);
        } catch (final IllegalArgumentException e) {
            System.err.println("fuzz: " + e.getMessage());
            System.exit(2);
        }
        System.exit(main.run() ? 0 : 1);
    }

    private void options(final String[] words) {
        for (int i = 0; i < words.length; i += 2) {
            if (i + 1 == words.length) {
                throw new IllegalArgumentException(words[i] + " needs a value");
            }
            final String value = words[i + 1];
            switch (words[i]) {
                case "--inputs" -> inputs = number(value, 1);
                case "--first" -> first = number(value, 0);
                case "--seed" -> seed = number(value, Long.MIN_VALUE);
                case "--threads" -> threads = (int) Math.min(1_024, number(value, 1));
                case "--target" -> wanted = value;
                default -> throw new IllegalArgumentException("no such option: " + words[i]);
            }
        }
        if (!wanted.equals("all") && !targets().containsKey(wanted)) {
            throw new IllegalArgumentException(
                    "no such target: " + wanted + "; there are " + targets().keySet());
        }
        if (!UnsafeBuffer.SHOULD_BOUNDS_CHECK) {
            throw new IllegalArgumentException("bounds checks are off: nothing would be found");
        }
    }

    private static long number(final String text, final long least) {
        final long number = Long.parseLong(text.replace("_", ""));
        if (number < least) {
            throw new IllegalArgumentException(text + " is less than " + least);
        }
        return number;
    }

    static Map<String, Supplier<FuzzTarget>> targets() {
        final Map<String, Supplier<FuzzTarget>> targets = new LinkedHashMap<>();
        targets.put("packet", PacketTarget::new);
        targets.put("metadata", MetadataTarget::new);
        targets.put("tcp-as-udp", TcpAsUdpTarget::new);
        targets.put("reassembly", ReassemblyTarget::new);
        return targets;
    }

    private boolean run() throws InterruptedException {
        final Map<String, Supplier<FuzzTarget>> targets = targets();
        if (!wanted.equals("all")) {
            targets.keySet().retainAll(Set.of(wanted));
        }
        for (final Map.Entry<String, Supplier<FuzzTarget>> target : targets.entrySet()) {
            final long share = Math.max(1, inputs / targets.size());
            final FuzzRun run = new FuzzRun(target.getKey(), target.getValue(), seed, first, share);
            final FuzzRun.Failure failure = run.run(threads);
            if (failure != null) {
                run.print(failure);
                return false;
            }
        }
        return true;
    }
}
