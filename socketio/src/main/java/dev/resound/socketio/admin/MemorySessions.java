package dev.resound.socketio.admin;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The sessions of one process. <b>Thread:</b> any. */
final class MemorySessions implements SessionStore {
    static final int MAX_SESSIONS = 1000;
    static final Duration TIME_TO_LIVE = Duration.ofHours(24);

    private final InstantSource clock;

    /** Id to the time it was saved, oldest first. Guarded by this. */
    private final Map<String, Long> savedMillis = new LinkedHashMap<>();

    MemorySessions(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized CompletionStage<Boolean> isKnown(String sessionId) {
        forgetOld();
        return CompletableFuture.completedFuture(savedMillis.containsKey(sessionId));
    }

    @Override
    public synchronized CompletionStage<?> save(String sessionId) {
        forgetOld();
        if (savedMillis.size() >= MAX_SESSIONS) {
            Iterator<String> oldest = savedMillis.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        savedMillis.put(sessionId, clock.millis());
        return CompletableFuture.completedFuture(null);
    }

    private void forgetOld() {
        long limit = clock.millis() - TIME_TO_LIVE.toMillis();
        Iterator<Long> times = savedMillis.values().iterator();
        while (times.hasNext() && times.next() <= limit) {
            times.remove();
        }
    }
}
