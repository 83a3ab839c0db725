package dev.resound.pusher;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How clients are served that come over plain HTTP.
 *
 * @param hostname of this one server: told to pusher-js, which then sends a session's requests
 *     there; null: it is not told, and something else has to keep a session on its server
 * @param waitingSessions between two of their requests, and those that have not named their app
 *     yet; more do not begin
 * @param patience from the end of a session's request to the beginning of the next
 */
public record FallbackOptions(@Nullable String hostname, int waitingSessions, Duration patience) {
    private static final FallbackOptions DEFAULTS =
            new FallbackOptions(null, 10_000, Duration.ofSeconds(10));

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the name is none, or a limit is not positive
     */
    public FallbackOptions {
        if (hostname != null && !isHostname(hostname)) {
            throw new IllegalArgumentException("not the name of a host");
        }
        if (waitingSessions < 1 || patience.toMillis() < 1) {
            throw new IllegalArgumentException("the fallback's limits are positive");
        }
    }

    /** No name is told; 10 000 sessions, 10 s. */
    public static FallbackOptions defaults() {
        return DEFAULTS;
    }

    /** Whether pusher-js can put this into its URLs: a name or an IPv4 address, no port. */
    public static boolean isHostname(String text) {
        return text.length() <= 253 && text.matches("[A-Za-z0-9._-]+");
    }
}
