package io.fairway.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The cluster's members as this node sees them now, for {@code show pair}. Decides nothing.
 *
 * @param clustered false for a router of one node, which has no members
 * @param members every member, this node among them
 */
public record MembershipView(boolean clustered, List<Node> members) {
    public MembershipView {
        members = List.copyOf(members);
    }

    /**
     * A member.
     *
     * @param address host and port
     * @param status Pekko's word: Joining, Up, Leaving, Exiting, Down
     * @param reachable whether Pekko's slow failure detector hears it
     * @param self whether it is this node
     */
    public record Node(String address, String status, boolean reachable, boolean self) {}

    /** The view of a router of one node. */
    public static MembershipView alone() {
        return new MembershipView(false, List.of());
    }

    /** The view of a clustered node; any thread. */
    public static MembershipView of(final ActorSystem<?> system) {
        final Cluster cluster = Cluster.get(system);
        final ClusterEvent.CurrentClusterState state = cluster.state();
        final List<Node> nodes = new ArrayList<>();
        for (final Member member : state.getMembers()) {
            nodes.add(new Node(
                    member.address().hostPort(),
                    member.status().toString(),
                    !state.getUnreachable().contains(member),
                    member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())));
        }
        return new MembershipView(true, nodes);
    }
}
