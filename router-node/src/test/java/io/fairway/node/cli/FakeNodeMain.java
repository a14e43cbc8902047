package io.fairway.node.cli;

import io.fairway.node.api.ControlServer;
import io.fairway.node.api.FakeNode;
import io.fairway.node.api.NodeDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** Holds the lock and answers, or says that it cannot start if its configuration is called bad.json. */
final class FakeNodeMain {
    private FakeNodeMain() {}

    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final List<String> words = Arrays.asList(arguments);
        final NodeDirectory directory = new NodeDirectory(Path.of(words.get(words.indexOf("--state-dir") + 1)));
        Files.writeString(
                directory.nodePid(), Long.toString(ProcessHandle.current().pid()));
        if (words.get(words.indexOf("--config") + 1).endsWith("bad.json")) {
            System.out.println("INFO reading");
            System.out.println("ERROR cannot start: no privilege: be root");
            System.out.println("\tat some.Place(Place.java:1)");
            System.exit(78);
        }
        try (FileChannel channel =
                        FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                ControlServer server = ControlServer.open(directory.controlSocket(), new FakeNode())) {
            Objects.requireNonNull(server);
            System.out.println("INFO the lock is held: " + lock.isValid());
            new CountDownLatch(1).await();
        }
    }
}
