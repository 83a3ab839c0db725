package dev.resound.redis;

import dev.resound.core.RateLimitedLog;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a link hears: over one connection what is not sharded, over one to each server that has
 * slots we listen to what is. Whoever is wanted is kept here, not in the library; a connection that
 * is new, or no longer the right one, is told anew.
 *
 * <p><b>Thread:</b> the clerk's, but for what says otherwise.
 */
final class Listening implements Lines.Owner<StatefulRedisPubSubConnection<String, byte[]>> {
    private static final RateLimitedLog LOG =
            new RateLimitedLog(LoggerFactory.getLogger(Listening.class));

    private final RedisLink link;
    private final Backend backend;
    private final Clerk clerk;
    private final Inbox inbox;
    private final Lines<StatefulRedisPubSubConnection<String, byte[]>> lines;

    /** Who listens to what. Any thread's; a list is changed only in {@code compute}. */
    private final Map<Subject, List<Inbox.Listener>> listeners = new ConcurrentHashMap<>();

    /** Which connection was told to listen to what. */
    private final Map<Subject, Line<StatefulRedisPubSubConnection<String, byte[]>>> told =
            new HashMap<>();

    private @Nullable Server home; // tells what is not sharded

    /** What can be listened to. */
    record Subject(Kind kind, String name) {}

    enum Kind {
        CHANNEL,
        PATTERN,
        SHARDED
    }

    Listening(
            RedisLink link,
            Backend backend,
            Clerk clerk,
            Inbox inbox,
            Function<RedisURI, CompletionStage<StatefulRedisPubSubConnection<String, byte[]>>>
                    dial) {
        this.link = link;
        this.backend = backend;
        this.clerk = clerk;
        this.inbox = inbox;
        this.lines = new Lines<>(clerk, dial, this);
    }

    // ---- who listens

    /** <b>Thread:</b> any. */
    void add(Subject subject, Inbox.Listener listener) {
        List<Inbox.Listener> known =
                listeners.compute(
                        subject,
                        (key, before) -> {
                            List<Inbox.Listener> list =
                                    before == null ? new CopyOnWriteArrayList<>() : before;
                            list.add(listener);
                            return list;
                        });
        if (known.size() == 1) {
            clerk.offer(() -> settle(subject));
        }
    }

    /** <b>Thread:</b> any. */
    void remove(Subject subject, Inbox.Listener listener) {
        listeners.computeIfPresent(
                subject,
                (key, known) -> {
                    known.remove(listener);
                    return known.isEmpty() ? null : known;
                });
        if (!listeners.containsKey(subject)) {
            clerk.offer(() -> settle(subject));
        }
    }

    // ---- its connections

    /**
     * Sees to it that the right connections listen to what is wanted.
     *
     * @param other better not on this server
     */
    void settle(@Nullable Server other) {
        if (home == null || !lines.isWorthTrying(home)) {
            home = lines.best(backend.servers(), other);
        }
        if (home != null) {
            lines.dial(home);
        }
        listeners.keySet().forEach(this::settle);
    }

    private void settle(Subject subject) {
        Line<StatefulRedisPubSubConnection<String, byte[]>> before = told.get(subject);
        if (!listeners.containsKey(subject)) {
            told.remove(subject);
            leave(subject, before);
            return;
        }
        Line<StatefulRedisPubSubConnection<String, byte[]>> right = lineOf(subject);
        if (right == null || right == before) {
            return;
        }
        told.put(subject, right);
        RedisPubSubAsyncCommands<String, byte[]> commands = right.connection().async();
        String name = subject.name();
        CompletionStage<Void> asked =
                switch (subject.kind()) {
                    case CHANNEL -> commands.subscribe(name);
                    case PATTERN -> commands.psubscribe(name);
                    case SHARDED -> commands.ssubscribe(name);
                };
        asked.whenComplete((done, failure) -> {
            if (failure != null) {
                clerk.offer(() -> refused(subject, right, failure));
            }
        });
        leave(subject, before);
    }

    private @Nullable Line<StatefulRedisPubSubConnection<String, byte[]>> lineOf(Subject subject) {
        Server server =
                subject.kind() == Kind.SHARDED
                        ? backend.ownerOf(SlotHash.getSlot(subject.name()))
                        : home;
        if (server == null) {
            return null;
        }
        Line<StatefulRedisPubSubConnection<String, byte[]>> line = lines.open(server);
        if (line == null) {
            lines.dial(server);
        }
        return line;
    }

