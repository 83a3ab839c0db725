package dev.resound.core;

import org.jspecify.annotations.Nullable;

/**
 * The transport's half of a lane: gets frames to many connections at the price of few system calls.
 * <b>Thread:</b> the lane's loop.
 */
public interface LaneWriter {

    /**
     * Sends the frame to everybody in the audience but {@code except} and those who joined after
     * {@code sequence}. May put the writing off to the end of the loop's turn, as long as each
     * connection gets its frames in order.
     */
    void broadcast(Audience audience, Frame frame, long sequence, @Nullable Connection except);

    /** For connections that do not share system calls: each is sent every frame by itself. */
    LaneWriter ONE_BY_ONE = new OneByOne();

    /**
     * This member is about to leave: what was put off for it is due now. Others may take its place
     * in the audience.
     */
    void beforeLeave(Audience audience, int index);
}
