package io.fairway.cluster.peer.exchange;

import io.fairway.cluster.peer.exchange.Handshake.Role;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * By what a router shows who it is: certificates, a signature over everything said so far, and a code that binds the
 * identity to the shared secret (SIGMA, "sign and MAC"). Stateless.
 *
 * <pre>
 * u8 number of certificates; of each: u16 length, DER   u16 length, signature   32 bytes HMAC-SHA256
 * signature over "fairway peer ROLE" 0 SHA-256(transcript, certificates)
 * code over SHA-256(transcript, certificates and signature)
 * </pre>
 */
final class Proof {
    /** The most bytes of certificates that fit into a message beside the rest. */
    static final int MAX_CHAIN_LENGTH = ExchangePart.MAX_MESSAGE_LENGTH - 2048;

    private static final int MAX_CERTIFICATES = 8;

    private Proof() {}

    /** What a proof of one role is about. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Subject(Role role, byte[] transcript, byte[] codeKey) {
        private byte[] signed(final byte[] certificates) {
            final byte[] words = ("fairway peer " + role.word() + '\0').getBytes(StandardCharsets.US_ASCII);
            final byte[] hash = Hashes.sha256(transcript, certificates);
            final byte[] data = Arrays.copyOf(words, words.length + hash.length);
            System.arraycopy(hash, 0, data, words.length, hash.length);
            return data;
        }

        private byte[] code(final byte[] certificatesAndSignature) {
            return Hashes.hmac(codeKey, Hashes.sha256(transcript, certificatesAndSignature));
        }
    }

    /** Our own. */
    static byte[] make(final Subject subject, final PeerIdentity identity, final SecureRandom random) {
        final int chainLength =
                identity.chain().stream().mapToInt(der -> 2 + der.length).sum();
        final ByteBuffer chain = ByteBuffer.allocate(1 + chainLength);
        chain.put((byte) identity.chain().size());
        for (final byte[] der : identity.chain()) {
            chain.putShort((short) der.length).put(der);
        }
        final byte[] signature = identity.sign(subject.signed(chain.array()), random);
        final byte[] body = ByteBuffer.allocate(chain.capacity() + 2 + signature.length)
                .put(chain.array())
                .putShort((short) signature.length)
                .put(signature)
                .array();
        return ByteBuffer.allocate(body.length + Hashes.LENGTH)
                .put(body)
                .put(subject.code(body))
                .array();
    }

    /** @throws RefusedException unless this is the proof of the peer with this name */
    static void check(final Subject subject, final byte[] proof, final CertificateJudge judge, final String name)
            throws RefusedException {
        final int bodyLength = proof.length - Hashes.LENGTH;
        if (bodyLength < 0) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        final byte[] body = Arrays.copyOf(proof, bodyLength);
        final byte[] code = Arrays.copyOfRange(proof, bodyLength, proof.length);
        if (!MessageDigest.isEqual(code, subject.code(body))) {
            throw new RefusedException(ExchangeRefusal.BAD_CODE);
        }
        final ByteBuffer in = ByteBuffer.wrap(body);
        final List<byte[]> chain = readChain(in);
        final byte[] certificates = Arrays.copyOf(body, in.position());
        final byte[] signature = readPiece(in);
        if (in.hasRemaining()) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        final PublicKey key = judge.judge(chain, name);
        if (!SignatureScheme.verify(key, subject.signed(certificates), signature)) {
            throw new RefusedException(ExchangeRefusal.BAD_SIGNATURE);
        }
    }

    private static List<byte[]> readChain(final ByteBuffer in) throws RefusedException {
        final int count = in.hasRemaining() ? in.get() : 0;
        if (count < 1 || count > MAX_CERTIFICATES) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
        final List<byte[]> chain = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chain.add(readPiece(in));
        }
        return chain;
    }

    private static byte[] readPiece(final ByteBuffer in) throws RefusedException {
        try {
            final byte[] piece = new byte[in.getShort() & 0xffff];
            in.get(piece);
            return piece;
        } catch (final BufferUnderflowException e) {
            throw new RefusedException(ExchangeRefusal.MALFORMED);
        }
    }
}
