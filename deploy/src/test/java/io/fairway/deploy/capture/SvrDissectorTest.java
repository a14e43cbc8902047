package io.fairway.deploy.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Frames in words and bytes. */
final class SvrDissectorTest {
    private static final String ETHERNET = "02000000000102000000000208004500";
    private static final String IP_REST = "00000000401100000a0000010a000002";
    private static final String UDP = "4000400100000000";

    @Test
    void aForwardContextAndATenantAreDecoded() {
        // header: security id 7; payload: forward context 10.1.0.10:1024 -> 10.2.0.10:80 TCP, tenant "ab"
        final String metadata = "4c48dbc6ddf6670c1014" + "0017" + "0010000400000007" + "0002000d"
                + "0a01000a0a02000a0400005006" + "000700026162";
        final SvrDissector.Dissection seen = SvrDissector.dissect(frame(metadata));
        assertThat(seen.fault()).isNull();
        assertThat(seen.attributes())
                .containsEntry("security id", "00000007")
                .containsEntry("forward context", "protocol 6 10.1.0.10:1024 -> 10.2.0.10:80")
                .containsEntry("tenant", "ab");
    }

    @Test
    void anIpv6ContextOverIpv6IsDecoded() {
        final String client = "fd000001000000000000000000000010";
        final String server = "fd000002000000000000000000000010";
        final String metadata = "4c48dbc6ddf6670c100c" + "0029" + "00030025" + client + server + "0400" + "0050" + "06";
        final String headers =
                "020000000001020000000002" + "86dd" + "60000000" + "0000" + "1140" + server + client + UDP;
        final SvrDissector.Dissection seen =
                SvrDissector.dissect(ByteBuffer.wrap(HexFormat.of().parseHex(headers + metadata)));
        assertThat(seen.fault()).isNull();
        assertThat(seen.attributes())
                .containsEntry("forward context", "protocol 6 [fd00:1:0:0:0:0:0:10]:1024 -> [fd00:2:0:0:0:0:0:10]:80");
    }

    @Test
    void aTlvLongerThanItsBlockIsAFault() {
        assertThat(SvrDissector.dissect(frame("4c48dbc6ddf6670c1012" + "0000" + "0010000400000007"))
                        .fault())
                .isEqualTo("TLV 16 is longer than its block");
    }

    @Test
    void lengthsBeyondThePacketAreAFault() {
        assertThat(SvrDissector.dissect(frame("4c48dbc6ddf6670c100cffff")).fault())
                .isEqualTo("the lengths do not fit the packet");
    }

    @Test
    void aPacketWithoutTheCookieHasNone() {
        assertThat(SvrDissector.dissect(frame("4c48dbc6ddf6670d100c0000")).found())
                .isFalse();
    }

    private static ByteBuffer frame(final String payload) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(ETHERNET + "0000" + IP_REST + UDP + payload));
    }
}
