package io.fairway.dataplane.neighbor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.IpAddress;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What a partner's word may do to a small table, and what it may not. */
class NeighborNoteTest {
    private static final int CAPACITY = 8;
    private static final long MAC = 0x0a00_0000_0001L;
    private static final long OWN_MAC = 0x0200_0000_0001L;
    private static final int OWN = 0x0a00_0001;
    private static final int SHARED = 0;
    private static final int ALONE = 1;

    private final NeighborTable table = new NeighborTable(CAPACITY);
    private final NeighborResolver resolver = new NeighborResolver(table, new TwoLinks(), new NoOutput());
    private final long nowNs = TimeUnit.HOURS.toNanos(1);
    private int resolved;

    NeighborNoteTest() {
        resolver.listener(new NeighborListener() {
            @Override
            public void onResolved(final int neighbor) {
                resolved++;
            }

            @Override
            public void onUnresolved(final int neighbor) {
                // Not in these tests.
            }
        });
    }

    private void hear(final int interfaceIndex, final int ip, final long mac, final int ageMs) {
        final NeighborTable partners = new NeighborTable(1);
        final int entry = partners.create(interfaceIndex, 0, IpAddress.v4Low(ip), 0);
        partners.confirm(entry, mac, 0);
        final UnsafeBuffer note = new UnsafeBuffer(new byte[NeighborNote.LENGTH]);
        NeighborNote.encode(note, 0, partners, entry, ageMs);
        resolver.onNote(note, 0, nowNs);
    }

    private int find(final int interfaceIndex, final int ip) {
        return table.find(interfaceIndex, 0, IpAddress.v4Low(ip), NeighborTable.NONE);
    }

    @Example
    void aQuarterOfTheTableStaysFree() {
        for (int i = 0; i < 2 * CAPACITY; i++) {
            hear(SHARED, OWN + 1 + i, MAC + i, 0);
        }
        assertThat(table.used()).isEqualTo(CAPACITY * 3 / 4);
    }

    @Example
    void whatCannotBeIsIgnored() {
        hear(ALONE, OWN + 1, MAC, 0);
        hear(9, OWN + 1, MAC, 0);
        hear(SHARED, OWN + 0x0001_0000, MAC, 0);
        hear(SHARED, OWN, MAC, 0);
        hear(SHARED, OWN + 1, OWN_MAC, 0);
        hear(SHARED, OWN + 1, 0, 0);
        hear(SHARED, OWN + 1, 0xffff_ffff_ffffL, 0);
        hear(SHARED, OWN + 1, MAC, 45_000);
        hear(SHARED, OWN + 1, MAC, -1);
        assertThat(table.used()).isZero();
    }

    @Example
    void aNeighbourThatIsWaitedForIsResolved() {
        final int entry = resolver.lookup(SHARED, 0, IpAddress.v4Low(OWN + 1), NeighborTable.NONE, nowNs);
        hear(SHARED, OWN + 1, MAC, 10);
        assertThat(resolved).isEqualTo(1);
        assertThat(table.mac(entry)).isEqualTo(MAC);
        assertThat(table.unresolved()).isZero();
    }

    @Example
    void theNewestOfThePartnersWordsHolds() {
        hear(SHARED, OWN + 1, MAC, 100);
        hear(SHARED, OWN + 1, MAC + 1, 50);
        hear(SHARED, OWN + 1, MAC + 2, 80);
        assertThat(table.mac(find(SHARED, OWN + 1))).isEqualTo(MAC + 1);
    }

    @Example
    void ownNewsAreToldOnce_andWhatThePartnerSaidIsNot() {
        hear(SHARED, OWN + 1, MAC, 0);
        final int entry = find(SHARED, OWN + 1);
        final long againNs = TimeUnit.SECONDS.toNanos(5);
        assertThat(table.isToTell(entry, nowNs, againNs)).isFalse();
        table.confirm(entry, MAC, nowNs);
        assertThat(table.isToTell(entry, nowNs, againNs)).isTrue();
        table.tell(entry, nowNs);
        table.confirm(entry, MAC, nowNs + 1);
        assertThat(table.isToTell(entry, nowNs + 1, againNs)).isFalse();
        assertThat(table.isToTell(entry, nowNs + againNs, againNs)).isTrue();
        table.confirm(entry, MAC + 1, nowNs + 2);
        assertThat(table.isToTell(entry, nowNs + 2, againNs)).isTrue();
    }

    /** Both nodes have interface 0, this one alone has interface 1. */
    private static final class TwoLinks implements Links {
        @Override
        public int count() {
            return 2;
        }

        @Override
        public boolean isHere(final int interfaceIndex) {
            return true;
        }

        @Override
        public boolean isShared(final int interfaceIndex) {
            return interfaceIndex == SHARED;
        }

        @Override
        public int addressV4(final int interfaceIndex) {
            return OWN;
        }

        @Override
        public long addressHigh(final int interfaceIndex) {
            return 0;
        }

        @Override
        public long addressLow(final int interfaceIndex) {
            return 0;
        }

        @Override
        public boolean lends(final int interfaceIndex, final int address) {
            return false;
        }

        @Override
        public boolean isConnected(final int interfaceIndex, final long high, final long low) {
            return high == 0 && low >>> 16 == IpAddress.v4Low(OWN) >>> 16;
        }

        @Override
        public boolean speaksFor(final int interfaceIndex) {
            return true;
        }

        @Override
        public long sourceMac(final int interfaceIndex) {
            return OWN_MAC;
        }

        @Override
        public long hardwareMac(final int interfaceIndex) {
            return OWN_MAC;
        }
    }

    /** Sends nothing. */
    private static final class NoOutput implements LinkOutput {
        private final MutableDirectBuffer memory = new ExpandableArrayBuffer(256);

        @Override
        public MutableDirectBuffer memory() {
            return memory;
        }

        @Override
        public int reserve(final int networkBytes) {
            return 0;
        }

        @Override
        public void send(
                final int interfaceIndex,
                final long destinationMac,
                final int etherType,
                final int networkOffset,
                final int networkBytes) {
            // Nobody is there.
        }
    }
}
