package io.fairway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The build names the release. */
class ReleaseTest {
    @Test
    void theNameIsAVersion() {
        assertThat(Release.NAME).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?").hasSizeLessThan(100);
    }
}
