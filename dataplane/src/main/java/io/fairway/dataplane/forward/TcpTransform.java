package io.fairway.dataplane.forward;

import io.fairway.model.DropReason;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import io.fairway.model.wire.svr.TcpAsUdp;

/**
 * Makes UDP of a TCP packet and TCP of it again (svr-protocol.md section 2.9). Seals are within: what is sealed as
 * TCP's payload becomes UDP, and is TCP again before it is opened. Checksums are partial afterwards. Stateless.
 */
final class TcpTransform {
    private TcpTransform() {}

    /** Of a packet that is no super-frame and whose checksum has been found right, or is partial. */
    static void toUdp(final Packet packet) {
        TcpAsUdp.encode(packet.buffer, packet.l4, packet.end - packet.l4);
        packet.setProtocol(IpProtocol.UDP);
        packet.payload = packet.l4 + UdpHeader.LENGTH;
        packet.lengthChanged();
    }

    /** Of a packet without metadata whose checksum has been found right; null, or why it is no such packet. */
    static DropReason toTcp(final Packet packet) {
        if (packet.protocol != IpProtocol.UDP || packet.isSuperFrame()) {
            return DropReason.BAD_L4_HEADER;
        }
        final DropReason refused = TcpAsUdp.decode(packet.buffer, packet.l4, packet.end - packet.l4);
        if (refused != null) {
            return refused;
        }
        packet.setProtocol(IpProtocol.TCP);
        packet.payload = packet.l4 + TcpHeader.headerLength(packet.buffer, packet.l4);
        packet.lengthChanged();
        return null;
    }
}
