package dev.resound.pusher;

import static dev.resound.pusher.FallbackWorld.PRELUDE;
import static dev.resound.pusher.FallbackWorld.array;
import static dev.resound.pusher.FallbackWorld.header;
import static dev.resound.pusher.FallbackWorld.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.resound.core.TopicName;
import dev.resound.core.http.Header;
import dev.resound.core.http.HttpResponse;
import dev.resound.pusher.FallbackWorld.Client;
import dev.resound.pusher.FallbackWorld.Exchange;
import dev.resound.pusher.FallbackWorld.Receiving;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions over plain HTTP, as pusher-js has them where WebSockets do not get through. */
@Tag("loops")
@Tag("reverb")
class FallbackTest {
    private static final String ROOM = "presence-room";

    private final PusherWorld world = new PusherWorld(PusherWorld.app().build());
    private final FallbackWorld fallback = new FallbackWorld(world);

    private Client client(String name) {
        return fallback.client(name);
    }

    private static String presence(Client client, String channelData) {
        BackEnd backEnd = BackEnd.of(PusherWorld.app().build());
        return Frames.subscribe(
                ROOM, backEnd.authorise(client.socketId, ROOM, channelData), channelData);
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    // ---- being told

    @Test
    void aStreamIsGreetedAndHeld() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.a);
        client.says(world.a, Frames.subscribe("news"));
        stream.hears(line(Frames.succeeded("news"))).isHeld();
        world.publishes("news", "e", "1");
        stream.hears(line(Frames.published("e", "1", "news"))).isHeld();
    }

    @Test
    void aPollEndsWithTheFirstThingsThereAreToTell() {
        Client client = client("1/abcdefgh").connects(world.a);
        Receiving poll = client.polls(world.a).hears().isHeld();
        client.says(world.a, Frames.subscribe("news"));
        poll.hears(line(Frames.succeeded("news"))).isOver();
        world.publishes("news", "e", "1");
        world.publishes("news", "e", "2");
        client.polls(world.a)
                .hears(line(Frames.published("e", "1", "news"), Frames.published("e", "2", "news")))
                .isOver();
    }

    @Test
    void requestsMayComeOnAnyLoop() {
        Client client = client("1/abcdefgh").connects(world.a);
        client.says(world.b, Frames.subscribe("news"));
        client.polls(world.c).hears(line(Frames.succeeded("news"))).isOver();
        Receiving stream = client.streams(world.b).hears(PRELUDE);
        for (int i = 0; i < 3; i++) {
            world.publishes("news", "e", "x" + i);
            stream.hears(line(Frames.published("e", "x" + i, "news"))).isHeld();
        }
        stream.breaks();
        client.says(world.c, Frames.unsubscribe("news"), Frames.subscribe("more"));
        client.polls(world.a).hears(line(Frames.succeeded("more")));
    }

    @Test
    void membersOfBothKindsSeeEachOther() {
        PusherWorld.Client socket = world.connect(world.b);
        socket.joinsPresence(ROOM, "{\"user_id\":\"ws\"}").forgets();
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.a);
        client.says(world.a, presence(client, "{\"user_id\":\"http\"}"));
        socket.hears(Frames.memberAdded(ROOM, "{\"user_id\":\"http\"}"));
        stream.takeLines();
        socket.says(Frames.clientEvent("client-hi", ROOM, "{\"n\":1}"));
        assertThat(stream.takeLines()).singleElement().asString().contains("client-hi");
        client.says(world.a, Frames.clientEvent("client-ho", ROOM, "{\"n\":2}"));
        assertThat(socket.connection.takeTexts()).singleElement().asString().contains("client-ho");
        stream.hears();
    }

    @Test
    void aStreamEndsWhereTheClientTakesItForFullAndTheNextGoesOn() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.streams(world.b);
        int start = stream.characters();
        client.says(world.a, Frames.subscribe("news"));
        String data = "ü😀" + "x".repeat(500);
        int sent = 0;
        while (!stream.isEnded()) {
            assertThat(stream.characters())
                    .isLessThanOrEqualTo(FallbackConnection.STREAM_CHARACTERS);
            world.publishes("news", "e", data);
            sent++;
        }
        assertThat(start).isGreaterThan(2_048);
        assertThat(stream.characters()).isGreaterThan(FallbackConnection.STREAM_CHARACTERS);
        assertThat(stream.takeLines().stream().filter(line -> line.contains("😀")).count())
                .isEqualTo(sent);
        world.publishes("news", "e", "between");
        client.streams(world.c)
                .hears(PRELUDE, line(Frames.published("e", "between", "news")))
                .isHeld();
    }

    @Test
    void aLineThatFillsTheStreamIsItsLastEvenBeforeAGoodbye() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.b);
        client.says(world.a, Frames.subscribe("news"));
        String data = "x".repeat(5_000);
        while (stream.characters() < FallbackConnection.STREAM_CHARACTERS - 6_000) {
            world.publishes("news", "e", data);
        }
        stream.lags();
        world.publishes("news", "e", "on its way");
        world.publishes("news", "e", data);
        String large = "x".repeat(world.app.maxMessageBytes() + 1);
        assertThat(client.posts(world.a, array(large)).response().status()).isEqualTo(413);
        stream.takeLines();
        stream.catchesUp();
        stream.hears(line(Frames.published("e", data, "news"))).isOver();
        client.streams(world.c)
                .hears(PRELUDE, "c[1009,\"Maximum message size exceeded\"]")
                .isOver();
    }

    @Test
    void onePieceIsOnItsWayAtATimeAndTheRestWaits() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.b);
        client.says(world.a, Frames.subscribe("news"));
        stream.takeLines();
        stream.lags();
        world.publishes("news", "e", "0");
        int pieces = stream.pieces();
        for (int i = 1; i < 10; i++) {
            world.publishes("news", "e", String.valueOf(i));
        }
        assertThat(stream.pieces()).isEqualTo(pieces);
        stream.catchesUp();
        String[] rest = new String[9];
        for (int i = 1; i < 10; i++) {
            rest[i - 1] = Frames.published("e", String.valueOf(i), "news");
        }
        stream.hears(line(Frames.published("e", "0", "news")), line(rest)).isHeld();
    }

    @Test
    void aClientThatDoesNotReadIsToldToComeBackAndNothingIsSentBehindTheGap() {
        Client client = client("1/abcdefgh").connects(world.a);
        client.says(world.b, Frames.subscribe("news"));
        client.polls(world.a);
        String data = "x".repeat(9_000);
        for (int i = 0; i < 200; i++) {
            world.publishes("news", "e", data);
        }
        assertThat(world.hub.members(new TopicName("app/app-id", "news"))).isZero();
        client.polls(world.c).hears("c[4100,\"Too far behind\"]").isOver();
        assertThat(client.posts(world.a, "[]").response().status()).isEqualTo(404);
    }

    @Test
    void aSessionThatIsOverDoesNotWaitForAClientThatDoesNotRead() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.b);
        client.says(world.a, Frames.subscribe("news"));
        stream.takeLines();
        stream.lags();
        world.publishes("news", "e", "on its way");
        world.publishes("news", "e", "waits");
        String large = "x".repeat(world.app.maxMessageBytes() + 1);
        assertThat(client.posts(world.a, array(large)).response().status()).isEqualTo(413);
        stream.hears(line(Frames.published("e", "on its way", "news"))).isHeld();
        world.passes(seconds(5));
        stream.hears("c[1009,\"Maximum message size exceeded\"]").isOver();
    }

    // ---- heartbeats and silence

    @Test
    void aQuietRequestGetsAHeartbeatEvery25Seconds() {
        Client one = client("1/abcdefgh");
        Receiving stream = one.connectsStreaming(world.b);
        Client two = client("2/abcdefgh").connects(world.a);
        Receiving poll = two.polls(world.b);
        world.passes(seconds(24));
        stream.hears();
        poll.hears().isHeld();
        world.passes(seconds(1));
        stream.hears("h").isHeld();
        poll.hears("h").isOver();
        one.says(world.a);
        world.passes(seconds(25));
        stream.hears("h").isHeld();
    }

    @Test
    void aStreamThatSaidSomethingNeedsNoHeartbeat() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.a);
        world.passes(seconds(20));
        client.says(world.a, Frames.subscribe("news"));
        stream.hears(line(Frames.succeeded("news")));
        world.passes(seconds(24));
        stream.hears();
        world.passes(seconds(1));
        stream.hears("h");
    }

    @Test
    void aStreamingClientThatAnswersHeartbeatsStays() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.a);
        for (int i = 0; i < 20; i++) {
            world.passes(seconds(25));
            stream.hears("h").isHeld();
            client.says(world.a);
        }
    }

    @Test
    void aStreamingClientThatAnswersNothingIsDropped() {
        Client client = client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(world.a);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 100 && !stream.isEnded(); i++) {
            world.passes(seconds(1));
            told.addAll(stream.takeLines());
        }
        assertThat(told).contains(line("{\"event\":\"pusher:ping\"}"));
        assertThat(told.getLast()).isEqualTo("c[4201,\"Pong reply not received in time\"]");
    }

    @Test
    void aSessionWaitsTenSecondsForItsNextRequest() {
        PusherWorld.Client other = world.connect(world.b);
        other.joinsPresence(ROOM, "{\"user_id\":1}").forgets();
        Client client = client("1/abcdefgh").connects(world.a);
        client.says(world.a, presence(client, "{\"user_id\":2}"));
        client.polls(world.a).isOver();
        other.forgets();
        world.passes(seconds(9));
        other.hearsNothing();
        world.passes(seconds(1));
        other.hears(Frames.memberRemoved(ROOM, "2"));
        assertThat(client.posts(world.a, "[]").response().status()).isEqualTo(404);
        assertThat(world.pusher.statistics().getFirst().connections()).isEqualTo(1);
        client.connects(world.c); // to the client that is a new session under an old name
    }

    @Test
    void aSessionWaitsFiveSecondsAfterABrokenRequest() {
        Client client = client("1/abcdefgh");
        client.connectsStreaming(world.b).breaks();
        world.passes(seconds(4));
        Receiving stream = client.streams(world.c).hears(PRELUDE).isHeld();
        stream.breaks();
        world.passes(seconds(5));
        assertThat(client.posts(world.a, "[]").response().status()).isEqualTo(404);
        assertThat(world.pusher.statistics().getFirst().connections()).isZero();
    }

    @Test
    void aClientThatHasGoneBeforeItsFirstAnswerLeavesNoTrace() {
        Exchange exchange = client("1/abcdefgh").asks(world.a, "xhr_streaming", "");
        var body = Objects.requireNonNull(exchange.response().stream());
        world.a.run(body::onGone);
        world.settle();
        assertThat(client("1/abcdefgh").posts(world.a, "[]").response().status()).isEqualTo(404);
    }

    @Test
    void aSecondRequestTakesThePlaceOfTheFirst() {
        Client client = client("1/abcdefgh");
        Receiving older = client.connectsStreaming(world.b);
        Receiving newer = client.streams(world.c).hears(PRELUDE).isHeld();
        older.hears("c[2010,\"Another connection still open\"]").isOver();
        client.says(world.a, Frames.subscribe("news"));
        newer.hears(line(Frames.succeeded("news")));
        older.breaks(); // which nobody minds any more
        world.passes(seconds(11));
        newer.isHeld();
    }

    // ---- saying

    @Test
    void whatIsNoArrayOfStringsIsRefusedAsAWhole() {
        Client client = client("1/abcdefgh").connects(world.a);
        for (String body :
                List.of(
                        "",
                        "{}",
                        "\"x\"",
                        "[1]",
                        "[null]",
                        "[\"a\",{}]",
                        "[\"a\"",
                        "[\"a\"]x",
                        "[[]]")) {
            assertThat(client.posts(world.a, body).response().status()).as(body).isEqualTo(400);
        }
        String many = "[" + "\"\",".repeat(FallbackLines.MAX_MESSAGES) + "\"\"]";
        assertThat(client.posts(world.a, many).response().status()).isEqualTo(400);
        client.polls(world.a).hears().isHeld();
    }

    @Test
    void aMessageAboveTheAppsLimitEndsTheSession() {
        Client client = client("1/abcdefgh").connects(world.a);
        client.says(world.a, Frames.subscribe("x".repeat(150)));
        client.polls(world.a);
        String large = "x".repeat(world.app.maxMessageBytes() + 1);
        assertThat(client.posts(world.b, array(Frames.subscribe("b"), large)).response().status())
                .isEqualTo(413);
        client.polls(world.a)
                .hears(line(Frames.succeeded("b")), "c[1009,\"Maximum message size exceeded\"]")
                .isOver();
    }

    @Test
    void sessionsOfOneKeyAreUnknownToOthers() {
        App other = App.builder("other-id", "other-key", "other-secret").build();
        FallbackWorld two = new FallbackWorld(new PusherWorld(PusherWorld.app().build(), other));
        two.client("1/abcdefgh").connects(two.world.a);
        Client stranger = two.client("other-key", "1/abcdefgh");
        assertThat(stranger.posts(two.world.a, "[]").response().status()).isEqualTo(404);
        stranger.connects(two.world.b);
        for (String unknown : List.of("1/abcdefgi", "2/abcdefgh", "1/ABCDEFGH")) {
            assertThat(two.client(unknown).posts(two.world.a, "[]").response().status())
                    .isEqualTo(404);
        }
    }

    @Test
    void aClientThatSaysTooMuchWaitsForItsAnswers() {
        Client client = client("1/abcdefgh").connects(world.a);
        String[] thousand = new String[1_000];
        Arrays.fill(thousand, "{\"event\":\"pusher:pong\"}");
        client.says(world.a, thousand).says(world.b, thousand);
        Exchange third = client.posts(world.b, array(thousand));
        Exchange fourth = client.posts(world.a, array(Frames.subscribe("news")));
        assertThat(third.isAnswered()).isFalse();
        world.passes(seconds(1));
        assertThat(third.response().status()).isEqualTo(204);
        world.passes(Duration.ofMillis(10));
        assertThat(fourth.response().status()).isEqualTo(204);
        client.polls(world.a).hears(line(Frames.succeeded("news")));
    }

    @Test
    void aFloodEndsTheSession() {
        Client client = client("1/abcdefgh").connects(world.a);
        String[] thousand = new String[1_000];
        Arrays.fill(thousand, "{\"event\":\"pusher:pong\"}");
        List<Exchange> posts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            posts.add(client.posts(world.a, array(thousand)));
        }
        client.polls(world.a).hears("c[1008,\"Too many messages\"]").isOver();
        assertThat(posts.getLast().response().status()).isEqualTo(404);
    }

    // ---- being refused, and being sent away

    @Test
    void whoIsRefusedIsToldHowAWebSocketWouldHaveEnded() {
        FallbackWorld closed =
                FallbackWorld.of(PusherWorld.app().allowedOrigins(List.of("laravel.com")).build());
        FallbackWorld disabled = FallbackWorld.of(PusherWorld.app().enabled(false).build());
        for (String transport : List.of("xhr_streaming", "xhr")) {
            assertThat(fallback.client("nobody", "1/abcdefgh").isRefused(transport))
                    .containsExactly(
                            "o",
                            line(Frames.error(4001, "Application does not exist")),
                            "c[4001,\"Application does not exist\"]");
            assertThat(closed.client("1/abcdefgh").isRefused(transport))
                    .containsExactly(
                            "o",
                            line(Frames.error(4009, "Origin not allowed")),
                            "c[4009,\"Origin not allowed\"]");
            assertThat(disabled.client("1/abcdefgh").isRefused(transport))
                    .endsWith("c[4003,\"Application is disabled\"]");
        }
    }

    @Test
    void overQuotaIsToldInTheFirstAnswer() {
        FallbackWorld small = FallbackWorld.of(PusherWorld.app().maxConnections(1).build());
        small.world.connect();
        List<String> refusal =
                List.of(
                        "o",
                        line(Frames.error(4004, "Application is over connection quota")),
                        "c[4004,\"Application is over connection quota\"]");
        assertThat(small.client("1/abcdefgh").polls(small.world.b).isOver().takeLines())
                .isEqualTo(refusal);
        assertThat(small.client("2/abcdefgh").streams(small.world.b).isOver().takeLines())
                .containsExactly(PRELUDE, refusal.get(0), refusal.get(1), refusal.get(2));
        assertThat(small.client("2/abcdefgh").posts(small.world.a, "[]").response().status())
                .isEqualTo(404);
    }

    @Test
    void aSessionIsOneOfTheAppsConnections() {
        FallbackWorld small = FallbackWorld.of(PusherWorld.app().maxConnections(1).build());
        Receiving stream = small.client("1/abcdefgh").connectsStreaming(small.world.b);
        small.world.knock(small.world.a, "app-key", List.of()).isClosedWith(4004);
        stream.breaks();
        small.world.passes(seconds(5));
        small.world.connect();
    }

    @Test
    void aTerminatedUserIsSentAway() {
        FallbackWorld strict = new FallbackWorld(PusherWorld.speaking(Dialect.PUSHER));
        Client client = strict.client("1/abcdefgh");
        Receiving stream = client.connectsStreaming(strict.world.b);
        client.says(strict.world.a, presence(client, "{\"user_id\":\"7\"}"));
        stream.takeLines();
        strict.world.post("/users/7/terminate_connections", "{}");
        assertThat(stream.isOver().takeLines())
                .containsExactly(
                        line(Frames.errorObject(4009, "You got disconnected by the app.")),
                        "c[4009,\"You got disconnected by the app.\"]");
    }

    @Test
    void whereAWebSocketWouldBreakThePollOfATerminatedUserSaysSo() {
        Client client = client("1/abcdefgh").connects(world.a);
        client.says(world.a, presence(client, "{\"user_id\":\"7\"}"));
        client.polls(world.b).isOver();
        world.post("/users/7/terminate_connections", "{}");
        client.polls(world.b).hears("c[1006,\"Connection interrupted\"]").isOver();
    }

    // ---- stopping

    @Test
    void aStoppingServerTellsEverybodyToComeBack() {
        Receiving stream = client("1/abcdefgh").connectsStreaming(world.b);
        Receiving poll = client("2/abcdefgh").connects(world.a).polls(world.c);
        Client between = client("3/abcdefgh").connects(world.b);
        world.pusher.onStop();
        world.settle();
        stream.hears().isHeld(); // until its connection's turn comes
        poll.hears().isHeld();
        between.polls(world.a).hears("c[4200,\"Server is shutting down\"]").isOver();
        stream.serverStops();
        poll.serverStops();
        stream.hears("c[4200,\"Server is shutting down\"]").isOver();
        poll.hears("c[4200,\"Server is shutting down\"]").isOver();
        assertThat(client("4/abcdefgh").isRefused("xhr"))
                .startsWith("o")
                .endsWith("c[4200,\"Server is shutting down\"]");
        assertThat(world.pusher.statistics().getFirst().connections()).isZero();
    }

    @Test
    void aPollThatEndsWhileTheServerStopsIsTheSessionsLast() {
        Client client = client("1/abcdefgh").connects(world.a);
        Receiving poll = client.polls(world.c);
        world.pusher.onStop();
        world.settle();
        client.says(world.a, Frames.subscribe("news"));
        poll.hears(line(Frames.succeeded("news"))).isOver();
        assertThat(world.pusher.statistics().getFirst().connections()).isZero();
        client.polls(world.b).hears("c[4200,\"Server is shutting down\"]").isOver();
    }

    // ---- pages of other origins

    @Test
    void pagesOfOtherOriginsMayAskAndReadTheAnswers() {
        Client client = client("1/abcdefgh");
        client.headers.add(new Header("origin", "https://page.test"));
        for (String transport : List.of("xhr_streaming", "xhr", "xhr_send")) {
            HttpResponse preflight =
                    fallback.asks(
                                    "OPTIONS",
                                    "/pusher/app/app-key/1/abcdefgh/" + transport,
                                    "",
                                    client.headers,
                                    world.a,
                                    "")
                            .response();
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(header(preflight, "Access-Control-Allow-Origin"))
                    .isEqualTo("https://page.test");
            assertThat(header(preflight, "Access-Control-Allow-Headers")).isEqualTo("Content-Type");
            assertThat(header(preflight, "Access-Control-Allow-Methods")).isEqualTo("POST");
            HttpResponse answer = client.asks(world.a, transport, "[]").response();
            assertThat(header(answer, "Access-Control-Allow-Origin"))
                    .isEqualTo("https://page.test");
            assertThat(header(answer, "Vary")).isEqualTo("Origin");
        }
    }

    @Test
    void pagesThatMayNotConnectMayNotTakeOverASessionEither() {
        FallbackWorld closed =
                FallbackWorld.of(PusherWorld.app().allowedOrigins(List.of("laravel.com")).build());
        Client client = closed.client("1/abcdefgh");
        client.headers.add(new Header("origin", "https://laravel.com"));
        Receiving stream = client.connectsStreaming(closed.world.a);
        client.headers.clear();
        client.headers.add(new Header("origin", "https://evil.test"));
        assertThat(client.posts(closed.world.a, "[]").response().status()).isEqualTo(403);
        assertThat(client.isRefused("xhr")).containsExactly("o", "c[4009,\"Origin not allowed\"]");
        stream.hears().isHeld();
    }

    // ---- options

    private static PusherWorld with(FallbackOptions options) {
        return new PusherWorld(
                List.of(PusherWorld.app().build()), builder -> builder.fallback(options));
    }

    @Test
    void aServerThatHasANameTellsItOnce() {
        PusherWorld named =
                with(new FallbackOptions("node-7.example.com", 10_000, Duration.ofSeconds(10)));
        FallbackWorld there = new FallbackWorld(named);
        Client client = there.client("1/abcdefgh");
        List<String> first = client.polls(named.a).isOver().takeLines();
        assertThat(first).hasSize(2).startsWith("o{\"hostname\":\"node-7.example.com\"}");
        client.isGreeted(first.getLast());
        client.streams(named.b).hears(PRELUDE).isHeld();
        assertThat(there.client("nobody", "1/abcdefgh").isRefused("xhr")).startsWith("o");
        there.sockJsClient("1/abcdefgh").polls(named.a).hears("o").isOver();
    }

    @Test
    void theTimeBetweenTwoRequestsCanBeSet() {
        PusherWorld hurried = with(new FallbackOptions(null, 10_000, seconds(3)));
        Client client = new FallbackWorld(hurried).client("1/abcdefgh").connects(hurried.a);
        hurried.passes(seconds(2));
        assertThat(client.posts(hurried.b, "[]").response().status()).isEqualTo(204);
        hurried.passes(seconds(1));
        assertThat(client.posts(hurried.b, "[]").response().status()).isEqualTo(404);
    }

    @Test
    void beyondTheSessionsThatMayWaitNoneBegins() {
        PusherWorld small = with(new FallbackOptions(null, 1, seconds(10)));
        FallbackWorld narrow = new FallbackWorld(small);
        Client client = narrow.client("1/abcdefgh").connects(small.a);
        assertThat(narrow.client("2/abcdefgh").isRefused("xhr"))
                .endsWith("c[4100,\"The server is over capacity\"]");
        client.polls(small.b).isHeld();
        narrow.client("2/abcdefgh").connects(small.a);
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        for (String name : List.of("", "a b", "node:80", "http://node", "[::1]", "a\"b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new FallbackOptions(name, 1, seconds(1)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FallbackOptions(null, 0, seconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FallbackOptions(null, 1, Duration.ZERO));
    }

    @Test
    void withoutTheFallbackThereAreNoSuchRoutes() {
        PusherWorld plain =
                new PusherWorld(
                        List.of(PusherWorld.app().build()), builder -> builder.fallback(false));
        assertThat(plain.pusher.routes())
                .noneMatch(route -> route.path().toString().startsWith("/pusher"));
        plain.pusher.onStop();
    }
}
