package dev.resound.engineio;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Ids of sessions and sockets: 15 random bytes in 20 characters, a length by which other Socket.IO
 * servers recognise them. <b>Thread:</b> any.
 */
public final class SessionIds {
    private static final int BYTES = 15;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SessionIds() {}

    /** An id nobody can guess. */
    public static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }
}
