package io.fairway.node;

import io.fairway.ha.owner.Outside;
import io.fairway.ha.owner.PairAgent;
import io.fairway.ha.witness.FenceCommand;
import io.fairway.ha.witness.WitnessClient;
import io.fairway.model.config.Router;
import java.io.IOException;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/** The witness and the fence command that the configuration names, if any. */
final class ThirdParties implements Outside {
    private final List<String> fenceCommand;
    private final String partner;
    private final WitnessClient witness;
    private volatile PairAgent pair;

    private ThirdParties(final Router router, final Router.Node node, final long incarnation, final CloseStack opened)
            throws IOException {
        fenceCommand = router.pair().fenceCommand();
        partner = router.nodes().get(1 - node.id()).name();
        witness = router.pair().witness() == null
                ? null
                : opened.add(new WitnessClient(
                        router, node, incarnation, SystemNanoClock.INSTANCE, untilNs -> pair.granted(untilNs)));
    }

    /** @throws IOException if the witness's socket cannot be opened */
    static ThirdParties open(
            final Router router, final Router.Node node, final long incarnation, final CloseStack opened)
            throws IOException {
        return new ThirdParties(router, node, incarnation, opened);
    }

    /** Who asks, and is answered. */
    void attach(final PairAgent agent) {
        pair = agent;
    }

    @Override
    public void askWitness(final long forNs) {
        Thread.ofVirtual().name("ask-witness").start(() -> witness.ask(forNs));
    }

    @Override
    public void fence(final long incarnation) {
        Thread.ofVirtual().name("fence").start(() -> {
            final FenceCommand.Result result = FenceCommand.run(fenceCommand, partner);
            pair.fenced(incarnation, result.done(), result.what());
        });
    }
}
