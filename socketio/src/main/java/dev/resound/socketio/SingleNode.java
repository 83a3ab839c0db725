package dev.resound.socketio;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** There are no other nodes. */
final class SingleNode implements Adapter {
    static final Adapter ALONE = new SingleNode();

    private SingleNode() {}

    @Override
    public void publish(Selection selection, PacketData event) {}

    @Override
    public void publishWithAck(
            Selection selection, PacketData event, Duration timeout, RemoteAnswers answers) {
        answers.asked(0);
    }

    @Override
    public CompletionStage<List<SocketDescription>> fetchSockets(
            Selection selection, Duration timeout) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public void join(Selection selection, Set<String> rooms) {}

    @Override
    public void leave(Selection selection, Set<String> rooms) {}

    @Override
    public void disconnect(Selection selection, boolean closeConnection) {}

    @Override
    public void serverSideEmit(PacketData event) {}

    @Override
    public void serverSideEmitWithAck(PacketData event, Duration timeout, RemoteAnswers answers) {
        answers.asked(0);
    }

    @Override
    public CompletionStage<Integer> serverCount() {
        return CompletableFuture.completedFuture(1);
    }

    @Override
    public void close() {}
}
