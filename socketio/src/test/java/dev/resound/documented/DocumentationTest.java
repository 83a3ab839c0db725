package dev.resound.documented;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Java in the documentation of Socket.IO is Java that compiles: it is found in the examples. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Path HERE = Path.of("src", "test", "java", "dev", "resound", "documented");
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*");

    /** Calls on what the examples call so, whole statements or parts of them. */
    private static final Pattern CALL =
            Pattern.compile(
                    "(socket|io|engine|builder|server|use|if|var|Resound|SocketIo|\\(User\\)).*\\(.*\\).*");

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static String squeezed(String java) {
        return COMMENT.matcher(java).replaceAll("").replaceAll("\\s+", "");
    }

    private static String compiled(String file) throws IOException {
        return squeezed(Files.readString(HERE.resolve(file)));
    }

    private static List<String> found(Pattern pattern, String text) {
        List<String> all = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            all.add(matcher.group(1));
        }
        return all;
    }

    @Test
    void whatTheDocumentShowsIsInTheExamples() throws IOException {
        String examples = compiled("Examples.java");
        assertThat(found(BLOCK, read("docs/socketio.md")))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(examples).contains(squeezed(block)));
    }

    @Test
    void whatTheReadmeShowsIsInTheExamples() throws IOException {
        String readme = read("README.md");
        int start = readme.indexOf("\n## Socket.IO");
        String section = readme.substring(start, readme.indexOf("\n## ", start + 1));
        String examples = compiled("Examples.java");
        assertThat(found(BLOCK, section))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(examples).contains(squeezed(block)));
    }

    @Test
    void callsOnTheRightOfTheMigrationTablesAreInTheExamples() throws IOException {
        List<String> calls =
                read("docs/migrating-from-netty-socketio.md")
                        .lines()
                        .filter(line -> line.startsWith("| ") && line.endsWith(" |"))
                        .map(line -> line.substring(line.indexOf(" | ") + 3))
                        .flatMap(right -> found(CODE, right).stream())
                        .filter(code -> CALL.matcher(code).matches() && !code.contains("…"))
                        .toList();
        String examples = compiled("MigrationExamples.java");
        assertThat(calls)
                .hasSizeGreaterThan(60)
                .allSatisfy(call -> assertThat(examples).contains(squeezed(call)));
    }
}
