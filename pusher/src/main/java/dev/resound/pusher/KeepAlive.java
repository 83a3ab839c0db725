package dev.resound.pusher;

import dev.resound.core.Connection;

/**
 * Finds out whether a silent client is still there. After the ping interval it is sent {@code
 * pusher:ping}; half-way through the wait for an answer a WebSocket ping, too, because mobile
 * clients answer nothing else. Whoever has ever sent a control frame is pinged with control frames
 * only. Any frame of the client counts as an answer. <b>Thread:</b> the connection's loop.
 */
final class KeepAlive {
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

    void start() {
        listenOn();
    }

    /** A message arrived. */
    void heard() {
        stage = Stage.LISTENING;
    }

    void controlFrame() {
        usesControlFrames = true;
        heard();
    }

    /** Does what is due; false if the client is given up. */
    boolean check(long nowMillis) {
        Connection connection = session.connection();
        if (connection.lastHeardMillis() > pingedMillis) {
            heard(); // part of a message, which may be a large one
        }
        return switch (stage) {
            case LISTENING -> {
                if (nowMillis < connection.lastHeardMillis() + pingIntervalMillis()) {
                    listenOn();
                } else {
                    pingedMillis = nowMillis;
                    ping();
                }
                yield true;
            }
            case PINGED -> {
                controlPing();
                yield true;
            }
            case CONTROL_PINGED -> {
                boolean inTime = nowMillis < pingedMillis + pongTimeoutMillis();
                if (inTime) {
                    connection.wakeAt(pingedMillis + pongTimeoutMillis());
                }
                yield inTime;
            }
        };
    }

    private void listenOn() {
        Connection connection = session.connection();
        connection.wakeAt(connection.lastHeardMillis() + pingIntervalMillis());
    }

    private void ping() {
        if (usesControlFrames) {
            controlPing();
            return;
        }
        session.send(ServerFrames.PING);
        stage = Stage.PINGED;
        long halfWay = Math.min(CONTROL_PING_AFTER_MILLIS, pongTimeoutMillis() / 2);
        session.connection().wakeAt(pingedMillis + halfWay);
    }

    private void controlPing() {
        session.connection().ping();
        stage = Stage.CONTROL_PINGED;
        session.connection().wakeAt(pingedMillis + pongTimeoutMillis());
    }

    private long pingIntervalMillis() {
        return session.app().pingInterval() * 1_000L;
    }

    private long pongTimeoutMillis() {
        return session.app().pongTimeout() * 1_000L;
    }
}
