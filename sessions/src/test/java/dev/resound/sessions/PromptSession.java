package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.LaneWriter;
import dev.resound.core.Loop;
import dev.resound.core.ProtocolSession;
import java.util.function.Function;

/**
 * Stands between a fake connection and a session, and tells the session of a close of its own
 * within the call, as the transport does: in the middle of whatever it is doing. <b>Thread:</b> the
 * connection's loop.
 */
final class PromptSession implements ProtocolSession {
    private final ProtocolSession session;
    private boolean ended;

    PromptSession(Connection connection, Function<Connection, ProtocolSession> open) {
        this.session = open.apply(new Facade(connection));
    }

    @Override
    public void onOpen() {
        session.onOpen();
    }

    @Override
    public int mostMessageBytes(boolean binary, int accepted) {
        return session.mostMessageBytes(binary, accepted);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        session.onText(buffer, offset, length);
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        session.onBinary(buffer, offset, length);
    }

    @Override
    public void onControl() {
        session.onControl();
    }

    @Override
    public void onDrained() {
        session.onDrained();
    }

    @Override
    public void onDeadline(long nowMillis) {
        session.onDeadline(nowMillis);
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        return session.closeFor(cause);
    }

    @Override
    public void onClosed(Close close) {
        if (!ended) {
            ended = true;
            session.onClosed(close);
        }
    }

    private final class Facade implements Connection {
        private final Connection connection;

        private Facade(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Loop loop() {
            return connection.loop();
        }

        @Override
        public LaneWriter writer() {
            return connection.writer();
        }

        @Override
        public boolean isOpen() {
            return connection.isOpen();
        }

        @Override
        public Sent send(Frame frame) {
            return connection.send(frame);
        }

        @Override
        public void ping() {
            connection.ping();
        }

        @Override
        public void close(Close close) {
            if (connection.isOpen()) {
                connection.close(close);
                onClosed(close);
            }
        }

        @Override
        public void disconnect() {
            if (connection.isOpen()) {
                connection.disconnect();
                onClosed(Close.LOST);
            }
        }

        @Override
        public long lastHeardMillis() {
            return connection.lastHeardMillis();
        }

        @Override
        public void wakeAt(long millis) {
            connection.wakeAt(millis);
        }

        @Override
        public long backlogBytes() {
            return connection.backlogBytes();
        }

        @Override
        public void reading(boolean wanted) {
            connection.reading(wanted);
        }
    }
}
