package io.fairway.deploy.fuzz;

import static io.fairway.deploy.fuzz.FuzzTarget.check;

import io.fairway.model.DropReason;
import io.fairway.model.wire.svr.Metadata;
import io.fairway.model.wire.svr.MetadataEncoder;
import io.fairway.model.wire.svr.MetadataParser;
import io.fairway.model.wire.svr.MetadataView;
import io.fairway.model.wire.svr.ReceivedMetadata;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * {@link MetadataParser}, the packet path's parse and the controller's; the buffer ends where the bytes end. What was
 * accepted can be sent on and is then read the same.
 */
final class MetadataTarget implements FuzzTarget {
    private static final int MOST_BEFORE = 40;

    private final MetadataSource source = new MetadataSource();
    private final byte[] memory = new byte[MOST_BEFORE + MetadataSource.MAX_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer again = new UnsafeBuffer(new byte[Metadata.MAX_ENCODED_LENGTH]);
    private final MetadataView view = new MetadataView();

    @Override
    public boolean run(final FuzzRandom random) {
        source.next(random);
        final int length = source.length;
        final int before = random.oneIn(4) ? random.nextInt(MOST_BEFORE) : 0;
        System.arraycopy(source.bytes, 0, memory, before, length);
        buffer.wrap(memory, 0, before + length);
        final DropReason reason = MetadataParser.parseHeader(buffer, before, length, view);
        final ReceivedMetadata received = MetadataParser.decode(buffer, before, length);
        final int uuid = MetadataParser.uuidOffset(buffer, before, length);
        check(uuid < 0 || uuid + 16 <= before + length, "the UUID goes beyond the metadata");
        if (reason != null) {
            check(reason == DropReason.METADATA_MALFORMED, "a header is dropped as " + reason);
            check(received == null, "metadata with a malformed header is decoded");
            final int tail = random.nextInt(length + 1);
            MetadataParser.decodePayload(view, buffer, before + length - tail, tail);
            return false;
        }
        check(view.headerLength() >= Metadata.BASE_LENGTH, "a header is too short");
        check(view.total() <= length, "the metadata goes beyond the packet");
        if (received == null) {
            return false;
        }
        check(received.securityId() == view.securityId(), "two security ids");
        check(received.controlReason() == view.controlReason(), "two control reasons");
        final int encoded = MetadataEncoder.encode(again, 0, received);
        check(received.equals(MetadataParser.decode(again, 0, encoded)), "what is sent on is not the same");
        return true;
    }

    @Override
    public List<byte[]> input() {
        return List.of(Arrays.copyOf(source.bytes, source.length));
    }
}
