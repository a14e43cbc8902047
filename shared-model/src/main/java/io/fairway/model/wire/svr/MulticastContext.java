package io.fairway.model.wire.svr;

import io.fairway.model.wire.IpAddress;

/**
 * What TLV 50 says of a multicast session (svr-protocol.md section 3.5): read and written, not acted on.
 *
 * @param flags 0 to 255, of no known meaning
 * @param source who sends
 * @param group the multicast group, of the source's address family
 * @param protocol the IP protocol number
 */
public record MulticastContext(int flags, IpAddress source, IpAddress group, int protocol) {}
