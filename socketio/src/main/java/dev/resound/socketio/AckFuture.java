package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.socketio.packet.Payload;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Waits for the answer of one socket. <b>Thread:</b> the socket's loop. */
final class AckFuture implements Acks.Pending {
    private final CompletableFuture<Arguments> result = new CompletableFuture<>();
    private final Json json;
    private final Executor callbacks;
    private Loop.@Nullable Timer timer;

    AckFuture(Json json, Executor callbacks) {
        this.json = json;
        this.callbacks = callbacks;
    }

    CompletableFuture<Arguments> result() {
        return result;
    }

    /** Gives up after this time. */
    void expireAfter(long timeoutMillis, long ackId, Conversation<?> socket) {
        timer =
                socket.loop()
                        .schedule(
                                timeoutMillis,
                                () -> {
                                    socket.forget(ackId);
                                    failed(new AckTimeoutException(List.of()));
                                });
    }

    @Override
    public void answered(Payload payload) {
        stopTimer();
        Arguments arguments = json.arguments(payload, Ack.NOT_EXPECTED);
        callbacks.execute(() -> result.complete(arguments));
    }

    @Override
    public void failed(RuntimeException failure) {
        stopTimer();
        callbacks.execute(() -> result.completeExceptionally(failure));
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
