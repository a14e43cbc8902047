package io.fairway.dataplane.forward;

import static io.fairway.dataplane.forward.NodeRig.LAN;
import static io.fairway.dataplane.forward.NodeRig.WAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.dataplane.forward.ForwarderProxy.PeerKey;
import io.fairway.model.config.Secret;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two routers whose controllers agree on keys while they run. */
class AgreedKeysForwardTest {
    private static final Secret A = Secret.ofHex("a1".repeat(32));
    private static final Secret B = Secret.ofHex("b2".repeat(32));
    private static final Secret C = Secret.ofHex("c3".repeat(32));
    private static final Secret D = Secret.ofHex("d4".repeat(32));

    @TempDir
    private Path directory;

    private RouterCouple routers;
    private NodeRig east;
    private NodeRig west;

    @BeforeEach
    void start() {
        routers = RouterCouple.certified(directory, IpProtocol.UDP);
        east = routers.east;
        west = routers.west;
        routers.install(SessionSecurity.CLEAR);
    }

    @AfterEach
    void stop() {
        routers.close();
    }

    private byte[] asked() {
        east.receive(LAN, routers.toServer("who is it?"));
        return east.onlySent(WAN);
    }

    private static void use(final NodeRig node, final int inUse, final PeerKey... keys) {
        node.proxy.useKeys(0, inUse, List.of(keys));
        node.turn();
    }

    @Test
    void nothingLeavesWithoutAKey() {
        east.receive(LAN, routers.toServer("who is it?"));
        assertThat(east.ports[WAN].take()).isEmpty();
        assertThat(east.drops()).isEqualTo("NO_PEER_KEY=1");
    }

    @Test
    void eachEndHasItsOwnKeyAndOldOnesAreAcceptedUntilTheyAreTakenAway() {
        use(east, 2, new PeerKey(2, A, B));
        use(west, 2, new PeerKey(2, B, A));
        west.receive(WAN, asked());
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("who is it?");

        // West accepts the next generation, too, before east uses it.
        final byte[] late = asked();
        use(west, 2, new PeerKey(2, B, A), new PeerKey(3, D, C));
        use(east, 3, new PeerKey(2, A, B), new PeerKey(3, C, D));
        west.receive(WAN, asked());
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("who is it?");
        west.receive(WAN, late);
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("who is it?");

        use(west, 3, new PeerKey(3, D, C));
        west.receive(WAN, late);
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.drops()).isEqualTo("METADATA_UNKNOWN_KEY=1");
    }

    @Test
    void anotherKeyOfTheSameGenerationIsNotBelieved() {
        use(east, 2, new PeerKey(2, A, B));
        use(west, 2, new PeerKey(2, B, C));
        west.receive(WAN, asked());
        assertThat(west.ports[LAN].take()).isEmpty();
        assertThat(west.drops()).isEqualTo("METADATA_BAD_HMAC=1");
    }

    /** A NAT gives east's packets another address; west knows that from what peers say to each other. */
    @Test
    void aPeerIsKnownWhereItIsSeen() {
        use(east, 2, new PeerKey(2, A, B));
        use(west, 2, new PeerKey(2, B, A));
        final String nat = "198.51.100.9";
        final byte[] asked = Frames.payload(asked());
        final byte[] translated = Frames.udp(east.mac(WAN), west.mac(WAN), nat, 1024, routers.westEnd, 20001, asked);
        west.receive(WAN, translated);
        assertThat(west.drops()).isEqualTo("METADATA_UNKNOWN_PEER=1");
        west.proxy.peerSeenAt(0, IpAddress.parse("198.51.100.8"));
        west.proxy.peerSeenAt(0, IpAddress.parse(nat));
        west.proxy.peerSeenAt(7, IpAddress.parse(nat));
        west.turn();
        west.receive(WAN, translated);
        assertThat(west.pendingId()).isNotZero();
        west.receive(
                WAN, Frames.udp(east.mac(WAN), west.mac(WAN), "198.51.100.8", 1024, routers.westEnd, 20001, asked));
        assertThat(west.drops()).isEqualTo("METADATA_UNKNOWN_PEER=2");
    }

    @Test
    void keysOfNoPathAreIgnored() {
        west.proxy.useKeys(9, 2, List.of(new PeerKey(2, A, B)));
        west.turn();
        use(west, 2, new PeerKey(2, B, A));
        use(east, 2, new PeerKey(2, A, B));
        west.receive(WAN, asked());
        assertThat(Frames.text(west.onlySent(LAN))).isEqualTo("who is it?");
    }
}
