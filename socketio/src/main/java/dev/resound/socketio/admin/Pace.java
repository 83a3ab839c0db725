package dev.resound.socketio.admin;

import java.time.InstantSource;

/** So many in a second, and no more. <b>Thread:</b> any. */
final class Pace {
    private final InstantSource clock;
    private final int perSecond;
    private long second; // this and the next guarded by this
    private int taken;

    Pace(InstantSource clock, int perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
    }

    /** Whether one more is within the limit. */
    synchronized boolean permits() {
        long now = clock.millis() / 1000;
        if (now != second) {
            second = now;
            taken = 0;
        }
        return ++taken <= perSecond;
    }

    /** Whether the last was the first to be beyond the limit in this second. */
    synchronized boolean hasJustEnded() {
        return taken == perSecond + 1;
    }
}
