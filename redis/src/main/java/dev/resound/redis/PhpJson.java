package dev.resound.redis;

import java.nio.charset.StandardCharsets;

/**
 * Whether PHP reads a JSON text, and can write what it has read. A server of Reverb that is told
 * something else is in trouble, so it is not told: what is nested too deeply, half of a surrogate
 * pair, a number that is none to a floating point unit. All else is as in the grammar, which is
 * checked elsewhere.
 */
final class PhpJson {
    /** PHP's is 512; a message is taken apart and put into others there. */
    static final int DEEPEST = 500;

    private static final int SAFE_DIGITS = 300;

    private final byte[] json;
    private int at;

    private PhpJson(byte[] json) {
        this.json = json;
    }

    /**
     * Looks through it.
     *
     * @param json right by the grammar
     */
    static boolean reads(byte[] json) {
        return new PhpJson(json).isRead();
    }

    private boolean isRead() {
        int depth = 0;
        while (at < json.length) {
            switch (json[at++]) {
                case '{', '[' -> {
                    if (++depth > DEEPEST) {
                        return false;
                    }
                }
                case '}', ']' -> depth--;
                case '"' -> {
                    if (!string()) {
                        return false;
                    }
                }
                case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                    if (!number()) {
                        return false;
                    }
                }
                default -> {} // white space, a comma, a letter of true
            }
        }
        return true;
    }

    /** To behind its closing quote. */
    private boolean string() {
        while (at < json.length && json[at] != '"') {
            if (json[at++] != '\\') {
                continue;
            }
            if (at < json.length && json[at++] == 'u' && !isWhole(unit())) {
                return false;
            }
        }
        at++;
        return true;
    }

    /** Whether an escape, behind which we are, is a character or begins a pair of two that is. */
    private boolean isWhole(int unit) {
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
            return true;
        }
        if (unit > Character.MAX_HIGH_SURROGATE
                || at + 2 > json.length
                || json[at] != '\\'
                || json[at + 1] != 'u') {
            return false;
        }
        at += 2;
        return Character.isLowSurrogate((char) unit());
    }

    private int unit() {
        int unit = 0;
        for (int i = 0; i < 4 && at < json.length; i++) {
            unit = 16 * unit + Character.digit(json[at++], 16);
        }
        return unit;
    }

    private boolean number() {
        int start = at - 1;
        boolean exponent = false;
        while (at < json.length && isOfNumber(json[at])) {
            exponent |= (json[at] | 0x20) == 'e';
            at++;
        }
        if (!exponent && at - start < SAFE_DIGITS) {
            return true;
        }
        String digits = new String(json, start, at - start, StandardCharsets.US_ASCII);
        return Double.isFinite(Double.parseDouble(digits));
    }

    private static boolean isOfNumber(byte c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E';
    }
}
