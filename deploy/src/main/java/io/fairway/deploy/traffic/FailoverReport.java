package io.fairway.deploy.traffic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Judges the faults of {@code deploy/bench/failover} by what crossed the routers meanwhile. Its folder holds
 * {@code faults} (a line for each repeat: the node, and when the fault came, mending began, and all was whole again, in
 * microseconds since 1970) and a {@link CrossingLog} for each kind of traffic. {@code --folder FOLDER --out FILE}
 */
final class FailoverReport {
    /** So long before the fault nothing has happened yet that would be counted. */
    private static final long BEFORE_US = 20_000;

    /** Sessions that began so shortly before the fault are young. */
    private static final long YOUNG_US = 100_000;

    /** The machine's own pauses are looked for in this stretch before each fault. */
    private static final long QUIET_US = 1_000_000;

    private final List<Fault> faults;
    private final Path folder;
    private final ReportFile report;

    /** One repeat; {@code faultUs} to {@code mendUs} is what is judged. */
    record Fault(String node, long faultUs, long mendUs, long wholeUs) {
        static Fault of(final String line) {
            final String[] words = line.split(" ", 4);
            return new Fault(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
        }
    }

    FailoverReport(final Arguments arguments) throws IOException {
        folder = Path.of(arguments.text("folder", null));
        faults = Files.readAllLines(folder.resolve("faults")).stream()
                .map(Fault::of)
                .toList();
        report = arguments.report();
    }

    void run() throws IOException {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("repeats", faults.size());
        final Crossings toServer = read("udp-to-server");
        final Crossings toClient = read("udp-to-client");
        figures.put("udpToServer", stream(faults, toServer));
        figures.put("udpToClient", stream(faults, toClient));
        figures.put("pingPong", answers(faults, read("ping-pong")));
        figures.put("connections", answers(faults, read("connections")));
        figures.put("opening", answers(faults, read("openings")));
        figures.put("young", young(faults, read("young-to-server"), read("young-to-client")));
        report.finish(figures);
    }

    private Crossings read(final String name) throws IOException {
        return Crossings.read(folder.resolve(name));
    }

    /** A packet every millisecond: outages by what is missing, silences by the clock. */
    static Map<String, Object> stream(final List<Fault> faults, final Crossings log) {
        final Map<String, Object> figures = new LinkedHashMap<>();
        final List<Crossings.Stream> during = new ArrayList<>();
        final List<Crossings.Stream> mending = new ArrayList<>();
        for (final Fault fault : faults) {
            during.add(log.stream(fault.faultUs() - BEFORE_US, fault.mendUs()));
            mending.add(log.stream(fault.mendUs(), fault.wholeUs()));
        }
        figures.put("outageMs", milliseconds(during, Crossings.Stream::outageUs));
        figures.put(
                "silenceMs",
                milliseconds(faults, fault -> log.longestSilenceUs(fault.faultUs() - BEFORE_US, fault.mendUs())));
        figures.put(
                "quietSilenceMs",
                milliseconds(
                        faults,
                        fault -> log.longestSilenceUs(fault.faultUs() - QUIET_US, fault.faultUs() - BEFORE_US)));
        figures.put("lost", sum(during, Crossings.Stream::lost));
        figures.put("duplicated", sum(during, Crossings.Stream::duplicated));
        figures.put("mendingOutageMs", milliseconds(mending, Crossings.Stream::outageUs));
        figures.put("mendingLost", sum(mending, Crossings.Stream::lost));
        figures.put("mendingDuplicated", sum(mending, Crossings.Stream::duplicated));
        return figures;
    }

    /** Messages with answers: how long the slowest took, and which sessions broke, up to the next fault. */
    static Map<String, Object> answers(final List<Fault> faults, final Crossings log) {
        final Map<String, Object> figures = new LinkedHashMap<>();
        final List<Crossings.Answers> during = new ArrayList<>();
        final List<Crossings.Answers> mending = new ArrayList<>();
        for (final Fault fault : faults) {
            during.add(log.answers(fault.faultUs() - BEFORE_US, fault.mendUs()));
            mending.add(log.answers(fault.mendUs() + 1, fault.wholeUs()));
        }
        figures.put("longestMs", milliseconds(during, Crossings.Answers::longestUs));
        figures.put("quietLongestMs", milliseconds(faults, fault -> log.answers(
                        fault.faultUs() - QUIET_US, fault.faultUs() - BEFORE_US)
                .longestUs()));
        figures.put("messages", sum(during, Crossings.Answers::sent));
        figures.put("lost", sum(during, Crossings.Answers::lost));
        figures.put("mendingLost", sum(mending, Crossings.Answers::lost));
        return figures;
    }

    /** Sessions whose single packet arrived just before the fault: is the answer, a second later, still carried? */
    static Map<String, Object> young(final List<Fault> faults, final Crossings questions, final Crossings answers) {
        final Set<Long> answered = answers.arrivedBetween(0, Long.MAX_VALUE);
        long sessions = 0;
        long lost = 0;
        for (final Fault fault : faults) {
            final Set<Long> young = questions.arrivedBetween(fault.faultUs() - YOUNG_US, fault.faultUs());
            sessions += young.size();
            lost += young.stream().filter(number -> !answered.contains(number)).count();
        }
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("sessions", sessions);
        figures.put("lost", lost);
        return figures;
    }

    private static <T> Map<String, Object> milliseconds(final List<T> repeats, final ToLongFunction<T> us) {
        return Distribution.of(repeats.stream().mapToLong(us).toArray()).milliseconds();
    }

    private static <T> long sum(final List<T> repeats, final ToLongFunction<T> count) {
        return repeats.stream().mapToLong(count).sum();
    }
}
