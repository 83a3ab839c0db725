package dev.resound.engineio;

import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions of a server by their ids. <b>Thread:</b> any. */
final class SessionTable {
    private static final long TOMBSTONE_MILLIS = 100;

    private final EngineOptions options;
    private final ConcurrentHashMap<String, Session> sessions = new ConcurrentHashMap<>();

    SessionTable(EngineOptions options) {
        this.options = options;
    }

    /** False if the id is in use: the session must not begin. */
    boolean add(Session session) {
        return sessions.putIfAbsent(session.id(), session) == null;
    }

    @Nullable Session find(String id) {
        return sessions.get(id);
    }

    int size() {
        return sessions.size();
    }

    /**
     * Forgets a session.
     *
     * @param saidGoodbye by a post: its poll, sent at the same moment on another connection, may
     *     come a little later and is still let go properly
     */
    void remove(Session session, boolean saidGoodbye) {
        if (saidGoodbye) {
            session.loop().schedule(TOMBSTONE_MILLIS, () -> sessions.remove(session.id(), session));
        } else {
            sessions.remove(session.id(), session);
        }
    }

    /** <b>Thread:</b> the session's loop. */
    HttpResponse answerToDead(Session session, HttpRequest request) {
        if (request.method().equals("GET") && sessions.remove(session.id(), session)) {
            PollCodec codec = PollCodec.of(session.revision());
            return options.pollResponse(
                    request, codec.encode(List.of(PollingTransport.NOOP), false), false);
        }
        return options.refusal(EngineError.UNKNOWN_SID);
    }

    void shutDown() {
        for (Session session : sessions.values()) {
            session.loop().execute(session::shutDown);
        }
    }
}
