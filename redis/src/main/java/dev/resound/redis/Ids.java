package dev.resound.redis;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names nobody else has. <b>Thread:</b> any. */
final class Ids {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /** Letters and digits. */
    static String random(int length) {
        var id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /** From 0 on, and below the bound. */
    static int below(int bound) {
        return RANDOM.nextInt(bound);
    }

    /** This many bytes in hexadecimal digits. */
    static String hex(int bytes) {
        byte[] id = new byte[bytes];
        RANDOM.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
