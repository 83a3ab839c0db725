package dev.resound.socketio;

import java.security.SecureRandom;
import java.util.Base64;

/** Ids nobody can guess: 20 characters of base64url. <b>Thread:</b> any. */
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static String next() {
        byte[] bytes = new byte[15];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
