package io.fairway.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fairway.model.DropReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests and answers over a real Unix-domain socket. */
@Timeout(60)
final class ControlServerTest {
    private static final int TIMEOUT_MS = 10_000;

    @TempDir
    private Path root;

    private NodeDirectory node;
    private ControlServer server;

    @BeforeEach
    void open() throws IOException {
        node = NodeDirectory.of(root, "node0");
        Files.createDirectories(node.path());
        server = ControlServer.open(node.controlSocket(), new FakeNode());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void onlyTheOwnerMayUseTheSocket() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.controlSocket())))
                .isEqualTo("rw-------");
    }

    @Test
    void everyCommandIsAnsweredWithItsRecords() throws ControlException {
        final FakeNode expected = new FakeNode();
        assertThat(ask(ControlRequest.NODE_STATUS, NodeStatus.class)).isEqualTo(expected.status());
        assertThat(ask(ControlRequest.SHOW_SESSIONS, SessionPage.class))
                .isEqualTo(expected.sessions(SessionFilter.ALL));
        assertThat(ask(ControlRequest.SHOW_PAIR, PairStatus.class)).isEqualTo(expected.pair());
        assertThat(ask(ControlRequest.SHOW_INTERFACES, InterfaceRow[].class))
                .containsExactlyElementsOf(expected.interfaces());
        assertThat(ask(ControlRequest.SHOW_ARP, ArpRow[].class)).containsExactlyElementsOf(expected.arp());
        assertThat(ask(ControlRequest.SHOW_PEERS, PeerRow[].class)).containsExactlyElementsOf(expected.peers());
        assertThat(ask(ControlRequest.SHOW_COUNTERS, CounterRow[].class))
                .containsExactlyElementsOf(expected.counters());
        assertThat(ask(ControlRequest.SHOW_DROPS, DropRow[].class)).hasSize(DropReason.count());
    }

    @Test
    void aFilterChoosesSessions() throws ControlException {
        assertThat(owners(new SessionFilter("staff", "bulk", null, null, 0, null, null, null, 9)))
                .containsExactly("node1", "node0");
        assertThat(owners(new SessionFilter(null, null, "10.1.0.0/25", "10.2.0.10", 80, "tcp", "lan", "node1", 9)))
                .containsExactly("node1");
        assertThat(owners(new SessionFilter(null, null, "10.9.0.0/16", null, 0, null, null, null, 9)))
                .isEmpty();
        final SessionPage page = ControlClient.read(
                ControlClient.ask(
                        node,
                        new ControlRequest(
                                ControlRequest.SHOW_SESSIONS,
                                null,
                                new SessionFilter(null, null, null, null, 0, null, null, null, 1)),
                        TIMEOUT_MS),
                SessionPage.class);
        assertThat(page.matching()).isEqualTo(3);
        assertThat(page.rows()).hasSize(1);
    }

    private List<String> owners(final SessionFilter filter) throws ControlException {
        return ControlClient.ask(
                        node,
                        new ControlRequest(ControlRequest.SHOW_SESSIONS, null, filter),
                        TIMEOUT_MS,
                        SessionPage.class)
                .rows()
                .stream()
                .map(SessionRow::owner)
                .toList();
    }

    @Test
    void aDeletedSessionIsGone() throws ControlException {
        final String id = "0003000000000011";
        assertThat(ControlClient.ask(node, new ControlRequest(ControlRequest.DELETE_SESSION, id, null), TIMEOUT_MS)
                        .getAsString())
                .isEqualTo(id);
        assertThat(refusal(new ControlRequest(ControlRequest.SHOW_SESSION, id, null)))
                .isEqualTo("node0: there is no session " + id);
        assertThat(refusal(new ControlRequest(ControlRequest.DELETE_SESSION, id, null)))
                .isEqualTo("node0: there is no session " + id);
    }

    @Test
    void badRequestsAreRefusedWithASentence() throws IOException {
        assertThat(refusal(ControlRequest.of("make coffee")))
                .isEqualTo("node0: this node knows no command 'make coffee'");
        assertThat(refusal(ControlRequest.of(ControlRequest.SHOW_SESSION)))
                .isEqualTo("node0: the request names no session");
        assertThat(refusal(new ControlRequest(ControlRequest.DELETE_SESSION, "0", null)))
                .isEqualTo("node0: session 0 is special in this test");
        assertThat(raw("no json\n"))
                .isEqualTo("{\"ok\":false,\"error\":\"the request is no JSON object with a command\"}");
        assertThat(raw("{}\n")).isEqualTo("{\"ok\":false,\"error\":\"a request needs a command\"}");
        assertThat(raw("x".repeat(ControlServer.MAX_REQUEST_BYTES))).isNull();
    }

    @Test
    void connectionsAreBounded() throws IOException {
        final List<SocketChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < ControlServer.MAX_CONNECTIONS; i++) {
                final SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(node.controlSocket()));
                open.add(channel);
                exchange(channel, "{\"command\":\"show counters\"}\n");
            }
            assertThat(refusal(ControlRequest.of(ControlRequest.SHOW_COUNTERS)))
                    .contains("too many command lines are connected");
        } finally {
            for (final SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    @Test
    void aSecondServerTakesThePlaceOfADeadOnesSocket() throws IOException, ControlException {
        server.close();
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(node.controlSocket()));
        }
        server = ControlServer.open(node.controlSocket(), new FakeNode());
        assertThat(ask(ControlRequest.NODE_STATUS, NodeStatus.class).node()).isEqualTo("node0");
    }

    @Test
    void aClosedServerIsNotThere() {
        server.close();
        assertThat(node.controlSocket()).doesNotExist();
        final ControlException e =
                catchThrowableOfType(ControlException.class, () -> ask(ControlRequest.NODE_STATUS, NodeStatus.class));
        assertThat(e.isNotThere()).isTrue();
        assertThat(e).hasMessage("node0 is not running (no answer on " + node.controlSocket() + ")");
    }

    @Test
    void aNodeThatHangsIsGivenUp() throws IOException {
        server.close();
        try (ServerSocketChannel hanging = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            hanging.bind(UnixDomainSocketAddress.of(node.controlSocket()));
            final ControlException e = catchThrowableOfType(
                    ControlException.class,
                    () -> ControlClient.ask(node, ControlRequest.of(ControlRequest.NODE_STATUS), 50));
            assertThat(e.isNotThere()).isTrue();
            assertThat(e).hasMessageStartingWith("node0 does not answer");
        }
    }

    @Test
    void aPathThatIsTooLongIsSaid() {
        final Path deep = root.resolve("x".repeat(120)).resolve("control.sock");
        assertThatThrownBy(() -> ControlServer.open(deep, new FakeNode()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the state directory's path is too long for a socket");
    }

    private <T> T ask(final String command, final Class<T> type) throws ControlException {
        return ControlClient.ask(node, ControlRequest.of(command), TIMEOUT_MS, type);
    }

    private String refusal(final ControlRequest request) {
        final ControlException e =
                catchThrowableOfType(ControlException.class, () -> ControlClient.ask(node, request, TIMEOUT_MS));
        assertThat(e.isNotThere()).isFalse();
        return e.getMessage();
    }

    private String raw(final String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(node.controlSocket()))) {
            return exchange(channel, line);
        }
    }

    private static String exchange(final SocketChannel channel, final String line) throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)).readLine();
    }
}
