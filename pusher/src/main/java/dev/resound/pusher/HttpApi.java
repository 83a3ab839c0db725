package dev.resound.pusher;

import dev.resound.core.Hub;
import dev.resound.core.Roster;
import dev.resound.core.TopicName;
import dev.resound.core.http.HttpHandler;
import dev.resound.core.http.HttpRequest;
import dev.resound.core.http.HttpResponse;
import dev.resound.core.http.Route;
import dev.resound.pusher.json.JsonText;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The back ends' side of the protocol. Every call on {@code /apps/…} goes the same way: find the
 * app, check the signature, read, do. <b>Thread:</b> event loops.
 *
 * @see <a href="https://pusher.com/docs/channels/library_auth_reference/rest-api/">Pusher HTTP
 *     API</a>
 */
final class HttpApi {
    private static final String HEALTHY = "{\"health\":\"OK\"}";

    /** How long a publish waits until what it has published is kept. */
    private static final long KEEPING_MILLIS = 2_000;

    /** How long a terminated user's back end waits until the other nodes are told. */
    private static final long TELLING_MILLIS = 1_000;

    private static final String DEGRADED = "X-Resound-Degraded";

    private final Hub hub;
    private final AppSource apps;
    private final Function<App, AppRuntime> runtimes;
    private final Dialect defaultDialect;
    private final Observers observers;
    private final Supplier<Health> health;

    /** A request that is known to come from the app's back end. */
    private record Call(HttpRequest request, Query query, AppRuntime runtime) {
        App app() {
            return runtime.app();
        }

        Dialect dialect() {
            return runtime.app().dialect();
        }
    }

