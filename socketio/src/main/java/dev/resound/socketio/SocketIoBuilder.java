package dev.resound.socketio;

import dev.resound.core.Hub;
import dev.resound.engineio.EngineIo;
import dev.resound.engineio.SessionIds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Settings of a {@link SocketIo}; what is not set has a default that is fit for production. */
public final class SocketIoBuilder<D> {
    final @Nullable DataFactory<D> data;
    final @Nullable Supplier<D> emptyData;
    Hub hub = new Hub();
    Supplier<String> socketIds = SessionIds::next;
    @Nullable Path clientBundle;
    UnaryOperator<EngineIo.Builder> engine = UnaryOperator.identity();
    JsonMapper mapper = dev.resound.socketio.packet.Arguments.defaultMapper();
    Codec codec = Codec.JSON;
    Handlers handlers = Handlers.VIRTUAL_THREADS;
    Duration connectTimeout = Duration.ofSeconds(45);
    Duration attachmentTimeout = Duration.ofSeconds(20);
    Duration ackTimeout = Duration.ofSeconds(10);
    int maxAttachments = 10;
    int maxNamespaces = 100;
    boolean cleanupEmptyChildNamespaces;
    @Nullable Recovery recovery;
    Adapter.Factory adapter = namespace -> SingleNode.ALONE;
    InstantSource clock = InstantSource.system();
    Executor virtualThreads = task -> Thread.ofVirtual().name("resound-socketio").start(task);

    /**
     * @param data makes what is kept with a socket as soon as it comes
     * @param emptyData makes it when it is asked for: most sockets of most servers never are
     */
    SocketIoBuilder(@Nullable DataFactory<D> data, @Nullable Supplier<D> emptyData) {
        this.data = data;
        this.emptyData = emptyData;
    }

    /** Shares topics with everything else that uses this hub. Default: a hub of its own. */
    public SocketIoBuilder<D> hub(Hub hub) {
        this.hub = hub;
        return this;
    }

    /**
     * Writes and reads arguments. Default: one that writes dates as JavaScript does and ignores
     * properties a class does not have.
     */
    public SocketIoBuilder<D> mapper(JsonMapper mapper) {
        this.mapper = mapper;
        return this;
    }

    /**
     * Sets what is below Socket.IO: path, heartbeat, limits, CORS, admission. The path is {@code
     * /socket.io/} unless set here; the application is this server.
     */
    public SocketIoBuilder<D> engine(UnaryOperator<EngineIo.Builder> engine) {
        this.engine = engine;
        return this;
    }

    /**
     * Where ids of sockets come from. Called on an event loop. Sockets of Engine.IO 3 clients have
     * ids those clients make up themselves. Default: 20 random characters.
     */
    public SocketIoBuilder<D> socketIds(Supplier<String> socketIds) {
        this.socketIds = socketIds;
        return this;
    }

    /** Default: {@link Codec#JSON}. */
    public SocketIoBuilder<D> codec(Codec codec) {
        this.codec = codec;
        return this;
    }

    /** Default: {@link Handlers#VIRTUAL_THREADS}. */
    public SocketIoBuilder<D> handlers(Handlers handlers) {
        this.handlers = handlers;
        return this;
    }

    /** How long a client may be connected without joining a namespace. Default: 45 s. */
    public SocketIoBuilder<D> connectTimeout(Duration connectTimeout) {
        this.connectTimeout = positive("connectTimeout", connectTimeout);
        return this;
    }

    /** How long the attachments of a packet may take to arrive. Default: 20 s. */
    public SocketIoBuilder<D> attachmentTimeout(Duration attachmentTimeout) {
        this.attachmentTimeout = positive("attachmentTimeout", attachmentTimeout);
        return this;
    }

    /** How long answers are waited for where nothing else is said. Default: 10 s. */
    public SocketIoBuilder<D> ackTimeout(Duration ackTimeout) {
        this.ackTimeout = positive("ackTimeout", ackTimeout);
        return this;
    }

    /** Attachments of one packet; a client that announces more is closed. Default: 10. */
    public SocketIoBuilder<D> maxAttachments(int maxAttachments) {
        this.maxAttachments = maxAttachments;
        return this;
    }

    /** Namespaces one client may be in at a time; more are refused. Default: 100. */
    public SocketIoBuilder<D> maxNamespaces(int maxNamespaces) {
        this.maxNamespaces = maxNamespaces;
        return this;
    }

    /** Whether children of dynamic namespaces go with their last socket. Default: no. */
    public SocketIoBuilder<D> cleanupEmptyChildNamespaces(boolean cleanup) {
        this.cleanupEmptyChildNamespaces = cleanup;
        return this;
    }

    /** Lets clients recover from short disconnections. Default: no. */
    public SocketIoBuilder<D> recovery(@Nullable Recovery recovery) {
        this.recovery = recovery;
        return this;
    }

    /** Joins other nodes. Default: there are none. */
    public SocketIoBuilder<D> adapter(Adapter.Factory adapter) {
        this.adapter = adapter;
        return this;
    }

    /**
     * Serves the client for browsers below the path: {@code /socket.io/socket.io.js}, {@code
     * socket.io.min.js}, {@code socket.io.esm.min.js} and {@code socket.io.msgpack.min.js}, each
     * with its {@code .map}, and their {@code LICENSE}. Those that are not there, and all other
     * names, are requests to Engine.IO as before. Default: nothing is served; Resound does not come
     * with these files.
     *
     * <p>The files are read once, by {@link #build}, which fails with an {@link
     * IllegalArgumentException} if there are none, or if no file {@code LICENSE} is in the
     * directory or the one above it: the scripts may only be given away together with it. The
     * {@code ETag} is the version in the {@code package.json} of {@code socket.io-client}, or,
     * without that, made of the content. Compressed with gzip, if at all.
     *
     * @param directory {@code dist} of the npm package {@code socket.io-client}, or another with
     *     such files
     */
    public SocketIoBuilder<D> clientBundle(Path directory) {
        this.clientBundle = directory;
        return this;
    }

    /** A server that is not on any port yet. */
    public SocketIo<D> build() {
        return new SocketIo<>(new Settings<>(this));
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(
                    name + " is " + duration + ", must be at least 1 ms");
        }
        return duration;
    }
}
