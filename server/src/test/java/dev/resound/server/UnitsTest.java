package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "10000, 10000",
        "10000B, 10000",
        "10KB, 10240",
        "10kb, 10240",
        "10 KB, 10240",
        "10KiB, 10240",
        "1MB, 1048576",
        "2GB, 2147483648"
    })
    void sizesCountBytesAndAKilobyteHas1024(String text, long bytes) {
        assertThat(Units.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "30, 30000", "30s, 30000", "500ms, 500", "2m, 120000", "1h, 3600000"})
    void timesAreSecondsUnlessTheySayOtherwise(String text, long millis) {
        assertThat(Units.duration(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1.5", "1X", "KB", "1 K B", "99999999999999999999"})
    void otherTextsAreNeither(String text) {
        assertThat(Units.bytes(text)).isNull();
        assertThat(Units.duration(text)).isNull();
    }

    @Test
    void hugeNumbersDoNotOverflow() {
        assertThat(Units.bytes("999999999999999GB")).isNull();
        assertThat(Units.duration("999999999999999h")).isNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1023, 1024, 1025, 10_000, 1 << 20, (1 << 20) + 1024, 1L << 30})
    void sizesAreWrittenAsTheyAreRead(long bytes) {
        assertThat(Units.bytes(Units.size(bytes))).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_000, 90_000, 120_000, 3_600_000, 5_400_000})
    void timesAreWrittenAsTheyAreRead(long millis) {
        Duration time = Duration.ofMillis(millis);
        assertThat(Units.duration(Units.time(time))).isEqualTo(time);
    }
}
