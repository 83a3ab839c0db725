package dev.resound.redis;

import dev.resound.socketio.RemoteAnswers;
import java.util.function.BiConsumer;

/**
 * Clients of other nodes, who were asked. How many nodes answer may not be known yet, so the last
 * answer is none that is told. <b>Thread:</b> any.
 *
 * @param answers who wants them, and knows how long
 * @param tell says of an answer how many clients it counts, or what one of them has answered;
 *     nothing of what is no answer to this
 * @param <R> what is answered
 */
record AskedClients<R>(RemoteAnswers answers, BiConsumer<R, RemoteAnswers> tell)
        implements PendingRequests.Pending<R> {

    @Override
    public boolean answered(R response) {
        tell.accept(response, answers);
        return false;
    }

    @Override
    public void expired() {} // whoever waits knows the time
}
