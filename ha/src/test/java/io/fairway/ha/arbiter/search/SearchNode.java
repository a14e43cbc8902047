package io.fairway.ha.arbiter.search;

import io.fairway.ha.arbiter.ArbiterSettings;
import io.fairway.ha.arbiter.BucketRange;
import io.fairway.ha.arbiter.HomeClaim;
import io.fairway.ha.arbiter.PairArbiter;
import io.fairway.ha.arbiter.PairEvent;
import io.fairway.ha.arbiter.PartnerBeat;
import io.fairway.ha.arbiter.StoredEpochs;
import io.fairway.model.pair.BucketId;
import java.util.ArrayList;
import java.util.List;

/** One node of the search: disk and gate outlive its process. */
final class SearchNode {
    /** What may wait in a socket that nobody reads: the oldest, which it keeps, and the newest. */
    private static final int SOCKET_FRAMES = 2;

    /**
     * A beat or a death notice on its way.
     *
     * @param beat null: a notice, of the process {@code echoIncarnation}
     * @param fabric whether it came over a fabric link, too
     * @param data whether it came over the data network, too
     */
    record Frame(PartnerBeat beat, long sentNs, long echoIncarnation, long echoSentNs, boolean fabric, boolean data) {}

    final int id;

    // The disk.
    long incarnation;
    final int[] epochs = new int[2];

    // The sentinel: which process it saw die and has not told of; 0: none.
    long untold;

    // The gate.
    final HomeClaim[] gate = {HomeClaim.of(HomeClaim.NOBODY, 0), HomeClaim.of(HomeClaim.NOBODY, 0)};
    long leaders;
    long validUntilNs;

    // The process; null: dead.
    PairArbiter arbiter;
    boolean frozen;
    long turnedNs;
    long listeningSinceNs;
    long lapsedNs;
    long fabricHeardNs;
    long echoIncarnation;
    long echoSentNs;

    /** When the newest beat of this process was sent that came back to it. */
    long returnedNs;

    /** What a grant of the witness, or the fence, has to say; 0, null: nothing. */
    long grantedUntilNs;

    PairEvent.Fenced fenced;
    int settling = -1;
    final List<Frame> inbox = new ArrayList<>(SOCKET_FRAMES);

    // The world around it.
    boolean plugged = true;

    SearchNode(final int id) {
        this.id = id;
    }

    SearchNode copy(final SearchSetup setup) {
        final SearchNode copy = new SearchNode(id);
        copy.incarnation = incarnation;
        System.arraycopy(epochs, 0, copy.epochs, 0, 2);
        copy.untold = untold;
        System.arraycopy(gate, 0, copy.gate, 0, 2);
        copy.leaders = leaders;
        copy.validUntilNs = validUntilNs;
        copy.arbiter = arbiter == null ? null : Insides.copy(arbiter, setup.settings(id, incarnation));
        copy.frozen = frozen;
        copy.turnedNs = turnedNs;
        copy.listeningSinceNs = listeningSinceNs;
        copy.lapsedNs = lapsedNs;
        copy.fabricHeardNs = fabricHeardNs;
        copy.echoIncarnation = echoIncarnation;
        copy.echoSentNs = echoSentNs;
        copy.returnedNs = returnedNs;
        copy.grantedUntilNs = grantedUntilNs;
        copy.fenced = fenced;
        copy.settling = settling;
        copy.inbox.addAll(inbox);
        copy.plugged = plugged;
        return copy;
    }

    /** The next process. */
    void boot(final SearchSetup setup, final long nowNs) {
        incarnation++;
        final ArbiterSettings settings = setup.settings(id, incarnation);
        arbiter = new PairArbiter(settings, new StoredEpochs(epochs[0], epochs[1], epochs[0], epochs[1]), nowNs);
        for (int home = 0; home < 2; home++) {
            gate[home] = new HomeClaim(gate[home].runs().stream()
                    .map(run -> new HomeClaim.Run(run.end(), HomeClaim.NOBODY, run.epoch()))
                    .toList());
        }
        leaders = 0;
        validUntilNs = nowNs;
        frozen = false;
        turnedNs = nowNs;
        listeningSinceNs = nowNs;
        lapsedNs = nowNs;
        fabricHeardNs = nowNs;
        echoIncarnation = 0;
        echoSentNs = nowNs;
        returnedNs = nowNs - SearchSetup.LEASE_NS;
        grantedUntilNs = 0;
        fenced = null;
        settling = -1;
        inbox.clear();
    }

    /** The process is gone, and its sentinel will tell. */
    void die() {
        untold = incarnation;
        arbiter = null;
        frozen = false;
        inbox.clear();
    }

    void receive(final Frame frame) {
        if (arbiter != null) {
            if (inbox.size() == SOCKET_FRAMES) {
                inbox.removeLast();
            }
            inbox.add(frame);
        }
    }

    boolean running() {
        return arbiter != null && !frozen;
    }

    /** Whether it can send: its process runs, its gate is open, its cable is in. */
    boolean sends(final long nowNs) {
        return running() && plugged && validUntilNs - nowNs > 0;
    }

    /** The gate names an owner; epochs never fall. */
    void assign(final BucketRange buckets, final int owner, final int epoch) {
        final HomeClaim before = gate[buckets.homeNode()];
        for (int place = buckets.from(); place < buckets.to(); ) {
            final HomeClaim.Run run = before.at(place);
            if (epoch < run.epoch() || epoch == run.epoch() && owner == id) {
                throw new Violation(
                        "epochs", "node" + id + " takes " + buckets + " at epoch " + epoch + " after " + run.epoch());
            }
            place = Math.min(run.end(), BucketId.PER_NODE);
        }
        if ((epoch & 1) != owner) {
            throw new Violation("epochs", "epoch " + epoch + " is not one of node" + owner);
        }
        gate[buckets.homeNode()] = before.with(buckets.from(), buckets.to(), owner, epoch);
    }
}
