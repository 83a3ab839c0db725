package dev.resound.socketio.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaScriptDateTest {
    /** As Date.prototype.toJSON of V8 has them. */
    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "-1, 1969-12-31T23:59:59.999Z",
        "253402300799999, 9999-12-31T23:59:59.999Z",
        "253402300800000, +010000-01-01T00:00:00.000Z",
        "8640000000000000, +275760-09-13T00:00:00.000Z",
        "-8640000000000000, -271821-04-20T00:00:00.000Z",
        "-62167219200000, 0000-01-01T00:00:00.000Z",
        "-62167219200001, -000001-12-31T23:59:59.999Z",
        "-62135596800000, 0001-01-01T00:00:00.000Z"
    })
    void dateIsWrittenAsInJavaScript(long millis, String text) {
        assertThat(JavaScriptDate.format(millis)).isEqualTo(text);
        assertThat(JavaScriptDate.format(Instant.ofEpochMilli(millis))).isEqualTo(text);
    }

    @Test
    void dateBeyondThoseOfJavaScriptIsNone() {
        assertThat(JavaScriptDate.format(8_640_000_000_000_001L)).isNull();
        assertThat(JavaScriptDate.format(-8_640_000_000_000_001L)).isNull();
        assertThat(JavaScriptDate.format(Long.MIN_VALUE)).isNull();
        assertThat(JavaScriptDate.format(Instant.MAX)).isNull();
        assertThat(JavaScriptDate.format(Instant.MIN)).isNull();
    }
}
