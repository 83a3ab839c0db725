package dev.resound.socketio;

import dev.resound.socketio.packet.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Gathers the answers to one broadcast. It is over when every node has said how many clients it
 * asked, and as many have answered; or when the time is up. <b>Thread:</b> any.
 */
final class BroadcastAck implements RemoteAnswers {
    private final CompletableFuture<List<Arguments>> result = new CompletableFuture<>();
    private final Json json;
    private final Executor callbacks;
    private final List<Arguments> responses =
            new ArrayList<>(); // this and the rest guarded by this
    private int openCounts = 1; // the adapter has to say how many there are
    private int expected;
    private boolean over;

    BroadcastAck(Json json, Executor callbacks) {
        this.json = json;
        this.callbacks = callbacks;
    }

    CompletableFuture<List<Arguments>> result() {
        return result;
    }

    /** This node will count its clients, too. */
    synchronized void alsoHere() {
        openCounts++;
    }

    @Override
    public void asked(int nodes) {
        synchronized (this) {
            openCounts += nodes - 1;
        }
        check();
    }

    @Override
    public void counted(int clients) {
        synchronized (this) {
            expected += clients;
            openCounts--;
        }
        check();
    }

    @Override
    public void answered(PacketData arguments) {
        answered(arguments.payload());
    }

    void answered(Payload payload) {
        Arguments arguments = json.arguments(payload, Ack.NOT_EXPECTED);
        synchronized (this) {
            if (over) {
                return;
            }
            responses.add(arguments);
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
    void expire() {
        List<Arguments> some;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            some = List.copyOf(responses);
        }
        callbacks.execute(() -> result.completeExceptionally(new AckTimeoutException(some)));
    }
}
