package dev.resound.pusher;

/**
 * Counts the messages of one socket against its app's rate limit: a fixed window that opens with
 * the first message, as Reverb's does. <b>Thread:</b> the connection's loop.
 */
final class RateWindow {
    private final App.RateLimit limit;
    private long startMillis;
    private int messages;

    RateWindow(App.RateLimit limit) {
        this.limit = limit;
    }

    /** Takes one message; false if it is one too many. */
    boolean take(long nowMillis) {
        if (messages == 0 || nowMillis - startMillis >= limit.seconds() * 1_000L) {
            startMillis = nowMillis;
            messages = 0;
        }
        if (messages == limit.attempts()) {
            return false;
        }
        messages++;
        return true;
    }

    boolean terminates() {
        return limit.terminates();
    }
}
