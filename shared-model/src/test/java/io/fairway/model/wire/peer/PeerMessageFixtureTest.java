package io.fairway.model.wire.peer;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Words;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages between waypoints in words and bytes, and what is no message. */
class PeerMessageFixtureTest {
    private static final String HEAD = """
            20 c0 03 18                  # version 1, no diagnostic, Up, multiplier 3, 24 bytes
            0000000a 0000000b            # my and your discriminator
            000f4240 0007a120 00000000   # desired tx 1 s, required rx 500 ms, no echo
            """;
    private static final String SENDER = """
            0001 0008 0102030405060708   # authority
            0002 0004 65617374           # peering name "east"
            0003 0009 00000000000000 63 01 # incarnation 99, node 1
            0004 002e 0000000000000007 00000006 0000000000000064 # number 7, of which 6 count, sent at 100
                      0000000000000005 0000000000000032 000000000000000a 0064 # echo of 5, held 10 ns, 1 % lost
            """;
    private static final String WHOLE = HEAD + "01 00 00d0" + SENDER + """
            0005 0006 0a000001 0500      # own endpoint 10.0.0.1:1280
            0008 0012 20010db8000000000000000000000001 0501 # seen at [2001:db8::1]:1281
            0009 0008 00000003 00000004  # signs with 3, accepts 4
            000a 0003 aabbcc             # a part of a key exchange
            000c 0002 05dc               # a probe of 1500 bytes came
            000d 0024 00000003           # code of generation 3
                 0000000000000000 0000000000000000 0000000000000000 0000000000000000
            """;

    private final PeerMessageView view = new PeerMessageView();

    @Test
    void everythingIsWrittenAndRead() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        final PeerMessageWriter writer = begin(buffer);
        writer.ownEndpoint(new Endpoint(IpAddress.parse("10.0.0.1"), 1280))
                .seenEndpoint(new Endpoint(IpAddress.parse("2001:db8::1"), 1281))
                .keyGenerations(3, 4)
                .keyExchange(new UnsafeBuffer(Words.bytes("aabbcc")), 0, 3)
                .mtuAnswer(1500);
        final int code = writer.code(3);
        final int length = code + PeerMessage.CODE_LENGTH;

        assertThat(Arrays.copyOf(buffer.byteArray(), length)).isEqualTo(Words.bytes(WHOLE));

