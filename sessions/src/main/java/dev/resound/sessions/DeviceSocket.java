package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.ProtocolSession;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's socket, and the protocol's side of its connection. It belongs to its owner's session
 * until a newer one takes its place. <b>Thread:</b> its connection's loop, which is the session's.
 */
final class DeviceSocket implements ProtocolSession {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSocket.class);

    private static final Close SUPERSEDED = new Close(4409, "superseded");
    private static final Close SILENT = new Close(1001, "Ping timeout - no pong received");
    private static final Close SHUTDOWN = new Close(1001, "Server shutting down");
    private static final Close SLOW = new Close(1013, "Slow consumer");
    private static final Close TOO_BIG = new Close(1009, "Message too big");
    private static final Close ELSEWHERE = new Close(1013, "Try again later");

    private final DeviceSessions sessions;
    private final DeviceProfile profile;
    private final DeviceSessionOptions options;
    private final DeviceIdentity device;
    private final Connection connection;
    private @Nullable DeviceSession session; // null before it is open, and once it is superseded

    DeviceSocket(
            DeviceSessions sessions,
            DeviceProfile profile,
            DeviceSessionOptions options,
            DeviceIdentity device,
            Connection connection) {
        this.sessions = sessions;
        this.profile = profile;
        this.options = options;
        this.device = device;
        this.connection = connection;
    }

    @Override
    public void onOpen() {
        DeviceSession found = sessions.sessionOf(device.owner(), connection.loop());
        if (found == null) {
            connection.close(ELSEWHERE);
            return;
        }
        session = found;
        found.take(this);
        connection.send(profile.greeting(device));
        connection.wakeAt(connection.loop().nowMillis() + nextPing());
    }

    /** So that the devices of a server that has started do not all answer in one moment. */
    private long nextPing() {
        long interval = options.pingInterval().toMillis();
        return interval - ThreadLocalRandom.current().nextLong(interval / 8 + 1);
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        if (session == null) {
            return;
        }
        switch (profile.read(buffer, offset, length)) {
            case DeviceMessage.Ping() -> connection.send(profile.pong());
            case DeviceMessage.Pong() -> {} // a sign of life, which every message is
            case DeviceMessage.Hello() -> connection.send(profile.greeting(device));
            case DeviceMessage.Event event -> LOG.trace("Nobody listens to an {}", event);
            case DeviceMessage.Malformed() -> LOG.debug("A device sent what is no message");
        }
    }

    /** Media: nobody listens yet. */
    @Override
    public void onBinary(byte[] buffer, int offset, int length) {}

    /**
     * A newer socket has come.
     *
     * @param close whether to end this one; otherwise it is left to itself
     */
    void superseded(boolean close) {
        session = null;
        if (close) {
            connection.close(SUPERSEDED);
        } else {
            LOG.warn("Two devices of one owner throw each other out; the older stays as it is");
        }
    }

    @Override
    public void onDeadline(long nowMillis) {
        long silence = options.silence().toMillis();
        if (silence > 0 && nowMillis - connection.lastHeardMillis() >= silence) {
            connection.close(SILENT);
            return;
        }
        connection.ping();
        connection.wakeAt(nowMillis + nextPing());
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        return switch (cause) {
            case OVERFLOW -> SLOW;
            case MESSAGE_TOO_BIG -> TOO_BIG;
            case SHUTDOWN -> SHUTDOWN;
        };
    }

    @Override
    public void onClosed(Close close) {
        if (session != null) {
            session.lose(this);
            session = null;
        }
    }
}
