/**
 * Messages between forwarder and controller, the only thing that crosses. Each begins with a u32 type and a u32 length
 * of the whole message; numbers are native little-endian. Controller to forwarder: {@link InstallSessionFlyweight},
 * {@link RefusePendingFlyweight}, {@link RemoveSessionFlyweight}, {@link PeerKeysFlyweight}, {@link PeerSeenFlyweight}.
 * Forwarder to controller: {@link FirstPacketFlyweight}, {@link SessionEventFlyweight}. In both directions:
 * {@link PeerMessageFlyweight}.
 */
package io.fairway.model.boundary;
