package dev.resound.pusher;

/** Whether a client is let in, whatever it came by. */
sealed interface Admission {

    /** A session for it may begin. */
    record Admitted(AppRuntime runtime) implements Admission {}

    /** It is told why, in the words of this dialect. */
    record Refused(Dialect dialect, ServerFrames frames, PusherError error) implements Admission {}
}
