package io.fairway.cluster.peer;

import io.fairway.cluster.peer.exchange.KeyGeneration;
import io.fairway.cluster.peer.exchange.PeerKeys;
import io.fairway.model.config.Secret;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.peer.Endpoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the node that speaks on a path tells the other one, so that it could go on.
 *
 * @param keys the keys as {@link PeerListener#onKeys} has them
 * @param peerIncarnation as in the {@link PeerPathRow}
 * @param seen where the peer is seen, or null
 */
public record PeerHandover(PeerKeys keys, long peerIncarnation, Endpoint seen) {
    /** Nothing was told. */
    public static final PeerHandover NONE = new PeerHandover(PeerKeys.NONE, 0, null);

    private static final int KEY_LENGTH = 32;
    private static final int HEADER_LENGTH = 3 * Long.BYTES + 3 * Integer.BYTES;
    private static final int GENERATION_LENGTH = Integer.BYTES + 1 + 2 * KEY_LENGTH;
    private static final int MOST_GENERATIONS = 16;

    /** As bytes; of a generation that ends it is said only that it does, as the nodes' clocks differ. */
    public byte[] encode() {
        final List<KeyGeneration> generations = keys.generations();
        final ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH + generations.size() * GENERATION_LENGTH);
        final IpAddress address = seen == null ? IpAddress.NONE : seen.address();
        bytes.putLong(address.high()).putLong(address.low()).putInt(seen == null ? 0 : seen.port());
        bytes.putLong(peerIncarnation).putInt(keys.inUse()).putInt(generations.size());
        for (final KeyGeneration generation : generations) {
            bytes.putInt(generation.number()).put((byte) (generation.ends() ? 1 : 0));
            bytes.put(generation.sending().bytes()).put(generation.receiving().bytes());
        }
        return bytes.array();
    }

    /**
     * From bytes; what a later release appends is not read.
     *
     * @throws IllegalArgumentException if they are none of {@link #encode}'s
     */
    public static PeerHandover decode(final byte[] encoded) {
        try {
            final ByteBuffer bytes = ByteBuffer.wrap(encoded);
            final IpAddress address = new IpAddress(bytes.getLong(), bytes.getLong());
            final int port = bytes.getInt();
            final Endpoint seen = address.equals(IpAddress.NONE) ? null : new Endpoint(address, port);
            final long peerIncarnation = bytes.getLong();
            final int inUse = bytes.getInt();
            final int count = bytes.getInt();
            if (count < 0 || count > MOST_GENERATIONS || bytes.remaining() < count * GENERATION_LENGTH) {
                throw new IllegalArgumentException("a handover of " + encoded.length + " bytes");
            }
            final List<KeyGeneration> generations = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final int number = bytes.getInt();
                final long endNs = bytes.get() == 0 ? KeyGeneration.NO_END : 0;
                generations.add(new KeyGeneration(number, secret(bytes), secret(bytes), endNs));
            }
            return new PeerHandover(new PeerKeys(inUse, generations), peerIncarnation, seen);
        } catch (final BufferUnderflowException e) {
            throw new IllegalArgumentException("a handover of " + encoded.length + " bytes", e);
        }
    }

    private static Secret secret(final ByteBuffer bytes) {
        final byte[] key = new byte[KEY_LENGTH];
        bytes.get(key);
        return Secret.of(key);
    }
}
