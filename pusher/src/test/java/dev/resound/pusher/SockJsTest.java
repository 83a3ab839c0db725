package dev.resound.pusher;

import static dev.resound.pusher.FallbackWorld.PRELUDE;
import static dev.resound.pusher.FallbackWorld.array;
import static dev.resound.pusher.FallbackWorld.header;
import static dev.resound.pusher.FallbackWorld.line;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import dev.resound.pusher.FallbackWorld.Client;
import dev.resound.pusher.FallbackWorld.Exchange;
import dev.resound.pusher.FallbackWorld.Receiving;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions of pusher-js' transport {@code sockjs}, which say in a message which app they want. */
@Tag("loops")
@Tag("reverb")
class SockJsTest {
    private static final String PATH =
            "{\"path\":\"/app/app-key?protocol=7&client=js&version=8.6.0\"}";
    private static final String NOT_A_PATH = "c[4005,\"Path not found\"]";

    private final PusherWorld world = new PusherWorld(PusherWorld.app().build());
    private final FallbackWorld fallback = new FallbackWorld(world);

    private static String path(String target) {
        return "{\"path\":" + Frames.string(target) + "}";
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    /** A stream that is greeted, and has said nothing yet. */
    private static Receiving opens(Client client, PusherWorld world) {
        return client.streams(world.b).hears(PRELUDE, "o").isHeld();
    }

    private static Receiving connects(Client client, PusherWorld world) {
        Receiving stream = opens(client, world);
        client.says(world.a, PATH);
        List<String> lines = stream.isHeld().takeLines();
        assertThat(lines).hasSize(1);
        client.isGreeted(lines.getFirst());
        return stream;
    }

    private static int connections(PusherWorld world) {
        return world.pusher.statistics().stream().mapToInt(AppStatistics::connections).sum();
    }

    /** Apps that are looked up as slowly as the test wants. */
    private static final class SlowSource implements AppSource {
        private final CompletableFuture<Optional<App>> answer = new CompletableFuture<>();

        @Override
        public CompletionStage<Optional<App>> byKey(String key) {
            return answer;
        }

        @Override
        public CompletionStage<Optional<App>> byId(String id) {
            return answer;
        }
    }

    // ---- before a session

    @Test
    void theInformationNamesWhatThereIsAndIsNotKept() {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            HttpResponse info =
                    fallback.asks(
                                    "GET",
                                    "/pusher/info",
                                    "t=1",
                                    List.of(new Header("origin", "https://page.test")),
                                    world.a,
                                    "")
                            .response();
            assertThat(info.status()).isEqualTo(200);
            assertThat(header(info, "Content-Type")).isEqualTo("application/json");
            assertThat(header(info, "Cache-Control")).startsWith("no-store");
            assertThat(header(info, "Access-Control-Allow-Origin")).isEqualTo("https://page.test");
            assertThat(header(info, "Access-Control-Allow-Credentials")).isEqualTo("true");
            bodies.add(new String(info.body(), UTF_8));
        }
        assertThat(bodies)
                .doesNotHaveDuplicates()
                .allMatch(body ->
                        body.matches(
                                "\\{\"websocket\":false,\"cookie_needed\":false,"
                                        + "\"origins\":\\[\"\\*:\\*\"],\"entropy\":\\d{1,10}}"));
    }

