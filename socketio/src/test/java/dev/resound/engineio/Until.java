package dev.resound.engineio;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for what another thread is about to bring about. Stateless. */
final class Until {
    private Until() {}

    /** Returns once the condition holds, and fails if it does not within five seconds. */
    static void holds(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(5))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition);
    }
}
