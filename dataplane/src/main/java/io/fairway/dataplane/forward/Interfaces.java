package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.neighbor.Links;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.NeighborMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** The logical interfaces as arrays: what the packet path must know of configuration and ports. Forwarder's thread. */
final class Interfaces implements Links {
    private static final int FAMILIES = 2;
    private static final int V6 = 1;
    private static final int ADDRESS_BITS = 128;
    private static final int V4_BITS = 32;
    private static final long LATE_FRAMES_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long GROUP_MAC = 0x3333;
    private static final long GROUP_OF_ADDRESS = 0xff00_0000L;

    private final OwnershipGate gate;
    private final PacketPort[] ports;
    private final boolean[] shared;
    private final int[] mtuBytes;
    private final int[] vlan;
    private final long[] hardwareMac;
    private final long[] virtualMac;

    /**
     * At {@code 2 * interface} the IPv4 address, at {@code 2 * interface + 1} the IPv6 one; one that is not there is 0.
     */
    private final long[] ownHigh;

    private final long[] ownLow;
    private final long[] maskHigh;
    private final long[] maskLow;

    /** At {@code 2 * range} the lower half of the first address of a source NAT pool's, behind it that of the last. */
    private final long[] lent;

    private final boolean leadsOn;

    /** When an interface was last led, by the forwarder's clock; 0: never. */
    private final long[] ledNs;

    /**
     * @param ports one per interface, at the interface's index
     * @throws IllegalArgumentException if a port is missing
     */
    Interfaces(final Router router, final List<PacketPort> ports, final OwnershipGate gate) {
        final List<Router.NetworkInterface> configured = router.interfaces();
        final int count = configured.size();
        lent = router.sourceNatPools().stream()
                .flatMap(pool -> pool.ranges().stream())
                .flatMapToLong(
                        range -> LongStream.of(range.first().low(), range.last().low()))
                .toArray();
        leadsOn = router.serviceRoutes().stream().anyMatch(route -> route.natTarget() != null);
        this.gate = gate;
        this.ports = new PacketPort[count];
        shared = new boolean[count];
        mtuBytes = new int[count];
        vlan = new int[count];
        hardwareMac = new long[count];
        virtualMac = new long[count];
        ledNs = new long[count];
        ownHigh = new long[FAMILIES * count];
        ownLow = new long[FAMILIES * count];
        maskHigh = new long[FAMILIES * count];
        maskLow = new long[FAMILIES * count];
        for (final PacketPort port : ports) {
            this.ports[port.interfaceIndex()] = port;
        }
        for (int i = 0; i < count; i++) {
            final Router.NetworkInterface configuration = configured.get(i);
            if (this.ports[i] == null && router.isShared(i)) {
                throw new IllegalArgumentException("interface " + configuration.name() + " needs a port");
            }
            shared[i] = router.nodes().size() > 1 && router.isShared(i);
            address(FAMILIES * i, configuration.v4(), ADDRESS_BITS - V4_BITS);
            address(FAMILIES * i + V6, configuration.v6(), 0);
            mtuBytes[i] = mtuBytes(this.ports[i], configuration.mtuBytes());
            vlan[i] = configuration.vlan();
            hardwareMac[i] =
                    this.ports[i] == null ? 0 : this.ports[i].hardwareAddress().bits();
            virtualMac[i] = configuration.virtualMac() == null
                    ? 0
                    : configuration.virtualMac().bits();
        }
    }

    private static int mtuBytes(final PacketPort port, final int configured) {
        if (port == null) {
            return configured;
        }
        return configured > 0 ? Math.min(configured, port.mtuBytes()) : port.mtuBytes();
    }

    private void address(final int own, final Router.InterfaceAddress configured, final int familyBits) {
        final int bits = configured == null ? ADDRESS_BITS : familyBits + configured.prefixLength();
        ownHigh[own] = configured == null ? 0 : configured.address().high();
        ownLow[own] = configured == null ? 0 : configured.address().low();
        maskHigh[own] = mask(Math.min(bits, Long.SIZE));
        maskLow[own] = mask(Math.max(bits - Long.SIZE, 0));
    }

    private static long mask(final int bits) {
        return bits == 0 ? 0 : -1L << Long.SIZE - bits;
    }

    @Override
    public int count() {
        return ports.length;
    }

    @Override
    public int addressV4(final int interfaceIndex) {
        return (int) ownLow[FAMILIES * interfaceIndex];
    }

    @Override
    public long addressHigh(final int interfaceIndex) {
        return ownHigh[FAMILIES * interfaceIndex + V6];
    }

    @Override
    public long addressLow(final int interfaceIndex) {
        return ownLow[FAMILIES * interfaceIndex + V6];
    }

