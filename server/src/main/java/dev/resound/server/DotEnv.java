package dev.resound.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code .env} of a Laravel project, read as Laravel reads it: {@code NAME=value}, with quotes
 * or without, with other variables in it as {@code ${NAME}}.
 */
final class DotEnv {
    private static final Pattern LINE =
            Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*?)\\s*");
    private static final Pattern DOUBLE_QUOTED =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(#.*)?");
    private static final Pattern SINGLE_QUOTED =
            Pattern.compile("'((?:[^'\\\\]|\\\\.)*)'\\s*(#.*)?");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.]*)}");

    private DotEnv() {}

    /** A value, and the line it stands in. */
    record Entry(String value, int line) {}

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read, or is no text in UTF-8
     */
    static Map<String, Entry> read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /** Lines that set nothing are passed over; of several that set the same the last one wins. */
    static Map<String, Entry> parse(String text) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                entries.put(matcher.group(1), new Entry(value(matcher.group(2), entries), number));
            }
        }
        return entries;
    }

    private static String value(String written, Map<String, Entry> before) {
        Matcher single = SINGLE_QUOTED.matcher(written);
        if (single.matches()) {
            return single.group(1).replace("\\'", "'").replace("\\\\", "\\");
        }
        Matcher twice = DOUBLE_QUOTED.matcher(written);
        if (twice.matches()) {
            return filledIn(unescaped(twice.group(1)), before);
        }
        String bare = written.startsWith("#") ? "" : written.split("\\s#", 2)[0].strip();
        return filledIn(bare, before);
    }

    private static String unescaped(String text) {
        return text.replace("\\\"", "\"")
                .replace("\\n", "\n")
                .replace("\\$", "$")
                .replace("\\\\", "\\");
    }

    /** What is not set stays as it is written. */
    private static String filledIn(String text, Map<String, Entry> before) {
        return REFERENCE
                .matcher(text)
                .replaceAll(reference -> {
                    Entry entry = before.get(reference.group(1));
                    return Matcher.quoteReplacement(
                            entry == null ? reference.group() : entry.value());
                });
    }
}
