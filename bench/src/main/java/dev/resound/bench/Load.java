package dev.resound.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One kind of load.
 *
 * <p><b>Thread:</b> the client's loop, except {@link #atMost}.
 */
interface Load<T> {

    /** Begins; completes {@code done} exactly once, within {@link #atMost}. */
    void start(CompletableFuture<T> done);

    /** One line about how it is going. */
    String progress();

    /** The longest it can take. */
    Duration atMost();
}
