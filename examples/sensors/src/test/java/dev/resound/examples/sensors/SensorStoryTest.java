package dev.resound.examples.sensors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the README says: the program, in a process of its own. */
@Timeout(120)
class SensorStoryTest {

    private static Process run(String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String surefires = System.getProperty("surefire.test.class.path");
        String path = surefires == null ? System.getProperty("java.class.path") : surefires;
        var process = new ProcessBuilder(java, "-cp", path, "--enable-native-access=ALL-UNNAMED");
        process.command().add(Sensors.class.getName());
        process.command().addAll(List.of(arguments));
        return process.redirectErrorStream(true).start();
    }

    @Test
    void itTellsItsStoryAndEnds() throws Exception {
        Process process = run();
        String told = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        assertThat(told)
                .contains("archive hears {\"type\":\"denied\",\"streams\":[\"camera\"]}")
                .contains("session of greenhouse-1: Resumed")
                .containsPattern("wall hears .*\"celsius\":22.0")
                .containsPattern("archive has lost messages of samples: [1-9]")
                .contains("wall is closed: 1000")
                .doesNotContain("wall hears {\"type\":\"event\",\"stream\":\"camera\"");
    }

    @Test
    void itStaysToServeOthers() throws Exception {
        Process process = run("0", "--serve");
        try (var lines = process.inputReader()) {
            var device = Pattern.compile("ws://127.0.0.1:(\\d+)(/device) takes (.*)");
            MatchResult found =
                    lines.lines()
                            .flatMap(line -> device.matcher(line).results())
                            .findFirst()
                            .orElseThrow();
            int port = Integer.parseInt(found.group(1));
            try (var client = WireClient.open(port, found.group(2), found.group(3) + "\r\n")) {
                assertThat(client.receiveText()).contains("welcome");
            }
        } finally {
            process.destroy();
        }
    }
}
