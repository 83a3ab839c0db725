package dev.resound.socketio.wire;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** Waits for what another thread is about to bring about. Stateless. */
final class Until {
    private static final long PATIENCE_SECONDS = 10;

    private Until() {}

    /** Returns once the condition holds, and fails if it does not in time. */
    static void holds(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }

    /** What the future comes to. */
    static <T> T done(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("a future", failure);
        }
    }

    /** What the future fails with. */
    static Throwable failed(CompletableFuture<?> future) {
        try {
            Object result = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("did not fail, but came to " + result);
        } catch (ExecutionException failure) {
            return Objects.requireNonNull(failure.getCause());
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError("a future", failure);
        }
    }
}
