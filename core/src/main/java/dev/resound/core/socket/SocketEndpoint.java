package dev.resound.core.socket;

import dev.resound.core.Close;
import dev.resound.core.Upgrade;
import dev.resound.core.http.HttpRequest;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an application does with the plain WebSockets of one path.
 *
 * <p><b>Thread:</b> callbacks of one socket come one after the other, in order: each on a virtual
 * thread, so that it may block, or on the socket's event loop after {@link Builder#onLoop}, where
 * it must not. While {@value SocketSession#MAX_WAITING_CALLS} messages wait for a slow callback the
 * peer is not read from. An exception from a callback is logged and closes the socket with 1011.
 *
 * @param <D> the data each socket carries, decided at the upgrade
 */
public final class SocketEndpoint<D> {
    final Function<HttpRequest, SocketUpgrade<D>> upgrade;
    final Consumer<Socket<D>> open;
    final BiConsumer<Socket<D>, String> text;
    final BiConsumer<Socket<D>, byte[]> binary;
    final Consumer<Socket<D>> drain;
    final BiConsumer<Socket<D>, Close> close;
    final boolean onLoop;
    final int maxMessageBytes;
    final int maxTopics;
    final Upgrade.@Nullable Deflate deflate;

    private SocketEndpoint(Builder<D> from) {
        this.upgrade = from.upgrade;
        this.open = from.open;
        this.text = from.text;
        this.binary = from.binary;
        this.drain = from.drain;
        this.close = from.close;
        this.onLoop = from.onLoop;
        this.maxMessageBytes = from.maxMessageBytes;
        this.maxTopics = from.maxTopics;
        this.deflate = from.deflate;
    }

    /** Starts an endpoint that decides about each handshake. */
    public static <D> Builder<D> upgrading(Function<HttpRequest, SocketUpgrade<D>> upgrade) {
        return new Builder<>(upgrade);
    }

    /** Starts an endpoint that accepts every handshake. */
    public static <D> Builder<D> accepting(Function<HttpRequest, D> data) {
        return new Builder<>(request -> SocketUpgrade.accept(data.apply(request)));
    }

    /** Collects callbacks; what is not set does nothing. */
    public static final class Builder<D> {
        private final Function<HttpRequest, SocketUpgrade<D>> upgrade;
        private Consumer<Socket<D>> open = socket -> {};
        private BiConsumer<Socket<D>, String> text = (socket, message) -> {};
        private BiConsumer<Socket<D>, byte[]> binary = (socket, message) -> {};
        private Consumer<Socket<D>> drain = socket -> {};
        private BiConsumer<Socket<D>, Close> close = (socket, how) -> {};
        private boolean onLoop;
        private int maxMessageBytes = 1 << 20;
        private int maxTopics = 1_000;
        private Upgrade.@Nullable Deflate deflate;

        private Builder(Function<HttpRequest, SocketUpgrade<D>> upgrade) {
            this.upgrade = upgrade;
        }

        public Builder<D> open(Consumer<Socket<D>> callback) {
            this.open = callback;
            return this;
        }

        public Builder<D> text(BiConsumer<Socket<D>, String> callback) {
            this.text = callback;
            return this;
        }

        public Builder<D> binary(BiConsumer<Socket<D>, byte[]> callback) {
            this.binary = callback;
            return this;
        }

        /** The peer has caught up after it lagged. */
        public Builder<D> drain(Consumer<Socket<D>> callback) {
            this.drain = callback;
            return this;
        }

        /** The end, exactly once, whoever began it. */
        public Builder<D> close(BiConsumer<Socket<D>, Close> callback) {
            this.close = callback;
            return this;
        }

        /**
         * Callbacks and the upgrade decision run on the event loop: no hop between threads, and no
         * blocking.
         */
        public Builder<D> onLoop() {
            this.onLoop = true;
            return this;
        }

        /**
         * The largest message taken, in bytes; 1 MiB unless told otherwise. A larger one closes the
         * socket with 1009.
         */
        public Builder<D> maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        /** How many topics one socket may subscribe to; 1000 unless told otherwise. */
        public Builder<D> maxTopics(int topics) {
            this.maxTopics = topics;
            return this;
        }

        /**
         * Compresses messages of 1 KiB and more for peers that offer permessage-deflate, and takes
         * compressed ones from them. Off unless told otherwise: it costs processor time, and behind
         * TLS the length of what is sent can give secrets away.
         */
        public Builder<D> deflate() {
            return deflate(Upgrade.Deflate.DEFAULT_THRESHOLD_BYTES);
        }

        /** As {@link #deflate()}, for messages of at least this many bytes. */
        public Builder<D> deflate(int thresholdBytes) {
            this.deflate = new Upgrade.Deflate(thresholdBytes);
            return this;
        }

        public SocketEndpoint<D> build() {
            return new SocketEndpoint<>(this);
        }
    }
}
