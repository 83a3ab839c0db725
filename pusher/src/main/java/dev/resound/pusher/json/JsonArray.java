package dev.resound.pusher.json;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The elements of a JSON array, found as they are asked for: an array of a million elements costs
 * no memory. Each walk is independent of the others. Got from {@link JsonValue#array}.
 */
public final class JsonArray implements Iterable<JsonValue> {
    private final byte[] buffer;
    private final int start;
    private final int end;
    private final boolean refuseDuplicateKeys;

    /** The range must hold an array that was found right, brackets included. */
    JsonArray(byte[] buffer, int start, int end, boolean refuseDuplicateKeys) {
        this.buffer = buffer;
        this.start = start;
        this.end = end;
        this.refuseDuplicateKeys = refuseDuplicateKeys;
    }

    @Override
    public Iterator<JsonValue> iterator() {
        return new Elements();
    }

    private final class Elements implements Iterator<JsonValue> {
        private final JsonGrammar grammar = new JsonGrammar();
        private int at;

        Elements() {
            grammar.over(buffer, end);
            at = grammar.space(start + 1);
        }

        @Override
        public boolean hasNext() {
            return !grammar.at(at, ']');
        }

        @Override
        public JsonValue next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            int from = at;
            int to = grammar.value(from, 1);
            boolean escaped = grammar.at(from, '"') && grammar.escaped();
            at = grammar.space(to);
            if (grammar.at(at, ',')) {
                at = grammar.space(at + 1);
            }
            return new JsonValue(buffer, from, to, escaped, refuseDuplicateKeys);
        }
    }
}
