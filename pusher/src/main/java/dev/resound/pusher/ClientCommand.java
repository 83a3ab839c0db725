package dev.resound.pusher;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All a Pusher client may say. */
sealed interface ClientCommand {
    record Ping() implements ClientCommand {}

    record Pong() implements ClientCommand {}

    /**
     * Wants to join.
     *
     * @param member the raw {@code channel_data}, a JSON document, as it was signed
     */
    record Subscribe(String channel, @Nullable String auth, @Nullable String member)
            implements ClientCommand {}

    record Unsubscribe(String channel) implements ClientCommand {}

    /**
     * Shows who its user is.
     *
     * @param userData the raw {@code user_data}, a JSON document, as it was signed
     */
    record SignIn(String auth, String userData) implements ClientCommand {}

    /**
     * Wants to know positions, and to get what it has missed when it subscribes; see
     * docs/resume.md.
     *
     * @param positions the last it has seen, by channel
     * @param formerSocket its socket id then
     */
    record Resume(Map<String, String> positions, @Nullable String formerSocket)
            implements ClientCommand {
        /** More channels than these cannot be resumed at once. */
        static final int MAX_CHANNELS = 1_000;
    }

    /**
     * A client event.
     *
     * @param data one JSON value; empty if there was none
     */
    record Event(String event, String channel, byte[] data) implements ClientCommand {}

    /** Well-formed, and nothing to be done: an event of a name that clients may not use. */
    record Ignored() implements ClientCommand {}

    /** Not within the protocol. */
    record Malformed() implements ClientCommand {}
}
