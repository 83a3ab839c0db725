package dev.resound.engineio;

import dev.resound.core.Loop;
import org.jspecify.annotations.Nullable;

/**
 * The clock of one session. In revision 4 the server pings and waits for the pong; in revision 3 it
 * waits for pings. One timer, which finds out when it fires whether it has been overtaken.
 * <b>Thread:</b> the session's loop.
 */
final class Heartbeat implements Runnable {
    private final Session session;
    private Waiting waiting;
    private long dueMillis;
    private long timerMillis;
    private Loop.@Nullable Timer timer;
    private boolean extended;
    private boolean stopped;

    private enum Waiting {
        TO_PING,
        FOR_PONG,
        FOR_PING
    }

    Heartbeat(Session session) {
        this.session = session;
        this.waiting = session.revision() == 3 ? Waiting.FOR_PING : Waiting.TO_PING;
    }

    void start() {
        restart();
    }

    /** The peer has answered, or, in revision 3, has asked. */
    void heard() {
        if (waiting == Waiting.FOR_PONG) {
            waiting = Waiting.TO_PING;
        }
        restart();
    }

    /** Any other packet: a large upload may keep the answer waiting, once. */
    void heardOfPeer() {
        if (waiting == Waiting.FOR_PONG && !extended) {
            extended = true;
            due(nowMillis() + timeoutMillis());
        }
    }

    /**
     * The transport has changed: an answer to the old one's ping is not waited for. A ping that is
     * still to come is not put off, the peer counts on it.
     */
    void switched() {
        if (waiting != Waiting.TO_PING) {
            heard();
        }
    }

    /** Whether the peer's time is over, even if the timer has not fired yet. */
    boolean isOver() {
        return !stopped && waiting != Waiting.TO_PING && nowMillis() >= dueMillis;
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void restart() {
        long intervalMillis = session.options().pingInterval().toMillis();
        due(nowMillis() + intervalMillis + (waiting == Waiting.FOR_PING ? timeoutMillis() : 0));
    }

    private long timeoutMillis() {
        return session.options().pingTimeout().toMillis();
    }

    private long nowMillis() {
        return session.loop().nowMillis();
    }

    private void due(long millis) {
        dueMillis = millis;
        if (timer != null && timerMillis > millis) {
            timer.cancel();
            timer = null;
        }
        if (timer == null && !stopped) {
            timerMillis = millis;
            timer = session.loop().schedule(Math.max(0, millis - nowMillis()), this);
        }
    }

    /** The timer has fired. */
    @Override
    public void run() {
        timer = null;
        if (stopped) {
            return;
        }
        if (nowMillis() < dueMillis) {
            due(dueMillis);
            return;
        }
        switch (waiting) {
            case TO_PING -> {
                waiting = Waiting.FOR_PONG;
                extended = false;
                // From when the ping was due, not from when the loop got to it.
                due(dueMillis + timeoutMillis());
                session.ping();
            }
            case FOR_PONG, FOR_PING -> session.end(CloseReason.PING_TIMEOUT, null);
        }
    }
}
