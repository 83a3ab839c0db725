package dev.resound.sessions;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Frame;
import dev.resound.core.ProtocolSession;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's socket, and the protocol's side of its connection. It belongs to its owner's session
 * until a newer one takes its place. <b>Thread:</b> its connection's loop, which is the session's.
 */
final class DeviceSocket implements ProtocolSession {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSocket.class);

    private final DeviceSessions sessions;
    private final SessionServices services;
    private final DeviceIdentity device;
    private final Connection connection;
    private final Outbox outbox;
    private final Pulse pulse;
    private final MediaTransform media;
    private @Nullable DeviceSession session; // null before it is open, and once it is superseded

    DeviceSocket(
            DeviceSessions sessions,
            SessionServices services,
            DeviceIdentity device,
            Connection connection) {
        this.sessions = sessions;
        this.services = services;
        this.device = device;
        this.connection = connection;
        this.outbox = new Outbox(connection, services.options().bounds(), services.tally());
        this.pulse = new Pulse(connection, services.options().liveness(), Ending.DEVICE_SILENT);
        this.media = services.media().begin(device);
    }

    @Override
    public void onOpen() {
        DeviceSession found;
        try {
            found = sessions.sessionOf(device.owner(), connection.loop());
        } catch (RuntimeException bug) {
            LOG.error("A session could not be made", bug);
            outbox.control(services.profile().device().failed());
            connection.close(Ending.BROKEN.close());
            return;
        }
        if (found == null) {
            connection.close(Ending.AGAIN.close());
            return;
        }
        session = found;
        pulse.start();
        Instant expires = device.expires();
        if (expires != null && services.options().closeExpired()) {
            pulse.endAt(expires, sessions.now());
        }
        found.take(this);
    }

    DeviceIdentity identity() {
        return device;
    }

    @Override
    public int mostMessageBytes(boolean binary, int accepted) {
        return binary ? accepted : Math.min(accepted, services.options().bounds().textBytes());
    }

    @Override
    public void onText(byte[] buffer, int offset, int length) {
        DeviceSession current = session;
        if (current == null) {
            return;
        }
        services.tally().deviceMessages.increment();
        DeviceSide side = services.profile().device();
        switch (side.read(buffer, offset, length)) {
            case DeviceMessage.Ping() -> outbox.control(side.pong());
            case DeviceMessage.Pong() -> {} // a sign of life, which every message is
            case DeviceMessage.Hello() -> outbox.control(side.greeting(device, true));
            case DeviceMessage.Start(var companion) -> current.start(companion);
            case DeviceMessage.Stop(var companion) ->
                    current.stop(companion, CompanionSide.Dismissal.BY_OWNER);
            case DeviceMessage.Event event -> current.hear(event);
            case DeviceMessage.Answer answer -> current.answered(answer);
            case DeviceMessage.Malformed() -> LOG.debug("A device sent what is no message");
        }
    }

    @Override
    public void onBinary(byte[] buffer, int offset, int length) {
        DeviceSession current = session;
        if (current == null || length == 0) {
            return;
        }
        services.tally().deviceMedia.increment();
        byte[] piece = media.apply(Arrays.copyOfRange(buffer, offset, offset + length));
        if (piece != null && piece.length > 0) {
            current.hearMedia(piece);
        }
    }

    void tell(Frame frame) {
        outbox.control(frame);
    }

    /** Only the newest of a key counts. */
    void tellNewest(Object key, Frame frame) {
        outbox.newest(key, frame);
    }

    /**
     * A newer socket has come.
     *
     * @param close whether to end this one; otherwise it is left to itself
     */
    void superseded(boolean close) {
        session = null;
        if (close) {
            connection.close(Ending.SUPERSEDED.close());
        }
    }

    /** The session is over, though the socket is there. */
    void end(Ending ending) {
        session = null;
        connection.close(ending.close());
    }

    @Override
    public void onDrained() {
        long dropped = outbox.drained();
        if (session != null && dropped >= 0) {
            services.observer().on(new SessionEvent.Drained(device.owner(), null, dropped));
        }
    }

    @Override
    public void onDeadline(long nowMillis) {
        pulse.onDeadline(nowMillis);
    }

    @Override
    public Close closeFor(Close.Cause cause) {
        if (cause == Close.Cause.OVERFLOW) {
            services.tally().slow.increment();
        }
        return Ending.of(cause);
    }

    @Override
    public void onClosed(Close close) {
        pulse.stop();
        if (session != null) {
            session.lose(this);
            session = null;
        } else {
            services.tally().staleCloses.increment();
        }
    }
}
