package dev.resound.socketio;

import dev.resound.core.Hub;
import dev.resound.engineio.EngineRequest;
import dev.resound.engineio.Transport;
import dev.resound.testkit.FakeLoop;
import dev.resound.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server, two event loops and a thread for callbacks, all of them played by the test: nothing
 * happens until {@link #settle}. Callbacks run off the loops, as on virtual threads.
 */
final class World {
    final ManualClock clock = new ManualClock();
    final FakeLoop a = new FakeLoop(clock);
    final FakeLoop b = new FakeLoop(clock);
    final Hub hub = new Hub();
    final Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();
    final SocketIo<Map<String, Object>> io;

    World() {
        this(builder -> builder);
    }

    World(UnaryOperator<SocketIoBuilder<Map<String, Object>>> settings) {
        io = settings.apply(prepared(SocketIo.builder())).build();
    }

    <D> SocketIoBuilder<D> prepared(SocketIoBuilder<D> builder) {
        builder.virtualThreads = callbacks::add;
        builder.clock = clock;
        return builder.hub(hub);
    }

    /** A client over WebSocket on the first loop. */
    FakeEngineSocket client() {
        return client(a);
    }

    FakeEngineSocket client(FakeLoop loop) {
        return client(loop, 4, Transport.WEBSOCKET);
    }

    FakeEngineSocket client(FakeLoop loop, int revision, Transport transport) {
        return client(loop, revision, transport, request(null));
    }

    FakeEngineSocket client(
            FakeLoop loop, int revision, Transport transport, EngineRequest request) {
        return new FakeEngineSocket(loop, revision, transport, request).open(io);
    }

    static EngineRequest request(@Nullable Object attachment) {
        return FakeEngineSocket.request("/socket.io/?EIO=4&transport=websocket", attachment);
    }

    /** A client that has joined {@code /}, and has heard so. */
    Joined join(FakeLoop loop) {
        return join(loop, "/");
    }

    Joined join(FakeLoop loop, String namespace) {
        FakeEngineSocket client = client(loop);
        return join(client, namespace);
    }

    Joined join(FakeEngineSocket client, String namespace) {
        client.says(namespace.equals("/") ? "40" : "40" + namespace + ",");
        settle();
        List<String> heard = client.hears();
        String sid = heard.getLast().replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
        Socket<Map<String, Object>> socket = io.of(namespace).sockets().get(sid);
        if (socket == null) {
            throw new AssertionError("did not join: " + heard);
        }
        return new Joined(client, socket);
    }

    /** A client in a namespace, and the server's side of it. */
    record Joined(FakeEngineSocket client, Socket<Map<String, Object>> socket) {
        List<String> hears() {
            return client.hears();
        }

        Joined says(String... messages) {
            client.says(messages);
            return this;
        }
    }

    /** Lets everybody do what there is to do. */
    void settle() {
        do {
            FakeLoop.settle(a, b);
        } while (runCallback() || a.waiting() + b.waiting() > 0);
    }

    /** Runs one thing the application has to do; whether there was one. */
    boolean runCallback() {
        Runnable callback = callbacks.poll();
        if (callback == null) {
            return false;
        }
        callback.run();
        return true;
    }

    void passes(Duration time) {
        clock.advance(time);
        settle();
    }
}
