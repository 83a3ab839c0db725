package dev.resound.engineio;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.ProtocolSession;

/**
 * A WebSocket on its way to be, or being, what carries a session. <b>Thread:</b> the session's
 * loop.
 */
final class WebSocketTransport implements ProtocolSession {
    private static final Frame PROBE_ANSWER = Frame.text("3probe");

    private final Session session;
    private final Connection connection;
    private Role role;
    private boolean broken; // by the peer's framing, or by its size
    private boolean overflowed;

    enum Role {
        /** The session began on it. */
        FIRST,
        /** It wants to take over from polling, and has not said so yet. */
        CANDIDATE,
        /** It has been answered that it may. */
        PROBED,
        /** It carries the session. */
        CURRENT,
        /** It is of no use, and is being closed. */
        REFUSED
    }

    WebSocketTransport(Session session, Connection connection, Role role) {
        this.session = session;
        this.connection = connection;
        this.role = role;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void onOpen() {
        switch (role) {
            case FIRST -> {
                role = Role.CURRENT;
                session.open();
            }
            case CANDIDATE -> session.upgradeBegins(this);
            case REFUSED -> refuse();
            case PROBED, CURRENT -> throw new IllegalStateException("opened twice");
        }
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        switch (role) {
            case CURRENT -> current(buffer, offset, length);
            case CANDIDATE -> {
                if (is("2probe", buffer, offset, length)) {
                    role = Role.PROBED;
                    connection.send(PROBE_ANSWER);
                } else {
                    session.upgradeFailed(this);
                }
            }
            case PROBED -> {
                if (length > 0 && buffer[offset] == '5') {
                    role = Role.CURRENT;
                    session.upgrade(this);
                } else {
                    session.upgradeFailed(this);
                }
            }
            case FIRST, REFUSED -> {}
        }
    }

    private void current(byte[] buffer, int offset, int length) {
        if (length > 0 && buffer[offset] == 'b') {
            byte[] message =
                    session.revision() == 4
                            ? PollCodec4.base64(buffer, offset + 1, offset + length)
                            : length > 1 && buffer[offset + 1] == '4'
                                    ? PollCodec4.base64(buffer, offset + 2, offset + length)
                                    : null;
            if (message == null) {
                session.end(CloseReason.PARSE_ERROR, null);
            } else {
                session.binaryMessage(message, 0, message.length);
            }
        } else {
            session.textPacket(buffer, offset, length);
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        switch (role) {
            case CURRENT -> {
                if (session.revision() == 4) {
                    session.binaryMessage(buffer, offset, length);
                } else if (length > 0 && buffer[offset] == 4) {
                    session.binaryMessage(buffer, offset + 1, length - 1);
                } else {
                    session.end(CloseReason.PARSE_ERROR, null);
                }
            }
            case CANDIDATE, PROBED -> session.upgradeFailed(this);
            case FIRST, REFUSED -> {}
        }
    }

    /** Ends it without a word about why. */
    void refuse() {
        role = Role.REFUSED;
        connection.close(Close.NO_STATUS);
    }

    @Override
    public void onDrained() {
        if (role == Role.CURRENT) {
            session.drained();
        }
    }

    @Override
    public void onViolation() {
        broken = true;
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        broken |= cause == Close.Cause.MESSAGE_TOO_BIG;
        overflowed |= cause == Close.Cause.OVERFLOW;
        return switch (cause) {
            case OVERFLOW -> new Close(1013, "");
            case MESSAGE_TOO_BIG -> new Close(1009, "");
            case SHUTDOWN -> Close.GOING_AWAY;
        };
    }

    @Override
    public void onClosed(Close close) {
        switch (role) {
            case CURRENT -> {
                role = Role.REFUSED;
                if (overflowed) {
                    session.end(CloseReason.TRANSPORT_ERROR, "slow consumer");
                } else if (broken) {
                    session.end(CloseReason.TRANSPORT_ERROR, null);
                } else {
                    session.end(CloseReason.TRANSPORT_CLOSE, null);
                }
            }
            case CANDIDATE, PROBED -> session.upgradeFailed(this);
            case FIRST, REFUSED -> {}
        }
    }

    private static boolean is(String text, byte[] buffer, int offset, int length) {
        if (length != text.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer[offset + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
