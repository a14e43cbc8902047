package io.fairway.model.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairway.model.config.Secret;
import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.TcpEnforcement;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.agrona.concurrent.UnsafeBuffer;

/** The session record's bytes: what is written is read, and no byte string is mistaken for a record by an exception. */
class SessionRecordFlyweightTest {
    private static final int OFFSET = 8;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SessionRecordFlyweight.MAX_LENGTH + 2 * OFFSET]);

    @Property(tries = 300)
    void whatIsWrittenIsRead(@ForAll("records") final SessionRecord record) {
        final int length = SessionRecordFlyweight.encode(buffer, OFFSET, record);

        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, length)).isTrue();
        assertThat(SessionRecordFlyweight.decode(buffer, OFFSET)).isEqualTo(record);
        assertThat(SessionRecordFlyweight.length(buffer, OFFSET)).isEqualTo(length);
    }

    @Property(tries = 300)
    void aShortenedRecordIsNotValid(@ForAll("records") final SessionRecord record, @ForAll final int cut) {
        final int length = SessionRecordFlyweight.encode(buffer, OFFSET, record);
        final int available = Math.floorMod(cut, length);

        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, available)).isFalse();
    }

    @Property(tries = 100)
    void whatALaterReleaseAppendsIsNotRead(@ForAll("records") final SessionRecord record) {
        final int length = SessionRecordFlyweight.encode(buffer, OFFSET, record);
        final int longer = Math.min(length + 40, SessionRecordFlyweight.MAX_LENGTH);
        buffer.putShort(OFFSET, (short) longer);

        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, longer)).isTrue();
        assertThat(SessionRecordFlyweight.decode(buffer, OFFSET)).isEqualTo(record);
        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, longer - 1)).isFalse();

        buffer.putShort(OFFSET, (short) (SessionRecordFlyweight.MAX_LENGTH + 1));
        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, SessionRecordFlyweight.MAX_LENGTH + 1))
                .as("no buffer has room for it")
                .isFalse();
    }

    @Property(tries = 1_000)
    void anyBytesAreJudgedWithoutAnException(@ForAll final byte[] bytes) {
        final UnsafeBuffer any = new UnsafeBuffer(bytes);

        if (SessionRecordFlyweight.isValid(any, 0, bytes.length)) {
            assertThat(SessionRecordFlyweight.length(any, 0)).isLessThanOrEqualTo(bytes.length);
        }
    }

    @Property(tries = 50)
    void anUnknownEnforcementIsNoRecord(@ForAll("records") final SessionRecord record) {
        final int length = SessionRecordFlyweight.encode(buffer, OFFSET, record);
        buffer.putByte(OFFSET + 35, (byte) TcpEnforcement.values().length);

        assertThat(SessionRecordFlyweight.isValid(buffer, OFFSET, length)).isFalse();
    }

    @Provide
    Arbitrary<SessionRecord> records() {
        final Arbitrary<String> names =
                Arbitraries.strings().withChars("abcXYZ019._-").ofMinLength(0).ofMaxLength(63);
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers(),
                        flows(),
                        flows(),
                        names.list().ofSize(4),
                        securities(),
                        transits(),
                        treatments())
                .as((bits, number, forward, reverse, words, security, transit, treatment) -> new SessionRecord(
                        bits,
                        new UUID(bits * 31, bits * 37),
                        number,
                        number & 0x1ff,
                        number >>> 3,
                        SessionState.of(Math.floorMod(number, 3)),
                        (bits & 1) != 0,
                        number & 0xff_ffff,
                        bits >>> 2,
                        forward,
                        reverse,
                        words.get(0),
                        words.get(1),
                        words.get(2),
                        words.get(3),
                        security,
                        transit,
                        treatment,
                        (bits & 2) == 0 ? null : IpAddress.v4(number)));
    }

    private static Arbitrary<SessionSecurity> securities() {
        final Arbitrary<Secret> keys = Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(32)
                .map(Secret::of)
                .injectNull(0.3);
        return Combinators.combine(
                        Arbitraries.of("", "lab", "p".repeat(63)),
                        Arbitraries.of(SecurityPolicy.Encryption.values()),
                        Arbitraries.of(SecurityPolicy.Hmac.values()),
                        keys,
                        Arbitraries.of(SessionSecurity.Adaptation.values()))
                .as(SessionSecurity::new);
    }

    private static Arbitrary<Transit> transits() {
        return flows().map(flow -> new Transit("west", flow.vlan() % 2 == 0 ? "" : "wan-west", flow.tuple()))
                .injectNull(0.5);
    }

    private static Arbitrary<SessionTreatment> treatments() {
        return Combinators.combine(
                        Arbitraries.of(TcpEnforcement.values()),
                        Arbitraries.integers()
                                .between(0, SessionTreatment.MAX_TCP_OPENING_MS / 100)
                                .map(tenths -> tenths * 100),
                        Arbitraries.of(true, false))
                .as(SessionTreatment::new);
    }

    private static Arbitrary<Flow> flows() {
        final Arbitrary<IpAddress> addresses = Arbitraries.oneOf(
                Arbitraries.integers().map(IpAddress::v4),
                Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(IpAddress::new));
        final Arbitrary<Integer> ports = Arbitraries.integers().between(0, 65_535);
        final Arbitrary<FiveTuple> tuples = Combinators.combine(
                        addresses, addresses, ports, ports, Arbitraries.of(IpProtocol.TCP, IpProtocol.UDP))
                .as(FiveTuple::new);
        return Combinators.combine(tuples, tuples, ports, Arbitraries.of(true, false), addresses)
                .as((tuple, out, number, fromSvr, nextHop) -> new Flow(
                        number,
                        number >>> 4,
                        tuple,
                        new FlowAction(
                                FlowActionFlyweight.SAME,
                                number % 3,
                                number >>> 1,
                                number >>> 5,
                                number >>> 2,
                                new FiveTuple(
                                        out.source(),
                                        out.destination(),
                                        out.sourcePort(),
                                        out.destinationPort(),
                                        tuple.protocol()),
                                fromSvr,
                                nextHop)));
    }
}
