package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;

/**
 * The rules of JSON over a range of bytes. Every method is given where something must begin and
 * returns where it ends (exclusive), or {@link #REFUSED}. No recursion: a document nested without
 * end costs its length, not the stack. <b>Thread:</b> one at a time.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259">RFC 8259, The JSON Data Interchange
 *     Format</a>
 */
final class JsonGrammar {
    static final int REFUSED = -1;

    /** Arrays and objects open at once. */
    static final int MAX_DEPTH = 512;

    /** Digits of one number: integer part, fraction and exponent together. */
    static final int MAX_DIGITS = 1_000;

    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    /** One bit per open container, outermost first: set for an object, clear for an array. */
    private final long[] objects = new long[MAX_DEPTH / Long.SIZE];

    private byte[] buffer = {};
    private int end;
    private boolean escaped;

    /** Turns to other bytes; nothing at or after {@code end} will be read. */
    void over(byte[] buffer, int end) {
        this.buffer = buffer;
        this.end = end;
    }

    /** Whether the last string that was passed holds an escape. */
    boolean escaped() {
        return escaped;
    }

    /** Whether this very byte is next. */
    boolean at(int at, char expected) {
        return at < end && buffer[at] == expected;
    }

    /** Passes white space, of which there may be none: never refuses. */
    int space(int at) {
        int next = at;
        while (next < end && isSpace(buffer[next])) {
            next++;
        }
        return next;
    }

    /**
     * One value of any kind, white space before it allowed.
     *
     * @param around how many containers are open around the value
     */
    int value(int start, int around) {
        int at = start;
        int depth = around;
        while (true) {
            at = space(at);
            if (at(at, '{') || at(at, '[')) {
                if (depth == MAX_DEPTH) {
                    return REFUSED;
                }
                boolean object = buffer[at] == '{';
                at = space(at + 1);
                if (!at(at, object ? '}' : ']')) {
                    open(depth++, object);
                    at = object ? name(at) : at;
                    if (at == REFUSED) {
                        return REFUSED;
                    }
                    continue;
                }
                at++;
            } else {
                at = scalar(at);
                if (at == REFUSED) {
                    return REFUSED;
                }
            }
            // A value ends here, and with it perhaps the containers it was the last one in.
            while (depth > around && at(space(at), isObject(depth - 1) ? '}' : ']')) {
                at = space(at) + 1;
                depth--;
            }
            if (depth == around) {
                return at;
            }
            at = space(at);
            if (!at(at, ',')) {
                return REFUSED;
            }
            at = isObject(depth - 1) ? name(space(at + 1)) : at + 1;
            if (at == REFUSED) {
                return REFUSED;
            }
        }
    }

    /** A member's name and the colon behind it. */
    private int name(int start) {
        int at = string(start);
        if (at == REFUSED) {
            return REFUSED;
        }
        at = space(at);
        return at(at, ':') ? at + 1 : REFUSED;
    }

    /** A string with both its quotes. */
    int string(int start) {
        escaped = false;
        if (!at(start, '"')) {
            return REFUSED;
        }
        int at = start + 1;
        while (true) {
            at = StringBytes.plain(buffer, at, end);
            if (at == end) {
                return REFUSED;
            }
            switch (buffer[at]) {
                case '"' -> {
                    return at + 1;
                }
                case '\\' -> {
                    escaped = true;
                    at = escape(at);
                    if (at == REFUSED) {
                        return REFUSED;
                    }
                }
                default -> { // a control character
                    return REFUSED;
                }
            }
        }
    }

    private int escape(int start) {
        int at = start + 1;
        if (at == end) {
            return REFUSED;
        }
        return switch (buffer[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> end - at > 4 && StringBytes.hex(buffer, at + 1) >= 0 ? at + 5 : REFUSED;
            default -> REFUSED;
        };
    }

    private int scalar(int at) {
        if (at == end) {
            return REFUSED;
        }
        return switch (buffer[at]) {
            case '"' -> string(at);
            case 't' -> literal(at, TRUE);
            case 'f' -> literal(at, FALSE);
            case 'n' -> literal(at, NULL);
            default -> number(at);
        };
    }

    private int literal(int start, byte[] word) {
        if (end - start < word.length) {
            return REFUSED;
        }
        for (int i = 1; i < word.length; i++) {
            if (buffer[start + i] != word[i]) {
                return REFUSED;
            }
        }
        return start + word.length;
    }

    private int number(int start) {
        int at = at(start, '-') ? start + 1 : start;
        int from = at;
        at = at(at, '0') ? at + 1 : digits(at); // a zero in front stands alone
        if (at == from) {
            return REFUSED;
        }
        int digits = at - from;
        if (at(at, '.')) {
            from = at + 1;
            at = digits(from);
            if (at == from) {
                return REFUSED;
            }
            digits += at - from;
        }
        if (at(at, 'e') || at(at, 'E')) {
            from = at(at + 1, '+') || at(at + 1, '-') ? at + 2 : at + 1;
            at = digits(from);
            if (at == from) {
                return REFUSED;
            }
            digits += at - from;
        }
        return digits <= MAX_DIGITS ? at : REFUSED;
    }

    private int digits(int start) {
        int at = start;
        while (at < end && buffer[at] >= '0' && buffer[at] <= '9') {
            at++;
        }
        return at;
    }

    private void open(int depth, boolean object) {
        long bit = 1L << depth; // shifts count modulo 64
        if (object) {
            objects[depth >> 6] |= bit;
        } else {
            objects[depth >> 6] &= ~bit;
        }
    }

    private boolean isObject(int depth) {
        return (objects[depth >> 6] & (1L << depth)) != 0;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
