package io.fairway.cluster.peer.exchange;

import io.fairway.model.config.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets of one exchange, known once both shares are; docs/peer-protocol.md says which key is for what. Each
 * sealing key seals one proof, so its nonce is zero.
 */
final class Handshake {
    /** Bytes that sealing adds. */
    static final int TAG_LENGTH = 16;

    private static final String PROTOCOL = "fairway peer exchange 1";
    private static final byte[] NONCE = new byte[12];

    private final byte[] secret;
    private final byte[] opening;

    /** Who of the two. */
    enum Role {
        INITIATOR("initiator"),
        RESPONDER("responder");

        private final String word;

        Role(final String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * What both ends saw before the first proof.
     *
     * @param settings of this end
     * @param own our role
     * @param exchange its number
     * @param offer the initiator's message
     * @param answer the responder's, without its proof
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Opening(ExchangeSettings settings, Role own, long exchange, byte[] offer, byte[] answer) {
        private byte[] hash() {
            final boolean initiator = own == Role.INITIATOR;
            return Hashes.sha256(
                    (PROTOCOL + '\0').getBytes(StandardCharsets.US_ASCII),
                    number(settings.authorityHash()),
                    name(initiator ? settings.ownName() : settings.peerName()),
                    name(initiator ? settings.peerName() : settings.ownName()),
                    number(exchange),
                    offer,
                    answer);
        }

        private static byte[] name(final String name) {
            return (name + '\0').getBytes(StandardCharsets.US_ASCII);
        }

        private static byte[] number(final long number) {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }
    }

    /** @throws RefusedException if the peer's share is none */
    Handshake(final Opening seen, final Share own) throws RefusedException {
        final byte[] peers = seen.own() == Role.INITIATOR ? seen.answer() : seen.offer();
        final byte[] agreed = own.agree(share(peers));
        final byte[] salt = Arrays.copyOf(nonce(seen.offer()), 2 * ExchangePart.NONCE_LENGTH);
        System.arraycopy(nonce(seen.answer()), 0, salt, ExchangePart.NONCE_LENGTH, ExchangePart.NONCE_LENGTH);
        secret = Hashes.extract(agreed, salt);
        Arrays.fill(agreed, (byte) 0);
        opening = seen.hash();
    }

    private static byte[] nonce(final byte[] message) {
        return Arrays.copyOfRange(message, Integer.BYTES, Integer.BYTES + ExchangePart.NONCE_LENGTH);
    }

    private static byte[] share(final byte[] message) {
        return Arrays.copyOfRange(message, Integer.BYTES + ExchangePart.NONCE_LENGTH, ExchangePart.OPEN_LENGTH);
    }

    /** What the responder's proof is about. */
    byte[] opening() {
        return opening;
    }

    /** What the initiator's proof is about: the responder's too. */
    byte[] everything(final byte[] responderSealed) {
        return Hashes.sha256(opening, responderSealed);
    }

    /** The key of the code in the proof of this role. */
    byte[] codeKey(final Role role) {
        return Hashes.expand(secret, "peer code " + role.word(), opening);
    }

    /** Encrypts the proof of this role. */
    byte[] seal(final Role role, final byte[] proof) {
        try {
            return cipher(role, Cipher.ENCRYPT_MODE).doFinal(proof);
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    /** @throws RefusedException if this was not sealed with this key */
    byte[] open(final Role role, final byte[] sealed) throws RefusedException {
        try {
            if (sealed.length < TAG_LENGTH) {
                throw new RefusedException(ExchangeRefusal.NOT_DECRYPTED);
            }
            return cipher(role, Cipher.DECRYPT_MODE).doFinal(sealed);
        } catch (final AEADBadTagException e) {
            throw new RefusedException(ExchangeRefusal.NOT_DECRYPTED);
        } catch (final GeneralSecurityException e) {
            throw missing(e);
        }
    }

    private Cipher cipher(final Role role, final int mode) throws GeneralSecurityException {
        final byte[] key = Hashes.expand(secret, "peer seal " + role.word(), opening);
        final Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_LENGTH, NONCE));
        return cipher;
    }

    /** The keys that the exchange is for. */
    KeyGeneration generation(final int number, final Role own, final byte[] responderSealed) {
        final byte[] everything = everything(responderSealed);
        final Secret initiators = metadataKey(Role.INITIATOR, everything);
        final Secret responders = metadataKey(Role.RESPONDER, everything);
        return own == Role.INITIATOR
                ? new KeyGeneration(number, initiators, responders, KeyGeneration.NO_END)
                : new KeyGeneration(number, responders, initiators, KeyGeneration.NO_END);
    }

    private Secret metadataKey(final Role sender, final byte[] everything) {
        return Secret.of(Hashes.expand(secret, "peer metadata " + sender.word(), everything));
    }

    /** Forgets the secret, so that nobody can find out later what was sealed. */
    void wipe() {
        Arrays.fill(secret, (byte) 0);
    }

    private static IllegalStateException missing(final GeneralSecurityException cause) {
        return new IllegalStateException("every Java platform has AES-GCM", cause);
    }
}
