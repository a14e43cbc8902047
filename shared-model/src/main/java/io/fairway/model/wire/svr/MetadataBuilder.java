package io.fairway.model.wire.svr;

import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.UUID;

/** Collects the parts of {@link ReceivedMetadata}; what is not set stays absent. */
final class MetadataBuilder {
    int securityId;
    boolean disableForward;
    int controlReason = MetadataView.NO_CONTROL;
    int healthCheck;
    FiveTuple forwardContext;
    FiveTuple reverseContext;
    UUID uuid;
    String tenant;
    String service;
    boolean encrypted;
    boolean tcpAsUdp;
    String router;
    String policy;
    String destinationRouter;
    String path;
    IpAddress sourceNat;
    String application;
    long remainingSeconds = ReceivedMetadata.NO_REMAINING_TIME;

    MetadataBuilder header(final MetadataView view) {
        securityId = view.securityId;
        disableForward = view.disableForward;
        controlReason = view.controlReason;
        healthCheck = view.healthCheck;
        return this;
    }

    ReceivedMetadata build() {
        return new ReceivedMetadata(
                securityId,
                disableForward,
                controlReason,
                healthCheck,
                forwardContext,
                reverseContext,
                uuid,
                tenant,
                service,
                encrypted,
                tcpAsUdp,
                router,
                policy,
                destinationRouter,
                path,
                sourceNat,
                application,
                remainingSeconds);
    }
}
