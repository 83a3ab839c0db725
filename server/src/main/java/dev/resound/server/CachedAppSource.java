package dev.resound.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.resound.core.RateLimitedLog;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what a slow source has said, so that it is asked seldom, and once however many want to
 * know the same.
 *
 * <p>An app is served from memory for its time; in the last quarter of that it is read again while
 * it is still served. That there is no such app is remembered, too, for less long. When the source
 * cannot be asked, the last that was known goes on being served, who is not known gets a failure,
 * and the source is tried again every second, until it is {@link #isDegraded} no longer.
 *
 * <p><b>Thread:</b> any; nothing blocks.
 */
final class CachedAppSource implements AppSource {
    /** Of the names nobody has, the last ones; a visitor can make up as many as he likes. */
    static final int MAX_UNKNOWN = 10_000;

    /** Longer ones are those of no app, and the source is not asked. */
    static final int MAX_NAME_CHARS = 255;

    static final Duration RETRY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(CachedAppSource.class);
    private static final Name PROBE = Name.id("resound-probe");
    private static final CompletionStage<Optional<App>> NONE =
            CompletableFuture.completedFuture(Optional.empty());

    private final AppSource source;
    private final Times times;
    private final Ticker ticker;
    private final BiConsumer<Duration, Runnable> timer;
    private final Cache<Name, Known> known;
    private final Cache<Name, Boolean> unknown;
    private final ConcurrentHashMap<Name, CompletableFuture<Optional<App>>> underWay =
            new ConcurrentHashMap<>();
    private final AtomicBoolean degraded = new AtomicBoolean();
    private final AtomicBoolean probing = new AtomicBoolean();
    private volatile long failedAt;
    private final RateLimitedLog failures = new RateLimitedLog(LOG);
    private final RateLimitedLog unusable = new RateLimitedLog(LOG);

    /**
     * How long things are remembered.
     *
     * @param cache an app, before it must be read again
     * @param unknown that there is none
     * @param stale an app, when the source cannot be asked
     */
    record Times(Duration cache, Duration unknown, Duration stale) {
        long refreshNanos() {
            return cache.toNanos() / 4 * 3;
        }
    }

    /** What is looked up. */
    private record Name(boolean isKey, String text) {
        static Name key(String text) {
            return new Name(true, text);
        }

        static Name id(String text) {
            return new Name(false, text);
        }

        /** What a source might have. Databases differ in what they make of all other characters. */
        boolean isPossible() {
            return !text.isEmpty()
                    && text.length() <= MAX_NAME_CHARS
                    && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
        }
    }

    /** An app, and when it was read, in the ticker's time. */
    private record Known(App app, long readAt) {}

    /**
     * Remembers nothing yet.
     *
     * @param timer does something later
     */
    CachedAppSource(
            AppSource source, Times times, Ticker ticker, BiConsumer<Duration, Runnable> timer) {
        this.source = source;
        this.times = times;
        this.ticker = ticker;
        this.timer = timer;
        this.known = Caffeine.newBuilder().expireAfterWrite(times.stale()).ticker(ticker).build();
        this.unknown =
                Caffeine.newBuilder()
                        .expireAfterWrite(times.unknown())
                        .maximumSize(MAX_UNKNOWN)
                        .ticker(ticker)
                        .build();
    }

    /** Whether the source could not be asked when it last was. */
    boolean isDegraded() {
        return degraded.get();
    }

    @Override
    public CompletionStage<Optional<App>> byKey(String key) {
        return find(Name.key(key));
    }

    @Override
    public CompletionStage<Optional<App>> byId(String id) {
        return find(Name.id(id));
    }

    private CompletionStage<Optional<App>> find(Name name) {
        if (!name.isPossible()) {
            return NONE;
        }
        Known there = known.getIfPresent(name);
        if (there == null) {
            if (unknown.getIfPresent(name) != null) {
                return NONE;
            }
            if (isDegraded() && ticker.read() - failedAt < RETRY.toNanos()) {
                return CompletableFuture.failedFuture(
                        new IllegalStateException("the source of apps has just failed"));
            }
            return load(name);
        }
        long age = ticker.read() - there.readAt();
        boolean isOld = age >= times.refreshNanos();
        if (isOld && !isDegraded()) {
            CompletionStage<Optional<App>> loaded = load(name);
            if (age >= times.cache().toNanos()) {
                return loaded;
            }
        }
        return CompletableFuture.completedFuture(Optional.of(there.app()));
    }

    private CompletionStage<Optional<App>> load(Name name) {
        CompletableFuture<Optional<App>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<App>> other = underWay.putIfAbsent(name, mine);
        if (other != null) {
            return other.copy();
        }
        // Between our look and our turn somebody else may have had his.
        Known there = known.getIfPresent(name);
        if (isSettled(name, there)) {
            underWay.remove(name, mine);
            mine.complete(Optional.ofNullable(there).map(Known::app));
        } else {
            ask(name).whenComplete((found, failure) -> loaded(name, mine, found, failure));
        }
        return mine.copy();
    }

    private boolean isSettled(Name name, @Nullable Known there) {
        return there == null
                ? unknown.getIfPresent(name) != null
                : ticker.read() - there.readAt() < times.refreshNanos();
    }

    private CompletionStage<Optional<App>> ask(Name name) {
        try {
            return name.isKey() ? source.byKey(name.text()) : source.byId(name.text());
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** First what is known, then the end of the look-up: so nobody looks it up once more. */
    @SuppressWarnings("NullableOptional") // null as a stage that has failed has it
    private void loaded(
            Name name,
            CompletableFuture<Optional<App>> waiting,
            @Nullable Optional<App> found,
            @Nullable Throwable failure) {
        Throwable cause = cause(failure);
        Known before = known.getIfPresent(name);
        Optional<App> answer = found;
        if (cause instanceof UnusableApp) {
            recovered();
            unusable.warn("Row left out: " + cause.getMessage());
            answer = before == null ? Optional.empty() : Optional.of(before.app());
            remember(name, answer, times.refreshNanos() - times.unknown().toNanos());
        } else if (found != null) {
            recovered();
            remember(name, found, 0);
        } else {
            failed(cause);
            answer = before == null ? null : Optional.of(before.app());
        }
        underWay.remove(name, waiting);
        if (answer != null) {
            waiting.complete(answer);
        } else {
            waiting.completeExceptionally(
                    cause == null ? new IllegalStateException("no answer") : cause);
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    /** An app is remembered under both names, so that both always say the same. */
    private void remember(Name name, Optional<App> found, long ageNanos) {
        if (found.isEmpty()) {
            Known before = known.asMap().remove(name);
            if (before != null) {
                known.invalidate(
                        name.isKey() ? Name.id(before.app().id()) : Name.key(before.app().key()));
            }
            unknown.put(name, true);
            return;
        }
        App app = found.get();
        Known now = new Known(app, ticker.read() - Math.max(0, ageNanos));
        Known before = known.asMap().put(Name.id(app.id()), now);
        if (before != null && !before.app().key().equals(app.key())) {
            known.invalidate(Name.key(before.app().key()));
        }
        known.put(Name.key(app.key()), now);
        unknown.invalidate(Name.id(app.id()));
        unknown.invalidate(Name.key(app.key()));
    }

    // ---- the source is down

    private void failed(@Nullable Throwable failure) {
        failedAt = ticker.read();
        if (degraded.compareAndSet(false, true)) {
            failures.warn(
                    "Apps cannot be looked up: those known go on, others are told to come back: "
                            + reason(failure));
        }
        if (probing.compareAndSet(false, true)) {
            timer.accept(RETRY, this::probeOnce);
        }
    }

    private void recovered() {
        if (degraded.compareAndSet(true, false)) {
            LOG.info("Apps can be looked up again");
        }
    }

    /**
     * Asks for any app, to learn whether the source answers: at the start, so that a wrong password
     * is told before somebody comes. After a failure it happens by itself, so that a recovery is
     * seen even if nobody comes.
     */
    void probe() {
        if (probing.compareAndSet(false, true)) {
            probeOnce();
        }
    }

    private void probeOnce() {
        ask(PROBE)
                .whenComplete((found, failure) -> {
                    probing.set(false);
                    if (found != null || cause(failure) instanceof UnusableApp) {
                        recovered();
                    } else {
                        failed(cause(failure));
                    }
                });
    }

    /** In one line. The innermost exception is the driver's, and says most. */
    private static String reason(@Nullable Throwable failure) {
        Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null
                ? "no answer"
                : root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
