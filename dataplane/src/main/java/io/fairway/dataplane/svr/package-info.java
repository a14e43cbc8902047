/**
 * Cryptography between routers. Packets with metadata: {@link io.fairway.dataplane.svr.KeyRing} finds a
 * {@link io.fairway.dataplane.svr.MetadataKey}, which signs and verifies by {@link io.fairway.dataplane.svr.Hmac} and
 * encrypts by CbcCipher. Payload: {@link io.fairway.dataplane.svr.KeyDerivation} makes a
 * {@link io.fairway.dataplane.svr.PayloadCipher} (GcmCipher, CbcSeal or MacSeal) of a session's key;
 * {@link io.fairway.dataplane.svr.PacketNumbers} numbers what is sealed, {@link io.fairway.dataplane.svr.ReplayWindow}
 * remembers what was opened.
 */
package io.fairway.dataplane.svr;
