package dev.resound.pusher;

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