    /**
     * Whether an address is ours: of any interface, but a link-local one of the interface where it was met; or of a
     * source NAT pool.
     *
     * @param high not 0 if {@code low} is 0: the unspecified address is nobody's
     */
    boolean isOurs(final int interfaceIndex, final long high, final long low) {
        if (IpAddress.isLinkLocal(high)) {
            return isOurLinkLocal(interfaceIndex, high, low);
        }
        for (int own = 0; own < ownLow.length; own++) {
            if (ownLow[own] == low && ownHigh[own] == high) {
                return true;
            }
        }
        return isLent(high, low);
    }

    private boolean isLent(final long high, final long low) {
        for (int range = 0; range < lent.length; range += 2) {
            if (high == 0 && low >= lent[range] && low <= lent[range + 1]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean lends(final int interfaceIndex, final int address) {
        final long low = IpAddress.v4Low(address);
        return isLent(0, low) && isConnected(interfaceIndex, 0, low);
    }

    /** Whether sessions to our own addresses may have a NAT target. */
    boolean leadsOn() {
        return leadsOn;
    }

    private boolean isOurLinkLocal(final int interfaceIndex, final long high, final long low) {
        return addressHigh(interfaceIndex) != 0
                && high == IpAddress.LINK_LOCAL_HIGH
                && (low == IpAddress.linkLocalLow(hardwareMac[interfaceIndex])
                        || virtualMac[interfaceIndex] != 0
                                && low == IpAddress.linkLocalLow(virtualMac[interfaceIndex]));
    }

    @Override
    public boolean isConnected(final int interfaceIndex, final long high, final long low) {
        final int own = FAMILIES * interfaceIndex + (IpAddress.isV4(high, low) ? 0 : V6);
        return ((high ^ ownHigh[own]) & maskHigh[own]) == 0 && ((low ^ ownLow[own]) & maskLow[own]) == 0
                || IpAddress.isLinkLocal(high) && addressHigh(interfaceIndex) != 0;
    }

    /** Whether a multicast Ethernet address is that of all nodes or of an IPv6 address that we may have here. */
    boolean isInGroup(final int interfaceIndex, final long groupMac) {
        if (groupMac >>> 32 != GROUP_MAC || addressHigh(interfaceIndex) == 0) {
            return false;
        }
        final long group = groupMac & 0xffff_ffffL;
        return group == NeighborMessage.ALL_NODES_LOW
                || isGroupOf(group, addressLow(interfaceIndex))
                || isGroupOf(group, hardwareMac[interfaceIndex])
                || isGroupOf(group, virtualMac[interfaceIndex]);
    }

    /** An address and the link-local one made from a MAC end alike: in the MAC's last three bytes. */
    private static boolean isGroupOf(final long group, final long addressOrMac) {
        return group == (GROUP_OF_ADDRESS | addressOrMac & 0xff_ffffL);
    }

    @Override
    public boolean isHere(final int interfaceIndex) {
        return ports[interfaceIndex] != null;
    }

    @Override
    public boolean isShared(final int interfaceIndex) {
        return shared[interfaceIndex];
    }

    /** Whether what leaves by an interface can leave here; otherwise it goes through the partner. */
    boolean reaches(final int interfaceIndex) {
        return ports[interfaceIndex] != null
                && (gate.hasLink(interfaceIndex) || virtualMac[interfaceIndex] == 0 || gate.leads(interfaceIndex));
    }

    @Override
    public boolean speaksFor(final int interfaceIndex) {
        return ports[interfaceIndex] != null && (virtualMac[interfaceIndex] == 0 || gate.leads(interfaceIndex));
    }

    /**
     * Whether frames to the shared address are for this node: as long as it leads, and a while after, as what the
     * network was bringing then has no other way.
     */
    boolean hears(final int interfaceIndex, final long nowNs) {
        if (speaksFor(interfaceIndex)) {
            ledNs[interfaceIndex] = nowNs;
            return true;
        }
        return ledNs[interfaceIndex] != 0 && nowNs - ledNs[interfaceIndex] < LATE_FRAMES_NS;
    }

    @Override
    public long sourceMac(final int interfaceIndex) {
        return virtualMac[interfaceIndex] != 0 && gate.leads(interfaceIndex)
                ? virtualMac[interfaceIndex]
                : hardwareMac[interfaceIndex];
    }

    @Override
    public long hardwareMac(final int interfaceIndex) {
        return hardwareMac[interfaceIndex];
    }

    /** The Ethernet address of the shared address, 0 if there is no partner. */
    long virtualMac(final int interfaceIndex) {
        return virtualMac[interfaceIndex];
    }

    int mtuBytes(final int interfaceIndex) {
        return mtuBytes[interfaceIndex];
    }

    int vlan(final int interfaceIndex) {
        return vlan[interfaceIndex];
    }

    PacketPort port(final int interfaceIndex) {
        return ports[interfaceIndex];
    }
}
