package dev.resound.redis;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.RemoteAnswers;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Other nodes, which were asked themselves. <b>Thread:</b> any.
 *
 * @param <R> what is answered
 */
final class AskedServers<R> implements PendingRequests.Pending<R> {
    private final Function<R, @Nullable PacketData> argumentsOf;
    private final RemoteAnswers answers;
    private int missing; // guarded by this

    /**
     * @param nodes how many have to answer
     * @param argumentsOf those of an answer, or null if it is none to this
     */
    AskedServers(int nodes, Function<R, @Nullable PacketData> argumentsOf, RemoteAnswers answers) {
        this.missing = nodes;
        this.argumentsOf = argumentsOf;
        this.answers = answers;
    }

    @Override
    public synchronized boolean answered(R response) {
        PacketData arguments = missing > 0 ? argumentsOf.apply(response) : null;
        if (arguments != null) {
            missing--;
            answers.counted(1);
            answers.answered(arguments);
        }
        return missing == 0;
    }

    @Override
    public void expired() {} // whoever waits knows the time
}
