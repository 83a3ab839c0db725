package dev.resound.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The event loop that carries a load: its only thread owns all connections and counters.
 *
 * <p><b>Thread:</b> {@link #run} and {@link #close} belong to the main thread, everything else to
 * the loop.
 */
final class ClientLoop implements AutoCloseable {

    private static final Duration LIVE_EVERY = Duration.ofMillis(250);
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final SharedReceiveBuffer receiveBuffer = new SharedReceiveBuffer();

    /** The run that tasks belong to; set before its first task. */
    private volatile CompletableFuture<?> running = new CompletableFuture<>();

    private ClientLoop(IoHandlerFactory io, Class<? extends Channel> channelType) {
        this.group = new MultiThreadIoEventLoopGroup(1, io);
        this.loop = group.next();
        this.channelType = channelType;
    }

    /** On epoll where there is one, on NIO elsewhere. */
    static ClientLoop open() {
        return Epoll.isAvailable()
                ? new ClientLoop(EpollIoHandler.newFactory(), EpollSocketChannel.class)
                : openNio();
    }

    static ClientLoop openNio() {
        return new ClientLoop(NioIoHandler.newFactory(), NioSocketChannel.class);
    }

    String transport() {
        return channelType == NioSocketChannel.class ? "NIO" : "epoll";
    }

    /**
     * Starts the load and waits for its result.
     *
     * @throws CannotRunException the load found that it cannot take place, or is not over in time
     */
    <T> T run(Load<T> load, LiveLine live) {
        var done = new CompletableFuture<T>();
        running = done;
        loop.execute(() -> {
            try {
                load.start(done);
            } catch (RuntimeException failure) {
                done.completeExceptionally(failure);
            }
        });
        long giveUpNanos = System.nanoTime() + load.atMost().toNanos();
        try {
            while (true) {
                try {
                    return done.get(LIVE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    if (System.nanoTime() - giveUpNanos > 0) {
                        throw new CannotRunException(
                                "Gave up after " + load.atMost().toSeconds() + " s.");
                    }
                    if (live.isShown()) {
                        live.show(loop.submit(load::progress).get());
                    }
                }
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof CannotRunException known
                    ? known
                    : new IllegalStateException(failed.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        } finally {
            live.clear();
        }
    }

    /** Accepts connections, each with a handler of its own. */
    ChannelFuture listen(InetSocketAddress local, Supplier<ChannelHandler> handlers) {
        return new ServerBootstrap()
                .group(loop)
                .channel(
                        channelType == NioSocketChannel.class
                                ? NioServerSocketChannel.class
                                : EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffer)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel accepted) {
                                accepted.pipeline().addLast(handlers.get());
                            }
                        })
                .bind(local);
    }

    /**
     * @param source local address to connect from; null lets the kernel choose
     */
    ChannelFuture connect(
            InetSocketAddress remote, @Nullable InetSocketAddress source, ChannelHandler handler) {
        var bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(channelType)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffer)
                        .handler(handler);
        if (source == null) {
            return bootstrap.connect(remote);
        }
        if (channelType == EpollSocketChannel.class) {
            // Otherwise bind() takes a port for itself, whatever the destination.
            bootstrap.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        return bootstrap.connect(remote, source);
    }

    /** Runs the task on the loop, once; its failure is the run's. */
    void later(Duration delay, Runnable task) {
        var _ = loop.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Runs the task on the loop until it is cancelled; its failure is the run's. */
    Future<?> every(Duration period, Runnable task) {
        return loop.scheduleAtFixedRate(
                guarded(task), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException failure) {
                running.completeExceptionally(failure);
            }
        };
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        receiveBuffer.close();
    }
}
