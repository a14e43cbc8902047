/**
 * Cryptography between routers. Packets with metadata: {@link io.fairway.dataplane.svr.KeyRing} finds a
 * {@link io.fairway.dataplane.svr.MetadataKey}, which signs and verifies by {@link io.fairway.dataplane.svr.Hmac} and
 * encrypts by CbcCipher. Payload: {@link io.fairway.dataplane.svr.KeyDerivation} makes a
 * {@link io.fairway.dataplane.svr.PayloadCipher} (GcmCipher, CbcSeal or MacSeal) of a session's key;
 * {@link io.fairway.dataplane.svr.PacketNumbers} numbers what is sealed, {@link io.fairway.dataplane.svr.ReplayWindow}
 * remembers what was opened.
 *
 * <p>Packets that are too big for a path: {@link io.fairway.dataplane.svr.Fragmenter} cuts them, and on the other side
 * a {@link io.fairway.dataplane.svr.FragmentView} describes a piece, or an IP fragment from a client, to the
 * {@link io.fairway.dataplane.svr.Reassembler}, which holds no more than its
 * {@link io.fairway.dataplane.svr.ReassemblyLimits}: {@code FragmentRules} judges, {@code DatagramTable} finds and
 * orders by age, {@code BlockPool} keeps the bytes. {@code OuterHeaders} reads what stands before a piece.
 */
package io.fairway.dataplane.svr;
