package io.fairway.ha.beat;

import io.fairway.dataplane.io.RawFrameSocket;
import io.fairway.model.wire.MacAddress;
import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A {@link BeatPort} on a kernel device: Ethernet frames of type 0x88b5 to a group address of our own. */
public final class RawBeatPort implements BeatPort {
    /**
     * A locally administered group address. Not one of 01:00:5e: switches that snoop IGMP would hold back a group that
     * nobody joined.
     */
    public static final MacAddress GROUP = MacAddress.parse("03:46:57:59:be:a7");

    private final RawFrameSocket socket;

    /** @throws IOException if the device is not there or privilege lacks, in one sentence */
    public RawBeatPort(final String device) throws IOException {
        socket = new RawFrameSocket(device, BeatFlyweight.ETHER_TYPE);
    }

    @Override
    public int fd() {
        return socket.fd();
    }

    @Override
    public boolean send(final DirectBuffer payload, final int length) {
        return socket.send(GROUP, payload, 0, length);
    }

    @Override
    public int receive(final MutableDirectBuffer payload) {
        return socket.receive(payload);
    }

    @Override
    public boolean carrier() {
        return socket.carrier();
    }

    @Override
    public void close() {
        socket.close();
    }
}
