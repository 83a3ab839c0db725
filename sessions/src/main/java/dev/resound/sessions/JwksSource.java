package dev.resound.sessions;

import com.nimbusds.jose.JWSVerifier;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys an issuer publishes, as they were when last fetched. One virtual thread fetches them: at
 * once, then every {@link JwksOptions#refresh}, sooner if that failed, and out of turn when a token
 * names a key that is not there. Since such a token proves nothing, that is once a minute at most.
 *
 * <p><b>Thread:</b> any; those who look a key up read one reference, and never wait for a fetch.
 */
final class JwksSource implements TokenKeySource {
    static final Duration OUT_OF_TURN = Duration.ofMinutes(1);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(JwksSource.class);

    private final JwksOptions options;
    private final LongSupplier nanoTime;
    private final JwksClient client;
    private final Thread fetcher;
    private final Semaphore wanted = new Semaphore(0);
    private final AtomicLong lastWanted;
    private volatile @Nullable JwksSet set;
    private volatile boolean closed;
    private volatile int failures; // the fetcher's, since it last succeeded
    private boolean useless; // the fetcher's

    private JwksSource(JwksOptions options, LongSupplier nanoTime) {
        this.options = options;
        this.nanoTime = nanoTime;
        this.client = new JwksClient(options);
        this.lastWanted = new AtomicLong(nanoTime.getAsLong() - OUT_OF_TURN.toNanos());
        this.fetcher = Thread.ofVirtual().name(JwksClient.THREAD).unstarted(this::fetchOnAndOn);
    }

    /** Begins to fetch. */
    static JwksSource start(JwksOptions options) {
        return start(options, System::nanoTime);
    }

    static JwksSource start(JwksOptions options, LongSupplier nanoTime) {
        JwksSource source = new JwksSource(options, nanoTime);
        source.fetcher.start();
        return source;
    }

    @Override
    public Found find(@Nullable String kid) {
        JwksSet present = set;
        if (present == null) {
            return new NotYet();
        }
        if (kid == null) {
            return new Unknown();
        }
        JWSVerifier verifier = present.keys().get(kid);
        if (verifier == null) {
            fetchOutOfTurn();
            return new Unknown();
        }
        return new Key(verifier);
    }

    private void fetchOutOfTurn() {
        long now = nanoTime.getAsLong();
        long last = lastWanted.get();
        if (now - last >= OUT_OF_TURN.toNanos() && lastWanted.compareAndSet(last, now)) {
            wanted.release();
        }
    }

    /** Fetches that are asked for and have not begun. */
    int outOfTurn() {
        return wanted.availablePermits();
    }

    int failures() {
        return failures;
    }

    Thread fetcher() {
        return fetcher;
    }

    private void fetchOnAndOn() {
        try {
            while (!closed) {
                fetch();
                if (wanted.tryAcquire(
                        pause(failures, options.refresh()).toNanos(), TimeUnit.NANOSECONDS)) {
                    LOG.debug("A token names a key that is not there: {}", options);
                }
            }
        } catch (InterruptedException ended) {
            LOG.debug("No more fetching of keys: {}", options, ended);
        }
    }

    /** How long it is until the next fetch in turn. */
    static Duration pause(int failures, Duration refresh) {
        if (failures == 0) {
            return refresh;
        }
        Duration retry = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        Duration longest = LONGEST_RETRY.compareTo(refresh) < 0 ? LONGEST_RETRY : refresh;
        return retry.compareTo(longest) < 0 ? retry : longest;
    }

    private void fetch() throws InterruptedException {
        try {
            take(JwksSet.read(client.fetch(), options.algorithm()));
        } catch (IOException failure) {
            failed(String.valueOf(failure.getMessage()));
        } catch (RuntimeException bug) {
            LOG.error("Keys could not be fetched: {}", options, bug);
            failed("it could not be asked");
        }
    }

    private void take(JwksSet fetched) {
        set = fetched;
        if (failures > 0) {
            LOG.info("There are keys again: {}", options);
        }
        failures = 0;
        boolean none = fetched.keys().isEmpty();
        if (none && !useless) {
            LOG.warn(
                    "None of the {} keys is of use, no token is right: {}",
                    fetched.listed(),
                    options);
        }
        useless = none;
    }

    private void failed(String reason) {
        if (failures == 0 && !closed) {
            LOG.warn(
                    "Keys cannot be fetched ({}), {}: {}",
                    reason,
                    set == null ? "no token can be verified" : "the present ones go on",
                    options);
        }
        int more = failures + 1;
        failures = more;
    }

    @Override
    public void close() {
        closed = true;
        fetcher.interrupt();
        client.close();
    }
}
