package io.fairway.ha.journal;

import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** What a {@link JournalAgent} needs; filled before it is made, not changed after. */
public final class JournalContext {
    private int nodeId;
    private long incarnation;
    private long commitTimeoutNs = 2_000_000;
    private long compareEveryNs = 1_000_000_000L;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private JournalLink link;
    private JournalProxy proxy;
    private SessionReplica replica;
    private PartnerStatus partner = PartnerStatus.NONE;
    private BucketOwnership ownership;
    private JournalListener listener;
    private RecordSink sink = RecordSink.NONE;
    private Consumer<String> log = line -> {};

    /** This node: its id in the router and the number of this process, different for each start. */
    public JournalContext self(final int id, final long processIncarnation) {
        nodeId = id;
        incarnation = processIncarnation;
        return this;
    }

    /** How long a version waits for the partner's acknowledgement. */
    public JournalContext commitTimeoutNs(final long timeoutNs) {
        commitTimeoutNs = timeoutNs;
        return this;
    }

    /** How often both copies are compared; an answer counts for three times as long. */
    public JournalContext compareEveryNs(final long everyNs) {
        compareEveryNs = everyNs;
        return this;
    }

    /** The clock, the same as the proxy's. */
    public JournalContext clock(final NanoClock nanoClock) {
        clock = nanoClock;
        return this;
    }

    /** The ways to the partner. */
    public JournalContext link(final JournalLink journalLink) {
        link = journalLink;
        return this;
    }

    /** Where appended records come from. */
    public JournalContext proxy(final JournalProxy journalProxy) {
        proxy = journalProxy;
        return this;
    }

    /** Where records are kept. */
    public JournalContext replica(final SessionReplica sessionReplica) {
        replica = sessionReplica;
        return this;
    }

    /** Whether the partner lives, and what this node owns. */
    public JournalContext pair(final PartnerStatus status, final BucketOwnership bucketOwnership) {
        partner = status;
        ownership = bucketOwnership;
        return this;
    }

    /** Who is told. */
    public JournalContext listener(final JournalListener journalListener) {
        listener = journalListener;
        return this;
    }

    /** The warm store. */
    public JournalContext sink(final RecordSink recordSink) {
        sink = recordSink;
        return this;
    }

    /** Where alarms are said, once each. */
    public JournalContext log(final Consumer<String> lines) {
        log = lines;
        return this;
    }

    int nodeId() {
        return nodeId;
    }

    long incarnation() {
        return incarnation;
    }

    long commitTimeoutNs() {
        return commitTimeoutNs;
    }

    long compareEveryNs() {
        return compareEveryNs;
    }

    NanoClock clock() {
        return clock;
    }

    JournalLink link() {
        return link;
    }

    JournalProxy proxy() {
        return proxy;
    }

    SessionReplica replica() {
        return replica;
    }

    PartnerStatus partner() {
        return partner;
    }

    BucketOwnership ownership() {
        return ownership;
    }

    JournalListener listener() {
        return listener;
    }

    RecordSink sink() {
        return sink;
    }

    Consumer<String> log() {
        return log;
    }
}
