/**
 * Beats and death notices between the nodes of a pair, as raw Ethernet frames on every device the pair has. In reading
 * order: {@link BeatFlyweight} is the frame, {@link BeatAuthenticator} seals it, {@link BeatReader} judges what comes
 * in ({@link BeatDrop} names what it refuses), {@link BeatAgent} sends and receives on its own thread over
 * {@link BeatPath}s ({@link RawBeatPort}), {@link BeatExchange} hands over to the pair's thread and back.
 */
package io.fairway.ha.beat;
