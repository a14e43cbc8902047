package io.fairway.cluster;

import io.fairway.cluster.membership.ClusterConfig;
import io.fairway.cluster.peer.PeerPort;
import io.fairway.cluster.replication.OwnershipView;
import io.fairway.cluster.replication.ReplicaView;
import io.fairway.cluster.replication.SessionInstaller;
import io.fairway.cluster.replication.SessionJournal;
import io.fairway.model.config.Authority;
import java.util.function.LongConsumer;

/**
 * What a controller needs to start.
 *
 * @param authority the configuration
 * @param nodeName the node that this process is
 * @param neighbours what it calls
 * @param clusterPort Artery's port on the fabric
 */
public record ControllerContext(Authority authority, String nodeName, Neighbours neighbours, int clusterPort) {
    /** With the usual port. */
    public ControllerContext(final Authority authority, final String nodeName, final Neighbours neighbours) {
        this(authority, nodeName, neighbours, ClusterConfig.DEFAULT_PORT);
    }

    /**
     * The parts of the node that a controller calls; none may block.
     *
     * @param installer the forwarder
     * @param journal the pair's journal, or the lone node's
     * @param replica the newest records
     * @param ownership who owns which bucket
     * @param peers the way to other routers, or null if nobody speaks to them
     * @param standbyRefused told of standby entries that the forwarder could not install
     */
    public record Neighbours(
            SessionInstaller installer,
            SessionJournal journal,
            ReplicaView replica,
            OwnershipView ownership,
            PeerPort peers,
            LongConsumer standbyRefused) {}
}