    HttpApi(
            Hub hub,
            AppSource apps,
            Function<App, AppRuntime> runtimes,
            Dialect defaultDialect,
            Observers observers,
            Supplier<Health> health) {
        this.hub = hub;
        this.apps = apps;
        this.runtimes = runtimes;
        this.defaultDialect = defaultDialect;
        this.observers = observers;
        this.health = health;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/apps/{appId}/events", signedLater(call -> once(call, this::events))),
                Route.post(
                        "/apps/{appId}/batch_events",
                        signedLater(call -> once(call, this::batchEvents))),
                Route.get("/apps/{appId}/channels", reading(this::channels)),
                Route.get("/apps/{appId}/channels/{channel}", reading(this::channel)),
                Route.get("/apps/{appId}/channels/{channel}/users", reading(this::users)),
                Route.get("/apps/{appId}/connections", reading(this::connections)),
                Route.post(
                        "/apps/{appId}/users/{userId}/terminate_connections",
                        signedLater(this::terminate)),
                Route.get("/up", HttpHandler.onLoop(this::up)),
                Route.get("/ready", HttpHandler.onLoop(this::ready)),
                Route.get("/live", HttpHandler.onLoop(request -> HttpResponse.json(200, HEALTHY))));
    }

    private HttpHandler reading(Function<Call, CompletionStage<HttpResponse>> work) {
        return signedLater(call -> {
            int perSecond = call.app().rates().reads();
            HttpResponse tooMany = take(call, call.runtime.readRate, 1, perSecond, "reads");
            return tooMany != null ? done(tooMany) : work.apply(call);
        });
    }

    private static CompletionStage<HttpResponse> done(HttpResponse answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** For what may have to ask other nodes first. */
    private HttpHandler signedLater(Function<Call, CompletionStage<HttpResponse>> work) {
        return request -> {
            String id = request.parameter("appId");
            return AppLookup.ask(
                            () -> apps.byId(id),
                            app -> {
                                if (id.isEmpty()) {
                                    return done(ApiError.noApp(defaultDialect));
                                }
                                if (app.isEmpty()) {
                                    return done(ApiError.unknownApp(defaultDialect, id));
                                }
                                return check(request, runtimes.apply(app.get()), work);
                            },
                            () -> done(ApiError.appsUnavailable(defaultDialect)))
                    .thenCompose(answer -> answer);
        };
    }

    private static CompletionStage<HttpResponse> check(
            HttpRequest request,
            AppRuntime runtime,
            Function<Call, CompletionStage<HttpResponse>> work) {
        Query query = Query.parse(request.query());
        Dialect dialect = runtime.app().dialect();
        if (!RequestSignature.verify(request, query, runtime, Instant.now().getEpochSecond())) {
            return done(ApiError.badSignature(dialect));
        }
        if (!runtime.app().enabled()) {
            return done(ApiError.disabled(dialect));
        }
        return work.apply(new Call(request, query, runtime));
    }

    // ---- publishing

    /**
     * A publish may name itself, by header or in its body; an app that looks at that does it once.
     */
    private CompletionStage<HttpResponse> once(
            Call call, Function<Call, CompletionStage<HttpResponse>> publish) {
        if (call.app().extensions().idempotencySeconds() == 0) {
            return publish.apply(call);
        }
        String key = PublishRequest.idempotencyKey(call.request);
        if (key == null) {
            return publish.apply(call);
        }
        Dialect dialect = call.dialect();
        if (key.isEmpty() || key.length() > IdempotencyKeys.MAX_KEY_CHARS) {
            return done(
                    ApiError.tooMuch(
                            dialect,
                            "An idempotency key has 1 to "
                                    + IdempotencyKeys.MAX_KEY_CHARS
                                    + " characters."));
        }
        byte[] digest = RequestSignature.md5(call.request.body());
        return call.runtime
                .idempotencyKeys
                .once(key, digest, () -> publish.apply(call))
                .thenApply(outcome -> answer(dialect, outcome));
    }

    private static HttpResponse answer(Dialect dialect, IdempotencyKeys.Outcome outcome) {
        return switch (outcome) {
            case IdempotencyKeys.Outcome.Answered(var answer) -> answer;
            case IdempotencyKeys.Outcome.UnderWay() ->
                    ApiError.answer(dialect, 409, "The same publish is under way.")
                            .with("Retry-After", "1");
            case IdempotencyKeys.Outcome.OtherBody() ->
                    ApiError.answer(
                            dialect, 422, "The idempotency key was used for another publish.");
        };
    }

    private CompletionStage<HttpResponse> events(Call call) {
        return switch (PublishRequest.parseOne(call.request.body(), call.app())) {
            case PublishRequest.Parsed.Refused(var answer) -> done(answer);
            case PublishRequest.Parsed.Events(var events) -> {
                PublishRequest event = events.getFirst();
                HttpResponse tooMany = takeEvents(call, event.channels().size());
                if (tooMany != null) {
                    yield done(tooMany);
                }
                Publisher publisher = new Publisher(hub, call.runtime, observers);
                if (!hasRoom(call, events) || !publish(publisher, event)) {
                    yield done(ApiError.busy(call.dialect()));
                }
                if (event.info() == null) {
                    yield published(call, publisher, call.dialect().answers().published());
                }
                List<String> attributes = ChannelQueries.attributes(event.info());
                yield ChannelQueries.of(hub, call.runtime, event.channels())
                        .thenApply(queries ->
                                answer(queries, describeAll(queries, attributes, false)));
            }
        };
    }

    private static String describeAll(
            ChannelQueries queries, List<String> attributes, boolean withOccupied) {
        JsonText json = new JsonText().raw("{\"channels\":{");
        String separator = "";
        for (String channel : queries.channels()) {
            json.raw(separator)
                    .quoted(channel)
                    .raw(":")
                    .raw(queries.describe(channel, attributes, withOccupied));
            separator = ",";
        }
        return json.raw("}}").toString();
    }

    private static HttpResponse answer(ChannelQueries queries, String json) {
        HttpResponse answer = HttpResponse.json(200, json);
        return queries.isComplete() ? answer : answer.with(DEGRADED, "counts");
    }

    /** When it is where it is kept; if that takes long it is kept later, and said so. */
    private CompletionStage<HttpResponse> published(Call call, Publisher publisher, String answer) {
        if (!call.runtime.journal.isShared() || !call.runtime.journal.isConnected()) {
            return done(published(answer));
        }
        return publisher
                .written()
                .thenApply(kept -> true)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(false, KEEPING_MILLIS, TimeUnit.MILLISECONDS)
                .handle((kept, failure) -> {
                    if (failure != null) {
                        return ApiError.busy(call.dialect());
                    }
                    HttpResponse done = published(answer);
                    return kept ? done : done.with(DEGRADED, "history");
                });
    }

    /** The other nodes will be told later: who wants to know may look. */
    private HttpResponse published(String answer) {
        HttpResponse done = HttpResponse.json(200, answer);
        return hub.bus().isConnected() ? done : done.with(DEGRADED, "bus");
    }

    private CompletionStage<HttpResponse> batchEvents(Call call) {
        return switch (PublishRequest.parseBatch(call.request.body(), call.app())) {
            case PublishRequest.Parsed.Refused(var answer) -> done(answer);
            case PublishRequest.Parsed.Events(var events) -> {
                HttpResponse tooMany = takeEvents(call, events.size());
                if (tooMany != null) {
                    yield done(tooMany);
                }
                if (!hasRoom(call, events)) {
                    yield done(ApiError.busy(call.dialect()));
                }
                Publisher publisher = new Publisher(hub, call.runtime, observers);
                for (PublishRequest event : events) {
                    if (!publish(publisher, event)) {
                        yield done(ApiError.busy(call.dialect()));
                    }
                }
                List<String> asked =
                        events.stream()
                                .filter(event -> event.info() != null)
                                .map(event -> event.channels().getFirst())
                                .toList();
                if (asked.isEmpty()) {
                    yield published(call, publisher, call.dialect().answers().publishedBatch());
                }
                yield ChannelQueries.of(hub, call.runtime, asked)
                        .thenApply(queries -> answer(queries, describeEach(queries, events)));
            }
        };
    }

    private static String describeEach(ChannelQueries queries, List<PublishRequest> events) {
        JsonText json = new JsonText().raw("{\"batch\":[");
        String separator = "";
        for (PublishRequest event : events) {
            List<String> attributes = ChannelQueries.attributes(event.info());
            json.raw(separator)
                    .raw(
                            event.info() == null
                                    ? "{}"
                                    : queries.describe(
                                            event.channels().getFirst(), attributes, false));
            separator = ",";
        }
        return json.raw("]}").toString();
    }

    private @Nullable HttpResponse takeEvents(Call call, int events) {
        int perSecond = call.app().rates().backEndEvents();
        return take(call, call.runtime.backEndEventRate, events, perSecond, "back_end_events");
    }

    /** Null if it was taken; otherwise the answer. */
    private @Nullable HttpResponse take(
            Call call, AppRate rate, int wanted, int perSecond, String setting) {
        long waitMillis = rate.take(wanted, perSecond);
        if (waitMillis == 0) {
            return null;
        }
        call.runtime.counters.limitsReached.increment();
        observers.tell(new AppEvent.LimitReached(call.app(), "rates." + setting));
        return ApiError.tooMany(call.dialect(), perSecond, rate.left(), waitMillis);
    }

    /** Asked for all channels before the first gets its event: a retry then gives nobody two. */
    private boolean hasRoom(Call call, List<PublishRequest> events) {
        for (PublishRequest event : events) {
            for (String channel : event.channels()) {
                if (!hub.hasRoom(call.runtime.topic(channel))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean publish(Publisher publisher, PublishRequest event) {
        boolean delivered = true;
        for (String channel : event.channels()) {
            delivered &= publisher.publish(channel, event.name(), event.data(), event.socketId());
        }
        return delivered;
    }

    // ---- asking

    private CompletionStage<HttpResponse> channels(Call call) {
        String prefix = Objects.requireNonNullElse(call.query.get("filter_by_prefix"), "");
        List<String> attributes = ChannelQueries.attributes(call.query.get("info"));
        if (attributes.contains("user_count")
                && call.dialect().queries().refusesUserCountOfOthers()
                && !prefix.startsWith("presence-")) {
            return done(
                    ApiError.tooMuch(
                            call.dialect(),
                            "user_count is an attribute of presence channels only."));
        }
        boolean withOccupied = call.dialect().queries().alwaysCounts();
        boolean withUsers = attributes.contains("user_count");
        return ChannelQueries.ofOccupied(hub, call.runtime, prefix, withUsers)
                .thenApply(
                        queries -> answer(queries, describeAll(queries, attributes, withOccupied)));
    }

    private CompletionStage<HttpResponse> channel(Call call) {
        String channel = call.request.parameter("channel");
        List<String> wanted = ChannelQueries.attributes(call.query.get("info"));
        if (wanted.contains("user_count")
                && call.dialect().queries().refusesUserCountOfOthers()
                && !ChannelKind.of(channel).presence) {
            return done(
                    ApiError.tooMuch(
                            call.dialect(),
                            "user_count is an attribute of presence channels only."));
        }
        List<String> attributes =
                call.dialect().queries().alwaysCounts()
                        ? List.of("user_count", "subscription_count")
                        : wanted;
        return ChannelQueries.of(hub, call.runtime, List.of(channel))
                .thenApply(queries -> answer(queries, queries.describe(channel, attributes, true)));
    }

    private CompletionStage<HttpResponse> users(Call call) {
        return ChannelQueries.of(hub, call.runtime, List.of(call.request.parameter("channel")))
                .thenApply(queries -> users(call, queries));
    }

    private static HttpResponse users(Call call, ChannelQueries queries) {
        String channel = call.request.parameter("channel");
        if (call.dialect().queries().usersOfUnoccupiedIs404() && !queries.isOccupied(channel)) {
            return HttpResponse.json(404, "{}");
        }
        if (!ChannelKind.of(channel).presence) {
            return call.dialect().answers().fieldErrors()
                    ? HttpResponse.json(400, "{}")
                    : ApiError.tooMuch(
                            call.dialect(), "Users can be listed of presence channels only.");
        }
        JsonText json = new JsonText().raw("{\"users\":[");
        String separator = "";
        boolean withInfo = "1".equals(call.query.get("with_user_info"));
        for (PresenceMember member : queries.users(channel)) {
            json.raw(separator).raw("{\"id\":").raw(member.idJson());
            if (withInfo) {
                json.raw(",\"user_info\":").raw(member.infoJson());
            }
            json.raw("}");
            separator = ",";
        }
        return answer(queries, json.raw("]}").toString());
    }

    private CompletionStage<HttpResponse> connections(Call call) {
        TopicName counted = call.runtime.topic(Attendance.SUBSCRIBED);
        return call.runtime
                .roster
                .ask(List.of(counted))
                .thenApply(asked -> {
                    int elsewhere =
                            asked.value().getOrDefault(counted, Roster.Elsewhere.NOBODY).members();
                    int all = call.runtime.subscribedSockets() + elsewhere;
                    HttpResponse answer = HttpResponse.json(200, "{\"connections\":" + all + "}");
                    return asked.complete() ? answer : answer.with(DEGRADED, "counts");
                });
    }

    // ---- acting

    /** Here at once; answered when the other nodes have been told, or after a while, marked. */
    private CompletionStage<HttpResponse> terminate(Call call) {
        String user = call.request.parameter("userId");
        CompletionStage<Boolean> told =
                AppCommand.tell(hub, call.runtime, new AppCommand.Terminate(user));
        call.runtime.terminate(user);
        HttpResponse done = HttpResponse.json(200, call.dialect().answers().terminated());
        return told.thenApply(taken -> taken ? done : ApiError.busy(call.dialect()))
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(
                        done.with(DEGRADED, "bus"),
                        hub.bus().isConnected() ? TELLING_MILLIS : 0,
                        TimeUnit.MILLISECONDS);
    }

    private HttpResponse up(HttpRequest request) {
        return switch (health.get()) {
            case OK -> HttpResponse.json(200, HEALTHY);
            case DEGRADED, CUT_OFF -> HttpResponse.json(200, "{\"health\":\"DEGRADED\"}");
            case DRAINING -> HttpResponse.json(503, "{\"health\":\"DRAINING\"}");
        };
    }

    private HttpResponse ready(HttpRequest request) {
        return health.get() == Health.CUT_OFF
                ? HttpResponse.json(503, "{\"health\":\"CUT_OFF\"}")
                : up(request);
    }
}
