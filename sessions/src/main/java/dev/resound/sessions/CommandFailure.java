package dev.resound.sessions;

/** Why a command came to nothing. The companion is told, and keeps its socket. */
public enum CommandFailure {
    /** A field is missing or wrong, or its correlation is in use. */
    MALFORMED,
    /** It is not permitted that. */
    FORBIDDEN,
    /** There is no device to do it. */
    NO_DEVICE,
    /** It waits for too many answers. */
    TOO_MANY,
    /** The device has not answered in time. */
    NO_ANSWER
}
