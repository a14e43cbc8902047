package io.fairway.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.cluster.Lab;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.BfdHeader;
import io.fairway.model.wire.peer.Endpoint;
import io.fairway.model.wire.peer.PeerMessage;
import io.fairway.model.wire.peer.PeerMessageWriter;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A message's path is found by what it says, wherever it comes from. */
class PathFinderTest {
    private final PathFinder finder = new PathFinder(Lab.authority().router("east"));

    private static byte[] message(final String name, final IpAddress own) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[PeerMessage.SAFE_LENGTH]);
        final PeerMessageWriter writer = new PeerMessageWriter().begin(buffer, 0);
        BfdHeader.setMultiplier(buffer, 0, 3);
        BfdHeader.setDiscriminators(buffer, 0, 2, 1);
        writer.sender(1, name, 1, 0).clock(1, 1, 0).echo(0, 0, 0, 0);
        if (own != null) {
            writer.ownEndpoint(new Endpoint(own, 1_280));
        }
        return Arrays.copyOf(buffer.byteArray(), writer.end());
    }

    @Test
    void findsThePathOfAPeersWaypoint() {
        assertThat(finder.find(message("west", Lab.WEST_WAN), Lab.EAST_WAN)).isZero();
    }

    @Test
    void othersHaveNone() {
        assertThat(finder.find(message("west", Lab.WEST_WAN), Lab.CLIENT)).isEqualTo(PathFinder.NONE);
        assertThat(finder.find(message("south", Lab.WEST_WAN), Lab.EAST_WAN)).isEqualTo(PathFinder.NONE);
        assertThat(finder.find(message("west", Lab.CLIENT), Lab.EAST_WAN)).isEqualTo(PathFinder.NONE);
        assertThat(finder.find(message("west", null), Lab.EAST_WAN)).isEqualTo(PathFinder.NONE);
        assertThat(finder.find(new byte[0], Lab.EAST_WAN)).isEqualTo(PathFinder.NONE);
    }
}
