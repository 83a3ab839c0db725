package dev.resound.examples.sensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README says: the program, in a process of its own. */
@Timeout(120)
class SensorStoryTest {

    @Test
    void itTellsItsStoryAndEnds() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                "--enable-native-access=ALL-UNNAMED",
                                Sensors.class.getName(),
                                "0")
                        .redirectErrorStream(true)
                        .start();
        String told = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(told).isZero();
        assertThat(told)
                .contains("wall hears", "\"celsius\":22.0", "session of greenhouse-1: Resumed")
                .contains("archive hears {\"type\":\"denied\",\"streams\":[\"camera\"]}")
                .containsPattern("archive has lost \\d+ messages")
                .doesNotContain("wall hears {\"type\":\"event\",\"stream\":\"camera\"")
                .doesNotContain("archive hears {\"type\":\"event\",\"stream\":\"camera\"");
    }
}
