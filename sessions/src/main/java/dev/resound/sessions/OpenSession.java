package dev.resound.sessions;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A session, for the application to act on. Of a session that has ended meanwhile nothing is left,
 * and calls do nothing. <b>Thread:</b> any; calls are carried out on the session's loop, in order.
 */
public final class OpenSession {
    private final DeviceSession session;
    private final CompanionSide side;

    OpenSession(DeviceSession session, CompanionSide side) {
        this.session = session;
        this.side = side;
    }

    public String owner() {
        return session.owner();
    }

    /** Starts a companion, as its owner could. */
    public void start(String companion) {
        session.loop().execute(() -> session.start(companion));
    }

    /** Stops a companion, as its owner could. */
    public void stop(String companion) {
        session.loop().execute(() -> session.stop(companion, CompanionSide.Dismissal.BY_SYSTEM));
    }

    /**
     * Tells all companions that have subscribed to the stream, as if the device had said it.
     *
     * @param json one JSON value as text
     */
    public void emit(StreamName stream, byte[] json) {
        var event = new DeviceMessage.Event(stream, Arrays.copyOf(json, json.length), List.of());
        session.loop().execute(() -> session.hear(event));
    }

    /** Says something to one companion, if it is there. */
    public void tell(String companion, String action, JsonNode payload) {
        var frame = side.custom(action, payload);
        session.loop().execute(() -> session.tellCompanion(companion, frame));
    }

    /** Ends it: companions are told, and a device that is there is closed. */
    public void end() {
        session.loop().execute(session::end);
    }
}
