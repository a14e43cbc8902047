/**
 * Messages between forwarder and controller, the only thing that crosses. Each begins with a u32 type and a u32 length
 * of the whole message; numbers are native little-endian. Controller to forwarder: {@link InstallSessionFlyweight},
 * {@link RefusePendingFlyweight}, {@link RemoveSessionFlyweight}, {@link PeerKeysFlyweight}, {@link PeerSeenFlyweight}.
 * Forwarder to controller: {@link FirstPacketFlyweight}, {@link SessionEventFlyweight}. In both directions:
 * {@link PeerMessageFlyweight}.
 *
 * <p>Where the controller is a process of its own, what it tells the journal and hears of it crosses as well:
 * {@link ControllerHelloFlyweight}, {@link RecordNoteFlyweight}, {@link SessionNoteFlyweight},
 * {@link BucketNoteFlyweight}, {@link KeepsakeFlyweight}, {@link ProvisionFlyweight}, {@link FeedMarkFlyweight},
 * {@link PartnerNoteFlyweight}.
 */
package io.fairway.model.boundary;
