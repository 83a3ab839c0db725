package dev.resound.pusher.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Makes documents that are right, in every way JSON can be written, and damages them: the same ones
 * for the same seed.
 */
final class RandomJson {
    private static final byte[] TEMPTING =
            "{}[],:\"\"\\\\/ \t\n\r019-+.eEtfnualse'#\u0000\u0001\u001f\u007f"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final String[] CHARACTERS = {
        "a", "event", "0", " ", "/", "{", "]", ",", ":", "\u007f", "é", "ß", "\u2028", "中",
        "\ufffe", "\ufeff", "😀", "𝄞"
    };
    private static final String[] ESCAPES = {
        "\\\"",
        "\\\\",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\u0000",
        "\\u0041",
        "\\u00e9",
        "\\u2028",
        "\\uFFFF",
        "\\ud83d\\ude00",
        "\\uD834\\uDD1E",
        "\\ud800",
        "\\udc00",
        "\\ud800\\ud800\\udc00",
        "\\ud83dx",
        "\\ud83d\\n",
        "\\ud83d\\u0041"
    };
    private static final String[] NAMES = {
        "event", "\\u0065vent", "channel", "data", "", "é", "\\u00e9", "\\ud800"
    };

    private final RandomGenerator random;

    RandomJson(RandomGenerator random) {
        this.random = random;
    }

    /** A document that is right; three in four are objects. */
    String document() {
        var text = new StringBuilder();
        space(text);
        if (random.nextInt(4) == 0) {
            value(text, 0);
        } else {
            object(text, 0);
        }
        space(text);
        return text.toString();
    }

    /** The same bytes, damaged in one to three places; with luck the result is still right. */
    byte[] damaged(byte[] document) {
        byte[] bytes = document;
        for (int times = random.nextInt(1, 4); times > 0; times--) {
            bytes = damagedOnce(bytes);
        }
        return bytes;
    }

    private byte[] damagedOnce(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {tempting()};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> Arrays.copyOfRange(bytes, at, bytes.length);
            case 2 -> spliced(bytes, at, at + 1, new byte[0]);
            case 3 -> spliced(bytes, at, at, new byte[] {tempting()});
            case 4 -> spliced(bytes, at, at + 1, new byte[] {tempting()});
            case 5 -> {
                byte flipped = (byte) (bytes[at] ^ (1 << random.nextInt(8)));
                yield spliced(bytes, at, at + 1, new byte[] {flipped});
            }
            default -> {
                int end = random.nextInt(at, Math.min(bytes.length, at + 16) + 1);
                yield spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
            }
        };
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
        byte[] result = Arrays.copyOf(bytes, bytes.length - (to - from) + with.length);
        System.arraycopy(with, 0, result, from, with.length);
        System.arraycopy(bytes, to, result, from + with.length, bytes.length - to);
        return result;
    }

    private byte tempting() {
        return TEMPTING[random.nextInt(TEMPTING.length)];
    }

    private void value(StringBuilder text, int depth) {
        switch (random.nextInt(depth < 5 ? 9 : 7)) {
            case 0, 1 -> string(text);
            case 2, 3 -> number(text);
            case 4 -> text.append("true");
            case 5 -> text.append("false");
            case 6 -> text.append("null");
            case 7 -> array(text, depth);
            default -> object(text, depth);
        }
    }

    private void object(StringBuilder text, int depth) {
        text.append('{');
        space(text);
        int members = random.nextInt(random.nextInt(30) == 0 ? 20 : 4);
        for (int i = 0; i < members; i++) {
            if (i > 0) {
                text.append(',');
                space(text);
            }
            if (random.nextBoolean()) {
                text.append('"').append(one(NAMES)).append('"');
            } else {
                string(text);
            }
            space(text);
            text.append(':');
            space(text);
            value(text, depth + 1);
            space(text);
        }
        text.append('}');
    }

    private void array(StringBuilder text, int depth) {
        text.append('[');
        space(text);
        int elements = random.nextInt(4);
        for (int i = 0; i < elements; i++) {
            if (i > 0) {
                text.append(',');
                space(text);
            }
            value(text, depth + 1);
            space(text);
        }
        text.append(']');
    }

    private void string(StringBuilder text) {
        text.append('"');
        int parts = random.nextInt(random.nextInt(20) == 0 ? 30 : 5);
        for (int i = 0; i < parts; i++) {
            text.append(random.nextInt(3) == 0 ? one(ESCAPES) : one(CHARACTERS));
        }
        text.append('"');
    }

    private void number(StringBuilder text) {
        if (random.nextBoolean()) {
            text.append('-');
        }
        if (random.nextInt(3) == 0) {
            text.append('0');
        } else {
            text.append((char) ('1' + random.nextInt(9)));
            digits(text, random.nextInt(6));
        }
        if (random.nextInt(3) == 0) {
            text.append('.');
            digits(text, random.nextInt(1, 5));
        }
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? 'e' : 'E').append(one(new String[] {"", "+", "-"}));
            digits(text, random.nextInt(1, 4));
        }
    }

    private void digits(StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }

    private void space(StringBuilder text) {
        while (random.nextInt(4) == 0) {
            text.append(" \t\n\r".charAt(random.nextInt(4)));
        }
    }

    private String one(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
