package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON value, as the place in the bytes it came in: valid while that buffer is left alone.
 * Asking for a kind it is not of gives null, since what kind a value has is the peer's choice.
 * <b>Thread:</b> any, as far as the buffer allows.
 */
public final class JsonValue {
    private final byte[] buffer;
    private final int start;
    private final int end;
    private final boolean escaped;
    private final boolean refuseDuplicateKeys;

    /** What JSON knows. */
    public enum Kind {
        OBJECT,
        ARRAY,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL
    }

    /** The range must hold a value that was found right, without white space around it. */
    JsonValue(byte[] buffer, int start, int end, boolean escaped, boolean refuseDuplicateKeys) {
        this.buffer = buffer;
        this.start = start;
        this.end = end;
        this.escaped = escaped;
        this.refuseDuplicateKeys = refuseDuplicateKeys;
    }

    public Kind kind() {
        return switch (buffer[start]) {
            case '{' -> Kind.OBJECT;
            case '[' -> Kind.ARRAY;
            case '"' -> Kind.STRING;
            case 't' -> Kind.TRUE;
            case 'f' -> Kind.FALSE;
            case 'n' -> Kind.NULL;
            default -> Kind.NUMBER;
        };
    }

    /** The bytes this value is a part of; not a copy. */
    public byte[] buffer() {
        return buffer;
    }

    /** Where the value starts in {@link #buffer}: a string with its quote. */
    public int offset() {
        return start;
    }

    /** How many bytes the value takes, as it is written: a string with quotes and escapes. */
    public int length() {
        return end - start;
    }

    /** The value as it is written: a copy that outlives the buffer. */
    public byte[] rawBytes() {
        return Arrays.copyOfRange(buffer, start, end);
    }

    /** The value as it is written: {@code 1.50} stays that, a string keeps quotes and escapes. */
    public String raw() {
        return new String(buffer, start, end - start, StandardCharsets.UTF_8);
    }

    /** What a string says, without quotes and escapes; null if this is no string. */
    public @Nullable String text() {
        if (kind() != Kind.STRING) {
            return null;
        }
        return escaped
                ? new String(unescaped(), StandardCharsets.UTF_8)
                : new String(buffer, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }

    /**
     * The members of an object, independent of the scanner; null if this is no object, or has two
     * members of the same name where the scan was told to refuse that.
     */
    public @Nullable JsonObject object() {
        if (kind() != Kind.OBJECT) {
            return null;
        }
        JsonObject object = new JsonObject();
        boolean right = object.read(new JsonGrammar(), buffer, start, end, refuseDuplicateKeys);
        return right ? object : null;
    }

    /** The elements of an array; null if this is none. */
    public @Nullable JsonArray array() {
        return kind() == Kind.ARRAY ? new JsonArray(buffer, start, end, refuseDuplicateKeys) : null;
    }

    /**
     * The JSON document a string holds as its text, as in {@code "{\"channel\":\"news\"}"}; null if
     * this is no string, or its text is no JSON document.
     */
    public @Nullable JsonValue inner() {
        if (kind() != Kind.STRING) {
            return null;
        }
        JsonScanner scanner = new JsonScanner();
        if (!escaped) {
            return scanner.value(buffer, start + 1, end - start - 2, refuseDuplicateKeys);
        }
        byte[] text = unescaped();
        return scanner.value(text, 0, text.length, refuseDuplicateKeys);
    }

    private byte[] unescaped() {
        return StringBytes.unescape(buffer, start + 1, end - 1);
    }

    /** Shape only: payloads do not get into logs. */
    @Override
    public String toString() {
        return "JSON " + kind() + " of " + length() + " bytes";
    }
}
