package dev.resound.netty;

import io.netty.buffer.ByteBuf;

/** The word of HTTP's grammar (RFC 9110, section 5.6.2): method names, field names and more. */
final class Token {
    private static final boolean[] CHARACTERS = new boolean[128];

    static {
        String others = "!#$%&'*+-.^_`|~";
        for (char c = 0; c < CHARACTERS.length; c++) {
            CHARACTERS[c] =
                    (c >= '0' && c <= '9')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || others.indexOf(c) >= 0;
        }
    }

    private Token() {}

    /** Whether this is a token and nothing else. */
    static boolean is(String text) {
        return !text.isEmpty() && end(text, 0) == text.length();
    }

    /** Where the token that starts at {@code from} ends; {@code from} if there is none. */
    static int end(String text, int from) {
        int i = from;
        while (i < text.length()
                && text.charAt(i) < CHARACTERS.length
                && CHARACTERS[text.charAt(i)]) {
            i++;
        }
        return i;
    }

    /** Where the token that starts at {@code from} ends; {@code from} if there is none. */
    static int end(ByteBuf line, int from, int to) {
        int i = from;
        while (i < to) {
            byte b = line.getByte(i);
            if (b < 0 || !CHARACTERS[b]) {
                break;
            }
            i++;
        }
        return i;
    }
}
