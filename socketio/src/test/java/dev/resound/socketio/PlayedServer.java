package dev.resound.socketio;

import dev.resound.engineio.CloseReason;
import dev.resound.engineio.EngineRequest;
import dev.resound.engineio.Transport;
import dev.resound.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** {@link World} for the tests of other packages. */
public final class PlayedServer {
    private final World world;

    public PlayedServer(UnaryOperator<SocketIoBuilder<Map<String, Object>>> settings) {
        world = new World(settings);
    }

    public SocketIo<Map<String, Object>> io() {
        return world.io;
    }

    public ManualClock clock() {
        return world.clock;
    }

    /** Runs things when the test settles, off the loops. */
    public Executor worker() {
        return world.callbacks::add;
    }

    /** Does something on the loop's time, off the loops. */
    public void after(long millis, Runnable action) {
        world.a.schedule(millis, () -> world.callbacks.add(action));
    }

    /** Whether anybody watches: if nobody does, broadcasts do not look at their receivers. */
    public boolean isWatched() {
        return !world.io.observers.isEmpty();
    }

    public void settle() {
        world.settle();
    }

    public void passes(Duration time) {
        world.passes(time);
    }

    /** A client that has come by this transport. */
    public Client client(Transport transport) {
        return new Client(world.client(world.a, 4, transport));
    }

    /** One whose first request was this one. */
    public Client client(EngineRequest request) {
        return new Client(world.client(world.b, 4, Transport.WEBSOCKET, request));
    }

    /** One client, as the test plays it. */
    public final class Client {
        private final FakeEngineSocket engine;

        private Client(FakeEngineSocket engine) {
            this.engine = engine;
        }

        /** What has been heard since the last time, when all is quiet. */
        public List<String> hears() {
            world.settle();
            return engine.hears();
        }

        public Client says(String... messages) {
            engine.says(messages);
            world.settle();
            return this;
        }

        /** Joins a namespace and forgets what it heard by then. */
        public Socket<Map<String, Object>> joins(String namespace) {
            return world.join(engine, namespace).socket();
        }

        public void says(byte[] attachment) {
            engine.says(attachment);
            world.settle();
        }

        public void upgrades() {
            engine.upgrades();
            world.settle();
        }

        public void leaves() {
            engine.ends(CloseReason.TRANSPORT_CLOSE);
            world.settle();
        }

        public boolean isClosed() {
            return engine.isClosed();
        }
    }
}
