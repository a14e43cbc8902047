package io.fairway.dataplane.neighbor;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.Icmpv6Message;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv6Header;
import io.fairway.model.wire.NeighborMessage;
import org.agrona.MutableDirectBuffer;

/**
 * Reports the groups in which we are asked for (MLDv2, RFC 3810 section 5.2): switches that look at such reports send
 * solicitations only where somebody has reported. Queries are not answered; the reports are repeated often enough.
 * Forwarder's thread only.
 *
 * <pre>
 * hop-by-hop: 0 u8 next header   1 u8 0   2 router alert 0502 0000   6 PadN 0100
 * report:     0 u8 type 143   1 u8 0   2 u16 checksum   4 u16 0   6 u16 number of records
 * record:     0 u8 type   1 u8 0   2 u16 number of sources 0   4 group (16)
 * </pre>
 */
final class MldWriter {
    private static final int HOP_BY_HOP = 0;
    private static final int HOP_BY_HOP_LENGTH = 8;
    private static final long ROUTER_ALERT = 0x0000_0502_0000_0100L;
    private static final int REPORT = 143;
    private static final int REPORT_LENGTH = 8;
    private static final int RECORD_LENGTH = 20;
    private static final int CHANGE_TO_EXCLUDE = 4;
    private static final int MAX_RECORDS = 3;
    private static final long ALL_MLD_ROUTERS_LOW = 0x16;

    private final Links links;
    private final LinkOutput output;

    MldWriter(final Links links, final LinkOutput output) {
        this.links = links;
        this.output = output;
    }

    /** Reports the groups of the addresses that this node answers for on an interface with IPv6. */
    void report(final int interfaceIndex) {
        final int ip =
                output.reserve(Ipv6Header.LENGTH + HOP_BY_HOP_LENGTH + REPORT_LENGTH + MAX_RECORDS * RECORD_LENGTH);
        final MutableDirectBuffer out = output.memory();
        final int report = ip + Ipv6Header.LENGTH + HOP_BY_HOP_LENGTH;
        final long ownMac = links.hardwareMac(interfaceIndex);
        int records = record(report, 0, ownMac);
        if (links.speaksFor(interfaceIndex)) {
            records = record(report, records, links.sourceMac(interfaceIndex));
            records = record(report, records, links.addressLow(interfaceIndex));
        }
        final int icmpLength = REPORT_LENGTH + records * RECORD_LENGTH;
        out.putLong(report, (long) REPORT << 56 | records, BIG_ENDIAN);
        out.putLong(report - HOP_BY_HOP_LENGTH, (long) IpProtocol.ICMPV6 << 56 | ROUTER_ALERT, BIG_ENDIAN);
        Ipv6Header.encode(out, ip, HOP_BY_HOP_LENGTH + icmpLength, 1, HOP_BY_HOP);
        Ipv6Header.setSource(out, ip, IpAddress.LINK_LOCAL_HIGH, IpAddress.linkLocalLow(ownMac));
        Ipv6Header.setDestination(out, ip, NeighborMessage.GROUP_HIGH, ALL_MLD_ROUTERS_LOW);
        Icmpv6Message.computeChecksum(out, ip, report, icmpLength);
        output.send(
                interfaceIndex,
                NeighborMessage.groupMac(ALL_MLD_ROUTERS_LOW),
                EthernetHeader.IPV6,
                ip,
                Ipv6Header.LENGTH + HOP_BY_HOP_LENGTH + icmpLength);
    }

    /** Adds the group of an address, or of the link-local one made from a MAC, which ends alike; each group once. */
    private int record(final int report, final int records, final long addressOrMac) {
        final MutableDirectBuffer out = output.memory();
        final long group = NeighborMessage.groupLow(addressOrMac);
        for (int i = 0; i < records; i++) {
            if (out.getLong(report + REPORT_LENGTH + i * RECORD_LENGTH + 12, BIG_ENDIAN) == group) {
                return records;
            }
        }
        final int record = report + REPORT_LENGTH + records * RECORD_LENGTH;
        out.putInt(record, CHANGE_TO_EXCLUDE << 24, BIG_ENDIAN);
        out.putLong(record + 4, NeighborMessage.GROUP_HIGH, BIG_ENDIAN);
        out.putLong(record + 12, group, BIG_ENDIAN);
        return records + 1;
    }
}
