package dev.resound.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.RecoveryStore;
import dev.resound.socketio.Selection;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the events of a namespace in its stream and the sessions of its clients beside it, as
 * {@code @socket.io/redis-streams-adapter} does.
 *
 * <p>A session is taken only when it is certain that its client can go on: then Node's servers
 * would have removed it in any case.
 *
 * <p><b>Thread:</b> any.
 */
final class StreamRecovery implements RecoveryStore {
    private static final Script TAKE = Script.of("session-take.lua");
    private static final int LONGEST_PRIVATE_ID = 256;
    private static final int PAGE = 1_000;
    private static final int MOST_PAGES = 100;
    private static final Executor ASIDE = Thread::startVirtualThread;

    /** Each may hold a page of entries. */
    private static final int MOST_AT_ONCE = 16;

    private static final int MOST_WAITING = 10_000;

    private final RedisLink link;
    private final StreamsOptions options;
    private final String namespace;
    private final String stream;
    private final Publisher publisher;
    private final OwnEntries own;
    private final ArrayDeque<Runnable> waiting =
            new ArrayDeque<>(); // this and the next guarded by this
    private int atOnce;

    /** Appends events. */
    @FunctionalInterface
    interface Publisher {
        void publish(Selection selection, PacketData event, Consumer<@Nullable String> delivery);
    }

    StreamRecovery(
            RedisLink link,
            StreamsOptions options,
            String namespace,
            Publisher publisher,
            OwnEntries own) {
        this.link = link;
        this.options = options;
        this.namespace = namespace;
        this.stream = options.streamOf(namespace);
        this.publisher = publisher;
        this.own = own;
    }

    @Override
    public void publish(
            Selection selection, PacketData event, Consumer<@Nullable String> delivery) {
        publisher.publish(selection, event, delivery);
    }

    @Override
    public boolean hasRoom() {
        return own.hasRoom();
    }

    @Override
    public void afterwards(Runnable action) {
        own.inTurn(action);
    }

    @Override
    public Entry entry(String privateId) {
        return new StreamSession(link, keyOf(privateId));
    }

    private String keyOf(String privateId) {
        return options.sessionKeyPrefix() + privateId;
    }

    @Override
    public int compare(String offset, String other) {
        return position(offset).compareTo(position(other));
    }

    private static StreamId position(String offset) {
        StreamId id = StreamId.of(offset);
        return id == null ? StreamId.FIRST : id;
    }

    @Override
    public CompletionStage<Optional<Found>> take(
            String privateId, String offset, int mostEvents, long mostBytes) {
        StreamId from = StreamId.of(offset);
        if (from == null || privateId.length() > LONGEST_PRIVATE_ID) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return inTurn(() -> take(privateId, from, mostEvents, mostBytes));
    }

    private CompletionStage<Optional<Found>> take(
            String privateId, StreamId from, int mostEvents, long mostBytes) {
        String key = keyOf(privateId);
        CompletionStage<byte[]> kept = link.ask(key, commands -> commands.get(key));
        CompletionStage<List<StreamMessage<String, byte[]>>> known =
                link.ask(
                        stream,
                        commands ->
                                commands.xrange(
                                        stream, Range.create(from.toString(), from.toString())));
        return kept.thenCombine(
                        known,
                        (session, entries) -> entries.isEmpty() ? null : read(session, privateId))
                .thenComposeAsync(
                        found ->
                                found == null
                                        ? CompletableFuture.completedFuture(Optional.empty())
                                        : take(key, found, from, mostEvents, mostBytes),
                        ASIDE);
    }

    /** A session and what is written of it. */
    private record Kept(Session session, byte[] value) {}

    private static @Nullable Kept read(byte @Nullable [] value, String privateId) {
        if (value == null) {
            return null;
        }
        try {
            Session session = StreamSessionCodec.read(value);
            return session.privateId().equals(privateId) ? new Kept(session, value) : null;
        } catch (MalformedMessage foreign) {
            return null;
        }
    }

