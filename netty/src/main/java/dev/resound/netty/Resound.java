package dev.resound.netty;

import dev.resound.core.Hub;
import dev.resound.core.Protocol;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.core.socket.SocketEndpoint;
import dev.resound.core.socket.SocketProtocol;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running server: one port, and everything that is spoken on it.
 *
 * <pre>{@code
 * Resound server = Resound.builder()
 *         .port(8080)
 *         .get("/hello/{name}", request -> HttpResponse.text(200, "Hello " + request.parameter("name")))
 *         .webSocket("/chat", SocketEndpoint.<String>accepting(request -> "guest")
 *                 .open(socket -> socket.subscribe("room"))
 *                 .text((socket, text) -> socket.publish("room", text))
 *                 .build())
 *         .start();
 * }</pre>
 *
 * <p><b>Thread:</b> any.
 */
public final class Resound implements AutoCloseable {
    /**
     * A reconnect every ten milliseconds is no stampede: few connections need not take long to
     * close.
     */
    private static final long MILLIS_PER_RECONNECT = 10;

    /**
     * Reads take a pooled buffer of this size and give it back at once; a guess for each connection
     * what it will send next would be memory kept for nothing.
     */
    private static final RecvByteBufAllocator READS = new FixedRecvByteBufAllocator(16 << 10);

    private final Hub hub;
    private final Port port;
    private final MultiThreadIoEventLoopGroup group;
    private final Map<EventExecutor, NettyLoop> loops;
    private final Channel listener;
    private boolean stopped; // guarded by this

