package dev.resound.pusher;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How webhooks are sent. Immutable.
 *
 * @param batchTime how long an event waits for others to go with it; 0: not at all
 * @param batchEvents events of one call at most
 * @param timeout of one call
 * @param firstRetry after so long a call that failed is made again, each time after twice as long
 * @param longestRetry but not after longer than this
 * @param giveUpAfter from its first try on; what could not be delivered by then is a dead letter
 * @param waitingEvents for each target; beyond, new events are dead letters
 * @param waitingBytes for each target, in the same way
 * @param holdBack how long it is waited whether a channel or a member that has gone comes back
 * @param deadLetters the file dead letters are appended to; null: they are only counted
 */
public record WebhookOptions(
        Duration batchTime,
        int batchEvents,
        Duration timeout,
        Duration firstRetry,
        Duration longestRetry,
        Duration giveUpAfter,
        int waitingEvents,
        int waitingBytes,
        Duration holdBack,
        @Nullable Path deadLetters) {

    private static final WebhookOptions DEFAULTS =
            new WebhookOptions(
                    Duration.ofSeconds(1),
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(5),
                    10_000,
                    16 << 20,
                    Duration.ofSeconds(3),
                    null);

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if a number is not positive, or a time is negative
     */
    public WebhookOptions {
        if (batchEvents < 1 || waitingEvents < 1 || waitingBytes < 1) {
            throw new IllegalArgumentException("a webhook's limits are positive");
        }
        if (timeout.isZero() || firstRetry.isZero()) {
            throw new IllegalArgumentException("a webhook's timeout and retries take time");
        }
        for (Duration time :
                new Duration[] {
                    batchTime, timeout, firstRetry, longestRetry, giveUpAfter, holdBack
                }) {
            if (time.isNegative()) {
                throw new IllegalArgumentException("a webhook's times are not negative");
            }
        }
    }

    /** A second, 100 events, 10 s; retries from 1 s to 60 s for 5 min; dead letters are counted. */
    public static WebhookOptions defaults() {
        return DEFAULTS;
    }

    public WebhookOptions withBatchTime(Duration time) {
        return new WebhookOptions(
                time,
                batchEvents,
                timeout,
                firstRetry,
                longestRetry,
                giveUpAfter,
                waitingEvents,
                waitingBytes,
                holdBack,
                deadLetters);
    }

    public WebhookOptions withTimeout(Duration time) {
        return new WebhookOptions(
                batchTime,
                batchEvents,
                time,
                firstRetry,
                longestRetry,
                giveUpAfter,
                waitingEvents,
                waitingBytes,
                holdBack,
                deadLetters);
    }

    public WebhookOptions withDeadLetters(@Nullable Path file) {
        return new WebhookOptions(
                batchTime,
                batchEvents,
                timeout,
                firstRetry,
                longestRetry,
                giveUpAfter,
                waitingEvents,
                waitingBytes,
                holdBack,
                file);
    }
}
