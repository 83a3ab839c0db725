package dev.resound.netty;

import dev.resound.core.Close;
import dev.resound.core.Connection;
import dev.resound.core.Endpoint;
import dev.resound.core.Protocol;
import dev.resound.core.ProtocolSession;
import dev.resound.core.Upgrade;
import dev.resound.core.http.PathTemplate;
import dev.resound.core.http.Route;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A protocol without behaviour on {@code /}: it hands its connections to the test, which does with
 * them what it likes, on their loop. Peers that offer it are sent compressed messages.
 */
final class ScriptedProtocol implements Protocol {
    static final Close OVERFLOW = new Close(4100, "come back");
    static final int DEFLATE_THRESHOLD_BYTES = 100;

    /** The header of a handshake that offers compression. */
    static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

    final BlockingQueue<Connection> opened = new LinkedBlockingQueue<>();
    final BlockingQueue<Connection> drained = new LinkedBlockingQueue<>();
    final BlockingQueue<Close> closed = new LinkedBlockingQueue<>();

    /** The next element, awaited. */
    static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(10, TimeUnit.SECONDS), "nothing in ten seconds");
    }

    /** Runs all steps in one task of the connection's loop, and waits for it. */
    static void inOneTurn(Connection connection, Runnable steps) {
        var done = new CompletableFuture<Void>();
        connection
                .loop()
                .execute(() -> {
                    try {
                        steps.run();
                        done.complete(null);
                    } catch (RuntimeException | AssertionError failure) {
                        done.completeExceptionally(failure);
                    }
                });
        done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public List<Endpoint> endpoints() {
        var deflate = new Upgrade.Deflate(DEFLATE_THRESHOLD_BYTES);
        Upgrade accept = new Upgrade.Accept(List.of(), 1_000, null, deflate, Silent::new);
        return List.of(
                new Endpoint(
                        PathTemplate.of("/"),
                        handshake -> CompletableFuture.completedFuture(accept)));
    }

    @Override
    public List<Route> routes() {
        return List.of();
    }

    private final class Silent implements ProtocolSession {
        private final Connection connection;

        Silent(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onOpen() {
            opened.add(connection);
        }

        @Override
        public void onText(byte[] buffer, int offset, int length) {}

        @Override
        public void onBinary(byte[] buffer, int offset, int length) {}

        @Override
        public void onDrained() {
            drained.add(connection);
        }

        @Override
        public Close closeFor(Close.Cause cause) {
            return cause == Close.Cause.OVERFLOW ? OVERFLOW : Close.GOING_AWAY;
        }

        @Override
        public void onClosed(Close close) {
            closed.add(close);
        }
    }
}
