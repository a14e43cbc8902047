package io.fairway.cluster.peer.exchange;

/**
 * Why a part of a key exchange had no effect. The peer is told nothing. The ordinal is the counter's place and stable.
 */
public enum ExchangeRefusal {
    MALFORMED("The part is cut short, too long, or not of an exchange."),
    UNPROVEN("The part's sender does not know our discriminator: it may not hear us."),
    UNKNOWN_EXCHANGE("The part is of an exchange that is not under way: late, replayed or made up."),
    CROSSED("Both ends began at once, and this end, whose name is the lower one, goes on."),
    TOO_MANY("Too many exchanges were begun within a second."),
    STALE_GENERATION("The exchange would make a key generation that is not newer than those known."),
    BAD_SHARE("The Diffie-Hellman share is of small order."),
    NOT_DECRYPTED("The proof cannot be decrypted: somebody changed the exchange on its way."),
    BAD_CERTIFICATE("The proof's certificates cannot be read."),
    UNTRUSTED_CERTIFICATE("No trust anchor vouches for the certificate."),
    EXPIRED_CERTIFICATE("The certificate, or one above it, has expired."),
    EARLY_CERTIFICATE("The certificate, or one above it, is not valid yet."),
    REVOKED_CERTIFICATE("The certificate, or one above it, is revoked."),
    UNKNOWN_REVOCATION("There is no current revocation list of the certificate's issuer."),
    WRONG_NAME("The certificate is not of the configured peer."),
    WEAK_KEY("The certificate's key is of an unknown kind, too short, or not for signatures."),
    BAD_SIGNATURE("The signature is not by the certificate's key over this exchange."),
    BAD_CODE("The proof's authentication code is wrong.");

    private final String sentence;

    ExchangeRefusal(final String sentence) {
        this.sentence = sentence;
    }

    /** One sentence for people. */
    public String sentence() {
        return sentence;
    }
}
