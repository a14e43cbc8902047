package io.fairway.model.wire.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** Any bytes whatever: the parser answers and stays within them; what the writer writes it reads. */
class PeerMessagePropertyTest {
    private final PeerMessageView view = new PeerMessageView();

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void anyBytesAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        if (bytes.length >= PeerMessage.BASE_LENGTH && random.nextInt(10) != 0) {
            new PeerMessageWriter().begin(buffer, 0);
            BfdHeader.setMultiplier(buffer, 0, 1);
            BfdHeader.setDiscriminators(buffer, 0, 1, 1);
            buffer.putByte(27, (byte) bytes.length);
            for (int at = PeerMessage.BASE_LENGTH; at + 4 < bytes.length; at += 4 + bytes[at + 3]) {
                buffer.putShort(at, (short) (random.nextInt(18) << 8));
                buffer.putShort(at + 2, (short) (random.nextInt(20) << 8));
            }
        }
        parseWithinWalls(bytes, bytes.length, random);
    }

    @Property(tries = 50_000, shrinking = ShrinkingMode.OFF)
    void mutatedMessagesAreAnswered(@ForAll(supplier = Seeds.class) final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final byte[] bytes = message(random);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            final int at = random.nextInt(bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? bytes[at] ^ 1 << random.nextInt(8) : random.nextInt(-1, 40));
        }
        parseWithinWalls(bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1), random);
    }

    /** The buffer ends with the message, so that a read behind it throws; what stands before it must not matter. */
    private void parseWithinWalls(final byte[] bytes, final int length, final SplittableRandom random) {
        final int before = random.nextInt(40);
        final byte[] memory = new byte[before + length];
        System.arraycopy(bytes, 0, memory, before, length);
        final UnsafeBuffer buffer = new UnsafeBuffer(memory);
        final String first = outcome(buffer, before, length);
        Arrays.fill(memory, 0, before, (byte) 0xff);
        assertThat(outcome(buffer, before, length)).isEqualTo(first);
    }

    private String outcome(final UnsafeBuffer buffer, final int offset, final int length) {
        if (!PeerMessageParser.parse(buffer, offset, length, view)) {
            return "no message";
        }
        assertThat(view.offset()).isEqualTo(offset);
        assertThat(view.length()).isEqualTo(length);
        assertThat(view.exchangeOffset() + view.exchangeLength()).isLessThanOrEqualTo(offset + length);
        if (view.hasCode()) {
            assertThat(view.codeOffset() + PeerMessage.CODE_LENGTH).isEqualTo(offset + length);
        }
        return view.name() + view.sequence() + view.ownEndpoint() + view.seenEndpoint() + view.probeBytes();
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void whatIsWrittenIsRead(@ForAll(supplier = Seeds.class) final long seed) {
        final byte[] bytes = message(new SplittableRandom(seed));
        final SplittableRandom random = new SplittableRandom(seed);

        assertThat(PeerMessageParser.parse(new UnsafeBuffer(bytes), 0, bytes.length, view))
                .isTrue();

        assertThat(view.state()).isEqualTo(random.nextInt(4));
        assertThat(view.multiplier()).isEqualTo(1 + random.nextInt(255));
        assertThat(view.senderDiscriminator()).isEqualTo(random.nextInt() | 1);
        assertThat(view.receiverDiscriminator()).isEqualTo(random.nextInt() | 1);
        assertThat(view.desiredTxUs()).isEqualTo(random.nextLong(1L << 32));
        assertThat(view.requiredRxUs()).isEqualTo(random.nextLong(1L << 32));
        assertThat(view.authorityHash()).isEqualTo(random.nextLong());
        assertThat(view.name()).isEqualTo(name(random));
        assertThat(view.incarnation()).isEqualTo(random.nextLong());
        assertThat(view.sequence()).isEqualTo(1 + random.nextLong(Long.MAX_VALUE));
        assertThat(view.count()).isEqualTo(random.nextLong(1L << 32));
        assertThat(view.sentNs()).isEqualTo(random.nextLong());
        assertThat(view.echoedSequence()).isEqualTo(random.nextLong(Long.MAX_VALUE));
        assertThat(view.echoedSentNs()).isEqualTo(random.nextLong());
        assertThat(view.heldNs()).isEqualTo(random.nextLong(Long.MAX_VALUE));
        assertThat(view.loss()).isEqualTo(random.nextInt(PeerMessage.WHOLE + 1));
        assertThat(view.ownEndpoint()).isEqualTo(random.nextBoolean() ? endpoint(random) : null);
        assertThat(view.seenEndpoint()).isEqualTo(random.nextBoolean() ? endpoint(random) : null);
        final boolean hasGenerations = random.nextBoolean();
        assertThat(view.generationInUse()).isEqualTo(hasGenerations ? random.nextInt(1 << 30) : 0);
        assertThat(view.newestGeneration()).isEqualTo(hasGenerations ? random.nextInt(1 << 30) : 0);
        assertThat(view.exchangeLength())
                .isEqualTo(random.nextBoolean() ? 1 + random.nextInt(PeerMessage.MAX_EXCHANGE_LENGTH) : 0);
        assertThat(view.answerBytes()).isEqualTo(random.nextBoolean() ? random.nextInt(1 << 16) : 0);
        final int probe = random.nextBoolean() ? random.nextInt(1 << 16) : 0;
        assertThat(view.probeBytes()).isEqualTo(probe);
        assertThat(view.tcpProbe()).isEqualTo(random.nextBoolean() ? TcpProbe.of(1 + random.nextInt(3)) : null);
        final boolean hasTcp = random.nextBoolean();
        assertThat(view.tcpArrived()).isEqualTo(hasTcp ? TcpProbe.of(random.nextInt(4)) : null);
        assertThat(view.tcpRefused()).isEqualTo(hasTcp ? random.nextInt(8) : 0);
        assertThat(view.hasCode()).isEqualTo(random.nextBoolean());
    }

    private static byte[] message(final SplittableRandom random) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
        final PeerMessageWriter writer = new PeerMessageWriter().begin(buffer, 0);
        BfdHeader.setState(buffer, 0, random.nextInt(4), 0);
        BfdHeader.setMultiplier(buffer, 0, 1 + random.nextInt(255));
        BfdHeader.setDiscriminators(buffer, 0, random.nextInt() | 1, random.nextInt() | 1);
        BfdHeader.setIntervals(buffer, 0, random.nextLong(1L << 32), random.nextLong(1L << 32));
        writer.sender(random.nextLong(), name(random), random.nextLong(), 1)
                .clock(1 + random.nextLong(Long.MAX_VALUE), random.nextLong(1L << 32), random.nextLong())
                .echo(
                        random.nextLong(Long.MAX_VALUE),
                        random.nextLong(),
                        random.nextLong(Long.MAX_VALUE),
                        random.nextInt(PeerMessage.WHOLE + 1));
        if (random.nextBoolean()) {
            writer.ownEndpoint(endpoint(random));
        }
        if (random.nextBoolean()) {
            writer.seenEndpoint(endpoint(random));
        }
        if (random.nextBoolean()) {
            writer.keyGenerations(random.nextInt(1 << 30), random.nextInt(1 << 30));
        }
        if (random.nextBoolean()) {
            writer.keyExchange(
                    new UnsafeBuffer(new byte[PeerMessage.MAX_EXCHANGE_LENGTH]),
                    0,
                    1 + random.nextInt(PeerMessage.MAX_EXCHANGE_LENGTH));
        }
        if (random.nextBoolean()) {
            writer.mtuAnswer(random.nextInt(1 << 16));
        }
        if (random.nextBoolean()) {
            writer.mtuProbe(random.nextInt(1 << 16), 1500);
        }
        if (random.nextBoolean()) {
            writer.tcpProbe(TcpProbe.of(1 + random.nextInt(3)), 0);
        }
        if (random.nextBoolean()) {
            writer.tcpState(TcpProbe.of(random.nextInt(4)), random.nextInt(8));
        }
        final int length = random.nextBoolean() ? writer.code(1) + PeerMessage.CODE_LENGTH : writer.end();
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    private static String name(final SplittableRandom random) {
        final StringBuilder name = new StringBuilder();
        for (int length = 1 + random.nextInt(PeerMessage.MAX_NAME_LENGTH); length > 0; length--) {
            name.append((char) random.nextInt('!', '~' + 1));
        }
        return name.toString();
    }

    private static Endpoint endpoint(final SplittableRandom random) {
        final IpAddress address = random.nextBoolean()
                ? IpAddress.v4(random.nextInt())
                : new IpAddress(random.nextLong() | 1, random.nextLong());
        return new Endpoint(address, random.nextInt(1 << 16));
    }
}
