package dev.resound.server;

import java.security.SecureRandom;

/** Ids, keys and secrets nobody can guess. */
final class NewCredentials {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int KEY_CHARS = 20;

    /** More than 160 bits; long enough to sign tokens (RFC 7518, section 3.2). */
    private static final int SECRET_CHARS = 40;

    private static final int LEAST_ID = 100_000;
    private static final int MOST_ID = 999_999;

    private final SecureRandom random = new SecureRandom();

    /** Six digits, as Laravel makes them. */
    String id() {
        return Integer.toString(random.nextInt(LEAST_ID, MOST_ID + 1));
    }

    String key() {
        return letters(KEY_CHARS);
    }

    String secret() {
        return letters(SECRET_CHARS);
    }

    private String letters(int count) {
        StringBuilder text = new StringBuilder(count);
        // A letter first: as a plain value of a file it must never look like a number.
        text.append(LETTERS.charAt(random.nextInt(26)));
        while (text.length() < count) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
