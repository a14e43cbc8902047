package io.fairway.deploy.fuzz;

import static io.fairway.deploy.fuzz.FuzzTarget.check;

import io.fairway.model.session.FlowKeyFlyweight;
import io.fairway.model.wire.EthernetHeader;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Ipv4Header;
import io.fairway.model.wire.NeighborMessage;
import io.fairway.model.wire.PacketParser;
import io.fairway.model.wire.ParsedPacket;
import io.fairway.model.wire.TcpHeader;
import io.fairway.model.wire.UdpHeader;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** {@link PacketParser} and what is done with a packet that it accepts; the buffer ends where the frame ends. */
final class PacketTarget implements FuzzTarget {
    private static final int MOST_BEFORE = 40;

    private final PacketSource source = new PacketSource();
    private final byte[] memory = new byte[MOST_BEFORE + PacketSource.MAX_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer key = new UnsafeBuffer(new byte[FlowKeyFlyweight.LENGTH]);
    private final ParsedPacket packet = new ParsedPacket();
    private int length;

    @Override
    public boolean run(final FuzzRandom random) {
        make(random);
        final int before = random.oneIn(4) ? random.nextInt(MOST_BEFORE) : 0;
        System.arraycopy(source.bytes, 0, memory, before, length);
        buffer.wrap(memory, 0, before + length);
        if (PacketParser.parse(buffer, before, length, random.nextBoolean(), packet) != null) {
            return false;
        }
        check(packet.ipOffset() >= before + EthernetHeader.LENGTH, "the IP header lies in the Ethernet header");
        check(packet.endOffset() <= before + length, "the packet goes beyond the frame");
        if (packet.isArp()) {
            return true;
        }
        check(packet.l4Offset() >= packet.ipOffset() + Ipv4Header.LENGTH, "the transport header lies in the IP header");
        if (packet.isNeighborMessage()) {
            NeighborMessage.linkAddress(buffer, packet.l4Offset(), packet.l4Length(), NeighborMessage.SOURCE_ADDRESS);
            return true;
        }
        final int header = IpProtocol.hasSessions(packet.protocol()) ? 0 : UdpHeader.LENGTH;
        check(packet.payloadOffset() >= packet.l4Offset() + header, "the payload lies in the header");
        check(packet.payloadOffset() <= packet.endOffset(), "the transport header goes beyond the packet");
        packet.encodeKey(key, 0, 3, packet.vlan());
        PacketParser.l4ChecksumOk(buffer, packet);
        if (packet.protocol() == IpProtocol.TCP) {
            check(
                    TcpHeader.mssValueOffset(buffer, packet.l4Offset()) < packet.payloadOffset(),
                    "the MSS lies in the payload");
            TcpHeader.clampMss(buffer, packet.l4Offset(), 1_000, random.nextBoolean());
        }
        return true;
    }

    private void make(final FuzzRandom random) {
        source.next(random);
        if (random.oneIn(10)) {
            length = random.nextInt(150);
            random.fill(source.bytes, 0, length);
            return;
        }
        length = source.length;
        for (int lies = random.nextInt(3); lies > 0; lies--) {
            lie(random);
        }
        if (random.oneIn(3)) {
            length = Mutator.mutate(random, source.bytes, length);
            source.written = Math.max(source.written, length + 1);
        }
        // So that more than the header's checksum is met.
        if (!random.oneIn(5)) {
            source.sealIpv4();
        }
    }

    /** Puts a wrong number where lengths, types and flags stand. */
    private void lie(final FuzzRandom random) {
        final byte[] bytes = source.bytes;
        final int lie =
                switch (random.nextInt(4)) {
                    case 0 -> length - source.ip + random.nextInt(-9, 10);
                    case 1 -> length - source.l4 + random.nextInt(-9, 10);
                    case 2 -> random.nextInt(64);
                    default -> random.nextInt(1 << 16);
                };
        switch (random.nextInt(6)) {
            case 0 -> bytes[source.ip] = (byte) (0x40 | random.nextInt(16));
            case 1 -> put(source.ip + 2, lie);
            case 2 -> put(source.ip + 6, lie);
            case 3 -> put(source.l4 + 4, lie);
            case 4 -> bytes[source.l4 + 12] = (byte) lie;
            default -> {
                length = Math.clamp(lie, 0, bytes.length);
                source.written = Math.max(source.written, length);
            }
        }
    }

    private void put(final int at, final int value) {
        source.bytes[at] = (byte) (value >>> 8);
        source.bytes[at + 1] = (byte) value;
    }

    @Override
    public List<byte[]> input() {
        return List.of(Arrays.copyOf(source.bytes, length));
    }
}
