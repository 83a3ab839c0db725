package dev.resound.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers of Reverb about an app, as they ask each other: Redis says how many listen, and
 * each of them answers. One that does not, costs the whole time; then what there is must do.
 *
 * <p><b>Thread:</b> any.
 */
final class ReverbGathering {
    /** Nobody was asked. */
    static final CompletionStage<Gathered> NOTHING =
            CompletableFuture.completedFuture(new Gathered(List.of(), true));

    private static final int KEY_LENGTH = 10; // Reverb's
    private static final int MOST_BYTES = 32 << 20;

    private final RedisLink link;
    private final String channel;
    private final String node;
    private final Duration time;
    private final PendingRequests<Answer> pending;

    /**
     * What was answered.
     *
     * @param payloads of the servers of Reverb, each of them JSON
     * @param complete whether all have answered
     */
    record Gathered(List<byte[]> payloads, boolean complete) {
        Gathered {
            payloads = List.copyOf(payloads);
        }
    }

    /**
     * An answer.
     *
     * @param node of Resound; empty: a server of Reverb
     * @param payload null from ourselves
     */
    private record Answer(String node, byte @Nullable [] payload) {}

    ReverbGathering(RedisLink link, String channel, String node, Duration time) {
        this.link = link;
        this.channel = channel;
        this.node = node;
        this.time = time;
        this.pending = new PendingRequests<>(link);
    }

    /** Asks; never fails. */
    CompletionStage<Gathered> ask(PhpValue application, ReverbMetric metric) {
        String key = Ids.random(KEY_LENGTH);
        var question = new Pending();
        byte[] message =
                ReverbMessage.question(
                        new ReverbMessage.Signature(node, 0),
                        ReverbMetric.write(key, application, metric));
        if (!PhpJson.reads(message) || !pending.add(key, question, time)) {
            question.expired();
            return question.done;
        }
        link.ask(channel, commands -> commands.publish(channel, message))
                .whenComplete((listeners, failure) -> {
                    if (failure != null || question.expect(listeners)) {
                        pending.expire(key); // completed by then, if all have answered
                    }
                });
        return question.done;
    }

    /**
     * An answer has come, or our own question, which is as good as one.
     *
     * @return false if nobody waits for it
     */
    boolean answered(String key, String from, byte @Nullable [] payload) {
        return pending.answered(key, new Answer(from, payload));
    }

    void close() {
        pending.close();
    }

    /** One question. */
    private static final class Pending implements PendingRequests.Pending<Answer> {
        private final CompletableFuture<Gathered> done = new CompletableFuture<>();
        private final List<byte[]> payloads =
                new ArrayList<>(); // this and the rest guarded by this
        private final Set<String> nodes = new HashSet<>(); // of Resound, which may say it twice
        private long bytes;
        private long expected = -1; // not known yet

        @Override
        public synchronized boolean answered(Answer answer) {
            if (!answer.node.isEmpty()) {
                nodes.add(answer.node);
            } else if (answer.payload != null) {
                bytes += answer.payload.length;
                payloads.add(bytes > MOST_BYTES ? new byte[0] : answer.payload);
            }
            return isDone();
        }

        /** It is known how many will answer; whether all have. */
        synchronized boolean expect(long listeners) {
            expected = listeners;
            return isDone();
        }

        private boolean isDone() {
            boolean all = expected >= 0 && payloads.size() + nodes.size() >= expected;
            if (all) {
                done.complete(new Gathered(payloads, bytes <= MOST_BYTES));
            }
            return all;
        }

        @Override
        public synchronized void expired() {
            done.complete(new Gathered(payloads, false));
        }
    }
}
