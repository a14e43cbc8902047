package io.fairway.model.wire.svr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fairway.model.DropReason;
import io.fairway.model.session.FiveTuple;
import io.fairway.model.session.Flow;
import io.fairway.model.session.FlowAction;
import io.fairway.model.session.SessionRecord;
import io.fairway.model.session.SessionSecurity;
import io.fairway.model.session.SessionState;
import io.fairway.model.session.SessionTreatment;
import io.fairway.model.wire.IpAddress;
import io.fairway.model.wire.IpProtocol;
import io.fairway.model.wire.Words;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Metadata in words and bytes: the worked examples of svr-protocol.md section 3.9, and what each lie is called. */
class MetadataFixtureTest {
    private static final String FORWARD = """
            4c48dbc6 ddf6670c 1014 0048              # cookie, version 1, header 20, payload 72
            0010 0004 00000001                       # 16 security id 1
            0002 000d c0a8010a 0a140050 c000 01bb 06 # 2  forward context
            0007 0003 656e67                         # 7  tenant "eng"
            000a 0003 776562                         # 10 service "web"
            0006 0010 0f1e2d3c4b5a49789796a5b4c3d2e1f0
            000e 0004 65617374                       # 14 router "east"
            000f 0003 737031                         # 15 policy "sp1"
            0013 0002 7031                           # 19 path "p1"
            """;
    private static final String REVERSE = """
            4c48dbc6 ddf6670c 1018 0011
            0010 0004 00000001 0012 0000             # 16 security id 1, 18 disable forward metadata
            0004 000d 0a140050 c0a8010a 01bb c000 06 # 4  reverse context
            """;
    private static final String BASE = "4c48dbc6 ddf6670c";
    private static final UUID ID = UUID.fromString("0f1e2d3c-4b5a-4978-9796-a5b4c3d2e1f0");

    private final MetadataView view = new MetadataView();

    @Test
    void forwardExampleIsWrittenAndRead() {
        final SessionRecord session = session(tuple("192.168.1.10", "10.20.0.80", 49152, 443, IpProtocol.TCP));

        assertThat(MetadataEncoder.forward(session, new MetadataEncoder.Sender("east", 1, "sp1"), false))
                .isEqualTo(Words.bytes(FORWARD));

        final ReceivedMetadata received = decoded(FORWARD);
        assertThat(received.forwardContext()).isEqualTo(session.forward().tuple());
        assertThat(received.tenant()).isEqualTo("eng");
        assertThat(received.service()).isEqualTo("web");
        assertThat(received.uuid()).isEqualTo(ID);
        assertThat(received.router()).isEqualTo("east");
        assertThat(received.policy()).isEqualTo("sp1");
        assertThat(received.path()).isEqualTo("p1");
        assertThat(received.securityId()).isEqualTo(1);
        assertThat(received.suffices()).isTrue();
    }

    @Test
    void reverseExampleIsRead() {
        final ReceivedMetadata received = decoded(REVERSE);

        assertThat(received.reverseContext())
                .isEqualTo(tuple("10.20.0.80", "192.168.1.10", 443, 49152, IpProtocol.TCP));
        assertThat(received.disableForward()).isTrue();
        assertThat(received.suffices()).isFalse();
        assertThat(encoded(received)).isEqualTo(Words.bytes(REVERSE));
    }

    @Test
    void reverseOfASessionIsTheExampleAndTheUuid() {
        final SessionRecord session = session(tuple("192.168.1.10", "10.20.0.80", 49152, 443, IpProtocol.TCP));

        assertThat(MetadataEncoder.reverse(session, new MetadataEncoder.Sender("west", 1, "sp1"), false))
                .isEqualTo(Words.bytes(REVERSE.replace("0011", "0025") + "0006 0010 0f1e2d3c4b5a49789796a5b4c3d2e1f0"));
    }

