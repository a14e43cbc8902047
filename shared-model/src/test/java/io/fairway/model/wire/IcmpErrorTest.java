package io.fairway.model.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcmpErrorTest {
    @ParameterizedTest
    @CsvSource({
        "3, 0, 1, 0",
        "3, 1, 1, 0",
        "3, 3, 1, 4",
        "3, 5, 1, 0",
        "3, 9, 1, 1",
        "3, 10, 1, 1",
        "3, 12, 1, 0",
        "3, 13, 1, 1",
        "3, 15, 1, 1",
        "11, 0, 3, 0",
        "11, 1, 3, 1"
    })
    void ipv4ErrorsHaveIpv6Counterparts(final int type, final int code, final int typeV6, final int codeV6) {
        assertThat(IcmpError.translate(IcmpError.head(type, code, 77), true))
                .isEqualTo(IcmpError.head(typeV6, codeV6, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 3, 1",
        "1, 1, 3, 10",
        "1, 2, 3, 1",
        "1, 3, 3, 1",
        "1, 4, 3, 3",
        "3, 0, 11, 0",
        "3, 1, 11, 1",
        "4, 1, 3, 2"
    })
    void ipv6ErrorsHaveIpv4Counterparts(final int type, final int code, final int typeV4, final int codeV4) {
        assertThat(IcmpError.translate(IcmpError.head(type, code, 77), false))
                .isEqualTo(IcmpError.head(typeV4, codeV4, 0));
    }

    @Test
    void whatHasNoCounterpartIsNone() {
        assertThat(IcmpError.translate(IcmpError.head(12, 0, 0), true)).isEqualTo(IcmpError.NONE);
        assertThat(IcmpError.translate(IcmpError.head(3, 16, 0), true)).isEqualTo(IcmpError.NONE);
        assertThat(IcmpError.translate(IcmpError.head(4, 0, 0), false)).isEqualTo(IcmpError.NONE);
        assertThat(IcmpError.translate(IcmpError.head(3, 2, 0), true))
                .as("the protocol is where the next header stands")
                .isEqualTo(IcmpError.head(4, 1, 6));
    }

    @Test
    void theMtuStandsWhereTheFamilyHasIt() {
        final long v4 = IcmpError.tooBig(false, 1400);
        final long v6 = IcmpError.tooBig(true, 1400);
        assertThat(v4).isEqualTo(IcmpError.head(3, 4, 1400));
        assertThat(v6).isEqualTo(IcmpError.head(2, 0, 1400));
        assertThat(IcmpError.translate(v4, true)).isEqualTo(v6);
        assertThat(IcmpError.translate(v6, false)).isEqualTo(v4);
        assertThat(IcmpError.mtuBytes(IcmpError.head(3, 4, 0x0009_0578), false)).isEqualTo(1400);
        assertThat(IcmpError.mtuBytes(IcmpError.head(2, 0, -1), true)).isEqualTo(65_535);
        assertThat(IcmpError.mtuBytes(IcmpError.tooBig(true, 900), true))
                .as("every link has it")
                .isEqualTo(1280);
        assertThat(IcmpError.mtuBytes(IcmpError.tooBig(false, -9), false)).isZero();
    }

    @Test
    void onlyWhatDescribesTheQuotationGoes() {
        assertThat(IcmpError.withoutLength(IcmpError.head(11, 0, 0x0011_0000), false))
                .isEqualTo(IcmpError.head(11, 0, 0));
        assertThat(IcmpError.withoutLength(IcmpError.head(1, 4, 0x1100_0000), true))
                .isEqualTo(IcmpError.head(1, 4, 0));
        assertThat(IcmpError.withoutLength(IcmpError.head(3, 4, 0x0011_0514), false))
                .isEqualTo(IcmpError.head(3, 4, 1300));
        assertThat(IcmpError.withoutLength(IcmpError.head(12, 0, 0x0911_0000), false))
                .as("a pointer")
                .isEqualTo(IcmpError.head(12, 0, 0x0900_0000));
        assertThat(IcmpError.withoutLength(IcmpError.head(4, 0, 40), true)).isEqualTo(IcmpError.head(4, 0, 40));
    }

    @Test
    void echoesAndRedirectsAreNoErrors() {
        for (final int type : new int[] {0, 4, 5, 8, 9, 13}) {
            assertThat(IcmpError.isError(type, false)).as("type %d", type).isFalse();
        }
        for (final int type : new int[] {0, 5, 100, 128, 129, 135, 137}) {
            assertThat(IcmpError.isError(type, true)).as("type %d", type).isFalse();
        }
    }
}
