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
    /**
     * It serves its own clients, and has not reached the other nodes for so long that new ones had
     * better go elsewhere: {@code /ready} is 503, {@code /up} is as for {@link #DEGRADED}.
     */
    CUT_OFF,
    /** It takes no new work: 503. */
    DRAINING
}
