package io.fairway.ha.sentinel;

import io.fairway.dataplane.forward.OwnershipGate;
import io.fairway.ha.beat.BeatSettings;
import io.fairway.ha.owner.EpochStore;
import io.fairway.ha.owner.StandaloneOwnership;
import io.fairway.model.config.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The least that a sentinel may watch: takes an incarnation, opens its gate, writes its plan, and lives. */
final class LabNode {
    static final Secret SECRET = Secret.ofHex("c3".repeat(32));
    static final long ROUTER = BeatSettings.routerHash("lab");

    private LabNode() {}

    public static void main(final String[] args) throws Exception {
        final StateDirectory state = new StateDirectory(Path.of(args[0]));
        if (state.lockNode() == null) {
            System.exit(ExitCode.MISCONFIGURED);
        }
        EpochStore.open(state.epochs(), 0, System.out::println);
        new SentinelPlan(ROUTER, 0, SECRET, Map.of(0, args[1])).write(state.plan());
        StandaloneOwnership.open(OwnershipGate.map(state.gate(), 0), 0, 2);
        while (true) {
            LockSupport.park();
        }
    }
}
