package io.fairway.deploy.traffic;

import java.io.IOException;

/** Starts one of the traffic programs by its name: {@code deploy/bin/traffic NAME --option value ...}. */
public final class TrafficMain {
    private static final String NAMES =
            "echo-server echo-clients udp-probe udp-reflector tcp-ping-pong syn-rate udp-blast udp-sink"
                    + " raw-frames attack bad-link stall-meter traceroute raw-ip raw-ip-reflector"
                    + " one-shots late-answers openings failover-report";

    private TrafficMain() {}

    /**
     * Runs the program until it is done or told to stop by SIGTERM.
     *
     * @param words the program's name and its options
     * @throws IOException if the network refuses
     */
    public static void main(final String[] words) throws IOException {
        if (words.length == 0) {
            System.err.println("which program? " + NAMES);
            System.exit(2);
        }
        try {
            run(words[0], new Arguments(words, 1));
        } catch (final IllegalArgumentException e) {
            System.err.println(words[0] + ": " + e.getMessage());
            System.exit(2);
        }
    }

    private static void run(final String name, final Arguments arguments) throws IOException {
        switch (name) {
            case "echo-server" -> new EchoServer(arguments).run();
            case "echo-clients" -> new EchoClients(arguments).run();
            case "udp-probe" -> UdpProbe.client(arguments).run();
            case "udp-reflector" -> UdpProbe.server(arguments).run();
            case "tcp-ping-pong" -> new TcpPingPong(arguments).run();
            case "syn-rate" -> new SynRate(arguments).run();
            case "udp-blast" -> new UdpBlast(arguments).run();
            case "udp-sink" -> new UdpSink(arguments).run();
            case "raw-frames" -> new RawFrames(arguments).run();
            case "attack" -> new Attack(arguments).run();
            case "bad-link" -> new BadLink(arguments).run();
            case "stall-meter" -> new StallMeter(arguments).run();
            case "raw-ip" -> new RawIp(arguments).run();
            case "raw-ip-reflector" -> new RawIp(arguments).reflect();
            case "one-shots" -> new OneShots(arguments).run();
            case "late-answers" -> new LateAnswers(arguments).run();
            case "openings" -> new Openings(arguments).run();
            case "failover-report" -> new FailoverReport(arguments).run();
            case "traceroute" -> new Traceroute(arguments).run();
            default -> throw new IllegalArgumentException("no such program; there are: " + NAMES);
        }
    }
}
