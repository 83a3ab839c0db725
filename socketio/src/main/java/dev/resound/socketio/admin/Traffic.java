package dev.resound.socketio.admin;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What went through the server, counted by seconds. <b>Thread:</b> any. */
final class Traffic {
    private static final int MAX_SECONDS = 60;

    private final InstantSource clock;

    /** Those nobody has taken yet. Guarded by this. */
    private final Deque<Second> past = new ArrayDeque<>();

    private volatile Second current;

    /** One second. What is counted while it is being taken is lost. */
    private static final class Second {
        final long millis;
        final LongAdder opened = new LongAdder();
        final Map<String, LongAdder> closed = new ConcurrentHashMap<>();
        final LongAdder packetsIn = new LongAdder();
        final LongAdder bytesIn = new LongAdder();
        final LongAdder packetsOut = new LongAdder();
        final LongAdder bytesOut = new LongAdder();

        Second(long millis) {
            this.millis = millis;
        }

        void addTo(List<Map<String, Object>> counts) {
            add(counts, "rawConnection", null, opened);
            closed.forEach((reason, count) -> add(counts, "rawDisconnection", reason, count));
            add(counts, "packetsIn", null, packetsIn);
            add(counts, "bytesIn", null, bytesIn);
            add(counts, "packetsOut", null, packetsOut);
            add(counts, "bytesOut", null, bytesOut);
        }

        private void add(
                List<Map<String, Object>> counts,
                String type,
                @Nullable String subType,
                LongAdder counter) {
            long count = counter.sum();
            if (count == 0) {
                return;
            }
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("timestamp", millis);
            one.put("type", type);
            if (subType != null) {
                one.put("subType", subType);
            }
            one.put("count", count);
            counts.add(one);
        }
    }

    Traffic(InstantSource clock) {
        this.clock = clock;
        this.current = new Second(thisSecond());
    }

    void opened() {
        now().opened.increment();
    }

    void closed(String reason) {
        now().closed.computeIfAbsent(reason, first -> new LongAdder()).increment();
    }

    void in(int bytes) {
        Second second = now();
        second.packetsIn.increment();
        second.bytesIn.add(bytes);
    }

    void out(int bytes) {
        Second second = now();
        second.packetsOut.increment();
        second.bytesOut.add(bytes);
    }

    private long thisSecond() {
        long now = clock.millis();
        return now - now % 1000;
    }

    private Second now() {
        Second second = current;
        return second.millis == thisSecond() ? second : turn();
    }

    private synchronized Second turn() {
        long millis = thisSecond();
        if (current.millis != millis) {
            past.add(current);
            if (past.size() > MAX_SECONDS) {
                past.remove();
            }
            current = new Second(millis);
        }
        return current;
    }

    /** All counts so far, as the UI reads them; counting starts again at zero. */
    synchronized List<Map<String, Object>> take() {
        past.add(current);
        current = new Second(thisSecond());
        List<Map<String, Object>> counts = new ArrayList<>();
        past.forEach(second -> second.addTo(counts));
        past.clear();
        return counts;
    }
}