    @Test
    void whatIsSaidBeforeASessionBeginsIsSaidToNobody() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        assertThat(client.posts(world.a, array(PATH)).response().status()).isEqualTo(404);
        opens(client, world);
    }

    @Test
    void pagesOfOtherOriginsMayAskWithCookies() {
        List<Header> headers = List.of(new Header("origin", "https://page.test"));
        for (String path : List.of("/1/abcdefgh/xhr", "/1/abcdefgh/xhr_send", "/info")) {
            HttpResponse preflight =
                    fallback.asks("OPTIONS", "/pusher" + path, "", headers, world.a, "").response();
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(header(preflight, "Access-Control-Allow-Methods"))
                    .isEqualTo(path.equals("/info") ? "GET" : "POST");
            assertThat(header(preflight, "Access-Control-Allow-Origin"))
                    .isEqualTo("https://page.test");
            assertThat(header(preflight, "Access-Control-Allow-Credentials")).isEqualTo("true");
        }
        Client client = fallback.sockJsClient("1/abcdefgh");
        assertThat(header(client.posts(world.a, "[]").response(), "Access-Control-Allow-Origin"))
                .isEqualTo("*");
        assertThat(
                        header(
                                client.posts(world.a, "[]").response(),
                                "Access-Control-Allow-Credentials"))
                .isNull();
    }

    // ---- the path

    @Test
    void aStreamIsGreetedAtOnceAndIsAnOrdinarySessionFromItsPathOn() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = connects(client, world);
        client.says(world.c, Frames.subscribe("news"));
        stream.hears(line(Frames.succeeded("news")));
        world.publishes("news", "e", "1");
        stream.hears(line(Frames.published("e", "1", "news"))).isHeld();
        assertThat(connections(world)).isOne();
    }

    @Test
    void soIsAPoll() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        client.polls(world.a).hears("o").isOver();
        Receiving poll = client.polls(world.b).hears().isHeld();
        client.says(world.c, PATH);
        client.isGreeted(poll.isOver().takeLines().getFirst());
        client.says(world.a, Frames.subscribe("news"));
        client.polls(world.b).hears(line(Frames.succeeded("news"))).isOver();
    }

    @Test
    void aFullStreamIsFollowedByAnotherThatIsNotGreetedAgain() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = connects(client, world);
        client.says(world.a, Frames.subscribe("news"));
        while (!stream.isEnded()) {
            world.publishes("news", "e", "x".repeat(5_000));
        }
        world.publishes("news", "e", "between");
        client.streams(world.c)
                .hears(PRELUDE, line(Frames.published("e", "between", "news")))
                .isHeld();
    }

    @Test
    void anAppsKeyMayBeWrittenWithEscapesAsInTheAddressOfAWebSocket() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, world);
        client.says(world.a, path("/app/app%2Dkey?protocol=7"));
        client.isGreeted(stream.isHeld().takeLines().getFirst());
    }

    @Test
    void whatIsNoPathEndsTheSessionAndKeepsTheClientAway() {
        for (String message :
                List.of(
                        "",
                        "x",
                        "[]",
                        "null",
                        "\"/app/app-key\"",
                        "{}",
                        "{\"path\":null}",
                        "{\"path\":1}",
                        "{\"path\":[\"/app/app-key\"]}",
                        path(""),
                        path("app/app-key"),
                        path("/app"),
                        path("/app/app-key/"),
                        path("/app/app-key/1"),
                        path("/apps/app-key"),
                        path("//app/app-key"),
                        path("/App/app-key"),
                        path("?/app/app-key"),
                        path("http://127.0.0.1/app/app-key"),
                        PATH + PATH,
                        Frames.subscribe("news"))) {
            Client client = fallback.sockJsClient("123/abcdefgh");
            Receiving stream = opens(client, world);
            client.says(world.a, message);
            assertThat(stream.isOver().takeLines()).as(message).containsExactly(NOT_A_PATH);
            assertThat(client.posts(world.a, array(PATH)).response().status()).isEqualTo(404);
        }
        assertThat(connections(world)).isZero();
    }

    @Test
    void aFirstMessageMayBeFourKilobytesLong() {
        String start = "{\"path\":\"/app/app-key?protocol=7&x=";
        String largest = start + "x".repeat(SockJsHandshake.MAX_BYTES - start.length() - 2) + "\"}";
        Client one = fallback.sockJsClient("1/abcdefgh");
        Receiving stream = opens(one, world);
        one.says(world.a, largest);
        one.isGreeted(stream.isHeld().takeLines().getFirst());

        Client other = fallback.sockJsClient("2/abcdefgh");
        Receiving refused = opens(other, world);
        assertThat(other.posts(world.a, array(" " + largest)).response().status()).isEqualTo(413);
        refused.hears("c[1009,\"Maximum message size exceeded\"]").isOver();
    }

    @Test
    void aSecondPathIsAMessageLikeAnyOther() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, world);
        client.says(world.a, PATH, path("/app/other"));
        List<String> lines = stream.isHeld().takeLines();
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("connection_established")
                .contains("Invalid message format");
        client.says(world.a, PATH);
        stream.hears(line(Frames.error(4200, "Invalid message format"))).isHeld();
        assertThat(connections(world)).isOne();
    }

    @Test
    void whoSaysNothingForTenSecondsIsToldToComeBack() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, world);
        world.passes(seconds(9));
        client.says(world.a); // a sign of life is no path
        stream.hears().isHeld();
        world.passes(seconds(1));
        stream.hears("c[4100,\"The path did not come in time\"]").isOver();
        assertThat(client.posts(world.a, array(PATH)).response().status()).isEqualTo(404);
    }

    @Test
    void whoHasNamedAnAppHasAllTheTimeInTheWorld() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = connects(client, world);
        world.passes(seconds(20));
        stream.hears().isHeld();
        world.passes(seconds(5));
        stream.hears("h").isHeld();
    }

    // ---- who may come in

    @Test
    void whoIsRefusedIsToldHowAWebSocketWouldHaveEnded() {
        Client client = fallback.sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, world);
        client.says(world.a, path("/app/nobody?protocol=7"), Frames.subscribe("news"));
        stream.hears(
                        line(Frames.error(4001, "Application does not exist")),
                        "c[4001,\"Application does not exist\"]")
                .isOver();

        PusherWorld strict = new PusherWorld(PusherWorld.app().strictProtocol(true).build());
        Client old = new FallbackWorld(strict).sockJsClient("123/abcdefgh");
        Receiving oldStream = opens(old, strict);
        old.says(strict.a, path("/app/app-key?protocol=4"));
        assertThat(oldStream.isOver().takeLines())
                .endsWith("c[4007,\"Unsupported protocol version\"]");

        PusherWorld full = new PusherWorld(PusherWorld.app().maxConnections(1).build());
        full.connect();
        Client one = new FallbackWorld(full).sockJsClient("123/abcdefgh");
        Receiving tooMany = opens(one, full);
        one.says(full.a, PATH);
        assertThat(tooMany.isOver().takeLines())
                .endsWith("c[4004,\"Application is over connection quota\"]");
    }

    @Test
    void theOriginIsThatOfTheRequestTheSessionBeganWith() {
        PusherWorld closed =
                new PusherWorld(PusherWorld.app().allowedOrigins(List.of("laravel.com")).build());
        FallbackWorld pages = new FallbackWorld(closed);
        Client client = pages.sockJsClient("1/abcdefgh");
        client.headers.add(new Header("origin", "https://laravel.com"));
        connects(client, closed);

        Client stranger = pages.sockJsClient("2/abcdefgh");
        stranger.headers.add(new Header("origin", "https://evil.test"));
        Receiving stream = opens(stranger, closed);
        stranger.headers.set(0, new Header("origin", "https://laravel.com"));
        stranger.says(closed.a, PATH);
        assertThat(stream.isOver().takeLines()).endsWith("c[4009,\"Origin not allowed\"]");
    }

    @Test
    void pagesThatMayNotConnectMayNotTakeOverASessionEither() {
        PusherWorld closed =
                new PusherWorld(PusherWorld.app().allowedOrigins(List.of("laravel.com")).build());
        Client client = new FallbackWorld(closed).sockJsClient("1/abcdefgh");
        client.headers.add(new Header("origin", "https://laravel.com"));
        Receiving stream = connects(client, closed);
        client.headers.set(0, new Header("origin", "https://evil.test"));
        assertThat(client.posts(closed.a, "[]").response().status()).isEqualTo(403);
        assertThat(client.isRefused("xhr")).containsExactly("o", "c[4009,\"Origin not allowed\"]");
        stream.isHeld();
    }

    @Test
    void sessionsWithAndWithoutAnAppInTheirPathAreNotTheSame() {
        Client sockJs = fallback.sockJsClient("1/abcdefgh");
        Receiving one = connects(sockJs, world);
        Client plain = fallback.client("1/abcdefgh");
        assertThat(plain.posts(world.a, "[]").response().status()).isEqualTo(404);
        Receiving other = plain.connectsStreaming(world.c);
        assertThat(plain.socketId).isNotEqualTo(sockJs.socketId);
        plain.says(world.a, Frames.subscribe("news"));
        other.hears(line(Frames.succeeded("news")));
        one.hears().isHeld();
        for (String unknown : List.of("1/abcdefgi", "2/abcdefgh", "1/ABCDEFGH", "app/app-key")) {
            assertThat(
                            fallback.sockJsClient(unknown)
                                    .posts(world.a, array(Frames.subscribe("news")))
                                    .response()
                                    .status())
                    .isEqualTo(404);
        }
    }

    // ---- apps that take a while to be found

    @Test
    void whatIsSaidWhileTheAppIsLookedUpWaitsAndKeepsItsOrder() {
        SlowSource source = new SlowSource();
        PusherWorld slow = new PusherWorld(PusherWorld.app().build(), source);
        Client client = new FallbackWorld(slow).sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, slow);
        Exchange first = client.posts(slow.a, array(PATH, Frames.subscribe("a")));
        Exchange second = client.posts(slow.c, array(Frames.subscribe("b")));
        assertThat(first.isAnswered()).isFalse();
        assertThat(second.isAnswered()).isFalse();
        stream.hears().isHeld();
        source.answer.complete(Optional.of(slow.app));
        slow.settle();
        assertThat(first.response().status()).isEqualTo(204);
        assertThat(second.response().status()).isEqualTo(204);
        assertThat(String.join("", stream.isHeld().takeLines()))
                .containsSubsequence("connection_established", "\\\"a\\\"", "\\\"b\\\"");
    }

    @Test
    void anAppThatIsNotFoundInTimeEndsTheSession() {
        SlowSource source = new SlowSource();
        PusherWorld slow = new PusherWorld(PusherWorld.app().build(), source);
        Client client = new FallbackWorld(slow).sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, slow);
        client.says(slow.a, PATH);
        slow.passes(seconds(10));
        stream.hears("c[4100,\"The path did not come in time\"]").isOver();
        source.answer.complete(Optional.of(slow.app));
        slow.settle();
        assertThat(connections(slow)).isZero();
    }

    @Test
    void appsThatCannotBeLookedUpAreTriedAgainLater() {
        SlowSource source = new SlowSource();
        PusherWorld failing = new PusherWorld(PusherWorld.app().build(), source);
        Client client = new FallbackWorld(failing).sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, failing);
        client.says(failing.a, PATH);
        source.answer.completeExceptionally(new IllegalStateException("down"));
        failing.settle();
        assertThat(stream.isOver().takeLines())
                .endsWith("c[4100,\"Apps cannot be looked up right now, try again later\"]");
    }

    @Test
    void aFloodWhileTheAppIsLookedUpEndsTheSession() {
        PusherWorld slow = new PusherWorld(PusherWorld.app().build(), new SlowSource());
        Client client = new FallbackWorld(slow).sockJsClient("123/abcdefgh");
        Receiving stream = opens(client, slow);
        client.says(slow.a, PATH);
        List<Exchange> posts = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            stream.isHeld();
            posts.add(client.posts(slow.a, array(Frames.subscribe("news"))));
        }
        stream.hears("c[1008,\"Too many messages\"]").isOver();
        for (Exchange post : posts) {
            assertThat(post.response().status()).isEqualTo(404);
        }
    }

    // ---- how many, and the end

    @Test
    void sessionsWithoutAnAppAreLimitedAndLeaveNoTrace() {
        PusherWorld small =
                new PusherWorld(
                        List.of(PusherWorld.app().build()),
                        builder -> builder.fallback(new FallbackOptions(null, 3, seconds(10))));
        FallbackWorld narrow = new FallbackWorld(small);
        List<String> full = List.of("o", "c[4100,\"The server is over capacity\"]");
        for (int round = 0; round < 3; round++) {
            Receiving named = connects(narrow.sockJsClient(round + "/named"), small);
            Receiving nameless = opens(narrow.sockJsClient(round + "/nameless"), small);
            Receiving broken = opens(narrow.sockJsClient(round + "/broken"), small);
            Client wrong = narrow.sockJsClient(round + "/wrong");
            opens(wrong, small);
            assertThat(narrow.sockJsClient("4/abcdefgh").isRefused("xhr")).isEqualTo(full);
            wrong.says(small.a, "{}");
            broken.breaks();
            assertThat(narrow.sockJsClient("4/abcdefgh").isRefused("xhr_streaming"))
                    .as("between two requests")
                    .isEqualTo(full);
            small.passes(seconds(5));
            opens(narrow.sockJsClient(round + "/next"), small);
            small.passes(seconds(10));
            nameless.hears("c[4100,\"The path did not come in time\"]").isOver();
            named.breaks();
            small.passes(seconds(5));
        }
        assertThat(connections(small)).isZero();
    }

    @Test
    void aStoppingServerTellsEverybodyToComeBack() {
        Receiving held = opens(fallback.sockJsClient("1/abcdefgh"), world);
        Client between = fallback.sockJsClient("2/abcdefgh");
        between.polls(world.a).hears("o").isOver();
        world.pusher.onStop();
        world.settle();
        held.hears().isHeld(); // until its connection's turn comes
        held.serverStops();
        held.hears("c[4200,\"Server is shutting down\"]").isOver();
        between.polls(world.c).hears("c[4200,\"Server is shutting down\"]").isOver();
        assertThat(fallback.sockJsClient("3/abcdefgh").isRefused("xhr"))
                .containsExactly("o", "c[4200,\"Server is shutting down\"]");
    }
}
