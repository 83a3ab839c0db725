package dev.resound.socketio;

import dev.resound.core.Loop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Gathers the answers to one broadcast. It is over when every node has said how many sockets it
 * asked, and as many have answered; or when the time is up. <b>Thread:</b> any.
 */
final class BroadcastAck {
    private final CompletableFuture<List<Arguments>> result = new CompletableFuture<>();
    private final Executor callbacks;
    private final List<Arguments> responses =
            new ArrayList<>(); // this and the rest guarded by this
    private final Set<Conversation<?>> owing = new HashSet<>();
    private int openCounts;
    private int expected;
    private boolean over;

    /**
     * @param counts how many times {@link #counted} will be called
     */
    BroadcastAck(int counts, Executor callbacks) {
        this.openCounts = counts;
        this.callbacks = callbacks;
    }

    CompletableFuture<List<Arguments>> result() {
        return result;
    }

    /** Gives up after this time, by the clock of this loop. */
    void expireAfter(long timeoutMillis, Loop loop, long ackId) {
        loop.execute(() -> {
            Loop.Timer started = loop.schedule(timeoutMillis, () -> expire(ackId));
            // runs at once if all is over already
            result.whenComplete((all, failure) -> loop.execute(started::cancel));
        });
    }

    /** A socket of this node is asked. <b>Thread:</b> its loop. */
    void expect(long ackId, Conversation<?> socket) {
        synchronized (this) {
            if (over) {
                return;
            }
            expected++;
            owing.add(socket);
        }
        socket.expect(
                ackId,
                new Acks.Pending() {
                    @Override
                    public void answered(Arguments arguments) {
                        answer(socket, arguments);
                    }

                    @Override
                    public void failed(RuntimeException failure) {
                        // gone without an answer: the time will be up
                    }
                });
    }

    private void answer(Conversation<?> socket, Arguments arguments) {
        synchronized (this) {
            if (!owing.remove(socket)) {
                return;
            }
        }
        answered(arguments);
    }

    /** One answer, from here or elsewhere. */
    void answered(Arguments arguments) {
        synchronized (this) {
            if (over) {
                return;
            }
            responses.add(arguments);
        }
        check();
    }

    /**
     * One node, or one part of it, has asked everybody it had to.
     *
     * @param clients how many, beyond those of {@link #expect}
     */
    void counted(int clients) {
        synchronized (this) {
            expected += clients;
            openCounts--;
        }
        check();
    }

    private void check() {
        List<Arguments> all;
        synchronized (this) {
            if (over || openCounts > 0 || responses.size() < expected) {
                return;
            }
            over = true;
            all = List.copyOf(responses);
        }
        callbacks.execute(() -> result.complete(all));
    }

    /** The time is up. */
    void expire(long ackId) {
        List<Arguments> some;
        Set<Conversation<?>> silent;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            some = List.copyOf(responses);
            silent = Set.copyOf(owing);
        }
        for (Conversation<?> socket : silent) {
            socket.loop.execute(() -> socket.forget(ackId));
        }
        callbacks.execute(() -> result.completeExceptionally(new AckTimeoutException(some)));
    }
}
