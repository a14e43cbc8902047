package io.fairway.deploy.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the routers towards a destination: one packet for each time to live, until the destination answers.
 * {@code traceroute --protocol udp|tcp --to HOST:PORT --hops N --wait-ms N}; a silent hop is "*", and what the last one
 * says is an ICMP error's type and code, or "answer".
 */
final class Traceroute {
    private final Arguments arguments;

    Traceroute(final Arguments arguments) {
        this.arguments = arguments;
    }

    void run() throws IOException {
        final InetSocketAddress to = arguments.address("to");
        final boolean tcp = "tcp".equals(arguments.text("protocol", "udp"));
        final int most = arguments.number("hops", 10);
        final List<Object> hops = new ArrayList<>();
        String end = "";
        for (int ttl = arguments.number("first", 1); ttl <= most && end.isEmpty(); ttl++) {
            try (ProbeSocket socket = new ProbeSocket(tcp, to, ttl)) {
                final ProbeSocket.Answer answer = socket.probe(to.getAddress(), arguments.number("wait-ms", 2_000));
                hops.add(answer == null ? "*" : answer.from());
                end = answer == null || isTimeExceeded(answer) ? "" : words(answer);
            }
        }
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("hops", hops);
        figures.put("end", end);
        arguments.report().finish(figures);
    }

    private static boolean isTimeExceeded(final ProbeSocket.Answer answer) {
        return answer.type() == (answer.from().contains(":") ? 3 : 11);
    }

    private static String words(final ProbeSocket.Answer answer) {
        return answer.type() < 0 ? "answer" : answer.type() + "/" + answer.code();
    }
}
