package io.fairway.ha.store;

import io.fairway.ha.journal.Records;
import io.fairway.ha.journal.SessionReplica;
import io.fairway.model.config.Router;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process to be killed or to run out of disk: writes sessions to a store without end, printing a line per thousand,
 * or only as many as told, and prints what the store says.
 */
final class StoreChild {
    private StoreChild() {}

    /** Arguments: the folder, how many sessions the file holds, how many to write (0: without end). */
    public static void main(final String[] args) {
        final int maxSessions = Integer.parseInt(args[1]);
        final long limit = Long.parseLong(args[2]);
        final SessionReplica replica = new SessionReplica(new Router.Limits(maxSessions, 16, 1));
        final WarmStore store =
                WarmStore.open(Path.of(args[0]), "lab/node0", maxSessions, replica, line -> say("log " + line));
        say("on " + store.isOn());
        for (long written = 0; limit == 0 || written < limit; written++) {
            final long sessionId = Records.id(0, written % maxSessions);
            final byte[] record = Records.record(sessionId, 1 + (int) (written / maxSessions));
            replica.put(new UnsafeBuffer(record), 0, record.length);
            store.onChanged(sessionId);
            if (written % 1_000 == 0) {
                say("written " + written);
            }
        }
        store.close();
        say("done");
    }

    private static void say(final String line) {
        System.out.println(line);
        System.out.flush();
    }
}
