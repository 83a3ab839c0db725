package dev.resound.redis;

import static org.awaitility.Awaitility.await;

import dev.resound.netty.Resound;
import dev.resound.socketio.Recovery;
import dev.resound.socketio.SocketIo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO server on the loopback that is a node of a cluster, and its clients. A client may
 * {@code join} a room; the server notes what other servers say. <b>Thread:</b> the test's.
 */
final class Node implements AutoCloseable {
    final RedisLink link;
    final RedisAdapters adapters;
    final SocketIo<Map<String, Object>> io;
    private final Count count;
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Resound server;
    private final List<Client> clients = new ArrayList<>();

    /** How many nodes listen to a namespace. */
    interface Count {
        CompletionStage<Long> of(RedisLink link, String namespace);
    }

    Node(String redis, Function<RedisLink, RedisAdapters> adapters, Count count)
            throws IOException {
        this(RedisOptions.of(redis), adapters, count, null);
    }

    Node(
            RedisOptions redis,
            Function<RedisLink, RedisAdapters> adapters,
            Count count,
            @Nullable Recovery recovery)
            throws IOException {
        this.link = RedisLink.open(redis);
        this.adapters = adapters.apply(link);
        this.count = count;
        this.io =
                SocketIo.builder()
                        .adapter(this.adapters)
                        .recovery(recovery)
                        .ackTimeout(Duration.ofSeconds(20))
                        .build();
        io.onConnection(socket -> {
            socket.data().put("address", socket.handshake().address());
            socket.on(
                    "join",
                    event -> {
                        socket.join(event.string(0));
                        event.ack().send();
                    });
            socket.on("shout", event -> socket.broadcast().emit("told", event.toArray()));
        });
        io.root()
                .onServerSideEmit(
                        "hello",
                        arguments -> {
                            heard.add(arguments.string(0));
                            arguments.ack().send("you said " + arguments.string(0), 2);
                        });
        this.server = Resound.builder().port(0).loops(2).protocol(io).start();
    }

    /** Waits until so many nodes, or what looks like some, listen to a namespace. */
    void awaitNodes(String namespace, int wanted) {
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        link.state() == RedisLink.State.CONNECTED
                                && count.of(link, namespace)
                                                .toCompletableFuture()
                                                .get(20, TimeUnit.SECONDS)
                                        == wanted);
    }

    Client client() throws IOException {
        return client("/");
    }

    /** One that comes back. */
    Client client(Client before, String offset) throws IOException {
        var client =
                new Client(
                        server.port(),
                        "/",
                        "{\"pid\":\"" + before.privateId() + "\",\"offset\":\"" + offset + "\"}");
        clients.add(client);
        return client;
    }

    Client client(String namespace) throws IOException {
        var client = new Client(server.port(), namespace);
        clients.add(client);
        return client;
    }

    /** As if the server were told to end. */
    void stop() {
        server.stop(Duration.ZERO);
        io.close();
    }

    @Override
    public void close() throws IOException {
        for (Client client : clients) {
            client.close();
        }
        stop();
        link.close();
    }
}
