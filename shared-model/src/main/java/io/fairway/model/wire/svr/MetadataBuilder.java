package io.fairway.model.wire.svr;

import io.fairway.model.config.Secret;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.wire.IpAddress;
import java.util.List;
import java.util.UUID;

/** Collects the TLVs of {@link ReceivedMetadata}; what is not set stays absent. Each is described there. */
public final class MetadataBuilder {
    int securityId;
    boolean disableForward;
    int controlReason = MetadataView.NO_CONTROL;
    int healthCheck;
    Fragment fragment;
    IpAddress icmpErrorLocation;
    PathMetrics pathMetrics;
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
    Secret key;
    MulticastContext multicast;
    List<String> multicastEgress;

    /** What is set so far. */
    public ReceivedMetadata build() {
        final HeaderTlvs header = new HeaderTlvs(
                securityId, disableForward, controlReason, healthCheck, fragment, icmpErrorLocation, pathMetrics);
        return new ReceivedMetadata(header, payload());
    }

    PayloadTlvs payload() {
        return new PayloadTlvs(
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
                remainingSeconds,
                key,
                multicast,
                multicastEgress);
    }

    public MetadataBuilder securityId(final int value) {
        securityId = value;
        return this;
    }

    public MetadataBuilder disableForward(final boolean value) {
        disableForward = value;
        return this;
    }

    public MetadataBuilder controlReason(final int value) {
        controlReason = value;
        return this;
    }

    public MetadataBuilder healthCheck(final int value) {
        healthCheck = value;
        return this;
    }

    public MetadataBuilder fragment(final Fragment value) {
        fragment = value;
        return this;
    }

    public MetadataBuilder icmpErrorLocation(final IpAddress value) {
        icmpErrorLocation = value;
        return this;
    }

    public MetadataBuilder pathMetrics(final PathMetrics value) {
        pathMetrics = value;
        return this;
    }

    public MetadataBuilder forwardContext(final FiveTuple value) {
        forwardContext = value;
        return this;
    }

    public MetadataBuilder reverseContext(final FiveTuple value) {
        reverseContext = value;
        return this;
    }

    public MetadataBuilder uuid(final UUID value) {
        uuid = value;
        return this;
    }

    public MetadataBuilder tenant(final String value) {
        tenant = value;
        return this;
    }

    public MetadataBuilder service(final String value) {
        service = value;
        return this;
    }

    public MetadataBuilder encrypted(final boolean value) {
        encrypted = value;
        return this;
    }

    public MetadataBuilder tcpAsUdp(final boolean value) {
        tcpAsUdp = value;
        return this;
    }

    public MetadataBuilder router(final String value) {
        router = value;
        return this;
    }

    public MetadataBuilder policy(final String value) {
        policy = value;
        return this;
    }

    public MetadataBuilder destinationRouter(final String value) {
        destinationRouter = value;
        return this;
    }

    public MetadataBuilder path(final String value) {
        path = value;
        return this;
    }

    public MetadataBuilder sourceNat(final IpAddress value) {
        sourceNat = value;
        return this;
    }

    public MetadataBuilder application(final String value) {
        application = value;
        return this;
    }

    public MetadataBuilder remainingSeconds(final long value) {
        remainingSeconds = value;
        return this;
    }

    public MetadataBuilder key(final Secret value) {
        key = value;
        return this;
    }

    public MetadataBuilder multicast(final MulticastContext value) {
        multicast = value;
        return this;
    }

    public MetadataBuilder multicastEgress(final List<String> value) {
        multicastEgress = value == null ? null : List.copyOf(value);
        return this;
    }
}