        assertThat(PeerMessageParser.parse(buffer, 0, length, view)).isTrue();
        assertThat(view.state()).isEqualTo(BfdHeader.UP);
        assertThat(view.senderDiscriminator()).isEqualTo(10);
        assertThat(view.receiverDiscriminator()).isEqualTo(11);
        assertThat(view.multiplier()).isEqualTo(3);
        assertThat(view.desiredTxUs()).isEqualTo(1_000_000);
        assertThat(view.requiredRxUs()).isEqualTo(500_000);
        assertThat(view.authorityHash()).isEqualTo(0x0102030405060708L);
        assertThat(view.name()).isEqualTo("east");
        assertThat(view.nameIs("east")).isTrue();
        assertThat(view.nameIs("eas")).isFalse();
        assertThat(view.nameIs("west")).isFalse();
        assertThat(view.incarnation()).isEqualTo(99);
        assertThat(view.nodeId()).isEqualTo(1);
        assertThat(view.sequence()).isEqualTo(7);
        assertThat(view.count()).isEqualTo(6);
        assertThat(view.sentNs()).isEqualTo(100);
        assertThat(view.echoedSequence()).isEqualTo(5);
        assertThat(view.echoedSentNs()).isEqualTo(50);
        assertThat(view.heldNs()).isEqualTo(10);
        assertThat(view.loss()).isEqualTo(100);
        assertThat(view.ownEndpoint()).hasToString("10.0.0.1:1280");
        assertThat(view.seenEndpoint()).hasToString("[2001:db8::1]:1281");
        assertThat(view.generationInUse()).isEqualTo(3);
        assertThat(view.newestGeneration()).isEqualTo(4);
        assertThat(view.exchangeLength()).isEqualTo(3);
        assertThat(buffer.getByte(view.exchangeOffset())).isEqualTo((byte) 0xaa);
        assertThat(view.probeBytes()).isZero();
        assertThat(view.answerBytes()).isEqualTo(1500);
        assertThat(view.hasCode()).isTrue();
        assertThat(view.codeGeneration()).isEqualTo(3);
        assertThat(view.codeOffset()).isEqualTo(code);
    }

    @Test
    void pollAndFinalStandBesideTheState() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[BfdHeader.LENGTH]);
        BfdHeader.begin(buffer, 0);
        BfdHeader.setPollFinal(buffer, 0, true, false);
        BfdHeader.setState(buffer, 0, BfdHeader.INIT, BfdHeader.NEIGHBOR_SIGNALED_DOWN);
        assertThat(buffer.getShort(0, BIG_ENDIAN)).isEqualTo((short) 0x23a0);
        BfdHeader.setPollFinal(buffer, 0, false, true);
        assertThat(BfdHeader.isPoll(buffer, 0)).isFalse();
        assertThat(BfdHeader.isFinal(buffer, 0)).isTrue();
        assertThat(BfdHeader.state(buffer, 0)).isEqualTo(BfdHeader.INIT);
        assertThat(BfdHeader.diagnostic(buffer, 0)).isEqualTo(BfdHeader.NEIGHBOR_SIGNALED_DOWN);
    }

    @ParameterizedTest
    @CsvSource({"1280", "1281", "1500", "9000", "65535"})
    void aProbeHasTheLengthThatItSays(final int packetBytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[PeerMessage.MAX_LENGTH]);
        final int length = begin(buffer).mtuProbe(packetBytes, packetBytes - 28).code(1) + PeerMessage.CODE_LENGTH;

        assertThat(length).isEqualTo(packetBytes - 28);
        assertThat(PeerMessageParser.parse(buffer, 0, length, view)).isTrue();
        assertThat(view.probeBytes()).isEqualTo(packetBytes);
        assertThat(view.hasCode()).isTrue();
    }

    @Test
    void aFullMessageWithTheLongestExchangeIsSafe() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2048]);
        final Endpoint v6 = new Endpoint(IpAddress.parse("2001:db8::1"), 1281);
        final int length = new PeerMessageWriter()
                        .begin(buffer, 0)
                        .sender(1, "n".repeat(PeerMessage.MAX_NAME_LENGTH), 1, 0)
                        .clock(1, 1, 1)
                        .echo(0, 0, 0, 0)
                        .ownEndpoint(v6)
                        .seenEndpoint(v6)
                        .keyGenerations(1, 1)
                        .mtuAnswer(1500)
                        .keyExchange(
                                new UnsafeBuffer(new byte[PeerMessage.MAX_EXCHANGE_LENGTH]),
                                0,
                                PeerMessage.MAX_EXCHANGE_LENGTH)
                        .code(1)
                + PeerMessage.CODE_LENGTH;
        assertThat(length).isLessThanOrEqualTo(PeerMessage.SAFE_LENGTH);
    }

    @Test
    void unknownTlvsAreSkipped() {
        assertThat(parses(message(SENDER + "00ff 0003 010203"))).isTrue();
        assertThat(parses(message("0000 0000" + SENDER))).isTrue();
        assertThat(view.hasCode()).isFalse();
        assertThat(view.ownEndpoint()).isNull();
    }

    @ParameterizedTest(name = "{index}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            0001 0007 01020304050607            | an authority of seven bytes
            0001 0008 0102030405060708          | an authority twice
            0002 0000                           | no name
            0005 0006 0a000001 0500 0006 0012 20010db8000000000000000000000001 0501 | one endpoint in two families
            0007 0012 20010db8000000000000000000000001 0501 | an IPv6 endpoint that says IPv4
            0009 0008 80000000 00000000         | a negative generation
            000a 0000                           | an empty part of an exchange
            000b 0001 00                        | a probe without a size
            000c 0003 000000                    | an answer of three bytes
            000d 0020 00000001                  | a code that runs over the end
            0055                                | half a TLV header
            0055 0001                           | a TLV that runs over the end
            """)
    void isNoMessage(final String more, final String why) {
        assertThat(parses(message(SENDER))).isTrue();
        assertThat(parses(message(SENDER + more))).as(why).isFalse();
    }

    @ParameterizedTest(name = "{index}: byte {0} is {1}")
    @CsvSource({
        "0, 40", // version 2
        "1, c4", // authentication present
        "1, c2", // demand
        "1, c1", // multipoint
        "2, 0", // multiplier
        "3, 17", // length
        "7, 0", // my discriminator
        "11, 0", // your discriminator, in Up
        "24, 2", // version of the TLVs
        "27, 61", // length of the message
    })
    void isNoBfdPacket(final int at, final String value) {
        final byte[] bytes = message(SENDER);
        bytes[at] = (byte) Integer.parseInt(value, 16);
        assertThat(parses(bytes)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0001 0008 0102030405060708", "0002 0004 65617374", "0003 0009 00000000000000 63 01"})
    void whoSpeaksMustBeSaid(final String tlv) {
        assertThat(SENDER).contains(tlv);
        assertThat(parses(message(SENDER.replace(tlv, "")))).isFalse();
    }

    @Test
    void numbersOfTheClockHaveLimits() {
        assertThat(parses(message(SENDER.replace("0000000000000007", "0000000000000000"))))
                .isFalse();
        assertThat(parses(message(SENDER.replace("000000000000000a", "ff0000000000000a"))))
                .isFalse();
        assertThat(parses(message(SENDER.replace(" 0064 #", " 2711 #")))).isFalse();
    }

    @Test
    void nothingFollowsTheCode() {
        final String code = "000d 0024 00000001" + "00".repeat(32);
        assertThat(parses(message(SENDER + code))).isTrue();
        assertThat(parses(message(SENDER + code + "00ff 0000"))).isFalse();
    }

    private static PeerMessageWriter begin(final UnsafeBuffer buffer) {
        final PeerMessageWriter writer = new PeerMessageWriter().begin(buffer, 0);
        BfdHeader.setState(buffer, 0, BfdHeader.UP, BfdHeader.NO_DIAGNOSTIC);
        BfdHeader.setMultiplier(buffer, 0, 3);
        BfdHeader.setDiscriminators(buffer, 0, 10, 11);
        BfdHeader.setIntervals(buffer, 0, 1_000_000, 500_000);
        return writer.sender(0x0102030405060708L, "east", 99, 1)
                .clock(7, 6, 100)
                .echo(5, 50, 10, 100);
    }

    private static byte[] message(final String tlvs) {
        final byte[] bytes = Words.bytes(HEAD + "01 00 0000" + tlvs);
        new UnsafeBuffer(bytes).putShort(26, (short) bytes.length, BIG_ENDIAN);
        return bytes;
    }

    private boolean parses(final byte[] bytes) {
        return PeerMessageParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, view);
    }
}
