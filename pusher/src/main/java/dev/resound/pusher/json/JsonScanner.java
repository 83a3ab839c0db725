package dev.resound.pusher.json;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks a JSON document and shows where its parts are. Strict: exactly the grammar of RFC 8259,
 * with at most 512 containers open at once and at most 1 000 digits in a number. Half of a
 * surrogate pair, escaped, is let through as the grammar does; its text is U+FFFD. A byte order
 * mark is refused.
 *
 * <p>Bytes must be valid UTF-8, which is not checked here: WebSocket text is checked by the
 * transport.
 *
 * <p><b>Thread:</b> one at a time; meant to be kept, one per loop. <b>Cost:</b> one pass; scanning
 * an object allocates nothing once the scanner has seen objects of that many members.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259, The JSON Data Interchange
 *     Format</a>
 */
public final class JsonScanner {
    private final JsonGrammar grammar = new JsonGrammar();
    private final JsonObject object = new JsonObject();

    /** A scanner that has seen nothing yet. */
    public JsonScanner() {}

    /**
     * Scans a document that must be an object.
     *
     * @param refuseDuplicateKeys whether two members may not have the same name; otherwise the last
     *     one counts. Holds for the objects opened from here too ({@link JsonValue#object}), not
     *     for those nobody opens.
     * @return null if the bytes are anything else than one JSON object; otherwise a view which is
     *     valid until the next call of this method and only while the buffer is left alone
     */
    public @Nullable JsonObject object(
            byte[] buffer, int offset, int length, boolean refuseDuplicateKeys) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        boolean right = object.read(grammar, buffer, offset, offset + length, refuseDuplicateKeys);
        return right ? object : null;
    }

    /**
     * Scans a document of any kind.
     *
     * @param refuseDuplicateKeys as with {@link #object}: asked of the objects that get opened
     * @return null if the bytes are anything else than one JSON value; otherwise the value, valid
     *     while the buffer is left alone
     */
    public @Nullable JsonValue value(
            byte[] buffer, int offset, int length, boolean refuseDuplicateKeys) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        int limit = offset + length;
        grammar.over(buffer, limit);
        int start = grammar.space(offset);
        int end = grammar.value(start, 0);
        if (end == JsonGrammar.REFUSED || grammar.space(end) != limit) {
            return null;
        }
        boolean escaped = buffer[start] == '"' && grammar.escaped();
        return new JsonValue(buffer, start, end, escaped, refuseDuplicateKeys);
    }
}
