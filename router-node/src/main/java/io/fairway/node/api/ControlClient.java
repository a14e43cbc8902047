package io.fairway.node.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a node one thing over its control socket and waits for the answer, for so long and no longer. */
public final class ControlClient {
    private ControlClient() {}

    /**
     * The node's answer, still in JSON.
     *
     * @throws ControlException if nobody answers in time or the node refuses
     */
    public static JsonElement ask(final NodeDirectory node, final ControlRequest request, final int timeoutMs)
            throws ControlException {
        final CompletableFuture<String> line = new CompletableFuture<>();
        final SocketChannel channel = connect(node);
        try (channel) {
            Thread.ofVirtual().start(() -> exchange(channel, request, line));
            return result(node, line.get(timeoutMs, TimeUnit.MILLISECONDS));
        } catch (final TimeoutException e) {
            throw ControlException.notThere(
                    node.node() + " does not answer: nothing came from " + node.controlSocket() + " within " + timeoutMs
                            + " ms",
                    e);
        } catch (final ExecutionException | IOException e) {
            throw ControlException.notThere(node.node() + " hung up while it was asked; see " + node.log(), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ControlException.notThere("interrupted while waiting for " + node.node(), e);
        }
    }

    /**
     * The node's answer as a record, or as an array of records.
     *
     * @throws ControlException if nobody answers in time or the node refuses
     */
    public static <T> T ask(
            final NodeDirectory node, final ControlRequest request, final int timeoutMs, final Class<T> type)
            throws ControlException {
        return read(ask(node, request, timeoutMs), type);
    }

    /** An answer as a record, or as an array of records. */
    public static <T> T read(final JsonElement answer, final Class<T> type) {
        return ControlServer.GSON.fromJson(answer, type);
    }

    private static SocketChannel connect(final NodeDirectory node) throws ControlException {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(node.controlSocket()));
            return channel;
        } catch (final IOException e) {
            closeQuietly(channel);
            if (String.valueOf(e.getMessage()).contains("ermission denied")) {
                throw ControlException.notThere(
                        "you may not use " + node.controlSocket() + "; type the command as the user who started "
                                + node.node(),
                        e);
            }
            throw ControlException.notThere(
                    node.node() + " is not running (no answer on " + node.controlSocket() + ")", e);
        }
    }

    private static void exchange(
            final SocketChannel channel, final ControlRequest request, final CompletableFuture<String> answer) {
        try {
            final String line = ControlServer.GSON.toJson(request) + "\n";
            send(channel, ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            final BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            final String response = reader.readLine();
            if (response == null) {
                throw new IOException("the connection ended before the answer");
            }
            answer.complete(response);
        } catch (final IOException e) {
            answer.completeExceptionally(e);
        }
    }

    /**
     * A node that is too busy answers, and hangs up, before it is asked: then the answer is there although this fails.
     */
    private static void send(final SocketChannel channel, final ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (final IOException e) {
            // Reading tells what happened.
        }
    }

    private static JsonElement result(final NodeDirectory node, final String line) throws ControlException {
        try {
            final JsonObject response = JsonParser.parseString(line).getAsJsonObject();
            if (response.get("ok").getAsBoolean()) {
                return response.get("result");
            }
            throw ControlException.refused(
                    node.node() + ": " + response.get("error").getAsString());
        } catch (final JsonParseException | IllegalStateException | NullPointerException e) {
            throw ControlException.notThere(node.node() + " answered something that is no answer", e);
        }
    }

    private static void closeQuietly(final SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (final IOException e) {
                // There is nobody to tell and nothing to do.
            }
        }
    }
}
