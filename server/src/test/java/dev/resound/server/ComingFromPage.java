package dev.resound.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One of the pages docs/coming-from-….md, in parts that can be used. */
final class ComingFromPage {
    private static final Pattern BLOCK = Pattern.compile("(?m)^( *)```([a-z]*)\n((?s:.*?))\n *```");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final String text;

    /**
     * A row of a table.
     *
     * @param names what stands left, in backticks
     * @param first what comes first on the right, in backticks; empty if words do
     * @param right all of that cell
     */
    record Row(List<String> names, String first, String right) {
        /** The setting the right side begins with; null if it begins with something else. */
        @Nullable Setting<?> setting() {
            return Settings.ALL.stream()
                    .filter(it -> it.name().equals(first) || it.name().equals("apps[]." + first))
                    .findFirst()
                    .orElse(null);
        }
    }

    private ComingFromPage(String text) {
        this.text = text;
    }

    static ComingFromPage named(String name) {
        try {
            return new ComingFromPage(
                    Files.readString(Path.of("..", "docs", "coming-from-" + name + ".md")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The blocks of code in this language, in their order; without the indentation of the list. */
    List<String> blocks(String language) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(2).equals(language)) {
                String indentation = matcher.group(1);
                blocks.add(matcher.group(3).replaceAll("(?m)^" + indentation, "") + "\n");
            }
        }
        return blocks;
    }

    /** The command lines of the page, without the path of the program and its name. */
    List<List<String>> commands() {
        return blocks("").stream()
                .flatMap(String::lines)
                .map(line -> Arrays.asList(line.split(" ")))
                .map(words -> words.subList(1, words.size()))
                .toList();
    }

    /** The rows of all tables that say what becomes of something. */
    List<Row> rows() {
        return text.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split(" \\| |^\\| | \\|$"))
                .filter(cells -> cells[1].startsWith("`"))
                .map(cells -> new Row(codes(cells[1]), first(cells[2]), cells[2]))
                .toList();
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(it -> it.group(1)).toList();
    }

    private static String first(String cell) {
        Matcher matcher = CODE.matcher(cell);
        return matcher.lookingAt() ? Objects.requireNonNull(matcher.group(1)) : "";
    }

    /** What begins each point of a section's list, in bold. */
    List<String> points(String section) {
        String from = text.substring(text.indexOf("## " + section));
        int end = from.indexOf("\n## ");
        return Pattern.compile("(?m)^\\* (.*)")
                .matcher(end < 0 ? from : from.substring(0, end))
                .results()
                .map(it -> it.group(1))
                .toList();
    }
}
