package io.fairway.dataplane.io;

import org.agrona.MutableDirectBuffer;

/** Takes the frames of a {@link PacketPort}, on the thread that polls it. */
@FunctionalInterface
public interface FrameHandler {
    /**
     * Called for every received frame. The memory may be changed in place, {@link AfPacketPort#HEADROOM_BYTES} in front
     * of {@code vnetOffset} included, and stays valid until {@link PacketPort#release()}.
     *
     * @param interfaceIndex the logical interface the frame came from
     * @param buffer the memory it stands in
     * @param vnetOffset offset of its 10-byte {@code virtio_net_hdr}; the Ethernet frame follows that header
     * @param frameLength bytes of the Ethernet frame; up to 64 KB if the header says that it is a super-frame
     * @param vlan 802.1Q VLAN id that the kernel has taken out of the frame, 0 if it was untagged
     */
    void onFrame(int interfaceIndex, MutableDirectBuffer buffer, int vnetOffset, int frameLength, int vlan);
}
