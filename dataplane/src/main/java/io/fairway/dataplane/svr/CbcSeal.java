package io.fairway.dataplane.svr;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Payload by AES-CBC and an HMAC over all of it.
 *
 * <pre>
 * ciphertext with its padding   IV (16): AES of u64 packet number, u16 excess, zeros   HMAC
 * </pre>
 */
final class CbcSeal implements PayloadCipher {
    private static final int EXCESS_SHIFT = 48;

    private final CbcCipher cipher;
    private final Hmac hmac;

    CbcSeal(final CbcCipher cipher, final Hmac hmac) {
        this.cipher = cipher;
        this.hmac = hmac;
    }

    @Override
    public int overhead(final int length) {
        return CbcCipher.encryptedLength(length) + hmac.length() - length;
    }

    @Override
    public int seal(
            final DirectBuffer source,
            final int offset,
            final int length,
            final long number,
            final int excess,
            final MutableDirectBuffer target,
            final int targetOffset) {
        final long rest = (long) excess << EXCESS_SHIFT;
        final int encrypted = cipher.encrypt(source, offset, length, number, rest, target, targetOffset);
        hmac.sign(target, targetOffset, encrypted, Hmac.NO_TIME);
        return encrypted + hmac.length();
    }

    @Override
    public boolean peek(final DirectBuffer buffer, final int offset, final int length) {
        if (length - hmac.length() < CbcCipher.encryptedLength(0)) {
            return false;
        }
        cipher.readBlock(buffer, offset, length - hmac.length());
        return true;
    }

    @Override
    public long number() {
        return cipher.blockHigh();
    }

    @Override
    public int excess() {
        return (int) (cipher.blockLow() >>> EXCESS_SHIFT);
    }

    @Override
    public int open(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final MutableDirectBuffer target,
            final int targetOffset) {
        final int encrypted = length - hmac.length();
        return hmac.verify(buffer, offset, encrypted, Hmac.NO_TIME)
                ? cipher.decrypt(buffer, offset, encrypted, target, targetOffset)
                : REFUSED;
    }
}
