package io.fairway.dataplane.forward;

import io.fairway.dataplane.io.PacketPort;
import io.fairway.dataplane.neighbor.Links;
import io.fairway.model.config.Router;
import java.util.List;

/** The logical interfaces as arrays: what the packet path must know of configuration and ports. Never changes. */
final class Interfaces implements Links {
    private static final int V4_BITS = 32;

    private final OwnershipGate gate;
    private final PacketPort[] ports;
    private final int[] address;
    private final int[] mask;
    private final int[] mtuBytes;
    private final int[] vlan;
    private final long[] hardwareMac;
    private final long[] virtualMac;

    /**
     * @param ports one per interface, at the interface's index
     * @throws IllegalArgumentException if a port is missing
     */
    Interfaces(final List<Router.NetworkInterface> configured, final List<PacketPort> ports, final OwnershipGate gate) {
        final int count = configured.size();
        this.gate = gate;
        this.ports = new PacketPort[count];
        address = new int[count];
        mask = new int[count];
        mtuBytes = new int[count];
        vlan = new int[count];
        hardwareMac = new long[count];
        virtualMac = new long[count];
        for (final PacketPort port : ports) {
            this.ports[port.interfaceIndex()] = port;
        }
        for (int i = 0; i < count; i++) {
            final Router.NetworkInterface configuration = configured.get(i);
            if (this.ports[i] == null) {
                throw new IllegalArgumentException("interface " + configuration.name() + " needs a port");
            }
            final Router.InterfaceAddress v4 = configuration.v4();
            address[i] = v4 == null ? 0 : v4.address().v4Bits();
            mask[i] = v4 == null ? -1 : -1 << V4_BITS - v4.prefixLength();
            mtuBytes[i] = configuration.mtuBytes() > 0
                    ? Math.min(configuration.mtuBytes(), this.ports[i].mtuBytes())
                    : this.ports[i].mtuBytes();
            vlan[i] = configuration.vlan();
            hardwareMac[i] = this.ports[i].hardwareAddress().bits();
            virtualMac[i] = configuration.virtualMac() == null
                    ? 0
                    : configuration.virtualMac().bits();
        }
    }

    @Override
    public int count() {
        return ports.length;
    }

    @Override
    public int address(final int interfaceIndex) {
        return address[interfaceIndex];
    }

    /** Whether an address is ours, on any interface. */
    boolean isOurs(final int candidate) {
        for (final int own : address) {
            if (own == candidate) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isConnected(final int interfaceIndex, final int candidate) {
        return ((candidate ^ address[interfaceIndex]) & mask[interfaceIndex]) == 0;
    }

    @Override
    public boolean speaksFor(final int interfaceIndex) {
        return virtualMac[interfaceIndex] == 0 || gate.leads(interfaceIndex);
    }

    @Override
    public long sourceMac(final int interfaceIndex) {
        return virtualMac[interfaceIndex] != 0 && gate.leads(interfaceIndex)
                ? virtualMac[interfaceIndex]
                : hardwareMac[interfaceIndex];
    }

    long hardwareMac(final int interfaceIndex) {
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
