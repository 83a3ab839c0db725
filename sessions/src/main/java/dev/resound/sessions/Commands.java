package dev.resound.sessions;

import dev.resound.core.Frame;
import dev.resound.core.Loop;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What companions have the device do, and the answers they wait for. An answer finds the companion
 * by the correlation of its command, so no two commands may have the same one at a time. <b>Thread:
 * </b> the session's loop.
 */
final class Commands {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_CORRELATION_CHARS = 200;

    /** Streams whose latest event is kept. */
    private static final int MOST_LATEST = 64;

    private final DeviceSession session;
    private final CompanionSide side;
    private final Streams streams;
    private final int mostPending;
    private final Map<String, Pending> pending = new HashMap<>(); // by correlation
    private final Map<StreamName, Known> latest = new LinkedHashMap<>();

    private record Pending(Seat seat, CommandRoute.Answered answered, Loop.Timer patience) {}

    private record Known(ObjectNode value, long sinceMillis) {}

    Commands(DeviceSession session, SessionServices services) {
        this.session = session;
        this.side = services.profile().companions();
        this.streams = services.profile().streams();
        this.mostPending = services.options().bounds().pending();
    }

    void give(Seat seat, CommandRoute route, ObjectNode fields) {
        CommandFailure failure = tryToGive(seat, route, fields);
        if (failure != null) {
            tellFailure(seat, failure, route, fields);
        }
    }

    private void tellFailure(
            Seat seat, CommandFailure failure, CommandRoute route, ObjectNode fields) {
        CompanionSocket socket = seat.listener();
        Frame told = socket == null ? null : side.failed(failure, route, fields);
        if (socket != null && told != null) {
            socket.tell(told);
        }
    }

    private @Nullable CommandFailure tryToGive(Seat seat, CommandRoute route, ObjectNode fields) {
        String permission = route.permission();
        if (permission != null && !streams.grants(seat.companion.permissions(), permission)) {
            return CommandFailure.FORBIDDEN;
        }
        CommandRoute.ToDevice message = route.rewrite().of(fields, seat.companion);
        if (message == null) {
            return CommandFailure.MALFORMED;
        }
        Frame frame = Frame.text(JSON.writeValueAsBytes(message.message()));
        CommandRoute.Show show = message.show();
        CommandRoute.Answered answered = route.answered();
        if (show != null) {
            session.screen().show(seat.id(), show, frame);
            return null;
        }
        if (answered != null && answered.latest() != null && isKnown(seat, fields, answered)) {
            return null;
        }
        if (!session.hasDevice()) {
            return CommandFailure.NO_DEVICE;
        }
        CommandFailure failure = answered == null ? null : await(seat, route, answered, fields);
        if (failure == null) {
            session.tellDevice(frame);
        }
        return failure;
    }

    /** Whether the answer is there already, and was given. */
    private boolean isKnown(Seat seat, ObjectNode fields, CommandRoute.Answered answered) {
        CommandRoute.Latest wanted = answered.latest();
        if (wanted == null) {
            return false;
        }
        Known known = latest.get(wanted.stream());
        Duration youngEnough = wanted.youngEnough().apply(fields);
        if (known == null
                || session.loop().nowMillis() - known.sinceMillis() > youngEnough.toMillis()) {
            return false;
        }
        ObjectNode answer = known.value().deepCopy();
        answer.set(wanted.correlationField(), fields.path(answered.correlation()));
        session.routing().deliverTo(seat, wanted.label(), JSON.writeValueAsBytes(answer));
        return true;
    }

    private @Nullable CommandFailure await(
            Seat seat, CommandRoute route, CommandRoute.Answered answered, ObjectNode fields) {
        String correlation = fields.path(answered.correlation()).asString("");
        if (correlation.isEmpty()
                || correlation.length() > MOST_CORRELATION_CHARS
                || pending.containsKey(correlation)) {
            return CommandFailure.MALFORMED;
        }
        long ofThisOne = pending.values().stream().filter(one -> one.seat() == seat).count();
        if (ofThisOne >= mostPending) {
            return CommandFailure.TOO_MANY;
        }
        Loop.Timer patience =
                session.loop()
                        .schedule(
                                answered.patience().toMillis(),
                                () -> {
                                    pending.remove(correlation);
                                    tellFailure(seat, CommandFailure.NO_ANSWER, route, fields);
                                });
        pending.put(correlation, new Pending(seat, answered, patience));
        return null;
    }

    /** The device answers; what nobody waits for any more is nobody's business. */
    void answered(DeviceMessage.Answer answer) {
        Pending asked = pending.get(answer.correlation());
        if (asked != null && answer.type().equals(asked.answered().answer())) {
            take(answer.correlation());
            CompanionSocket socket = asked.seat().listener();
            if (socket != null) {
                socket.tell(Frame.text(answer.json()));
            }
        }
    }

    /** Whether an event was the answer to one command. */
    boolean answeredBy(String correlation, StreamName stream, byte[] json) {
        Pending asked = pending.get(correlation);
        CommandRoute.Latest wanted = asked == null ? null : asked.answered().latest();
        if (asked == null || wanted == null || !wanted.stream().equals(stream)) {
            return false;
        }
        take(correlation);
        session.routing().deliverTo(asked.seat(), wanted.label(), json);
        return true;
    }

    private void take(String correlation) {
        Pending taken = pending.remove(correlation);
        if (taken != null) {
            taken.patience().cancel();
        }
    }

    void latest(StreamName stream, ObjectNode value) {
        latest.remove(stream); // so that the one that has waited longest is the first to go
        if (latest.size() == MOST_LATEST) {
            latest.remove(latest.keySet().iterator().next());
        }
        latest.put(stream, new Known(value, session.loop().nowMillis()));
    }

    /** It waits for nothing any more. */
    void forget(Seat seat) {
        Iterator<Pending> all = pending.values().iterator();
        while (all.hasNext()) {
            Pending one = all.next();
            if (one.seat() == seat) {
                one.patience().cancel();
                all.remove();
            }
        }
    }

    void end() {
        pending.values().forEach(one -> one.patience().cancel());
        pending.clear();
    }
}
