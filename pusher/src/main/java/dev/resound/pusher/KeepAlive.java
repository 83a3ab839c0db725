package dev.resound.pusher;

import dev.resound.core.Connection;

/**
 * Finds out whether a silent client is still there. After the ping interval it is sent {@code
 * pusher:ping}; half-way through the wait for an answer a WebSocket ping, too, because mobile
 * clients answer nothing else. Whoever has ever sent a control frame is pinged with control frames
 * only. Any frame of the client counts as an answer. <b>Thread:</b> the connection's loop.
 */
final class KeepAlive {
    static final long GIVEN_UP = -1;
    private static final long CONTROL_PING_AFTER_MILLIS = 15_000;

    private final PusherSession session;
    private boolean usesControlFrames;
    private Stage stage = Stage.LISTENING;
    private long pingedMillis;

    private enum Stage {
        LISTENING,
        PINGED,
        CONTROL_PINGED
    }

    KeepAlive(PusherSession session) {
        this.session = session;
    }

    /** A message arrived. */
    void heard() {
        stage = Stage.LISTENING;
    }

    void controlFrame() {
        usesControlFrames = true;
        heard();
    }

    /** Does what is due; returns when to look again, or {@link #GIVEN_UP}. */
    long check(long nowMillis) {
        Connection connection = session.connection();
        if (connection.lastHeardMillis() > pingedMillis) {
            heard(); // part of a message, which may be a large one
        }
        return switch (stage) {
            case LISTENING -> {
                long silentUntil = connection.lastHeardMillis() + pingIntervalMillis();
                if (nowMillis < silentUntil) {
                    yield silentUntil;
                }
                pingedMillis = nowMillis;
                yield ping();
            }
            case PINGED -> controlPing();
            case CONTROL_PINGED -> {
                long given = pingedMillis + pongTimeoutMillis();
                yield nowMillis < given ? given : GIVEN_UP;
            }
        };
    }

    private long ping() {
        if (usesControlFrames) {
            return controlPing();
        }
        session.send(ServerFrames.PING);
        stage = Stage.PINGED;
        return pingedMillis + Math.min(CONTROL_PING_AFTER_MILLIS, pongTimeoutMillis() / 2);
    }

    private long controlPing() {
        session.connection().ping();
        stage = Stage.CONTROL_PINGED;
        return pingedMillis + pongTimeoutMillis();
    }

    private long pingIntervalMillis() {
        return session.app().pingInterval() * 1_000L;
    }

    private long pongTimeoutMillis() {
        return session.app().pongTimeout() * 1_000L;
    }
}
