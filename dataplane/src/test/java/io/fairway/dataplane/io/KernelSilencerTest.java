package io.fairway.dataplane.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairway.dataplane.io.Frames.Frame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** The kernel is given an address on purpose, so that it would answer if it were not silenced. */
@InNamespace
class KernelSilencerTest {
    private static final long ANSWER_NS = 200_000_000;
    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final byte NEIGHBOR_ADVERTISEMENT = (byte) 136;

    /** Who has 10.0.0.254? Tell 10.0.0.1. */
    private static final String ARP_REQUEST =
            "ffffffffffff 020000000001 0806 0001 0800 06 04 0001" + "020000000001 0a000001 000000000000 0a0000fe";

    /** TCP 10.0.0.1:4097 to 10.0.0.254:9, SYN. */
    private static final String SYN = " 020000000001 0800 45000028 00004000 400625d2 0a000001 0a0000fe"
            + "1001 0009 00000001 00000000 5002 ffff 8ad9 0000";

    /** Who has fd00::fe? Tell fd00::1. */
    private static final String SOLICITATION =
            "3333ff0000fe 020000000001 86dd 60000000 0020 3aff fd000000000000000000000000000001"
                    + "ff0200000000000000000001ff0000fe 8700 7b9f 00000000 fd0000000000000000000000000000fe"
                    + "0101 020000000001";

    @Test
    void theKernelIsSilentInIpv6AndOtherDevicesAreNot() throws Exception {
        Lab.host("a", "");
        Lab.host("b", "");
        Lab.sh("for d in a1 b1; do echo 0 > /proc/sys/net/ipv6/conf/$d/disable_ipv6; done\n"
                + "ip addr add fd00::fe/64 dev a1 nodad; ip addr add fd00:2::fe/64 dev b1 nodad");
        try (PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            final DirectBuffer solicitation = Frames.frame(SOLICITATION);
            Frames.send(there, solicitation);
            assertThat(new Frames()
                            .await(there, KernelSilencerTest::isAdvertisement)
                            .bytes()[54])
                    .as("control: an answer")
                    .isEqualTo(NEIGHBOR_ADVERTISEMENT);

            final AutoCloseable silence = KernelSilencer.silence(List.of("a1"));
            assertThat(answer(there, solicitation, IPV6))
                    .as("no answer, and nothing of its own")
                    .isNull();
            assertThat(Lab.sh("ip -6 addr show dev a1")).isEmpty();
            assertThat(Lab.sh("ip -6 addr show dev b1")).contains("fd00:2::fe/64");

            silence.close();
            assertThat(Lab.sh("cat /proc/sys/net/ipv6/conf/a1/disable_ipv6")).isEqualTo("0\n");
        }
    }

    private static boolean isAdvertisement(final Frame frame) {
        return frame.etherType() == IPV6 && frame.bytes()[54] == NEIGHBOR_ADVERTISEMENT;
    }

    @Test
    void theKernelIsSilentAndPortsStillSeeAll() throws Exception {
        Lab.host("a", "");
        Lab.sh("ip addr add 10.0.0.254/24 dev a1; ip neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev a1\n"
                + "echo 0 > /proc/sys/net/ipv6/conf/a1/disable_ipv6");
        try (PacketPort here = AfPacketPort.open(0, "a1");
                PacketPort there = Lab.in("a", () -> AfPacketPort.open(1, "a0"))) {
            final DirectBuffer request = Frames.frame(ARP_REQUEST);
            final DirectBuffer syn =
                    Frames.frame(here.hardwareAddress().toString().replace(":", "") + SYN);
            assertThat(answer(there, request, ARP)).as("control: ARP reply").isNotNull();
            assertThat(answer(there, syn, IPV4)).as("control: RST").satisfies(reset -> assertThat(reset.bytes()[47] & 4)
                    .isEqualTo(4));

            final AutoCloseable silence = KernelSilencer.silence(List.of("a1"));
            final Frames seen = new Frames();
            drain(here);
            assertThat(answer(there, request, ARP)).isNull();
            assertThat(answer(there, syn, IPV4)).isNull();
            assertThat(seen.await(here, f -> f.etherType() == ARP).bytes()).isEqualTo(bytes(request));
            assertThat(seen.await(here, f -> f.etherType() == IPV4).bytes()).isEqualTo(bytes(syn));
            assertThat(Lab.sh("ip link show a1; cat /proc/sys/net/ipv6/conf/a1/disable_ipv6"))
                    .contains("NOARP")
                    .endsWith("1\n");

            silence.close();
            assertThat(Lab.sh("nft list ruleset")).isEmpty();
            assertThat(Lab.sh("ip link show a1; cat /proc/sys/net/ipv6/conf/a1/disable_ipv6"))
                    .doesNotContain("NOARP")
                    .endsWith("0\n");
            assertThat(answer(there, request, ARP)).as("given back: ARP reply").isNotNull();
        }
    }

    @Test
    void theTableOfAKilledNodeIsTakenOver() throws Exception {
        Lab.host("a", "");
        Lab.host("b", "");
        Lab.sh("ip link set a1 down; ip link set a1 name lan-0.5; ip link set lan-0.5 up");
        final List<String> devices = List.of("lan-0.5", "b1");
        final AutoCloseable killed = KernelSilencer.silence(devices);
        assertThat(killed).isNotNull();
        final AutoCloseable next = KernelSilencer.silence(devices);
        assertThat(Lab.sh("nft list ruleset")).containsOnlyOnce("table").contains("lan-0.5", "b1", "policy drop");
        next.close();
        assertThat(Lab.sh("nft list ruleset")).isEmpty();
    }

    @Test
    void whatLacksIsSaidInOneSentence() throws Exception {
        Lab.host("a", "");
        final List<String> command = new ArrayList<>(List.of("unshare", "--user"));
        command.addAll(InNamespace.Main.command(KernelSilencerTest.class, "withoutPrivilege"));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Runs in a user namespace that owns no network. */
    void withoutPrivilege() {
        assertThatThrownBy(() -> KernelSilencer.silence(List.of("a1")))
                .isInstanceOf(PrivilegeException.class)
                .hasMessageContaining("CAP_NET_ADMIN");
        assertThatThrownBy(() -> AfPacketPort.open(0, "a1"))
                .isInstanceOf(PrivilegeException.class)
                .hasMessageContaining("CAP_NET_RAW");
    }

    @Test
    void aMissingDeviceLeavesNothingBehind() {
        assertThatThrownBy(() -> KernelSilencer.silence(List.of("nothere")))
                .isInstanceOf(PrivilegeException.class)
                .hasMessageContaining("nothere");
        assertThat(Lab.sh("nft list ruleset")).isEmpty();
    }

    private static Frame answer(final PacketPort port, final DirectBuffer question, final int etherType) {
        drain(port);
        Frames.send(port, question);
        return new Frames().await(port, frame -> frame.etherType() == etherType, ANSWER_NS);
    }

    private static void drain(final PacketPort port) {
        port.poll(new Frames(), Integer.MAX_VALUE);
        port.release();
    }

    private static byte[] bytes(final DirectBuffer frame) {
        final byte[] bytes = new byte[frame.capacity() - PacketPort.VNET_HEADER_BYTES];
        frame.getBytes(PacketPort.VNET_HEADER_BYTES, bytes);
        return bytes;
    }
}
