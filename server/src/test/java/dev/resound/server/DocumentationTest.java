package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/configuration.md tells what the code does. */
class DocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    @TempDir Path directory;

    @Test
    void theTablesOfTheDocumentAreTheTableOfTheCode() throws IOException {
        List<String> documented =
                Files.readAllLines(DOCUMENT).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList();
        assertThat(documented)
                .containsExactlyElementsOf(
                        Settings.ALL.stream().map(DocumentationTest::row).toList());
    }

    private static String row(Setting<?> setting) {
        List<String> names = new ArrayList<>();
        names.add("`" + setting.environment() + "`");
        if (setting.reverb() != null) {
            names.add("`" + setting.reverb() + "`");
        }
        if (setting.soketi() != null) {
            names.add("`" + setting.soketi().name() + "`");
        }
        if (setting.flag() != null) {
            names.add("`" + setting.flag() + "`");
        }
        String byDefault = setting.byDefault();
        String shown =
                byDefault.startsWith("(")
                        ? byDefault.substring(1, byDefault.length() - 1)
                        : "`" + byDefault + "`";
        return "| `%s` | %s | %s | %s |"
                .formatted(setting.name(), shown, String.join(", ", names), setting.meaning());
    }

    @Test
    void everySettingOfSocketIoIsToldWithSocketIo() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "socketio.md")))
                .contains(
                        Settings.ALL.stream()
                                .map(setting -> "`" + setting.name() + "`")
                                .filter(name -> name.startsWith("`socketio."))
                                .toList());
    }

    @Test
    void everyDefaultIsAValueOfItsKind() {
        for (Setting<?> setting : Settings.ALL) {
            if (!setting.byDefault().startsWith("(")) {
                assertThat(setting.kind().read(setting.byDefault())).as(setting.name()).isNotNull();
            }
        }
    }

    @Test
    void theExampleOfTheDocumentIsAValidConfiguration() throws IOException {
        String document = Files.readString(DOCUMENT);
        int start = document.indexOf("```yaml\n") + "```yaml\n".length();
        String example = document.substring(start, document.indexOf("```", start));
        Written written =
                Written.in(directory)
                        .file(example)
                        .variable("RESOUND_APPS_0_SECRET", "0123456789abcdefghij");
        assertThat(written.problems()).isEmpty();
        assertThat(written.read().apps().list()).hasSize(2);
    }
}
