package dev.resound.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as a person reads it: JSON within strings decoded, control characters escaped, and of what
 * opens something only that it is there.
 *
 * <p>Takes anything for JSON, because a message that is none is just what somebody looks for. The
 * reader therefore never fails: what it does not understand it passes on, made printable.
 */
final class ReadableJson {
    static final String HIDDEN = "***";
    private static final int MAX_DEPTH = 32;

    private static final Set<String> HIDDEN_KEYS =
            Set.of(
                    "access_token",
                    "auth",
                    "auth_signature",
                    "authorization",
                    "password",
                    "secret",
                    "shared_secret",
                    "token");

    private final String in;
    private int depth;
    private int at;

    private ReadableJson(String in, int depth) {
        this.in = in;
        this.depth = depth;
    }

    static String of(String json) {
        StringBuilder out = new StringBuilder();
        new ReadableJson(json, 0).all(out);
        return out.toString();
    }

    /** The members of an object, strings without their quotes; null if it is no object. */
    static @Nullable Map<String, String> members(String json) {
        return new ReadableJson(json, 0).members();
    }

    private @Nullable Map<String, String> members() {
        skipBlanks();
        if (!takes('{')) {
            return null;
        }
        Map<String, String> members = new LinkedHashMap<>();
        while (sees('"')) {
            String key = string();
            skipBlanks();
            if (!takes(':')) {
                return null;
            }
            skipBlanks();
            StringBuilder value = new StringBuilder();
            if (sees('"') && !HIDDEN_KEYS.contains(key)) {
                text(string(), "", value);
            } else {
                member(key, value);
            }
            members.put(key, value.toString());
            skipBlanks();
            if (takes(',')) {
                skipBlanks();
            }
        }
        boolean closed = takes('}');
        skipBlanks();
        return closed && at == in.length() ? members : null;
    }

    private void all(StringBuilder out) {
        skipBlanks();
        if (!sees('{') && !sees('[') && !sees('"')) {
            Printable.append(in.strip(), out);
            return;
        }
        value(out);
        skipBlanks();
        while (at < in.length()) {
            out.append(' ');
            value(out);
            skipBlanks();
        }
    }

    private void value(StringBuilder out) {
        skipBlanks();
        if (sees('"')) {
            text(string(), "\"", out);
        } else if (depth >= MAX_DEPTH) {
            at = in.length();
            out.append('…');
        } else if (takes('{')) {
            depth++;
            object(out.append('{'));
            depth--;
        } else if (takes('[')) {
            depth++;
            array(out.append('['));
            depth--;
        } else {
            word(out);
        }
    }

    private void object(StringBuilder out) {
        for (skipBlanks(); at < in.length(); skipBlanks()) {
            if (takes('}')) {
                out.append('}');
                return;
            }
            if (takes(',')) {
                out.append(',');
            } else if (sees('"')) {
                String key = string();
                Printable.append(key, out.append('"'));
                out.append('"');
                skipBlanks();
                if (takes(':')) {
                    member(key, out.append(':'));
                }
            } else {
                value(out);
            }
        }
    }

    private void array(StringBuilder out) {
        for (skipBlanks(); at < in.length(); skipBlanks()) {
            if (takes(']')) {
                out.append(']');
                return;
            }
            if (takes(',')) {
                out.append(',');
            } else {
                value(out);
            }
        }
    }

    private void member(String key, StringBuilder out) {
        if (HIDDEN_KEYS.contains(key)) {
            value(new StringBuilder());
            out.append(HIDDEN);
        } else {
            value(out);
        }
    }

    /** What is in a string: printed as JSON if it looks like it, otherwise between the quotes. */
    private void text(String text, String quote, StringBuilder out) {
        String stripped = text.strip();
        boolean json =
                (stripped.startsWith("{") && stripped.endsWith("}"))
                        || (stripped.startsWith("[") && stripped.endsWith("]"));
        if (json && depth < MAX_DEPTH) {
            new ReadableJson(stripped, depth + 1).all(out);
        } else {
            Printable.append(text, out.append(quote));
            out.append(quote);
        }
    }

    /** A number, a literal, or whatever it is: at least one character. */
    private void word(StringBuilder out) {
        int start = at;
        while (at < in.length() && (at == start || ",:]}\"".indexOf(in.charAt(at)) < 0)) {
            at++;
        }
        Printable.append(in.substring(start, at).strip(), out);
    }

    /** Reads a string, up to its closing quote or the end. */
    private String string() {
        StringBuilder text = new StringBuilder();
        at++;
        while (at < in.length()) {
            char c = in.charAt(at++);
            if (c == '"') {
                break;
            }
            text.append(c == '\\' && at < in.length() ? escaped() : c);
        }
        return text.toString();
    }

    private char escaped() {
        char c = in.charAt(at++);
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> c;
        };
    }

    private char hex() {
        int end = at + 4;
        int code = 0;
        for (int i = at; i < end; i++) {
            int digit = i < in.length() ? Character.digit(in.charAt(i), 16) : -1;
            if (digit < 0) {
                return 'u';
            }
            code = code * 16 + digit;
        }
        at = end;
        return (char) code;
    }

    private void skipBlanks() {
        while (at < in.length() && in.charAt(at) <= ' ') {
            at++;
        }
    }

    private boolean sees(char c) {
        return at < in.length() && in.charAt(at) == c;
    }

    private boolean takes(char c) {
        boolean sees = sees(c);
        if (sees) {
            at++;
        }
        return sees;
    }
}
