/**
 * Traffic that measures: programs that the demo, the end-to-end tests and the benchmarks run inside the lab. They need
 * nothing but the JDK. {@link TrafficMain} starts them; {@link Arguments} reads their options and {@link ReportFile}
 * writes what they saw as JSON, again and again while they run, so that a script can watch.
 *
 * <p>{@link EchoServer} and {@link EchoClients} (of {@link EchoConnection}s) hold many TCP connections open and count
 * the lost ones; {@link UdpProbe} measures gaps to the millisecond with a {@link SequenceMeter} at each end;
 * {@link TcpPingPong} measures round trips; {@link SynRate} new sessions per second; {@link UdpBlast} and
 * {@link UdpSink} small packets per second, by {@link NativeSockets}; {@link RawFrames} sends what no honest sender
 * would, made by {@link FrameForge}; {@link Attack} what somebody would who has {@link CapturedFrame}s and no key;
 * {@link RawIp} sends protocols without ports and gets them back; {@link BadLink} carries frames as badly as
 * {@link LinkFaults} says; {@link Traceroute} asks with a {@link ProbeSocket} which routers there are;
 * {@link StallMeter} watches a download that is piped into it.
 *
 * <p>For {@code deploy/bench/failover} the meters write down every message in a {@link CrossingLog}; {@link OneShots}
 * begin sessions of one packet that {@link LateAnswers} answers, {@link Openings} open sessions all the time, and
 * {@link FailoverReport} judges the {@link Crossings} around each fault by a {@link Distribution}.
 */
package io.fairway.deploy.traffic;
