package dev.resound.socketio;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The namespaces of a server. <b>Thread:</b> any. */
final class Namespaces<D> {
    private final SocketIo<D> io;
    private final ConcurrentHashMap<String, Namespace<D>> byName = new ConcurrentHashMap<>();

    Namespaces(SocketIo<D> io) {
        this.io = io;
    }

    @Nullable Namespace<D> find(String name) {
        return byName.get(name);
    }

    Collection<Namespace<D>> all() {
        return byName.values();
    }

    Namespace<D> of(String name) {
        return byName.computeIfAbsent(
                name.startsWith("/") ? name : "/" + name, full -> new Namespace<>(io, full));
    }
}
