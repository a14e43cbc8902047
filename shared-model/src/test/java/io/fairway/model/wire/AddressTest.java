package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and prefixes as people write them. */
class AddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.0.1",
                "255.255.255.255",
                "2001:db8::1",
                "::",
                "::1",
                "fe80::",
                "2001:db8:0:1:1:1:1:1",
                "2001:0:0:1::1",
                "1:2:3:4:5:6:7:8"
            })
    void addressesAreReadAndShown(final String text) {
        assertThat(IpAddress.parse(text)).hasToString(text);
        assertThat(IpAddress.of(IpAddress.parse(text).bytes())).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "router", "10.1.0", "10.1.0.256", "10.1.0.1/24", "::g"})
    void otherTextIsRefused(final String text) {
        assertThatThrownBy(() -> IpAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/24,10.1.0.255,true",
        "10.1.0.0/24,10.1.1.0,false",
        "0.0.0.0/0,8.8.8.8,true",
        "0.0.0.0/0,2001:db8::1,false",
        "10.1.0.7,10.1.0.7,true",
        "2001:db8::/32,2001:db8:1::9,true",
        "2001:db8::/65,2001:db8:0:0:8000::1,false",
        "::/0,2001:db8::1,true",
        "::/0,10.1.0.1,false",
        "::/64,10.1.0.1,false"
    })
    void prefixesContain(final String prefix, final String address, final boolean contained) {
        assertThat(Prefix.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(contained);
    }

    @Test
    void hostBitsAreRefused() {
        assertThatThrownBy(() -> Prefix.parse("10.1.0.1/24")).hasMessageContaining("host bits");
    }

    @Test
    void interfacesHaveALinkLocalAddress() {
        final IpAddress address = IpAddress.linkLocal(MacAddress.parse("02:fa:17:80:01:0f"));

        assertThat(address).hasToString("fe80::fa:17ff:fe80:10f");
        assertThat(address.isLinkLocal()).isTrue();
        assertThat(IpAddress.parse("fec0::1").isLinkLocal()).isFalse();
        assertThat(IpAddress.parse("10.1.0.1").isLinkLocal()).isFalse();
    }

    @Test
    void ethernetAddressesAreReadAndShown() {
        assertThat(MacAddress.parse("02:fa:17:00:01:0f")).hasToString("02:fa:17:00:01:0f");
        assertThatThrownBy(() -> MacAddress.parse("02:fa:17")).hasMessageContaining("not an Ethernet address");
    }
}
