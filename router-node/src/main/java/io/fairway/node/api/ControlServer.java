package io.fairway.node.api;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the node's control socket and answers from {@link NodeOperations}. One virtual thread accepts, one serves
 * each connection; none of them ever runs on a thread of the packet path.
 */
public final class ControlServer implements AutoCloseable {
    /** Connections at once; more are told to come back. */
    static final int MAX_CONNECTIONS = 32;

    /** Bytes of a request; more end the connection. */
    static final int MAX_REQUEST_BYTES = 64 * 1024;

    /** Shared with the client: nulls are written, so that every answer has all its members. */
    static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int LONGEST_PATH_BYTES = 107;

    private final Path socket;
    private final NodeOperations operations;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private ControlServer(final Path socket, final NodeOperations operations, final ServerSocketChannel server) {
        this.socket = socket;
        this.operations = operations;
        this.server = server;
    }

    /**
     * Listens on this path, which only the owner may use; takes the place of a socket that a dead node left. The caller
     * holds the node's lock.
     *
     * @throws IOException if the socket cannot be made; the message is a sentence for people
     */
    public static ControlServer open(final Path socket, final NodeOperations operations) throws IOException {
        final Path unfinished = socket.resolveSibling(socket.getFileName() + ".new");
        if (unfinished.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH_BYTES) {
            throw new IOException("the state directory's path is too long for a socket: " + socket.getParent()
                    + "; use one of at most " + (LONGEST_PATH_BYTES - "/control.sock.new".length()) + " characters");
        }
        Files.deleteIfExists(unfinished);
        final ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(unfinished));
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            // The name appears only now, so that nobody ever finds a socket that others may use.
            Files.move(unfinished, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (final IOException e) {
            channel.close();
            Files.deleteIfExists(unfinished);
            throw new IOException("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
        final ControlServer server = new ControlServer(socket, operations, channel);
        Thread.ofVirtual().name("control").start(server::accept);
        return server;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                final SocketChannel connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().name("control-connection").start(() -> serve(connection));
            } catch (final IOException e) {
                if (server.isOpen()) {
                    LOG.warn("the control socket is lost: {}", e.toString());
                    closeQuietly(server);
                }
            }
        }
    }

    private void serve(final SocketChannel connection) {
        try (connection;
                InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
                BufferedWriter out = new BufferedWriter(Channels.newWriter(connection, StandardCharsets.UTF_8))) {
            if (connections.size() > MAX_CONNECTIONS) {
                answer(out, new Answer(false, null, "too many command lines are connected; try again"));
                return;
            }
            for (String line = readLine(in); line != null; line = readLine(in)) {
                answer(out, answerTo(line));
            }
        } catch (final IOException e) {
            LOG.debug("a control connection ended: {}", e.toString());
        } finally {
            connections.remove(connection);
        }
    }

    /** One line without its end; null at the end of the stream or if the line is too long. */
    private static String readLine(final InputStream in) throws IOException {
        final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (line.size() < MAX_REQUEST_BYTES) {
            final int b = in.read();
            if (b < 0) {
                return null;
            }
            if (b == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(b);
        }
        return null;
    }

    private Answer answerTo(final String line) {
        try {
            final ControlRequest request = GSON.fromJson(line, ControlRequest.class);
            if (request == null || request.command() == null) {
                return refusal("a request needs a command");
            }
            return dispatch(request);
        } catch (final JsonParseException e) {
            return refusal("the request is no JSON object with a command");
        } catch (final IllegalArgumentException e) {
            return refusal(e.getMessage());
        } catch (final RuntimeException e) {
            LOG.warn("a control request failed", e);
            return refusal(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private Answer dispatch(final ControlRequest request) {
        return switch (request.command()) {
            case ControlRequest.NODE_STATUS -> result(operations.status());
            case ControlRequest.SHOW_SESSIONS -> sessions(request.filter());
            case ControlRequest.SHOW_SESSION -> session(request.id());
            case ControlRequest.SHOW_PAIR -> result(operations.pair());
            case ControlRequest.SHOW_INTERFACES -> result(operations.interfaces());
            case ControlRequest.SHOW_ARP -> result(operations.arp());
            case ControlRequest.SHOW_PEERS -> result(operations.peers());
            case ControlRequest.SHOW_COUNTERS -> result(operations.counters());
            case ControlRequest.SHOW_DROPS -> result(operations.drops());
            case ControlRequest.DELETE_SESSION -> delete(request.id());
            case ControlRequest.ORDER_PAIR -> result(operations.orderPair(request.id()));
            default -> refusal("this node knows no command '" + request.command() + "'");
        };
    }

    private Answer sessions(final SessionFilter filter) {
        return result(operations.sessions(filter == null ? SessionFilter.ALL : filter));
    }

    private Answer session(final String id) {
        final SessionDetail session = operations.session(parseId(id));
        return session == null ? refusal("there is no session " + id) : result(session);
    }

    private Answer delete(final String id) {
        return operations.deleteSession(parseId(id)) ? result(id) : refusal("there is no session " + id);
    }

    private static long parseId(final String id) {
        if (id == null) {
            throw new IllegalArgumentException("the request names no session");
        }
        return SessionRow.parseId(id);
    }

    private static Answer result(final Object result) {
        return new Answer(true, result, null);
    }

    private static Answer refusal(final String sentence) {
        return new Answer(false, null, sentence);
    }

    private static void answer(final BufferedWriter out, final Answer answer) throws IOException {
        final JsonWriter json = GSON.newJsonWriter(out);
        json.beginObject().name("ok").value(answer.ok());
        if (answer.ok()) {
            json.name("result");
            GSON.toJson(answer.result(), answer.result().getClass(), json);
        } else {
            json.name("error").value(answer.error());
        }
        json.endObject();
        out.write('\n');
        out.flush();
    }

    @Override
    public void close() {
        closeQuietly(server);
        connections.forEach(ControlServer::closeQuietly);
        try {
            Files.deleteIfExists(socket);
        } catch (final IOException e) {
            LOG.warn("{} stays behind: {}", socket, e.toString());
        }
    }

    private static void closeQuietly(final AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (final Exception e) {
            LOG.debug("while closing: {}", e.toString());
        }
    }

    private record Answer(boolean ok, Object result, String error) {}
}
