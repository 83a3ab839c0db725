package dev.resound.pusher;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The time webhooks go by. <b>Thread:</b> any. */
interface WebhookTimer {

    /** The system's. What is due runs on a virtual thread of its own. */
    WebhookTimer SYSTEM =
            new WebhookTimer() {
                @Override
                public long wallMillis() {
                    return System.currentTimeMillis();
                }

                @Override
                public long millis() {
                    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
                }

                @Override
                public void after(long millis, Runnable task) {
                    CompletableFuture.delayedExecutor(
                                    millis,
                                    TimeUnit.MILLISECONDS,
                                    due -> Thread.ofVirtual().name("resound-webhook").start(due))
                            .execute(task);
                }
            };

    /** Since 1970; told to receivers, and measures nothing, since clocks are set. */
    long wallMillis();

    /** Since some moment. */
    long millis();

    /** Runs a task later. */
    void after(long millis, Runnable task);
}
