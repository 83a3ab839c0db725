package dev.resound.pusher;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.ProtocolSession;

/**
 * A client that was turned away at the door. It is told so inside the WebSocket, where browsers can
 * see it, and leaves no trace. <b>Thread:</b> its connection's loop.
 */
final class RefusedSession implements ProtocolSession {
    private final Connection connection;
    private final ServerFrames frames;
    private final PusherError error;

    RefusedSession(Connection connection, ServerFrames frames, PusherError error) {
        this.connection = connection;
        this.frames = frames;
        this.error = error;
    }

    @Override
    public void onOpen() {
        if (frames.errorBeforeClose()) {
            connection.send(frames.error(error));
        }
        connection.close(new Close(error.code, error.message));
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {}

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {}

    @Override
    public Close closeFor(Close.Cause cause) {
        return new Close(error.code, error.message);
    }

    @Override
    public void onClosed(Close close) {}
}
