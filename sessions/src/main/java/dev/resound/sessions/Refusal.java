package dev.resound.sessions;

/** Why a companion does not get what it asks for. Each profile has its own words for these. */
public enum Refusal {
    /** Its message has no owner that could be read. */
    SESSION_ID_MALFORMED,
    /** Nobody of that name has a session. */
    SESSION_NOT_FOUND,
    /** Its key is not the one it should be. */
    KEY_INVALID,
    /** Nobody has started it in this session. */
    NOT_STARTED,
    /** It did not say who it is in time. */
    TOO_LATE,
    /** Too many join this session at once; another time it may go better. */
    TOO_MANY,
    /** Something here has failed. */
    INTERNAL
}