    private static void leave(
            Subject subject, @Nullable Line<StatefulRedisPubSubConnection<String, byte[]>> line) {
        if (line == null || !line.connection().isOpen()) {
            return;
        }
        RedisPubSubAsyncCommands<String, byte[]> commands = line.connection().async();
        String name = subject.name();
        switch (subject.kind()) {
            case CHANNEL -> commands.unsubscribe(name);
            case PATTERN -> commands.punsubscribe(name);
            case SHARDED -> commands.sunsubscribe(name);
        }
    }

    /**
     * What is not let is asked again only of another connection, what has moved as soon as can be.
     */
    private void refused(
            Subject subject,
            Line<StatefulRedisPubSubConnection<String, byte[]>> by,
            Throwable failure) {
        if (NotNow.is(failure)) {
            told.remove(subject, by);
            link.troubled();
        } else {
            LOG.warn("Redis refuses to be listened to: " + Lines.reason(failure));
        }
    }

    @Nullable Line<?> home() {
        return home == null ? null : lines.open(home);
    }

    @Nullable Server homeServer() {
        return home;
    }

    /**
     * One that cannot be read from, since too much is unheard here, is no worse for its silence.
     */
    void check() {
        if (!inbox.isFull()) {
            lines.check(backend.hasSentinels());
        }
    }

    void keepOnly(Set<Server> wanted) {
        lines.keepOnly(wanted);
    }

    /** Another is taken for what is not sharded. */
    void renew() {
        Line<?> line = home();
        home = null;
        if (line != null) {
            line.close();
        }
    }

    @Override
    public void opened(Line<StatefulRedisPubSubConnection<String, byte[]>> line) {
        line.connection().addListener(new Ears(line));
        link.opened(line);
    }

    @Override
    public void lost(Line<StatefulRedisPubSubConnection<String, byte[]>> line) {
        told.values().removeIf(it -> it == line);
        forget(line.server());
    }

    @Override
    public void refused(Server server, Throwable failure, long pauseMillis) {
        forget(server);
        link.refused(failure, Duration.ofMillis(pauseMillis));
    }

    private void forget(Server server) {
        if (server.equals(home)) {
            home = null;
        }
    }

    /** <b>Thread:</b> the library's that reads. */
    private final class Ears implements RedisPubSubListener<String, byte[]> {
        private final Line<StatefulRedisPubSubConnection<String, byte[]>> line;

        Ears(Line<StatefulRedisPubSubConnection<String, byte[]>> line) {
            this.line = line;
        }

        @Override
        public void message(String channel, byte[] message) {
            tell(new Subject(Kind.CHANNEL, channel), channel, message);
        }

        @Override
        public void message(String pattern, String channel, byte[] message) {
            tell(new Subject(Kind.PATTERN, pattern), channel, message);
        }

        @Override
        public void smessage(String channel, byte[] message) {
            tell(new Subject(Kind.SHARDED, channel), channel, message);
        }

        private void tell(Subject subject, String channel, byte[] message) {
            if (link.isEcho(channel)) {
                link.heardEcho();
                return;
            }
            List<Inbox.Listener> all = listeners.get(subject);
            if (all != null && !link.isClosed()) {
                for (Inbox.Listener listener : all) {
                    if (listener.wants(message)) {
                        inbox.put(listener, channel, message);
                    }
                }
            }
        }

        /** Also unasked: the slot has moved to another server. */
        @Override
        public void sunsubscribed(String channel, long count) {
            Subject subject = new Subject(Kind.SHARDED, channel);
            clerk.offer(() -> {
                if (told.remove(subject, line)) {
                    link.troubled();
                }
            });
        }

        @Override
        public void subscribed(String channel, long count) {
            if (link.isEcho(channel)) {
                link.canHearEcho();
            }
            link.listens(channel);
        }

        @Override
        public void psubscribed(String pattern, long count) {}

        @Override
        public void unsubscribed(String channel, long count) {}

        @Override
        public void punsubscribed(String pattern, long count) {}
    }
}
