package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, as places in the bytes they came in. Got from {@link
 * JsonScanner#object} or {@link JsonValue#object}. <b>Thread:</b> one at a time.
 */
public final class JsonObject {
    /** A member takes this many places: where its name and its value start and end, and escapes. */
    private static final int STRIDE = 5;

    private static final int NAME_START = 0;
    private static final int NAME_END = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_END = 3;
    private static final int ESCAPES = 4;

    private static final int NAME_ESCAPED = 1;
    private static final int VALUE_ESCAPED = 2;

    /** Kept from one scan to the next: room for the envelopes there are, not for the odd giant. */
    private static final int MAX_KEPT = 64 * STRIDE;

    /** Up to so many members, looking at every pair is the quickest way to find two alike. */
    private static final int MAX_PAIRWISE = 8;

    private byte[] buffer = {};
    private int[] places = new int[4 * STRIDE];
    private int size;
    private boolean refuseDuplicateKeys;

    JsonObject() {}

    /** Reads the object that fills the range; false if that is not what the range holds. */
    boolean read(
            JsonGrammar grammar, byte[] buffer, int offset, int end, boolean refuseDuplicateKeys) {
        this.buffer = buffer;
        this.refuseDuplicateKeys = refuseDuplicateKeys;
        size = 0;
        if (places.length > MAX_KEPT) {
            places = new int[MAX_KEPT];
        }
        grammar.over(buffer, end);
        int at = grammar.space(offset);
        if (!grammar.at(at, '{')) {
            return false;
        }
        at = grammar.space(at + 1);
        if (!grammar.at(at, '}')) {
            at = members(grammar, at);
            if (at == JsonGrammar.REFUSED) {
                return false;
            }
        }
        return grammar.space(at + 1) == end && !(refuseDuplicateKeys && hasDuplicates());
    }

    /** Reads one member or more, up to the closing brace. */
    private int members(JsonGrammar grammar, int start) {
        int at = start;
        while (true) {
            int nameStart = at;
            int nameEnd = grammar.string(nameStart);
            boolean nameEscaped = grammar.escaped();
            if (nameEnd == JsonGrammar.REFUSED) {
                return JsonGrammar.REFUSED;
            }
            at = grammar.space(nameEnd);
            if (!grammar.at(at, ':')) {
                return JsonGrammar.REFUSED;
            }
            int valueStart = grammar.space(at + 1);
            int valueEnd = grammar.value(valueStart, 1);
            if (valueEnd == JsonGrammar.REFUSED) {
                return JsonGrammar.REFUSED;
            }
            boolean valueEscaped = grammar.at(valueStart, '"') && grammar.escaped();
            add(
                    nameStart + 1,
                    nameEnd - 1,
                    valueStart,
                    valueEnd,
                    (nameEscaped ? NAME_ESCAPED : 0) | (valueEscaped ? VALUE_ESCAPED : 0));
            at = grammar.space(valueEnd);
            if (grammar.at(at, '}')) {
                return at;
            }
            if (!grammar.at(at, ',')) {
                return JsonGrammar.REFUSED;
            }
            at = grammar.space(at + 1);
        }
    }

    private void add(int nameStart, int nameEnd, int valueStart, int valueEnd, int escapes) {
        int base = size * STRIDE;
        if (base == places.length) {
            places = Arrays.copyOf(places, places.length * 2);
        }
        places[base + NAME_START] = nameStart;
        places[base + NAME_END] = nameEnd;
        places[base + VALUE_START] = valueStart;
        places[base + VALUE_END] = valueEnd;
        places[base + ESCAPES] = escapes;
        size++;
    }

    /** How many members there are, those with the same name counted one by one. */
    public int size() {
        return size;
    }

    /** The unescaped name of a member, 0..{@code size() - 1} in the order of the document. */
    public String name(int index) {
        int start = place(index, NAME_START);
        int end = place(index, NAME_END);
        byte[] text = buffer;
        if (nameEscaped(index)) {
            text = StringBytes.unescape(buffer, start, end);
            start = 0;
            end = text.length;
        }
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }

    /** The value of a member, 0..{@code size() - 1} in the order of the document. */
    public JsonValue value(int index) {
        return new JsonValue(
                buffer,
                place(index, VALUE_START),
                place(index, VALUE_END),
                (place(index, ESCAPES) & VALUE_ESCAPED) != 0,
                refuseDuplicateKeys);
    }

    /**
     * The value of the member with this name, compared after unescaping; the last one if there are
     * several; null if there is none. A member that is {@code null} in the document is a value of
     * kind {@link JsonValue.Kind#NULL}. <b>Cost:</b> looks at every name.
     */
    public @Nullable JsonValue get(String name) {
        for (int index = size - 1; index >= 0; index--) {
            if (isNamed(index, name)) {
                return value(index);
            }
        }
        return null;
    }

    /** The text of the member with this name; null if there is none or it is no string. */
    public @Nullable String text(String name) {
        JsonValue value = get(name);
        return value == null ? null : value.text();
    }

    private boolean isNamed(int index, String name) {
        if (nameEscaped(index)) {
            return name(index).equals(name);
        }
        int start = place(index, NAME_START);
        int length = place(index, NAME_END) - start;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x80) {
                return name(index).equals(name); // from here on bytes and chars differ
            }
            if (i == length || buffer[start + i] != c) {
                return false;
            }
        }
        return name.length() == length;
    }

    private boolean hasDuplicates() {
        if (size > MAX_PAIRWISE) {
            Set<String> names = new HashSet<>(size * 2);
            for (int index = 0; index < size; index++) {
                if (!names.add(name(index))) {
                    return true;
                }
            }
            return false;
        }
        for (int index = 1; index < size; index++) {
            for (int earlier = 0; earlier < index; earlier++) {
                if (haveSameName(earlier, index)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean haveSameName(int one, int other) {
        if (nameEscaped(one) || nameEscaped(other)) {
            return name(one).equals(name(other));
        }
        return Arrays.equals(
                buffer,
                place(one, NAME_START),
                place(one, NAME_END),
                buffer,
                place(other, NAME_START),
                place(other, NAME_END));
    }

    private boolean nameEscaped(int index) {
        return (place(index, ESCAPES) & NAME_ESCAPED) != 0;
    }

    private int place(int index, int part) {
        return places[Objects.checkIndex(index, size) * STRIDE + part];
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return "JSON object with " + size + " members";
    }
}
