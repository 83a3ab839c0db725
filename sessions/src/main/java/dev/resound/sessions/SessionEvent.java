package dev.resound.sessions;

import org.jspecify.annotations.Nullable;

/** What happens to sessions, told to {@link SessionObserver}. */
public sealed interface SessionEvent {

    /** Whose session. */
    String owner();

    /** A session has begun. */
    record Opened(String owner) implements SessionEvent {}

    /** Its device has come back, or a newer socket of it has taken over. */
    record Resumed(String owner) implements SessionEvent {}

    /** Its device is away. */
    record Detached(String owner) implements SessionEvent {}

    /** It is over. */
    record Ended(String owner) implements SessionEvent {}

    /** A companion is asked to come. */
    record CompanionInvited(String owner, String companion) implements SessionEvent {}

    /** It has joined, for the first time or again. */
    record CompanionJoined(String owner, String companion) implements SessionEvent {}

    /** Its socket is gone; it may come back. */
    record CompanionLost(String owner, String companion) implements SessionEvent {}

    /** It runs no more. */
    record CompanionStopped(String owner, String companion) implements SessionEvent {}

    /**
     * A peer that was too slow has caught up.
     *
     * @param companion null: the device
     * @param dropped pieces of media it has not got meanwhile
     */
    record Drained(String owner, @Nullable String companion, long dropped)
            implements SessionEvent {}
}
