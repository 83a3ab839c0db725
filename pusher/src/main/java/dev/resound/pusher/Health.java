package dev.resound.pusher;

/** What health checks are told about this node. */
public enum Health {
    /** All is well. */
    OK,
    /**
     * It serves, on what it knew when all was well: its source of apps cannot be asked, say. Still
     * 200, because no other node would do better.
     */
    DEGRADED,
    /** It takes no new work: 503. */
    DRAINING
}
