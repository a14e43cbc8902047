package io.fairway.dataplane.svr;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.fairway.model.config.SecurityPolicy;
import io.fairway.model.config.SecurityPolicy.Encryption;
import io.fairway.model.config.SecurityPolicy.Hmac;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CipherWarmUpTest {
    @ParameterizedTest
    @CsvSource({"AES_256_GCM, NONE", "AES_128_CBC, SHA256_128", "AES_256_CBC, SHA384", "NONE, SHA256"})
    void everyCipherOpensWhatItSealed(final Encryption encryption, final Hmac hmac) {
        final SecurityPolicy policy = new SecurityPolicy("sp", encryption, hmac, false, true);
        assertThatCode(() -> CipherWarmUp.run(JceProvider.DEFAULT, policy)).doesNotThrowAnyException();
    }
}
