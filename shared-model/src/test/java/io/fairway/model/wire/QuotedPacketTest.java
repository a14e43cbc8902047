package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.DropReason;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class QuotedPacketTest {
    /** 10.1.0.10:5000 > 10.2.0.10:53, 12 bytes of UDP, of which the payload is "abcd". */
    private static final String UDP = "45000020000140003f11 0000 0a01000a 0a02000a 1388 0035 000c 0000 61626364";

    private static final String ECHO_V6 = "60000000 0018 3a 3f fd000001000000000000000000000010"
            + "fd000002000000000000000000000010 8000 1234 004d 0007";

    private final ParsedPacket out = new ParsedPacket();

    private static UnsafeBuffer bytes(final String hex) {
        return new UnsafeBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private DropReason parse(final UnsafeBuffer buffer) {
        return QuotedPacket.parse(buffer, 0, buffer.capacity(), out);
    }

    private static UnsafeBuffer changed(final String hex, final int at, final int value) {
        final UnsafeBuffer buffer = bytes(hex);
        buffer.putByte(at, (byte) value);
        return buffer;
    }

    @Test
    void findsAddressesAndPortsWhateverTheIpChecksumIs() {
        assertThat(parse(bytes(UDP))).isNull();
        assertThat(IpAddress.v4((int) out.sourceLow())).hasToString("10.1.0.10");
        assertThat(out.sourcePort() + " " + out.destinationPort()).isEqualTo("5000 53");
        assertThat(out.l4Length()).isEqualTo(12);
        assertThat(parse(bytes(ECHO_V6))).isNull();
        assertThat(out.isV6()).isTrue();
        assertThat(out.sourcePort() + " " + out.destinationPort()).isEqualTo("77 0");
    }

    @Test
    void optionsAreSteppedOver() {
        final UnsafeBuffer buffer = bytes("46000024000140003f11 0000 0a01000a 0a02000a 01010101 1388 0035 000c 0000");
        assertThat(parse(buffer)).isNull();
        assertThat(out.sourcePort()).isEqualTo(5000);
    }

    @Test
    void whatNoErrorMayBeAboutIsRefused() {
        assertThat(parse(bytes(UDP.substring(0, UDP.length() - 11))))
                .as("seven bytes of UDP")
                .isNotNull();
        assertThat(parse(changed(UDP, 0, 0x55))).as("version").isNotNull();
        assertThat(parse(changed(UDP, 0, 0x44))).as("header length").isNotNull();
        assertThat(parse(changed(UDP, 0, 0x4f))).as("header beyond the end").isNotNull();
        assertThat(parse(changed(UDP, 3, 20))).as("a packet of a header").isNotNull();
        assertThat(parse(changed(UDP, 7, 1))).as("a later fragment").isNotNull();
        assertThat(parse(changed(UDP, 6, 0x20))).as("the first fragment").isNull();
        assertThat(parse(changed(ECHO_V6, 40, 1))).as("an error").isNotNull();
        assertThat(parse(changed(UDP, 9, IpProtocol.ICMP)))
                .as("an ICMP message that is no echo")
                .isNotNull();
    }

    @Property(tries = 20_000)
    void anyBytesAreAnswered(@ForAll @Size(max = 120) final byte[] any, @ForAll @IntRange(max = 15) final int first) {
        final byte[] bytes = any.clone();
        if (bytes.length > 0) {
            bytes[0] = (byte) ((first % 2 == 0 ? 0x40 : 0x60) | first);
        }
        if (parse(new UnsafeBuffer(bytes)) == null) {
            assertThat(out.l4Length()).isGreaterThanOrEqualTo(QuotedPacket.MIN_TRANSPORT_LENGTH);
            assertThat(out.endOffset()).isLessThanOrEqualTo(bytes.length);
            QuotedPacket.rewriteTransport(
                    new UnsafeBuffer(bytes), out.l4Offset(), out.l4Length(), out.protocol(), 1, 2, 3);
        }
    }
}
