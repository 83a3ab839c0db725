package dev.resound.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What this node has asked the others in one namespace, and is not over. <b>Thread:</b> any.
 *
 * @param <R> what is answered
 */
final class PendingRequests<R> {
    /** Beyond, nothing more is asked. */
    static final int MOST = 10_000;

    private final RedisLink link;
    private final ConcurrentHashMap<String, Pending<R>> byId = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** One request. <b>Thread:</b> any. */
    interface Pending<R> {
        /** An answer; whether it was the last one. */
        boolean answered(R response);

        /** Nobody waits any more: the time is up, or the namespace is gone. */
        void expired();
    }

    PendingRequests(RedisLink link) {
        this.link = link;
    }

    /** Whether it was taken; false: there are too many. */
    boolean add(String id, Pending<R> request, Duration timeout) {
        if (count.incrementAndGet() > MOST) {
            count.decrementAndGet();
            return false;
        }
        byId.put(id, request);
        link.later(timeout, () -> expire(id));
        return true;
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** An answer to one of them; false if it is to none. */
    boolean answered(@Nullable String id, R response) {
        if (id == null) {
            return false;
        }
        Pending<R> request = byId.get(id);
        if (request != null && request.answered(response)) {
            remove(id);
        }
        return request != null;
    }

    void expire(String id) {
        Pending<R> request = remove(id);
        if (request != null) {
            request.expired();
        }
    }

    private @Nullable Pending<R> remove(String id) {
        Pending<R> request = byId.remove(id);
        if (request != null) {
            count.decrementAndGet();
        }
        return request;
    }

    /** Nobody will answer any more. */
    void close() {
        List.copyOf(byId.keySet()).forEach(this::expire);
    }
}
