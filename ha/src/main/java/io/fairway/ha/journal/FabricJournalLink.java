package io.fairway.ha.journal;

import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.fairway.dataplane.fabric.Fabric;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/** The journal's streams over the fabric, reliable, on every link. Belongs to the pair's thread. */
public final class FabricJournalLink implements JournalLink {
    private static final int OFFER_ATTEMPTS = 3;

    private final ExclusivePublication[] entries;
    private final ExclusivePublication[] acknowledgements;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final FragmentAssembler assembler;
    private FrameHandler handler;

    /** Opens the streams on every link of the fabric. */
    public FabricJournalLink(final Fabric fabric) {
        entries = new ExclusivePublication[fabric.links()];
        acknowledgements = new ExclusivePublication[fabric.links()];
        for (int link = 0; link < fabric.links(); link++) {
            subscriptions.add(fabric.subscribe(link, Fabric.ACKNOWLEDGEMENT_STREAM, true));
            subscriptions.add(fabric.subscribe(link, Fabric.JOURNAL_STREAM, true));
            entries[link] = fabric.publish(link, Fabric.JOURNAL_STREAM, true);
            acknowledgements[link] = fabric.publish(link, Fabric.ACKNOWLEDGEMENT_STREAM, true);
        }
        assembler = new FragmentAssembler((buffer, offset, length, header) -> handler.onFrame(buffer, offset, length));
    }

    @Override
    public int links() {
        return entries.length;
    }

    @Override
    public boolean connected(final int link) {
        return entries[link].isConnected();
    }

    @Override
    public boolean send(final int link, final Lane lane, final DirectBuffer frame, final int offset, final int length) {
        final ExclusivePublication publication = lane == Lane.ENTRIES ? entries[link] : acknowledgements[link];
        for (int attempt = 0; attempt < OFFER_ATTEMPTS; attempt++) {
            final long result = publication.offer(frame, offset, length);
            if (result > 0) {
                return true;
            }
            if (result != Publication.ADMIN_ACTION) {
                return false;
            }
        }
        return false;
    }

    @Override
    public int poll(final FrameHandler frameHandler, final int limit) {
        handler = frameHandler;
        int fragments = 0;
        for (int i = 0; i < subscriptions.size(); i++) {
            fragments += subscriptions.get(i).poll(assembler, limit);
        }
        return fragments;
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(entries);
        CloseHelper.quietCloseAll(acknowledgements);
        CloseHelper.quietCloseAll(subscriptions);
    }
}