    private Resound(
            Hub hub,
            Port port,
            MultiThreadIoEventLoopGroup group,
            Map<EventExecutor, NettyLoop> loops,
            Channel listener) {
        this.hub = hub;
        this.port = port;
        this.group = group;
        this.loops = loops;
        this.listener = listener;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The port that is listened on: the one chosen by the system if 0 was asked for. */
    public int port() {
        return address().getPort();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    public Hub hub() {
        return hub;
    }

    /** Connections of any kind, as of now. */
    public int connections() {
        return port.connections();
    }

    /**
     * Publishes to the plain WebSockets that subscribe to the topic. False: too far behind, try
     * again later.
     */
    public boolean publish(String topic, String text) {
        return SocketProtocol.publish(hub, topic, text);
    }

    /** As {@link #publish(String, String)}, with bytes that must not be changed afterwards. */
    public boolean publish(String topic, byte[] bytes) {
        return SocketProtocol.publish(hub, topic, bytes);
    }

    /**
     * Stops at once: nothing is accepted any more, open WebSockets are closed in their protocol's
     * words, and two seconds later whatever is left.
     */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    /**
     * Stops accepting, and closes the open connections in random order, spread evenly over {@code
     * spread} or ten milliseconds per connection, whichever is shorter, so that the clients do not
     * come back all at once. Blocks until they are closed, two and a half seconds beyond the spread
     * at most.
     *
     * @return how many connections had to be cut off; a second call waits for the first and returns
     *     0
     */
    public synchronized int stop(Duration spread) {
        if (stopped) {
            return 0;
        }
        stopped = true;
        port.stop();
        listener.close().awaitUninterruptibly();
        long spreadMillis = Math.min(spread.toMillis(), port.connections() * MILLIS_PER_RECONNECT);
        for (NettyLoop loop : loops.values()) {
            loop.execute(() -> {
                for (Timed connection : loop.deadlines.all()) {
                    long delay =
                            spreadMillis == 0
                                    ? 0
                                    : ThreadLocalRandom.current().nextLong(spreadMillis);
                    var unused =
                            loop.eventLoop()
                                    .schedule(connection::shutDown, delay, TimeUnit.MILLISECONDS);
                }
            });
        }
        int left = port.awaitNoConnections(spread.plusMillis(2_500));
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        loops.values().forEach(NettyLoop::release);
        return left;
    }

    /** Collects what the server is made of. <b>Thread:</b> one. */
    public static final class Builder {
        private Hub hub = new Hub();
        private String host = "127.0.0.1";
        private int port = 8080;
        private String prefix = "";
        private @Nullable Tls tls;
        private Limits limits = Limits.defaults();
        private int loops = Runtime.getRuntime().availableProcessors();
        private final List<Route> routes = new ArrayList<>();
        private final List<Protocol> protocols = new ArrayList<>();

        private Builder() {}

        /** The hub, when protocols have been made with one already. */
        public Builder hub(Hub hub) {
            this.hub = hub;
            return this;
        }

        /** The address to listen on; {@code 127.0.0.1} unless told otherwise. */
        public Builder host(String host) {
            this.host = host;
            return this;
        }

        /** The port to listen on; 0 lets the system choose, 8080 unless told otherwise. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** A prefix of all paths: {@code /ws}. Requests without it are answered 404. */
        public Builder path(String prefix) {
            String trimmed = prefix.strip();
            while (trimmed.endsWith("/")) {
                trimmed = trimmed.substring(0, trimmed.length() - 1);
            }
            this.prefix = trimmed.isEmpty() || trimmed.startsWith("/") ? trimmed : "/" + trimmed;
            return this;
        }

        public Builder tls(Tls tls) {
            this.tls = tls;
            return this;
        }

        public Builder limits(Limits limits) {
            this.limits = limits;
            return this;
        }

        /** How many event loops; one per processor unless told otherwise. */
        public Builder loops(int loops) {
            if (loops < 1) {
                throw new IllegalArgumentException("loops must be 1 or more, not " + loops);
            }
            this.loops = loops;
            return this;
        }

        public Builder protocol(Protocol protocol) {
            protocols.add(protocol);
            return this;
        }

        public Builder route(Route route) {
            routes.add(route);
            return this;
        }

        /** A GET route whose handler may block. */
        public Builder get(String path, Function<HttpRequest, HttpResponse> handler) {
            return route(Route.get(path, HttpHandler.blocking(handler)));
        }

        /** A POST route whose handler may block. */
        public Builder post(String path, Function<HttpRequest, HttpResponse> handler) {
            return route(Route.post(path, HttpHandler.blocking(handler)));
        }

        /** Plain WebSockets on this path. */
        public <D> Builder webSocket(String path, SocketEndpoint<D> endpoint) {
            return protocol(new SocketProtocol<>(path, endpoint, () -> hub));
        }

        /**
         * Opens the port.
         *
         * @throws IOException if the address cannot be bound, or the certificate or key cannot be
         *     used
         */
        public Resound start() throws IOException {
            SslContext sslContext = tls == null ? null : sslContext(tls);
            Port shared = new Port(limits, new Router(prefix, routes, protocols));
            boolean epoll = Epoll.isAvailable();
            IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
            var threads = new DefaultThreadFactory("resound-loop");
            var group = new MultiThreadIoEventLoopGroup(loops, threads, io);
            Map<EventExecutor, NettyLoop> byExecutor = new HashMap<>();
            for (EventExecutor executor : group) {
                NettyLoop loop = new NettyLoop((EventLoop) executor, limits.logBytes());
                loop.start();
                byExecutor.put(executor, loop);
            }
            Class<? extends ServerChannel> channelType =
                    epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
            var bootstrap =
                    new ServerBootstrap()
                            .group(group)
                            .channel(channelType)
                            .option(ChannelOption.SO_BACKLOG, 4096)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
                            .childHandler(new Connector(shared, byExecutor, sslContext, limits));
            if (epoll) {
                // What the kernel holds back unsent would otherwise grow to megabytes per slow
                // peer.
                bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 128L << 10);
            }
            var bound = bootstrap.bind(host, port).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
                throw new IOException("cannot listen on " + host + ":" + port, bound.cause());
            }
            return new Resound(hub, shared, group, byExecutor, bound.channel());
        }

        private static SslContext sslContext(Tls tls) throws IOException {
            try {
                return SslContextBuilder.forServer(
                                tls.certificate().toFile(), tls.key().toFile(), tls.keyPassword())
                        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                        .protocols("TLSv1.3", "TLSv1.2")
                        .build();
            } catch (IllegalArgumentException unreadable) {
                throw new IOException(
                        "cannot use certificate " + tls.certificate() + " with key " + tls.key(),
                        unreadable);
            }
        }
    }

    /** Sets up each accepted channel. */
    private static final class Connector extends ChannelInitializer<Channel> {
        private final Port port;
        private final Map<EventExecutor, NettyLoop> loops;
        private final @Nullable SslContext sslContext;
        private final Limits limits;
        private final ChannelFutureListener goodbye;

        Connector(
                Port port,
                Map<EventExecutor, NettyLoop> loops,
                @Nullable SslContext sslContext,
                Limits limits) {
            this.port = port;
            this.loops = loops;
            this.sslContext = sslContext;
            this.limits = limits;
            this.goodbye = closed -> port.connectionClosed();
        }

        @Override
        protected void initChannel(Channel channel) {
            boolean surplus = !port.connectionOpened();
            channel.closeFuture().addListener(goodbye);
            if (sslContext != null) {
                SslHandler ssl = sslContext.newHandler(channel.alloc());
                ssl.setHandshakeTimeoutMillis(limits.requestHeadTime().toMillis());
                channel.pipeline().addLast(ssl);
            }
            NettyLoop loop = loops.get(channel.eventLoop());
            if (loop == null) {
                throw new AssertionError("channel on a foreign loop");
            }
            channel.pipeline().addLast(new HttpConnection(port, loop, surplus));
        }
    }
}
