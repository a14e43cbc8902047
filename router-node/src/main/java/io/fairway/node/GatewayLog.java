package io.fairway.node;

import io.fairway.dataplane.neighbor.GatewayWatch;
import io.fairway.model.config.Router;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import java.util.stream.Collectors;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log, once each, when gateways fall silent and when they are back. Runs beside the fabric. */
final class GatewayLog implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger("gateways");

    private final Router router;
    private final GatewayWatch watch;
    private long said;

    GatewayLog(final Router router, final GatewayWatch watch) {
        this.router = router;
        this.watch = watch;
    }

    @Override
    public int doWork() {
        final long silent = watch.silent();
        if (silent == said) {
            return 0;
        }
        for (int i = 0; i < router.interfaces().size(); i++) {
            if (((silent ^ said) >>> i & 1) != 0) {
                say(i, (silent >>> i & 1) != 0);
            }
        }
        said = silent;
        return 1;
    }

    private void say(final int interfaceIndex, final boolean silent) {
        final String name = router.interfaces().get(interfaceIndex).name();
        final List<IpAddress> gateways = router.gateways(interfaceIndex);
        final String its = gateways.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
        if (silent) {
            LOG.warn("interface {}: gateway not answering: {}", name, its);
        } else {
            LOG.info("interface {}: gateway answers again: {}", name, its);
        }
    }

    @Override
    public String roleName() {
        return "gateway log";
    }
}
