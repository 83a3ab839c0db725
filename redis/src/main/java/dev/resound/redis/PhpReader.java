package dev.resound.redis;

import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads PHP's serialisation, from whoever may write it: a length or a count is believed only as far
 * as there are bytes. Knows neither references nor what classes write for themselves ({@code R r C
 * S}). Used once.
 */
final class PhpReader {
    static final int DEEPEST = 32;

    /** Each takes more memory than the few bytes that make it. */
    static final int MOST_VALUES = 100_000;

    /** The shortest entry: a key and a value. */
    private static final int LEAST_ENTRY_BYTES = "i:0;N;".length();

    private static final int LONGEST_NUMBER = 40;

    private final byte[] bytes;
    private int at;
    private int values;

    PhpReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** It is no PHP. It says so, not where in the code. */
    private static final class NoPhp extends Exception {
        @Serial private static final long serialVersionUID = 1;

        NoPhp() {
            super("no PHP", null, false, false);
        }
    }

    /** The value that fills the bytes; null if there is none. */
    @Nullable PhpValue whole() {
        try {
            PhpValue value = value(0);
            return at == bytes.length ? value : null;
        } catch (NoPhp malformed) {
            return null;
        }
    }

    private PhpValue value(int depth) throws NoPhp {
        if (depth > DEEPEST || ++values > MOST_VALUES) {
            throw new NoPhp();
        }
        return switch (next()) {
            case 'N' -> {
                skip(';');
                yield new PhpValue.Null();
            }
            case 'b' -> new PhpValue.Bool(bool());
            case 'i' -> new PhpValue.Int(whole(field(';')));
            case 'd' -> new PhpValue.Real(fraction(field(';')));
            case 's' -> {
                String text = quoted();
                skip(';');
                yield new PhpValue.Text(text);
            }
            case 'a' -> {
                skip(':');
                yield new PhpValue.Array(entries(depth));
            }
            case 'O' -> {
                String type = quoted();
                skip(':');
                yield new PhpValue.Instance(type, entries(depth));
            }
            case 'E' -> {
                String both = quoted();
                skip(';');
                int colon = both.indexOf(':');
                if (colon < 0) {
                    throw new NoPhp();
                }
                yield new PhpValue.EnumCase(both.substring(0, colon), both.substring(colon + 1));
            }
            default -> throw new NoPhp();
        };
    }

    /** {@code 2:{…}}. The list grows with what comes, whatever the count claims. */
    private List<PhpValue.Entry> entries(int depth) throws NoPhp {
        long count = number(':');
        skip('{');
        if (count > (bytes.length - at) / LEAST_ENTRY_BYTES) {
            throw new NoPhp();
        }
        List<PhpValue.Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            if (at == bytes.length || (bytes[at] != 'i' && bytes[at] != 's')) {
                throw new NoPhp();
            }
            PhpValue key = value(depth);
            entries.add(new PhpValue.Entry(key, value(depth + 1)));
        }
        skip('}');
        return entries;
    }

    /** {@code :3:"abc"}. */
    private String quoted() throws NoPhp {
        skip(':');
        long length = number(':');
        skip('"');
        if (length > bytes.length - at) {
            throw new NoPhp();
        }
        ByteBuffer text = ByteBuffer.wrap(bytes, at, (int) length);
        at += (int) length;
        skip('"');
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException noText) {
            throw new NoPhp();
        }
    }

    private boolean bool() throws NoPhp {
        String field = field(';');
        if (!field.equals("0") && !field.equals("1")) {
            throw new NoPhp();
        }
        return field.equals("1");
    }

    /** A length or a count. */
    private long number(char end) throws NoPhp {
        long number = whole(upTo(end));
        if (number < 0) {
            throw new NoPhp();
        }
        return number;
    }

    private static long whole(String digits) throws NoPhp {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException noNumber) {
            throw new NoPhp();
        }
    }

    private static double fraction(String digits) throws NoPhp {
        return switch (digits) {
            case "INF" -> Double.POSITIVE_INFINITY;
            case "-INF" -> Double.NEGATIVE_INFINITY;
            case "NAN" -> Double.NaN;
            default -> {
                if (!digits.matches("[-+0-9.eE]+")) { // Java reads more than that as a number
                    throw new NoPhp();
                }
                try {
                    yield Double.parseDouble(digits);
                } catch (NumberFormatException noNumber) {
                    throw new NoPhp();
                }
            }
        };
    }

    private String field(char end) throws NoPhp {
        skip(':');
        return upTo(end);
    }

    private String upTo(char end) throws NoPhp {
        int start = at;
        while (next() != end) {
            if (at - start > LONGEST_NUMBER) {
                throw new NoPhp();
            }
        }
        return new String(bytes, start, at - 1 - start, StandardCharsets.ISO_8859_1);
    }

    private int next() throws NoPhp {
        if (at == bytes.length) {
            throw new NoPhp();
        }
        return bytes[at++];
    }

    private void skip(char expected) throws NoPhp {
        if (next() != expected) {
            throw new NoPhp();
        }
    }
}
