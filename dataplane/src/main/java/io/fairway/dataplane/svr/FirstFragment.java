package io.fairway.dataplane.svr;

import io.fairway.model.wire.IcmpMessage;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.Ipv6Header;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first IP fragment of a datagram that was given up, written again as it came: for the ICMP error that tells its
 * sender (RFC 792, RFC 4443 section 3.3). Pieces between routers are none. Stateless.
 */
final class FirstFragment {
    private static final int INTERFACE_SHIFT = 40;
    private static final int KEY = 32;

    private FirstFragment() {}

    /** Tells the listener of a datagram whose first fragment is here, unless it is none that errors are about. */
    static void tell(
            final DatagramTable table,
            final int entry,
            final BlockPool pool,
            final MutableDirectBuffer out,
            final ExpiryListener listener) {
        final long key = table.buffer().getLong(table.offset(entry) + KEY);
        final int length = dataLength(table, entry);
        if (key < 0 || length == 0) {
            return;
        }
        final int ip = Reassembler.HEADROOM_BYTES;
        final int data = ip + headers(table, entry, out, ip, (int) key);
        if (data == ip) {
            return;
        }
        for (int at = 0; at < length; at += BlockPool.BLOCK_BYTES) {
            final int block = table.get(entry, DatagramTable.BLOCKS + at / BlockPool.BLOCK_BYTES * Integer.BYTES);
            out.putBytes(data + at, pool.buffer(), pool.offset(block), Math.min(BlockPool.BLOCK_BYTES, length - at));
        }
        final boolean v6 = Ipv6Header.version(out, ip) == 6;
        if (v6) {
            Ipv6Header.setPayloadLength(out, ip, data + length - ip - Ipv6Header.LENGTH);
        }
        if (!isIcmpError(out, ip, data, v6)) {
            listener.gaveUp(
                    (int) (key >>> INTERFACE_SHIFT),
                    table.buffer().getLong(table.offset(entry) + DatagramTable.STATION),
                    out,
                    ip);
        }
    }

    /** Bytes behind the headers of the fragment that begins the datagram, 0 if it has not come. */
    private static int dataLength(final DatagramTable table, final int entry) {
        for (int i = table.get(entry, DatagramTable.FRAGMENTS) - 1; i >= 0; i--) {
            final int bounds = table.get(entry, DatagramTable.BOUNDS + i * Integer.BYTES);
            if (bounds >>> Short.SIZE == 0) {
                return bounds & 0xffff;
            }
        }
        return 0;
    }

    /** Returns the headers' length; 0 where other IPv6 extension headers stood before the fragment's. */
    private static int headers(
            final DatagramTable table, final int entry, final MutableDirectBuffer out, final int ip, final int id) {
        final int length = table.get(entry, DatagramTable.HEADERS_LENGTH);
        out.putBytes(ip, table.buffer(), table.offset(entry) + DatagramTable.HEADERS, length);
        if (Ipv6Header.version(out, ip) != 6) {
            return length;
        }
        if (length != Ipv6Header.LENGTH) {
            return 0;
        }
        Ipv6Header.insertFragment(out, ip, 0, true, id);
        return length + Ipv6Header.FRAGMENT_LENGTH;
    }

    /** No error is about an error (RFC 1122 section 3.2.2, RFC 4443 section 2.4 e). */
    private static boolean isIcmpError(final DirectBuffer packet, final int ip, final int data, final boolean v6) {
        final int type = IcmpMessage.type(packet, data);
        return v6
                ? packet.getByte(ip + Ipv6Header.LENGTH) == IpProtocol.ICMPV6 && !Icmpv6Message.isEcho(type)
                : Ipv4Header.protocol(packet, ip) == IpProtocol.ICMP && !IcmpMessage.isEcho(type);
    }
}
