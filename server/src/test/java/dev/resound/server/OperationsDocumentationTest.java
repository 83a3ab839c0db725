package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md shows is what happens. */
@Timeout(60)
class OperationsDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "operations.md");
    private static final Pattern CONSOLE =
            Pattern.compile("```console\n\\$ resound (.*)\n((?s:.*?))```");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @TempDir Path directory;

    /** A command line and what it prints. */
    private record Example(List<String> arguments, String printed) {
        boolean is(String command) {
            return arguments.getFirst().equals(command);
        }
    }

    private static List<Example> examples() throws IOException {
        List<Example> examples = new ArrayList<>();
        Matcher matcher = CONSOLE.matcher(Files.readString(DOCUMENT));
        while (matcher.find()) {
            List<String> arguments = new ArrayList<>();
            Matcher word = WORD.matcher(matcher.group(1));
            while (word.find()) {
                arguments.add(word.group(1) == null ? word.group(2) : word.group(1));
            }
            examples.add(new Example(arguments, matcher.group(2)));
        }
        return examples;
    }

    private RunningMain run(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("--"));
        all.addAll(arguments);
        return RunningMain.run(directory, all.toArray(String[]::new));
    }

    @Test
    void everyExampleIsACommandThereIs() throws IOException {
        List<Example> examples = examples();
        assertThat(examples).hasSizeGreaterThan(9);
        for (Example example : examples) {
            List<String> arguments = new ArrayList<>(example.arguments());
            arguments.add("--help");
            RunningMain help = run(arguments);
            assertThat(help.exitCode()).as(example.toString()).isEqualTo(Main.OK);
            assertThat(help.out()).contains("Usage: resound " + example.arguments().getFirst());
        }
    }

    @Test
    void everyExampleThatStaysOnThisMachinePrintsWhatIsShown() throws IOException {
        String document = Files.readString(DOCUMENT);
        int start = document.indexOf("```yaml\n") + "```yaml\n".length();
        Files.writeString(
                directory.resolve("resound.yml"),
                document.substring(start, document.indexOf("```", start))
                        .replace("port: 8080", "port: 0"));
        Files.writeString(
                directory.resolve("soketi.json"),
                """
                {"metrics.enabled": true, "appManager.array.apps": [{
                  "id": "shop", "key": "f4l2tmwqf6eg0f6jz0mw", "secret": "zioeeq9s8yckf1wwsca7",
                  "enableClientMessages": true}]}
                """);
        RunningMain server = run(List.of("start"));
        int port = server.port();
        List<RunningMain> waiting = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (Example example : examples()) {
            if (example.printed().isEmpty() || example.is("restart")) {
                continue; // leads elsewhere; ends the process, which here is that of the tests
            }
            RunningMain main =
                    run(
                            example.arguments().stream()
                                    .map(word -> word.replace(":8080", ":" + port))
                                    .toList());
            if (example.is("subscribe")) {
                await().until(() -> main.err().lines().count() == 2);
                waiting.add(main);
                expected.add(example.printed());
                continue;
            }
            main.exitCode();
            assertThat(shape(main.out() + main.err())).isEqualTo(shape(example.printed()));
        }
        for (int i = 0; i < waiting.size(); i++) {
            assertThat(waiting.get(i).exitCode()).isEqualTo(Main.OK);
            assertThat(waiting.get(i).out()).isEqualTo(expected.get(i));
        }
        server.signal(Signals.SIGTERM);
        assertThat(server.exitCode()).isEqualTo(Main.OK);
    }

    /** Without numbers, and without what is made up. */
    private static String shape(String printed) {
        return printed.replaceAll("\\b[a-z][a-z0-9]{39}\\b", "SECRET")
                .replaceAll("\\b[a-z][a-z0-9]{19}\\b", "KEY")
                .replaceAll("[0-9]+", "0");
    }
}
