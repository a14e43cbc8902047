package io.fairway.model.wire.svr;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.Words;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * The encrypted worked example of svr-protocol.md section 3.9, its payload encrypted and signed by the Java platform:
 * AES-256-CBC, PKCS#7, the IV behind the ciphertext.
 */
class MetadataEncryptionTest {
    private static final String HEADER = "4c48dbc6 ddf6670c 1014 0060 0010 0004 00000001";
    private static final String PAYLOAD = """
            0002 000d c0a8010a 0a140050 c000 01bb 06
            0007 0003 656e67 000a 0003 776562
            0006 0010 0f1e2d3c4b5a49789796a5b4c3d2e1f0
            000e 0004 65617374 000f 0003 737031 0013 0002 7031
            """;
    private static final byte[] KEY = count(0x00, 32);
    private static final byte[] IV = count(0x10, 16);
    private static final byte[] HMAC_KEY = count(0x40, 32);

    @Test
    void exampleHasTheListedLengthsAndHmacs() throws GeneralSecurityException {
        final byte[] packet = packet();

        assertThat(packet).hasSize(116);
        assertThat(hmac(packet))
                .isEqualTo(Words.bytes("779b765879c76e09863400f333784c9a2001aa9998fce0a8a5f100d17f661157"));
        final byte[] timed = Arrays.copyOf(packet, packet.length + Integer.BYTES);
        new UnsafeBuffer(timed).putInt(packet.length, 1_700_000_000, BIG_ENDIAN);
        assertThat(hmac(timed))
                .isEqualTo(Words.bytes("eb8eb800bf9372b1381b747b39ceef653aeb592d605ea05b0d2c04cfbcdef98d"));
    }

    @Test
    void headerIsReadAndTheEncryptedPayloadIsNotLookedInto() throws GeneralSecurityException {
        final byte[] packet = packet();
        final MetadataView view = new MetadataView();

        assertThat(MetadataParser.parseHeader(new UnsafeBuffer(packet), 0, packet.length, view))
                .isNull();

        assertThat(view.securityId()).isEqualTo(1);
        assertThat(view.headerLength()).isEqualTo(20);
        assertThat(view.payloadLength()).isEqualTo(96);
        assertThat(MetadataParser.decode(new UnsafeBuffer(packet), 0, packet.length))
                .as("ciphertext taken for TLVs")
                .isNull();
    }

    @Test
    void payloadDecryptedElsewhereIsReadWithItsHeader() throws GeneralSecurityException {
        final byte[] packet = packet();
        final MetadataView view = new MetadataView();
        MetadataParser.parseHeader(new UnsafeBuffer(packet), 0, packet.length, view);
        final Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(KEY, "AES"),
                new IvParameterSpec(packet, packet.length - 16, 16));
        final byte[] clear = cipher.doFinal(packet, view.headerLength(), view.payloadLength() - 16);
        final UnsafeBuffer elsewhere = new UnsafeBuffer(new byte[5 + clear.length]);
        elsewhere.putBytes(5, clear);

        final ReceivedMetadata received = MetadataParser.decodePayload(view, elsewhere, 5, clear.length);

        assertThat(received.suffices()).isTrue();
        assertThat(received.tenant()).isEqualTo("eng");
        assertThat(received.path()).isEqualTo("p1");
        final UnsafeBuffer again = new UnsafeBuffer(new byte[clear.length]);
        assertThat(MetadataEncoder.encodePayload(again, 0, received.payload())).isEqualTo(clear.length);
        assertThat(again.byteArray()).isEqualTo(clear);
    }

    private static byte[] packet() throws GeneralSecurityException {
        final Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(IV));
        final byte[] header = Words.bytes(HEADER);
        final byte[] payload = cipher.doFinal(Words.bytes(PAYLOAD));
        final byte[] packet = Arrays.copyOf(header, header.length + payload.length + IV.length);
        System.arraycopy(payload, 0, packet, header.length, payload.length);
        System.arraycopy(IV, 0, packet, header.length + payload.length, IV.length);
        return packet;
    }

    private static byte[] hmac(final byte[] bytes) throws GeneralSecurityException {
        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(HMAC_KEY, "HmacSHA256"));
        return mac.doFinal(bytes);
    }

    private static byte[] count(final int first, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }
}
