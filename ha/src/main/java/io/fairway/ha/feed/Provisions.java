package io.fairway.ha.feed;

import io.fairway.model.boundary.ProvisionFlyweight;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * What a controller has signed in advance to be said to peers, and is silent when it is due: then it is said here, so
 * that paths stay up while a controller starts again. A living controller renews each path's set before any of it is
 * due. On the pair's thread.
 */
final class Provisions {
    /** Said that late, a message would be one of a controller that was frozen with us. */
    private static final long TOO_LATE_NS = 2_000_000_000L;

    private final Consumer<byte[]> sender;
    private final Map<Integer, ArrayDeque<Due>> paths = new HashMap<>();
    private long nextNs = Long.MAX_VALUE;

    Provisions(final Consumer<byte[]> sender) {
        this.sender = sender;
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Due(long atNs, byte[] command) {}

    /** Takes a ProvisionFlyweight. */
    void take(final DirectBuffer buffer, final int offset) {
        final ArrayDeque<Due> path =
                paths.computeIfAbsent(buffer.getInt(offset + ProvisionFlyweight.PATH), ignored -> new ArrayDeque<>());
        if (buffer.getInt(offset + ProvisionFlyweight.NUMBER) == 0) {
            path.clear();
        }
        final byte[] command = new byte[buffer.getInt(offset + ProvisionFlyweight.COMMAND_LENGTH)];
        if (command.length > 0) {
            buffer.getBytes(offset + ProvisionFlyweight.COMMAND, command);
            final Due due = new Due(buffer.getLong(offset + ProvisionFlyweight.DUE), command);
            path.add(due);
            nextNs = Math.min(nextNs, due.atNs());
        }
    }

    /** Says what is due. */
    int send(final long nowNs) {
        if (nextNs > nowNs) {
            return 0;
        }
        int sent = 0;
        nextNs = Long.MAX_VALUE;
        for (final ArrayDeque<Due> path : paths.values()) {
            while (!path.isEmpty() && path.peek().atNs() <= nowNs) {
                final Due due = path.poll();
                if (nowNs - due.atNs() < TOO_LATE_NS) {
                    sender.accept(due.command());
                    sent++;
                }
            }
            nextNs = path.isEmpty() ? nextNs : Math.min(nextNs, path.peek().atNs());
        }
        return sent;
    }
}
