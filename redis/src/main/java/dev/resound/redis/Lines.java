package dev.resound.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one kind, at most one to a server. The library is not let reconnect by itself:
 * it would go back to a server that is none any more, and send again in an order of its own what
 * was under way. A lost connection is gone, with all that waited on it; its owner asks for another.
 *
 * <p><b>Thread:</b> the clerk's.
 *
 * @param <C> the kind of connection
 */
final class Lines<C extends StatefulRedisConnection<String, byte[]>> {
    private static final long LONGEST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_DIAL_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Clerk clerk;
    private final Function<RedisURI, CompletionStage<C>> dial;
    private final Owner<C> owner;
    private final Map<Server, Place> places = new HashMap<>();

    /** Who uses them. */
    interface Owner<C extends StatefulRedisConnection<String, byte[]>> {
        /** Before it is used. */
        void opened(Line<C> line);

        /** Nothing comes from it any more. */
        void lost(Line<C> line);

        /** It could not be opened; it is worth another try after the pause. */
        void refused(Server server, Throwable failure, long pauseMillis);
    }

    /** What there is for a server. */
    private final class Place {
        private @Nullable Line<C> line;
        private CompletableFuture<Line<C>> dialled = new CompletableFuture<>();
        private boolean dialling;
        private long dialledNanos;
        private int failures; // since the last one that was any good
        private long notBeforeNanos = System.nanoTime();

        boolean pauses() {
            return notBeforeNanos - System.nanoTime() > 0;
        }

        long pause() {
            long longest =
                    failures == 0
                            ? 0
                            : Math.min(LONGEST_PAUSE_MILLIS, 25L << Math.min(failures, 10));
            failures++;
            long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
            notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
            return pause;
        }
    }

    Lines(Clerk clerk, Function<RedisURI, CompletionStage<C>> dial, Owner<C> owner) {
        this.clerk = clerk;
        this.dial = dial;
        this.owner = owner;
    }

    /** The open one, if there is one. */
    @Nullable Line<C> open(Server server) {
        Place place = places.get(server);
        return place == null ? null : place.line;
    }

    /** All that are open. */
    List<Line<C>> open() {
        return places.values().stream()
                .<Line<C>>mapMulti((place, next) -> {
                    if (place.line != null) {
                        next.accept(place.line);
                    }
                })
                .toList();
    }

    /** The first of these that is worth a try, if there is a choice not the one to be left out. */
    @Nullable Server best(List<Server> servers, @Nullable Server leftOut) {
        Server best = null;
        for (Server server : servers) {
            if (isWorthTrying(server)) {
                if (!server.equals(leftOut)) {
                    return server;
                }
                best = best == null ? server : best;
            }
        }
        return best;
    }

    /** Whether it is open or may be tried at once. */
    boolean isWorthTrying(Server server) {
        Place place = places.get(server);
        return place == null || place.line != null || place.dialling || !place.pauses();
    }

    /** The open one, or one that is being made; fails while the last failure is too young. */
    CompletableFuture<Line<C>> dial(Server server) {
        Place place = places.computeIfAbsent(server, first -> new Place());
        if (place.line == null && !place.dialling) {
            place.dialled = new CompletableFuture<>();
            if (place.pauses()) {
                place.dialled.completeExceptionally(new NotNow("Redis is away"));
            } else {
                begin(server, place);
            }
        }
        return place.dialled;
    }

    private void begin(Server server, Place place) {
        place.dialling = true;
        place.dialledNanos = System.nanoTime();
        CompletableFuture<Line<C>> mine = place.dialled;
        CompletionStage<C> connecting;
        try {
            connecting = dial.apply(server.uri());
        } catch (RuntimeException refused) { // the library's, which throws when it is closed
            ended(server, place, mine, null, refused);
            return;
        }
        connecting.whenComplete((connection, failure) -> {
            try {
                clerk.execute(() -> ended(server, place, mine, connection, failure));
            } catch (RejectedExecutionException closed) {
                if (connection != null) {
                    connection.closeAsync();
                }
            }
        });
    }

    private void ended(
            Server server,
            Place place,
            CompletableFuture<Line<C>> mine,
            @Nullable C connection,
            @Nullable Throwable failure) {
        if (mine != place.dialled || !place.dialling || places.get(server) != place) {
            if (connection != null) {
                connection.closeAsync(); // too late: another was asked for, or none is wanted
            }
            return;
        }
        place.dialling = false;
        if (connection == null) {
            Throwable cause = failure == null ? new NotNow("no connection") : unwrapped(failure);
            long pause = place.pause();
            mine.completeExceptionally(new NotNow(reason(cause)));
            owner.refused(server, cause, pause);
            return;
        }
        Line<C> line = new Line<>(server, connection);
        place.line = line;
        connection.addListener(
                new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                        clerk.offer(() -> lost(place, line));
                    }
                });
        owner.opened(line);
        mine.complete(line);
        line.check(false);
        if (!connection.isOpen()) { // it was lost before we listened for that
            lost(place, line);
        }
    }

    private void lost(Place place, Line<C> line) {
        if (place.line != line) {
            return;
        }
        place.line = null;
        line.close(); // what was handed to it since is let go
        if (line.isProven()) {
            place.failures = 0;
        }
        long pause = place.pause();
        owner.lost(line);
        owner.refused(line.server(), new NotNow("the connection was lost"), pause);
    }

    /** Asks each for a sign of life, and closes those that gave none. */
    void check(boolean primary) {
        for (Line<C> line : open()) {
            line.check(primary);
        }
        for (Map.Entry<Server, Place> each : Map.copyOf(places).entrySet()) {
            Place place = each.getValue();
            if (place.dialling && System.nanoTime() - place.dialledNanos > LONGEST_DIAL_NANOS) {
                ended(each.getKey(), place, place.dialled, null, new NotNow("no answer"));
            }
        }
    }

    /** Closes those to other servers. */
    void keepOnly(Collection<Server> wanted) {
        Set<Server> stay = Set.copyOf(wanted);
        for (Server server : List.copyOf(places.keySet())) {
            Place place = places.get(server);
            if (place == null || stay.contains(server)) {
                continue;
            }
            if (place.line != null) {
                place.line.close();
            } else if (!place.dialling) {
                places.remove(server);
            }
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    /** What an operator is told: the innermost cause. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage();
        return text == null ? root.getClass().getSimpleName() : text;
    }
}
