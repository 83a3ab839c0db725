package dev.resound.engineio;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.ProtocolSession;

/** A WebSocket that should not have been asked for. <b>Thread:</b> its loop. */
final class RefusedSocket implements ProtocolSession {
    private final Connection connection;

    RefusedSocket(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void onOpen() {
        connection.close(Close.NO_STATUS);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {}

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {}

    @Override
    public Close closeFor(Close.Cause cause) {
        return Close.NO_STATUS;
    }

    @Override
    public void onClosed(Close close) {}
}
