package io.fairway.deploy.capture;

import io.fairway.deploy.capture.SvrDissector.Dissection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Judges a capture of the WAN: it must hold forward and reverse metadata with the TLVs that a new session needs
 * ({@code svr-protocol.md} section 3.7), none of it malformed. Prints what it saw; exits 1 if that is not so.
 */
public final class MetadataCheck {
    private static final List<String> FORWARD = List.of(
            "security id",
            "forward context",
            "session UUID",
            "tenant",
            "service",
            "source router",
            "security policy",
            "peer path");
    private static final List<String> REVERSE = List.of("security id", "disable forward metadata", "reverse context");

    private long frames;
    private long malformed;
    private long forward;
    private long reverse;
    private long other;
    private final Set<String> errorLocations = new TreeSet<>();
    private Dissection firstForward = Dissection.NONE;
    private Dissection firstReverse = Dissection.NONE;
    private String firstFault = "";

    private MetadataCheck() {}

    /**
     * Judges a file.
     *
     * @param arguments the capture's path
     * @throws IOException if it cannot be read
     */
    public static void main(final String[] arguments) throws IOException {
        final MetadataCheck check = new MetadataCheck();
        PcapFile.read(Path.of(arguments[0]), frame -> check.frame(SvrDissector.dissect(frame)));
        check.print();
        System.exit(check.forward > 0 && check.reverse > 0 && check.malformed == 0 ? 0 : 1);
    }

    private void frame(final Dissection dissection) {
        frames++;
        if (!dissection.found()) {
            return;
        }
        if (dissection.fault() != null) {
            malformed++;
            firstFault = firstFault.isEmpty() ? dissection.fault() : firstFault;
        } else if (dissection.attributes().keySet().containsAll(FORWARD)) {
            firstForward = forward++ == 0 ? dissection : firstForward;
        } else if (dissection.attributes().keySet().containsAll(REVERSE)) {
            firstReverse = reverse++ == 0 ? dissection : firstReverse;
        } else {
            other++;
            errorLocations.add(dissection.attributes().getOrDefault("ICMP error location", "none"));
        }
    }

    private void print() {
        System.out.printf(
                "%d frames; metadata: %d forward, %d reverse, %d other, %d malformed %s%n",
                frames, forward, reverse, other, malformed, firstFault);
        System.out.println("ICMP errors from: " + errorLocations);
        System.out.println("first forward: " + firstForward.attributes());
        System.out.println("first reverse: " + firstReverse.attributes());
    }
}
