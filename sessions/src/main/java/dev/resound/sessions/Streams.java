package dev.resound.sessions;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The names of a profile's streams: how they are written, and which event reaches whom. <b>Thread:
 * </b> event loops, several at once.
 */
public interface Streams {

    /** Reads one entry of a companion's list; null if it is no subscription at all. */
    @Nullable Subscription read(JsonNode entry);

    /** Whether an event of this stream is what the subscription asks for. */
    boolean matches(Subscription subscription, StreamName event);

    /** The stream's name under which the subscriber gets the event. */
    String label(Subscription subscription, StreamName event);

    /** What a companion must be permitted to hear this; null: nothing. */
    @Nullable String permission(StreamName stream);

    /** Whether one who has {@code granted} may do what needs {@code permission}. */
    boolean grants(Set<String> granted, String permission);

    /** Whether of this stream's events only the newest matters to one who is slow. */
    boolean isNewestOnly(StreamName stream);

    /** The stream of the device's binary messages. */
    StreamName media();
}
