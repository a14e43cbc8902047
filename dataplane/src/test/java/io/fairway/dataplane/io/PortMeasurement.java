package io.fairway.dataplane.io;

import java.lang.management.ManagementFactory;

/**
 * Measures the bare port: one Java thread bridges two veth pairs while iperf3 runs across them. Started by
 * {@code src/test/bench/measure-port}; prints what iperf3 says, the processor time of the bridge and what was dropped.
 */
final class PortMeasurement {
    private static final FrameHandler NOTHING = (index, buffer, vnetOffset, length, vlan) -> {};

    private PortMeasurement() {}

    /** Measures once; the arguments are options for the iperf3 client, for example {@code -t 5 -P 4}. */
    public static void main(final String[] arguments) throws Exception {
        Lab.host("a", "10.0.0.1/24");
        Lab.host("b", "10.0.0.2/24");
        try (PacketPort left = AfPacketPort.open(0, "a1");
                PacketPort right = AfPacketPort.open(1, "b1");
                AutoCloseable silence = KernelSilencer.silence(java.util.List.of("a1", "b1"))) {
            if (silence == null) {
                throw new AssertionError();
            }
            final Process server = new ProcessBuilder("ip", "netns", "exec", "b", "iperf3", "-s", "-1")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            final Process client = new ProcessBuilder(
                            "sh",
                            "-c",
                            "ip netns exec b sh -c 'until ss -ltn | grep -q :5201; do :; done'; "
                                    + "ip netns exec a iperf3 -c 10.0.0.2 -f g -i 0 " + String.join(" ", arguments))
                    .inheritIO()
                    .start();
            final Bridge bridge = new Bridge(left, right, NOTHING);
            final var threads = ManagementFactory.getThreadMXBean();
            final long startNs = System.nanoTime();
            final long startCpuNs = threads.getCurrentThreadCpuTime();
            final long startUserNs = threads.getCurrentThreadUserTime();
            while (client.isAlive()) {
                for (int i = 0; i < 1000; i++) {
                    bridge.turn(1_000_000);
                }
            }
            final double wallNs = System.nanoTime() - startNs;
            System.out.printf(
                    "frames %d of %d ns each, bridge's processor %.0f %% (user %.0f %%),"
                            + " receive drops %d + %d, send drops %d + %d%n",
                    bridge.frames,
                    (threads.getCurrentThreadCpuTime() - startCpuNs) / Math.max(1, bridge.frames),
                    100 * (threads.getCurrentThreadCpuTime() - startCpuNs) / wallNs,
                    100 * (threads.getCurrentThreadUserTime() - startUserNs) / wallNs,
                    left.receiveDrops(),
                    right.receiveDrops(),
                    left.sendDrops(),
                    right.sendDrops());
            server.destroy();
        }
    }
}
