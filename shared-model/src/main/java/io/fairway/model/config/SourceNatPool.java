package io.fairway.model.config;

import io.fairway.model.wire.IpAddress;
import java.util.List;

/**
 * IPv4 addresses and ports that stand in for the sources of sessions (NAPT, RFC 2663 section 4.1.2). An ICMP echo's
 * identifier counts as its port.
 *
 * @param name the pool's name, or that of the interface which lends its own address
 * @param ranges the addresses, {@link #MAX_ADDRESSES} at most
 * @param firstPort the lowest port
 * @param lastPort the highest port, inclusive
 */
public record SourceNatPool(String name, List<Range> ranges, int firstPort, int lastPort) {
    /** Most addresses of a pool. */
    public static final int MAX_ADDRESSES = 65_536;

    /** The lowest port that is lent where the configuration names none. */
    static final int FIRST_PORT = 1024;

    /** The highest port. */
    static final int LAST_PORT = 65_535;

    public SourceNatPool {
        ranges = List.copyOf(ranges);
    }

    /** What an interface lends that has no other pool: its own address, and every port that is nobody's by custom. */
    public static SourceNatPool of(final String interfaceName, final IpAddress address) {
        return new SourceNatPool(interfaceName, List.of(new Range(address, address)), FIRST_PORT, LAST_PORT);
    }

    /**
     * IPv4 addresses in a row.
     *
     * @param first the lowest
     * @param last the highest, inclusive
     */
    public record Range(IpAddress first, IpAddress last) {
        /** How many addresses there are. */
        long size() {
            return last.low() - first.low() + 1;
        }

        /** Whether the address is one of these. */
        public boolean contains(final IpAddress address) {
            return address.isV4() && address.low() >= first.low() && address.low() <= last.low();
        }
    }

    /** How many addresses there are. */
    public int size() {
        return (int) ranges.stream().mapToLong(Range::size).sum();
    }

    /** The address at a position from 0 to {@link #size()} - 1. */
    public IpAddress address(final int index) {
        long left = index;
        for (final Range range : ranges) {
            if (left < range.size()) {
                return new IpAddress(0, range.first().low() + left);
            }
            left -= range.size();
        }
        throw new IndexOutOfBoundsException(index);
    }

    /** The address that stands in for an IPv4 client's, always the same one (RFC 4787, requirement 2). */
    public IpAddress standIn(final IpAddress client) {
        final long mixed = client.low() * 0x9e37_79b9_7f4a_7c15L;
        return address((int) ((mixed >>> 33) % size()));
    }

    /** Whether the address is one of these. */
    public boolean contains(final IpAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