    private CompletionStage<Optional<Found>> take(
            String key, Kept kept, StreamId from, int mostEvents, long mostBytes) {
        var missed = new Gathering(kept.session().rooms(), from, mostEvents, mostBytes);
        return gather(missed)
                .thenCompose(complete ->
                        complete
                                ? TAKE.run(
                                        link,
                                        key,
                                        StreamSession.digest(kept.value()).getBytes(US_ASCII))
                                : CompletableFuture.completedFuture(new byte[0]))
                .thenApply(taken ->
                        StreamSession.isYes(taken)
                                ? Optional.of(
                                        new Found(
                                                kept.session(),
                                                missed.missed,
                                                missed.position.toString()))
                                : Optional.empty());
    }

    /** Reads page by page to the end; false: that is too much. */
    private CompletionStage<Boolean> gather(Gathering into) {
        return link.<List<StreamMessage<String, byte[]>>>ask(
                        stream,
                        commands ->
                                commands.xrange(
                                        stream,
                                        Range.from(
                                                Range.Boundary.including(
                                                        into.position.next().toString()),
                                                Range.Boundary.unbounded()),
                                        Limit.from(PAGE)))
                .thenComposeAsync(
                        page -> {
                            if (!into.add(page)) {
                                return CompletableFuture.completedFuture(false);
                            }
                            return page.size() < PAGE
                                    ? CompletableFuture.completedFuture(true)
                                    : gather(into);
                        },
                        ASIDE);
    }

    /** What a client has missed so far. <b>Thread:</b> one after the other. */
    private final class Gathering {
        private final Set<String> rooms;
        private final int mostEvents;
        private final long mostBytes;
        private final List<Missed> missed = new ArrayList<>();
        private StreamId position;
        private long bytes;
        private int pages;

        Gathering(Set<String> rooms, StreamId from, int mostEvents, long mostBytes) {
            this.rooms = rooms;
            this.position = from;
            this.mostEvents = mostEvents;
            this.mostBytes = mostBytes;
        }

        /** False: it is too much. */
        boolean add(List<StreamMessage<String, byte[]>> page) {
            for (StreamMessage<String, byte[]> entry : page) {
                StreamId id = StreamId.of(entry.getId());
                if (id == null) {
                    continue;
                }
                position = id;
                PacketData event = eventOf(entry);
                if (event != null) {
                    missed.add(new Missed(id.toString(), event));
                    bytes += event.json().length;
                    bytes += event.attachments().stream().mapToLong(each -> each.length).sum();
                }
            }
            return missed.size() <= mostEvents && bytes <= mostBytes && ++pages < MOST_PAGES;
        }

        private @Nullable PacketData eventOf(StreamMessage<String, byte[]> entry) {
            if (!namespace.equals(StreamEntry.namespaceOf(entry.getBody()))) {
                return null;
            }
            try {
                return StreamEntry.read(entry.getBody()).message()
                                        instanceof
                                        ClusterMessage.Broadcast(
                                                var requestId,
                                                var selection,
                                                var event,
                                                var timeout)
                                && requestId == null
                                && !selection.asVolatile()
                                && selection.isFor(rooms)
                        ? event
                        : null;
            } catch (MalformedMessage malformed) {
                return null; // it was counted when it was read
            }
        }
    }

    // ---- not too many at once: whole servers come back together

    private CompletionStage<Optional<Found>> inTurn(
            Supplier<CompletionStage<Optional<Found>>> task) {
        var result = new CompletableFuture<Optional<Found>>();
        Runnable begin =
                () ->
                        task.get()
                                .whenComplete((found, failure) -> {
                                    next();
                                    if (failure == null) {
                                        result.complete(found);
                                    } else {
                                        result.completeExceptionally(failure);
                                    }
                                });
        synchronized (this) {
            if (atOnce == MOST_AT_ONCE) {
                if (waiting.size() < MOST_WAITING) {
                    waiting.add(begin);
                } else {
                    result.complete(Optional.empty());
                }
                return result;
            }
            atOnce++;
        }
        begin.run();
        return result;
    }

    private void next() {
        Runnable begin;
        synchronized (this) {
            begin = waiting.poll();
            if (begin == null) {
                atOnce--;
                return;
            }
        }
        ASIDE.execute(begin);
    }
}
