package io.fairway.deploy.sim;

import io.aeron.logbuffer.FragmentHandler;
import io.fairway.dataplane.forward.CommandSource;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The bounded ring from the controller to the forwarder. */
final class CommandRing implements CommandSource {
    private static final int CAPACITY = 512;

    private final ArrayDeque<UnsafeBuffer> commands = new ArrayDeque<>();

    boolean offer(final DirectBuffer message, final int offset, final int length) {
        if (commands.size() == CAPACITY) {
            return false;
        }
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, message, offset, length);
        return commands.add(copy);
    }

    @Override
    public int poll(final FragmentHandler handler, final int limit) {
        int handled = 0;
        while (handled < limit && !commands.isEmpty()) {
            final UnsafeBuffer command = commands.poll();
            handler.onFragment(command, 0, command.capacity(), null);
            handled++;
        }
        return handled;
    }
}
