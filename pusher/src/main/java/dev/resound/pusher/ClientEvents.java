package dev.resound.pusher;

/** From whom an app accepts client events. */
public enum ClientEvents {
    /** From anybody, also for channels the sender is not in. */
    ALL,
    /** From members of the channel. */
    MEMBERS,
    /** From nobody. */
    NONE
}
