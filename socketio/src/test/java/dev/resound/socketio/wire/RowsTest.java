package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rows of the specification's table of edge cases are named beside the tests they have. */
class RowsTest {
    private static final Path TESTS = Path.of("src/test/java/dev/resound/socketio/wire");
    private static final Pattern COMMENT = Pattern.compile("//(.*)");
    private static final Pattern ROW = Pattern.compile("\\bS(\\d+)\\b");
    private static final int ROWS = 62;

    @Test
    void everyRowHasATestOnTheWire() throws IOException {
        var rows = new TreeSet<Integer>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(TESTS, "*WireTest.java")) {
            for (Path file : files) {
                Matcher comment = COMMENT.matcher(Files.readString(file));
                while (comment.find()) {
                    Matcher row = ROW.matcher(comment.group(1));
                    while (row.find()) {
                        rows.add(Integer.valueOf(row.group(1)));
                    }
                }
            }
        }
        List<Integer> all = IntStream.rangeClosed(1, ROWS).boxed().toList();
        assertThat(rows).containsExactlyElementsOf(all);
    }
}