    @Test
    void identifierOfAnEchoPlaysThePort() {
        final SessionRecord session = session(tuple("192.168.1.10", "10.20.0.80", 0x0bad, 0, IpProtocol.ICMP));

        final byte[] forward = MetadataEncoder.forward(session, new MetadataEncoder.Sender("east", 1, "sp1"), false);
        assertThat(Arrays.copyOfRange(forward, 24, 37)).isEqualTo(Words.bytes("c0a8010a 0a140050 0bad 0000 01"));
        final byte[] reverse = MetadataEncoder.reverse(session, new MetadataEncoder.Sender("west", 1, "sp1"), false);
        assertThat(Arrays.copyOfRange(reverse, 28, 41)).isEqualTo(Words.bytes("0a140050 c0a8010a 0000 0bad 01"));
    }

    @Test
    void ipv6ContextHasItsOwnType() {
        final SessionRecord session = session(tuple("2001:db8::1", "2001:db8::2", 1, 2, IpProtocol.UDP));

        final byte[] forward = MetadataEncoder.forward(session, new MetadataEncoder.Sender("east", 1, "sp1"), false);

        assertThat(Arrays.copyOfRange(forward, 20, 61))
                .isEqualTo(Words.bytes("0003 0025 20010db8000000000000000000000001"
                        + "20010db8000000000000000000000002 0001 0002 11"));
    }

    @Test
    void controlMessagesNameKeyAndReason() {
        final int[] codes = {1, 2, 3, 6, 8};
        for (int i = 0; i < codes.length; i++) {
            final ControlReason reason = ControlReason.values()[i];
            final byte[] bytes = new byte[MetadataEncoder.CONTROL_LENGTH];
            final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

            assertThat(MetadataEncoder.control(buffer, 0, reason, 7)).isEqualTo(bytes.length);

            assertThat(bytes).isEqualTo(Words.bytes(BASE + "1019 0000 0010 0004 00000007 0018 0001 0" + codes[i]));
            assertThat(MetadataParser.parseHeader(buffer, 0, bytes.length, view))
                    .isNull();
            assertThat(ControlReason.of(view.controlReason())).isEqualTo(reason);
            assertThat(view.securityId()).isEqualTo(7);
        }
        assertThat(ControlReason.of(MetadataView.NO_CONTROL)).isNull();
        assertThat(ControlReason.of(4)).isNull();
        assertThat(ControlReason.of(255)).isNull();
    }

    @Test
    void unkeyedControlExampleIsRead() {
        assertThat(verdict("4c48dbc6ddf6670c 1011 0000 0018 0001 02")).isNull();

        assertThat(ControlReason.of(view.controlReason())).isEqualTo(ControlReason.ENABLE_METADATA);
        assertThat(view.securityId()).isZero();
        assertThat(view.total()).isEqualTo(17);
    }

