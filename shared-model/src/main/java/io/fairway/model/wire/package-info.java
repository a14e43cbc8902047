/**
 * Addresses and packet flyweights, in the order of the bytes of a frame: {@link io.fairway.model.wire.VnetHeader},
 * {@link io.fairway.model.wire.EthernetHeader}, {@link io.fairway.model.wire.ArpMessage},
 * {@link io.fairway.model.wire.Ipv4Header}, {@link io.fairway.model.wire.Ipv6Header} with {@code Ipv6Extensions},
 * {@link io.fairway.model.wire.TcpHeader}, {@link io.fairway.model.wire.UdpHeader},
 * {@link io.fairway.model.wire.IcmpMessage}, {@link io.fairway.model.wire.Icmpv6Message},
 * {@link io.fairway.model.wire.IcmpError} and {@link io.fairway.model.wire.QuotedPacket},
 * {@link io.fairway.model.wire.NeighborMessage}; across them {@link io.fairway.model.wire.InternetChecksum} and
 * {@link io.fairway.model.wire.PacketParser}, which fills a {@link io.fairway.model.wire.ParsedPacket}; then the value
 * types for the controller. A header's static methods take the buffer and the offset of that header; nothing here
 * allocates, except what returns an object.
 */
package io.fairway.model.wire;
