package dev.resound.socketio;

import dev.resound.core.Loop;
import dev.resound.socketio.packet.Payload;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * This node's part in a broadcast that wants answers: counts the sockets that were asked, and
 * passes their answers on, until the time is up. <b>Thread:</b> any.
 */
final class LocalAsk {
    private final long ackId;
    private final IntConsumer count;
    private final Consumer<Payload> answers;
    private final Set<Conversation<?>> owing = new HashSet<>(); // this and the rest guarded by this
    private int asked;
    private int unfinished;
    private boolean over;

    /**
     * @param parts how many parts of this node have to say that they have asked everybody
     * @param count told how many were asked, once
     */
    LocalAsk(long ackId, int parts, IntConsumer count, Consumer<Payload> answers) {
        this.ackId = ackId;
        this.unfinished = parts;
        this.count = count;
        this.answers = answers;
    }

    /** A socket is asked. <b>Thread:</b> its loop. */
    void expect(Conversation<?> socket) {
        synchronized (this) {
            if (over) {
                return;
            }
            asked++;
            owing.add(socket);
        }
        socket.expect(
                ackId,
                new Acks.Pending() {
                    @Override
                    public void answered(Payload arguments) {
                        if (isFirst(socket)) {
                            answers.accept(arguments);
                        }
                    }

                    @Override
                    public void failed(RuntimeException failure) {
                        // gone without an answer: the time will be up
                    }
                });
    }

    private synchronized boolean isFirst(Conversation<?> socket) {
        return owing.remove(socket) && !over;
    }

    /** One part has asked everybody. */
    void finished() {
        int all;
        synchronized (this) {
            if (--unfinished > 0) {
                return;
            }
            all = asked;
        }
        count.accept(all);
    }

    /** Stops waiting after this time, by the clock of this loop. */
    void expireAfter(long timeoutMillis, Loop loop) {
        loop.execute(() -> loop.schedule(timeoutMillis, this::expire));
    }

    private void expire() {
        Set<Conversation<?>> silent;
        synchronized (this) {
            over = true;
            silent = Set.copyOf(owing);
            owing.clear();
        }
        for (Conversation<?> socket : silent) {
            socket.loop().execute(() -> socket.forget(ackId));
        }
    }
}