    @Test
    void falsePositiveIsABareHeader() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[12]);

        assertThat(MetadataEncoder.falsePositive(buffer, 0)).isEqualTo(12);

        assertThat(buffer.byteArray()).isEqualTo(Words.bytes("4c48dbc6ddf6670c 100c 0000"));
        assertThat(MetadataParser.parseHeader(buffer, 0, 12, view)).isNull();
        assertThat(view.isFalsePositive()).isTrue();
    }

    @Test
    void payloadBehindTheMetadataIsNotIts() {
        assertThat(verdict(FORWARD + "deadbeef")).isNull();

        assertThat(view.headerLength()).isEqualTo(20);
        assertThat(view.payloadLength()).isEqualTo(72);
        assertThat(view.total()).isEqualTo(92);
    }

    @Test
    void headerLiesAreMalformed() {
        assertMalformed("4c48dbc6ddf6670d 100c 0000"); // cookie
        assertMalformed("4c48dbc6ddf6670c 100c 00"); // shorter than a header
        assertMalformed("4c48dbc6ddf6670c 200c 0000"); // version
        assertMalformed("4c48dbc6ddf6670c 100b 0000"); // header length below 12
        assertMalformed("4c48dbc6ddf6670c 100d 0000"); // header length beyond the packet
        assertMalformed("4c48dbc6ddf6670c 100c 0001"); // payload length beyond the packet
        assertMalformed("4c48dbc6ddf6670c 100f 0000 001200"); // three bytes of a TLV
        assertMalformed("4c48dbc6ddf6670c 1011 0000 0010 0004 00"); // runs over the end
        assertMalformed("4c48dbc6ddf6670c 1010 0004 0010 0004 00000001"); // runs into the payload TLVs
        assertMalformed("4c48dbc6ddf6670c 1012 0000 0010 0002 0001"); // a security id of two bytes
        assertMalformed("4c48dbc6ddf6670c 1014 0000 0012 0000 0012 0000"); // twice
        assertMalformed("4c48dbc6ddf6670c 1019 0000 0001 0009 00000001 0000 0000 00"); // nine bytes of a fragment
        assertMalformed("4c48dbc6ddf6670c 1014 0000 001a 0004 00000000"); // path metrics of four bytes
        assertMalformed("4c48dbc6ddf6670c 1020 0000 002e 0010" + "00".repeat(16)); // a key in clear
        assertMalformed("4c48dbc6ddf6670c 1028 0000 0014 0004 0a000001 0015 0010" + "00".repeat(16)); // two places
    }

    @Test
    void payloadLiesAreMalformed() {
        assertUndecodable("4c48dbc6ddf6670c 100c 0003 000700"); // three bytes of a TLV
        assertUndecodable("4c48dbc6ddf6670c 100c 0006 0007 0003 656e"); // runs over the end
        assertUndecodable("4c48dbc6ddf6670c 100c 0008 0006 0004 00000001"); // a short UUID
        assertUndecodable("4c48dbc6ddf6670c 100c 000a 0007 0001 61 0007 0001 61"); // twice
        assertUndecodable("4c48dbc6ddf6670c 100c 0005 0007 0001 1b"); // an escape in a name
        assertUndecodable("4c48dbc6ddf6670c 100c 0104 0007 0100" + "61".repeat(256)); // a name of 256
        assertUndecodable("4c48dbc6ddf6670c 100c 0005 002e 0001 01"); // a health check where the key belongs
        assertUndecodable("4c48dbc6ddf6670c 100c 001c 002e 0018" + "00".repeat(24)); // a key of 24 bytes
        assertUndecodable("4c48dbc6ddf6670c 100c 000f 0032 000b 06 00 c0a8010a e8000001 11"); // IPv6 in 11 bytes
        assertUndecodable("4c48dbc6ddf6670c 100c 000e 0032 000a 04 00 c0a8010a e8000001"); // no protocol
        assertUndecodable("4c48dbc6ddf6670c 100c 0005 0033 0001 00"); // half a count
        assertUndecodable("4c48dbc6ddf6670c 100c 0009 0033 0005 0002 01 61 01"); // the second name runs over
        assertUndecodable("4c48dbc6ddf6670c 100c 0008 0033 0004 0002 01 61"); // the second name is missing
        assertUndecodable("4c48dbc6ddf6670c 100c 0009 0033 0005 0001 01 61 62"); // more than its names
        assertUndecodable("4c48dbc6ddf6670c 100c 0008 0033 0004 0001 01 0a"); // a line end in a name
        assertUndecodable("4c48dbc6ddf6670c 100c 0407 0033 0403 0401" + "00".repeat(1025)); // a list of 1,027 bytes
        assertUndecodable(
                "4c48dbc6ddf6670c 100c 003a" // IPv4 and IPv6 context
                        + "0002 000d c0a8010a 0a140050 c000 01bb 06"
                        + "0003 0025" + "00".repeat(37));
    }

    @Test
    void unknownTypesAndForeignSectionsAreSkipped() {
        final ReceivedMetadata received = decoded("""
                4c48dbc6ddf6670c 101a 0031
                0009 0002 beef 0007 0004 00000001        # unknown, and a tenant where none belongs
                0018 0000 ffff 0002 dead 0007 0001 61    # a control message where none belongs, unknown, tenant "a"
                0012 0000                                # 18 where it does not belong
                0008 0004 00000007                       # 8, 13 and 28, of another product
                000d 0008 0000000100000002
                001c 0002 c001
                0008 0000                                # and again, of another length
                """);

        assertThat(received.tenant()).isEqualTo("a");
        assertThat(received.disableForward()).isFalse();
        assertThat(received.controlReason()).isEqualTo(MetadataView.NO_CONTROL);
        assertThat(received.healthCheck()).isZero();
    }

    @Test
    void namesThatDoNotFitAreRefused() {
        final SessionRecord session = session(tuple("192.168.1.10", "10.20.0.80", 1, 2, IpProtocol.TCP));

        assertThatThrownBy(() ->
                        MetadataEncoder.forward(session, new MetadataEncoder.Sender("e".repeat(256), 1, "sp1"), false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MetadataEncoder.forward(session, new MetadataEncoder.Sender("groß", 1, "sp1"), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void headerParseAllocatesNothing() {
        final UnsafeBuffer buffer = new UnsafeBuffer(Words.bytes(FORWARD));
        final UnsafeBuffer control = new UnsafeBuffer(new byte[MetadataEncoder.CONTROL_LENGTH]);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        work(buffer, control, 1_000);
        final long before = threads.getCurrentThreadAllocatedBytes();
        work(buffer, control, 1_000_000);
        assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100_000)
                .isZero();
    }

    private void work(final UnsafeBuffer buffer, final UnsafeBuffer control, final int times) {
        for (int i = 0; i < times; i++) {
            MetadataEncoder.control(control, 0, ControlReason.KEEP_ALIVE, i);
            if (MetadataParser.parseHeader(buffer, 0, buffer.capacity(), view) != null) {
                throw new IllegalStateException();
            }
        }
    }

    private DropReason verdict(final String words) {
        final byte[] bytes = Words.bytes(words);
        return MetadataParser.parseHeader(new UnsafeBuffer(bytes), 0, bytes.length, view);
    }

    private void assertMalformed(final String words) {
        assertThat(verdict(words)).as(words).isEqualTo(DropReason.METADATA_MALFORMED);
        assertUndecodable(words);
    }

    private static void assertUndecodable(final String words) {
        final byte[] bytes = Words.bytes(words);
        assertThat(MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length))
                .as(words)
                .isNull();
    }

    private static ReceivedMetadata decoded(final String words) {
        final byte[] bytes = Words.bytes(words);
        final ReceivedMetadata received = MetadataParser.decode(new UnsafeBuffer(bytes), 0, bytes.length);
        assertThat(received).isNotNull();
        return received;
    }

    private static byte[] encoded(final ReceivedMetadata metadata) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[Metadata.MAX_ENCODED_LENGTH]);
        return Arrays.copyOf(buffer.byteArray(), MetadataEncoder.encode(buffer, 0, metadata));
    }

    private static FiveTuple tuple(
            final String source, final String destination, final int from, final int to, final int protocol) {
        return new FiveTuple(IpAddress.parse(source), IpAddress.parse(destination), from, to, protocol);
    }

    private static SessionRecord session(final FiveTuple client) {
        final FlowAction action = new FlowAction(0, 1, 2, 0, 0, client, false, IpAddress.NONE);
        return new SessionRecord(
                1,
                ID,
                1,
                0,
                1,
                SessionState.OPENING,
                false,
                1000,
                0,
                new Flow(1, 0, client, action),
                new Flow(2, 0, client.reversed(), action),
                "eng",
                "web",
                "west",
                "p1",
                SessionSecurity.CLEAR,
                null,
                SessionTreatment.DEFAULT,
                null);
    }
}
