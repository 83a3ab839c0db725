package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Jackson as the oracle: what is JSON, and what it says.
 *
 * <p>This is the one list of where the scanner and Jackson's defaults differ:
 *
 * <ul>
 *   <li>Depth: ours is 512, Jackson's 500; the oracle is set to ours.
 *   <li>Length of names: Jackson stops at 50 000 characters; the oracle is set to have no limit, as
 *       the scanner (the message limit is the caller's).
 *   <li>Half surrogate pairs in escapes: Jackson refuses them in names and hands them on in text;
 *       the scanner accepts both, as the grammar does, and reads U+FFFD. The oracle writes that in
 *       their place before Jackson sees them.
 *   <li>Encoding: Jackson skips a byte order mark, and takes zero bytes near the start for UTF-16
 *       or UTF-32; we know it is UTF-8, in which both are wrong. The oracle refuses them unasked.
 *   <li>Jackson is given bytes: its reader of characters takes any character for a hexadecimal
 *       digit whose low byte is one.
 *   <li>After the value: Jackson would read on at a second value; the oracle refuses it.
 * </ul>
 */
final class Jackson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(JsonGrammar.MAX_DEPTH)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    /**
     * @param transcript every token in order, as {@link Transcript} writes it
     * @param object whether the document is an object
     * @param duplicates whether the outermost object has two members of the same name
     */
    record Document(String transcript, boolean object, boolean duplicates) {}

    /** One escape; the group is set if it is half of a pair without the other half. */
    private static final Pattern ESCAPE =
            Pattern.compile(
                    "\\\\(?:u[dD][89abAB]\\p{XDigit}{2}\\\\u[dD][c-fC-F]\\p{XDigit}{2}"
                            + "|u([dD][89a-fA-F]\\p{XDigit}{2})|.)",
                    Pattern.DOTALL);

    private Jackson() {}

    /** What a document says; null if it is none. */
    static @Nullable Document read(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.startsWith("\ufeff") || text.indexOf('\0') >= 0) {
            return null;
        }
        byte[] whole = withoutHalfPairs(text).getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), whole)) {
            return read(parser);
        } catch (JacksonException refused) {
            return null;
        }
    }

    static boolean accepts(byte[] utf8) {
        return read(utf8) != null;
    }

    private static @Nullable Document read(JsonParser parser) {
        var transcript = new Transcript();
        JsonToken first = parser.nextToken();
        Set<String> names = new HashSet<>();
        boolean duplicates = false;
        int depth = 0;
        for (JsonToken token = first; token != null; token = parser.nextToken()) {
            switch (token) {
                case START_OBJECT -> transcript.openObject();
                case END_OBJECT -> transcript.closeObject();
                case START_ARRAY -> transcript.openArray();
                case END_ARRAY -> transcript.closeArray();
                case PROPERTY_NAME -> {
                    String name = parser.currentName();
                    duplicates |= depth == 1 && !names.add(name);
                    transcript.name(name);
                }
                case VALUE_STRING -> transcript.string(parser.getString());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
                        transcript.literal(parser.getString());
                case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                        throw new AssertionError("not in text: " + token);
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                return parser.nextToken() == null
                        ? new Document(
                                transcript.toString(), first == JsonToken.START_OBJECT, duplicates)
                        : null;
            }
        }
        return null; // no value at all
    }

    private static String withoutHalfPairs(String document) {
        return ESCAPE.matcher(document)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(
                                escape.group(1) == null ? escape.group() : "\\ufffd"));
    }
}
