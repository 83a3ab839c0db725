package dev.resound.sessions;

import dev.resound.core.RateLimitedLog;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Foreign code that is called in the middle of a session's affairs: what it throws is logged, and
 * the session goes on. <b>Thread:</b> any.
 */
final class Guarded {
    private static final RateLimitedLog OBSERVERS =
            new RateLimitedLog(LoggerFactory.getLogger(SessionObserver.class));
    private static final RateLimitedLog MEMORIES =
            new RateLimitedLog(LoggerFactory.getLogger(RunningCompanions.class));

    private Guarded() {}

    static SessionObserver observer(SessionObserver foreign) {
        return event -> {
            try {
                foreign.on(event);
            } catch (RuntimeException failure) {
                OBSERVERS.error("An observer of sessions has failed", failure);
            }
        };
    }

    static RunningCompanions running(RunningCompanions foreign) {
        return new RunningCompanions() {
            @Override
            public Set<String> of(String owner) {
                try {
                    return foreign.of(owner);
                } catch (RuntimeException failure) {
                    MEMORIES.error("What runs could not be read", failure);
                    return Set.of();
                }
            }

            @Override
            public void add(String owner, String companion) {
                remember(() -> foreign.add(owner, companion));
            }

            @Override
            public void remove(String owner, String companion) {
                remember(() -> foreign.remove(owner, companion));
            }

            private void remember(Runnable change) {
                try {
                    change.run();
                } catch (RuntimeException failure) {
                    MEMORIES.error("What runs could not be remembered", failure);
                }
            }

            @Override
            public void close() {
                foreign.close();
            }
        };
    }
}
