package io.fairway.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Our messages pass; nothing else does, in either direction. */
class KryoSerializerTest {
    private final KryoSerializer serializer = new KryoSerializer();

    @Property(tries = 200)
    void messagesPass(@ForAll final long requestId, @ForAll final long sessionId, @ForAll final boolean wasThere) {
        for (final RemoteMessage message : List.of(
                new RemoteMessage.AskDelete(requestId, sessionId),
                new RemoteMessage.DeleteAnswered(requestId, wasThere))) {
            assertThat(serializer.fromBinaryJava(serializer.toBinary(message), null))
                    .isEqualTo(message);
        }
    }

    @Property(tries = 200)
    void noticesPass(@ForAll final int topic, @ForAll @Size(max = 100) final byte[] content) {
        final RemoteMessage.Notice read = (RemoteMessage.Notice)
                serializer.fromBinaryJava(serializer.toBinary(new RemoteMessage.Notice(topic, content)), null);
        assertThat(read.topic()).isEqualTo(topic);
        assertThat(read.content()).isEqualTo(content);
    }

    /** What release 0.1.0 writes and reads: class id, then the fields. */
    @Example
    void theBytesAreThoseOfRelease010() {
        assertThat(hex(new RemoteMessage.AskDelete(1, 0x0102030405060708L))).isEqualTo("1202909CB0D080C1818202");
        assertThat(hex(new RemoteMessage.DeleteAnswered(-2, true))).isEqualTo("130301");
        assertThat(hex(new RemoteMessage.Notice(3, new byte[] {4, 5}))).isEqualTo("1403000000020000000405");
    }

    private String hex(final RemoteMessage message) {
        return HexFormat.of().withUpperCase().formatHex(serializer.toBinary(message));
    }

    @Property(tries = 100)
    void whatALaterReleaseAppendsIsNotRead(@ForAll final long id, @ForAll @Size(max = 20) final byte[] more) {
        for (final RemoteMessage message :
                List.of(new RemoteMessage.AskDelete(id, 1), new RemoteMessage.DeleteAnswered(id, true))) {
            final byte[] known = serializer.toBinary(message);
            final byte[] longer = Arrays.copyOf(known, known.length + more.length);
            System.arraycopy(more, 0, longer, known.length, more.length);
            assertThat(serializer.fromBinaryJava(longer, null)).isEqualTo(message);
        }
    }

    @Example
    void aNoticeThatClaimsToBeHugeIsRefusedUnread() {
        final byte[] bytes = serializer.toBinary(new RemoteMessage.Notice(1, new byte[4]));
        // Kryo writes its fixed numbers with the lowest byte first: class, topic, length.
        bytes[bytes.length - 5] = 0x7f;
        assertThatThrownBy(() -> serializer.fromBinaryJava(bytes, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void anUnknownClassIsRefused() {
        assertThatThrownBy(() -> serializer.toBinary(new ArrayList<>())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> serializer.toBinary(Thread.currentThread()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void aStringThatClaimsToBeHugeIsRefusedUnread() {
        final byte[] bytes = {3, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        assertThatThrownBy(() -> serializer.fromBinaryJava(bytes, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> serializer.toBinary("text")).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 2_000)
    void noBytesMakeAnythingElse(@ForAll final byte[] bytes) {
        try {
            assertThat(serializer.fromBinaryJava(bytes, null)).isInstanceOf(RemoteMessage.class);
        } catch (final IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("message");
        }
    }
}
