package dev.resound.socketio.packet;

/**
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629">RFC 3629, UTF-8</a>
 */
final class Utf8 {
    private Utf8() {}

    /** Whether the range is well-formed. Cost: linear, without allocation. */
    static boolean isWellFormed(byte[] buffer, int offset, int length) {
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int lead = buffer[at];
            if (lead >= 0) {
                at++;
            } else {
                int size = sizeOf(lead & 0xff);
                if (size == 0 || size > end - at || !isSequence(buffer, at, size)) {
                    return false;
                }
                at += size;
            }
        }
        return true;
    }

    /** How many bytes a sequence has that begins so; 0 when none does. */
    private static int sizeOf(int lead) {
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    }

    private static boolean isSequence(byte[] buffer, int at, int size) {
        int second = buffer[at + 1] & 0xff;
        boolean wellFormed =
                switch (buffer[at] & 0xff) {
                    case 0xe0 -> second >= 0xa0 && second <= 0xbf;
                    case 0xed -> second >= 0x80 && second <= 0x9f;
                    case 0xf0 -> second >= 0x90 && second <= 0xbf;
                    case 0xf4 -> second >= 0x80 && second <= 0x8f;
                    default -> second >= 0x80 && second <= 0xbf;
                };
        for (int i = 2; i < size; i++) {
            wellFormed &= (buffer[at + i] & 0xc0) == 0x80;
        }
        return wellFormed;
    }

    /** The text, with U+FFFD for every surrogate without its partner. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int[] codePoints =
                        text.codePoints()
                                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xfffd : c)
                                .toArray();
                return new String(codePoints, 0, codePoints.length);
            }
        }
        return text;
    }
}
