package dev.resound.socketio;

import dev.resound.core.Hub;
import dev.resound.engineio.EngineIo;
import dev.resound.socketio.packet.PacketCodec;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a {@link SocketIoBuilder} was told, checked. Immutable. */
final class Settings<D> {
    final Hub hub;
    final Json json;
    final PacketCodec codec;
    final @Nullable DataFactory<D> data;
    final @Nullable Supplier<D> emptyData;
    final Supplier<String> socketIds;
    final UnaryOperator<EngineIo.Builder> engine;
    final long connectTimeoutMillis;
    final long attachmentTimeoutMillis;
    final long ackTimeoutMillis;
    final int maxAttachments;
    final int maxNamespaces;
    final boolean cleanupEmptyChildNamespaces;
    final @Nullable Recovery recovery;
    final Adapter.Factory adapter;
    final InstantSource clock;

    /** Where the callbacks of sockets run; null for the loop. */
    final @Nullable Executor callbacks;

    /** Where futures are completed. */
    final Executor completions;

    Settings(SocketIoBuilder<D> from) {
        this.hub = from.hub;
        this.json = new Json(from.mapper);
        this.codec = from.codec.packets();
        this.data = from.data;
        this.emptyData = from.emptyData;
        this.socketIds = from.socketIds;
        this.engine = engine(from);
        this.connectTimeoutMillis = from.connectTimeout.toMillis();
        this.attachmentTimeoutMillis = from.attachmentTimeout.toMillis();
        this.ackTimeoutMillis = from.ackTimeout.toMillis();
        this.maxAttachments = from.maxAttachments;
        this.maxNamespaces = from.maxNamespaces;
        this.cleanupEmptyChildNamespaces = from.cleanupEmptyChildNamespaces;
        this.recovery = from.recovery;
        this.adapter = from.adapter;
        this.clock = from.clock;
        boolean onLoop = from.handlers == Handlers.ON_LOOP;
        this.callbacks = onLoop ? null : from.virtualThreads;
        this.completions = onLoop ? Runnable::run : from.virtualThreads;
    }

    private static UnaryOperator<EngineIo.Builder> engine(SocketIoBuilder<?> from) {
        if (from.clientBundle == null) {
            return from.engine;
        }
        UnaryOperator<EngineIo.Builder> engine = from.engine;
        ClientBundle bundle = ClientBundle.read(from.clientBundle);
        return builder -> bundle.addTo(engine.apply(builder));
    }
}
