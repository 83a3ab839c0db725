package dev.resound.sessions;

import dev.resound.core.RateLimitedLog;
import dev.resound.core.calls.HttpCalls;
import dev.resound.core.http.Header;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/**
 * Calls companions: to come, or that it is over. Each call runs on a virtual thread. So many at
 * once, the others wait, and more than {@value #MOST_WAITING} are not made. <b>Thread:</b> any.
 */
final class Invitations implements AutoCloseable {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Invitations.class));

    private static final String THREADS = "resound-invitation";
    private static final List<Header> JSON =
            List.of(new Header("Content-Type", "application/json"));

    private static final int MOST_AT_ONCE = 256;
    private static final int MOST_WAITING = 10_000;

    private final HttpCalls calls;
    private final Options options;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final AtomicInteger unfinished = new AtomicInteger();

    /**
     * How companions are called.
     *
     * @param timeout of each try
     * @param attempts at most, until somebody answers, whatever the answer
     * @param pause between two of them
     * @param privateAddresses whether companions may be in a private network
     * @param allowed whether this is a URL that may be called at all
     */
    record Options(
            Duration timeout,
            int attempts,
            Duration pause,
            boolean privateAddresses,
            Predicate<URI> allowed) {}

    Invitations(Options options) {
        this.options = options;
        this.calls = new HttpCalls(THREADS, options.timeout());
    }

    /**
     * Makes a call, and tells whether anybody has answered. <b>Thread:</b> {@code reached} is
     * called on a virtual one.
     */
    void make(CompanionSide.Call call, Consumer<Boolean> reached) {
        Runnable task;
        if (!isAllowed(call.url())) {
            LOG.warn("A companion was not called: its host is not among those that may be");
            task = () -> reached.accept(false);
        } else if (unfinished.incrementAndGet() > MOST_WAITING + MOST_AT_ONCE) {
            unfinished.decrementAndGet();
            LOG.warn("A companion was not called: too many calls wait");
            task = () -> reached.accept(false);
        } else {
            task =
                    () -> {
                        boolean answered = false;
                        try {
                            answered = inTurn(call);
                        } catch (InterruptedException stopping) {
                            Thread.currentThread().interrupt();
                        } finally {
                            unfinished.decrementAndGet();
                            reached.accept(answered);
                        }
                    };
        }
        Thread.ofVirtual().name(THREADS).start(task);
    }

    private boolean isAllowed(URI url) {
        try {
            return options.allowed().test(url);
        } catch (RuntimeException failure) { // foreign code
            LOG.error("Whether a companion may be called could not be told", failure);
            return false;
        }
    }

    private boolean inTurn(CompanionSide.Call call) throws InterruptedException {
        places.acquire();
        try {
            for (int attempt = 1; ; attempt++) {
                switch (calls.post(
                        call.url(), List.of(), JSON, call.body(), options.privateAddresses())) {
                    case HttpCalls.Answered whatever -> {
                        return true;
                    }
                    case HttpCalls.Refused(var reason) -> {
                        LOG.warn("A companion was not called: " + reason);
                        return false;
                    }
                    case HttpCalls.Failed(var reason) -> {
                        if (attempt >= options.attempts()) {
                            LOG.warn("A companion could not be reached: " + reason);
                            return false;
                        }
                    }
                }
                Thread.sleep(options.pause());
            }
        } finally {
            places.release();
        }
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        calls.close();
    }
}
