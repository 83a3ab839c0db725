package dev.resound.sessions;

import dev.resound.core.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One owner's session. It has one socket or none: a newer one takes over at once, and only the end
 * of the one it has at the moment counts. {@link #end} is the only way out.
 *
 * <p><b>Thread:</b> its loop; {@link #loop} by any.
 */
final class DeviceSession {
    /** So many take-overs in a minute are two devices that throw each other out. */
    private static final int FIGHT = 6;

    private static final long FIGHT_MILLIS = 60_000;

    private final Loop loop;
    private final long graceMillis;
    private final Consumer<DeviceSession> whenEnded;
    private final ArrayDeque<Long> takeOvers = new ArrayDeque<>(FIGHT);
    private @Nullable DeviceSocket socket;
    private Loop.@Nullable Timer patience; // while there is no socket
    private boolean ended;

    /** Without a socket yet. */
    DeviceSession(Loop loop, Duration grace, Consumer<DeviceSession> whenEnded) {
        this.loop = loop;
        this.graceMillis = grace.toMillis();
        this.whenEnded = whenEnded;
    }

    Loop loop() {
        return loop;
    }

    /** From here on the session speaks through this socket. */
    void take(DeviceSocket next) {
        DeviceSocket older = socket;
        socket = next;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        if (older != null) {
            older.superseded(!isFight());
        }
    }

    private boolean isFight() {
        long now = loop.nowMillis();
        while (!takeOvers.isEmpty() && now - takeOvers.element() >= FIGHT_MILLIS) {
            takeOvers.remove();
        }
        if (takeOvers.size() >= FIGHT) {
            return true;
        }
        takeOvers.add(now);
        return false;
    }

    /** A socket is gone; if it was this session's, the device has a while to come back. */
    void lose(DeviceSocket gone) {
        if (socket == gone) {
            socket = null;
            patience = loop.schedule(graceMillis, this::end);
        }
    }

    void endIfAway() {
        if (socket == null) {
            end();
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        whenEnded.accept(this);
    }
}
