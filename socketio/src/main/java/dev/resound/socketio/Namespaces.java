package dev.resound.socketio;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces of a server, and the parents of those to come. <b>Thread:</b> any.
 *
 * <p>A child that is cleaned up goes in the same step in which its last socket goes, on its way in
 * or connected: so nobody can be in a namespace that is gone.
 */
final class Namespaces<D> {
    private final SocketIo<D> io;
    private final ConcurrentHashMap<String, Namespace<D>> byName = new ConcurrentHashMap<>();
    private volatile List<ParentNamespace<D>> parents = List.of();
    private volatile List<Consumer<Namespace<D>>> listeners = List.of();

    Namespaces(SocketIo<D> io) {
        this.io = io;
    }

    Collection<Namespace<D>> all() {
        return byName.values();
    }

    /** In the order they were made. */
    List<ParentNamespace<D>> parents() {
        return parents;
    }

    synchronized void onCreated(Consumer<Namespace<D>> listener) {
        listeners = Listeners.with(listeners, listener);
    }

    Namespace<D> of(String name) {
        String full = name.startsWith("/") ? name : "/" + name;
        Namespace<D> present = byName.get(full);
        return present != null ? present : create(full, parentByPattern(full), false);
    }

    private @Nullable ParentNamespace<D> parentByPattern(String name) {
        for (ParentNamespace<D> parent : parents) {
            if (parent.pattern != null && parent.pattern.matcher(name).find()) {
                return parent;
            }
        }
        return null;
    }

    ParentNamespace<D> parent(Pattern pattern) {
        return add(
                new ParentNamespace<>(
                        this,
                        io.settings,
                        pattern,
                        (name, handshake) ->
                                CompletableFuture.completedFuture(pattern.matcher(name).find())));
    }

    ParentNamespace<D> parent(NamespaceMatcher matcher) {
        return add(new ParentNamespace<>(this, io.settings, null, matcher));
    }

    private synchronized ParentNamespace<D> add(ParentNamespace<D> parent) {
        parents = Listeners.with(parents, parent);
        return parent;
    }

    /** A socket is on its way into this namespace; null if there is none. */
    @Nullable Namespace<D> enter(String name) {
        Namespace<D> present = byName.get(name);
        return present == null || present.parent == null
                ? present // it cannot go, so that there is nothing to count
                : byName.computeIfPresent(
                        name,
                        (key, child) -> {
                            child.population++;
                            return child;
                        });
    }

    /** A socket is on its way into a child that may have to be made. */
    Namespace<D> enter(String name, ParentNamespace<D> parent) {
        return create(name, parent, true);
    }

    private Namespace<D> create(
            String name, @Nullable ParentNamespace<D> parent, boolean forSocket) {
        boolean[] created = new boolean[1];
        Namespace<D> namespace =
                byName.compute(
                        name,
                        (key, present) -> {
                            Namespace<D> there = present;
                            if (there == null) {
                                created[0] = true;
                                there = new Namespace<>(io, name, parent);
                            }
                            if (forSocket) {
                                there.population++;
                            }
                            return there;
                        });
        if (created[0]) {
            for (Consumer<Namespace<D>> listener : listeners) {
                Mailbox.guarded(() -> listener.accept(namespace));
            }
        }
        return namespace;
    }

    /** A socket that was on its way in, or connected, is gone. */
    void exit(Namespace<D> left) {
        if (left.parent == null) {
            return;
        }
        boolean[] removed = new boolean[1];
        byName.computeIfPresent(
                left.name(),
                (key, child) -> {
                    child.population--;
                    removed[0] = child.population == 0 && io.settings.cleanupEmptyChildNamespaces;
                    return removed[0] ? null : child;
                });
        if (removed[0]) {
            left.adapter.close();
        }
    }
}
