package io.fairway.model.wire.svr;

import io.fairway.model.wire.IpAddress;

/**
 * The TLVs of metadata's header, which are never encrypted (svr-protocol.md section 3.4); what is absent is null, 0 or
 * false.
 *
 * @param securityId the key's id, 0 for none
 * @param disableForward whether forward metadata is no longer needed
 * @param controlReason the wire value of a control message's reason, or {@link MetadataView#NO_CONTROL}
 * @param healthCheck the value of a health check, 0 for none
 * @param fragment which piece of a packet this is
 * @param icmpErrorLocation the router that sent an ICMP error
 * @param pathMetrics what was measured of the path
 */
public record HeaderTlvs(
        int securityId,
        boolean disableForward,
        int controlReason,
        int healthCheck,
        Fragment fragment,
        IpAddress icmpErrorLocation,
        PathMetrics pathMetrics) {
    /** What the parser found. */
    static HeaderTlvs of(final MetadataView view) {
        return new HeaderTlvs(
                view.securityId(),
                view.disableForward(),
                view.controlReason(),
                view.healthCheck(),
                fragmentOf(view),
                view.hasIcmpErrorLocation()
                        ? new IpAddress(view.icmpErrorLocationHigh(), view.icmpErrorLocationLow())
                        : null,
                pathMetricsOf(view));
    }

    private static Fragment fragmentOf(final MetadataView view) {
        if (!view.fragment()) {
            return null;
        }
        return new Fragment(
                view.fragmentExtendedId(),
                view.fragmentOriginalId(),
                view.fragmentDontFragment(),
                view.fragmentMore(),
                view.fragmentOffset(),
                view.fragmentLargestSeen());
    }

    private static PathMetrics pathMetricsOf(final MetadataView view) {
        if (!view.hasPathMetrics()) {
            return null;
        }
        return new PathMetrics(
                view.sentColor(),
                view.sentTimeMs(),
                view.receivedColor(),
                view.receivedTimeMs(),
                view.measuresOnly(),
                view.previousCount());
    }

    /** A view that the encoder can write. */
    MetadataView view() {
        final MetadataView view = new MetadataView().setSecurityId(securityId);
        view.disableForward = disableForward;
        view.controlReason = controlReason;
        view.healthCheck = healthCheck;
        if (fragment != null) {
            view.setFragment(fragment.offset(), fragment.moreFragments(), fragment.extendedId())
                    .setOriginal(fragment.originalId(), fragment.dontFragment(), fragment.largestSeen());
        }
        if (icmpErrorLocation != null) {
            view.setIcmpErrorLocation(icmpErrorLocation.high(), icmpErrorLocation.low());
        }
        if (pathMetrics != null) {
            view.setSentMark(pathMetrics.sentColor(), pathMetrics.sentTimeMs())
                    .setReceivedMark(pathMetrics.receivedColor(), pathMetrics.receivedTimeMs())
                    .setPreviousCount(pathMetrics.previousCount(), pathMetrics.drop());
        }
        return view;
    }
}
