/**
 * What routers tell each other between their waypoints over UDP port 1280 (svr-protocol.md section 5): a BFD control
 * packet (RFC 5880 section 4.1), then TLVs of our own, then a code over all of it (svr-protocol.md section 9, items 28
 * and 29). Network byte order. {@link io.fairway.model.wire.peer.BfdHeader} is the first part,
 * {@link io.fairway.model.wire.peer.PeerMessage} names what follows,
 * {@link io.fairway.model.wire.peer.PeerMessageWriter} writes all of it,
 * {@link io.fairway.model.wire.peer.PeerMessageParser} checks what came and fills a
 * {@link io.fairway.model.wire.peer.PeerMessageView}. An {@link io.fairway.model.wire.peer.Endpoint} is where somebody
 * is seen.
 *
 * <pre>
 *  0 u3 version 1, u5 diagnostic                    24 u8 version of the rest, 1
 *  1 u2 state, poll, final, C, A, D, M              25 u8 zero
 *  2 u8 detect multiplier                           26 u16 length of the whole message
 *  3 u8 24, the length of this part                 28 TLVs: u16 type, u16 length of the value, value
 *  4 u32 my discriminator
 *  8 u32 your discriminator
 * 12 u32 desired min tx interval, us
 * 16 u32 required min rx interval, us
 * 20 u32 required min echo rx interval, 0
 *
 * type length
 *  1   8      authority: u64 hash of its name
 *  2   1..63  peering name, ASCII
 *  3   9      node: u64 incarnation of the router's session state, u8 node id
 *  4   46     clock: u64 number of this message, u32 the same without counting probes, u64 ns sent at; of the last
 *             one of yours that came: u64 number, u64 ns sent at, u64 ns held here; u16 loss of yours in 1/10,000
 *  5   6      the sender's own address and port, IPv4: u32, u16
 *  6   18     the same, IPv6
 *  7   6      the address and port from which the sender sees you, IPv4
 *  8   18     the same, IPv6
 *  9   8      key generations: u32 with which the sender signs, u32 the newest that it accepts; 0: none
 * 10   1..900 a part of a key exchange
 * 11   2..    probe of the path's MTU: u16 bytes of the IP packet, padding
 * 12   2      answer to a probe: u16 bytes of the IP packet that came
 * 14   1..    the payload of a TCP segment that probes firewalls: u8 which kind, padding
 * 15   2      TCP: u8 kind of the probe that came, 0: none; u8 set of the kinds of the sender's that did not come
 * 13   36     code: u32 key generation, HMAC-SHA256 of every byte of the message before it; the last TLV
 * </pre>
 *
 * Types 1 to 4 stand in every message. Nothing comes twice; unknown types are skipped.
 */
package io.fairway.model.wire.peer;
