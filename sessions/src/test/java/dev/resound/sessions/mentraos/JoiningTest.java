package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.ANN;
import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.GlassesWorld.init;
import static dev.resound.sessions.mentraos.GlassesWorld.key;
import static dev.resound.sessions.mentraos.GlassesWorld.sessionId;
import static dev.resound.sessions.mentraos.GlassesWorld.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.sessions.Companion;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

/** How apps get into a session, as they see it. */
class JoiningTest {
    private static final String STATE =
            "{\"type\":\"device_state_update\",\"state\":{},\"fullSnapshot\":true,\"timestamp\":\"T\"}";
    private static final String NOT_FOUND = error("SESSION_NOT_FOUND", "Session not found");
    private static final String NOT_STARTED =
            error("APP_NOT_STARTED", "App not started for this session");
    private static final String WRONG_KEY = error("INVALID_API_KEY", "Invalid API key");
    private static final String RECONNECT = "{\"type\":\"reconnect\",\"sdkVersion\":\"3.0.0\"}";

    private GlassesWorld world = new GlassesWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private static String error(String code, String message) {
        return "{\"type\":\"tpa_connection_error\",\"code\":\"%s\",\"message\":\"%s\",\"timestamp\":\"T\"}"
                .formatted(code, message);
    }

    private static String ack(String type, String app, String subscriptions) {
        return "{\"type\":\"%s\",\"sessionId\":\"%s\",\"userId\":\"%s\",\"settings\":[],"
                        .formatted(type, sessionId(app), ANN)
                + "\"mentraosSettings\":{},\"augmentosSettings\":{},\"capabilities\":null,"
                + "\"subscriptions\":%s,\"timestamp\":\"T\"}".formatted(subscriptions);
    }

    private static String rejected(String code, String message) {
        return "{\"type\":\"reconnect_rejected\",\"code\":\"%s\",\"message\":\"%s\",\"timestamp\":\"T\"}"
                .formatted(code, message);
    }

    private static String start(String app) {
        return "{\"type\":\"start_app\",\"packageName\":\"" + app + "\"}";
    }

    private Socket resumes(String app, String key) {
        return world.dials("x-user-id: " + ANN, "x-package-name: " + app, "x-api-key: " + key);
    }

    private static void isIn(Socket app, String name) {
        assertThat(app.heard()).containsExactly(ack("tpa_connection_ack", name, "[]"), STATE);
        assertThat(app.closed()).isNull();
    }

    private static void isRefused(Socket app, String error, String reason) {
        assertThat(app.heard()).containsExactly(error);
        assertThat(app.closed()).isEqualTo(new Close(1008, reason));
    }

    // ---- the first message

    @Test
    void whoeverWasStartedAndHasTheKeyIsAcknowledgedAndToldTheState() {
        world.glasses().says(start(PLAIN));
        Socket app = world.dials();
        assertThat(app.heard()).isEmpty();
        app.says(init(PLAIN));
        isIn(app, PLAIN);
    }

    @Test
    void theInitHasTwoNames() {
        world.glasses().says(start(PLAIN));
        Socket app = world.dials();
        app.says(init(PLAIN).replace("tpa_connection_init", "connection_init"));
        isIn(app, PLAIN);
    }

    @Test
    void anAppIsToldItsSettingsAndWhatTheGlassesCan() {
        world.close();
        var can = GlassesWorld.JSON.readTree("{\"hasCamera\":true}");
        world = new GlassesWorld(GlassesWorld.options(), Map.of("G1", can), true);
        ArrayNode settings =
                (ArrayNode) GlassesWorld.JSON.readTree("[{\"key\":\"line\",\"value\":3}]");
        world.register(
                new Companion(
                        PLAIN,
                        PLAIN,
                        URI.create(world.url(PLAIN) + "/"),
                        Companion.sha256(key(PLAIN)),
                        false,
                        Set.of(),
                        settings));
        Socket glasses = world.glasses();
        glasses.says(
                "{\"type\":\"glasses_connection_state\",\"modelName\":\"G1\",\"status\":\"CONNECTED\"}");
        glasses.says(start(PLAIN));
        Socket app = world.dials();
        app.says(init(PLAIN));
        assertThat(app.heard())
                .containsExactly(
                        ack("tpa_connection_ack", PLAIN, "[]")
                                .replace(
                                        "\"settings\":[]",
                                        "\"settings\":[{\"key\":\"line\",\"value\":3}]")
                                .replace(
                                        "\"capabilities\":null",
                                        "\"capabilities\":{\"hasCamera\":true}"),
                        "{\"type\":\"device_state_update\",\"state\":{\"connected\":true,\"modelName\":\"G1\"},"
                                + "\"fullSnapshot\":true,\"timestamp\":\"T\"}");
    }

    @Test
    void theUserIsReadOutOfTheSessionIdInAnyCase() {
        world.glasses().says(start(PLAIN));
        Socket app = world.dials();
        app.says(init(PLAIN).replace(ANN, "Ann-Lee@My-Mail.example.com"));
        isIn(app, PLAIN);
    }

    @Test
    void aLiveSessionIsFoundInAnIdWhosePackageIsNotNamed() {
        world.glasses().says(start(PLAIN));
        Socket app = world.dials("x-package-name: " + PLAIN, "x-api-key: " + key(PLAIN));
        app.says("{\"type\":\"tpa_connection_init\",\"sessionId\":\"" + sessionId(PLAIN) + "\"}");
        isIn(app, PLAIN);
    }

    @Test
    void whatTheUpgradeSaidGoesBeforeWhatTheMessageSays() {
        Socket glasses = world.glasses();
        glasses.says(start(PLAIN));
        glasses.says(start(TRUSTED));
        Socket app = resumes(PLAIN, key(PLAIN));
        app.says(init(TRUSTED).replace(ANN, "eve@example.com"));
        isIn(app, PLAIN);
    }

    @Test
    void anAppWithATokenIsInWithoutAMessage() {
        world.glasses().says(start(PLAIN));
        Socket app =
                world.dials(
                        "Authorization: Bearer "
                                + token("packageName", PLAIN, "apiKey", key(PLAIN)),
                        "x-user-id: Ann-Lee@my-mail.example.com",
                        "x-session-id: whatever");
        isIn(app, PLAIN);
    }

    @Test
    void whatFollowsTheInitAtOnceIsHeardBehindIt() {
        Socket glasses = world.glasses();
        glasses.says(start(PLAIN));
        glasses.heard();
        Socket app = world.dials();
        app.connection.says(init(PLAIN)); // and nothing turns meanwhile
        app.connection.says(
                "{\"type\":\"display_event\",\"layout\":{\"layoutType\":\"text_wall\",\"text\":\"hi\"}}");
        app.connection.says(
                "{\"type\":\"subscription_update\",\"subscriptions\":[\"button_press\"]}");
        world.settle();
        isIn(app, PLAIN);
        assertThat(glasses.heard("display_event")).hasSize(1);
        glasses.says("{\"type\":\"button_press\"}");
        assertThat(app.heard()).hasSize(1);
    }

    // ---- refusals

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"tpa_connection_init\"}",
                "{\"type\":\"tpa_connection_init\",\"sessionId\":\"\"}",
                "{\"type\":\"tpa_connection_init\",\"sessionId\":7}",
                "{\"type\":\"tpa_connection_init\",\"sessionId\":\"ann-com.x\"}",
                "{\"type\":\"reconnect\",\"sessionId\":\"ann@b.com\"}"
            })
    void anIdOfNobodyEndsTheSocketWithoutAWord(String init) {
        world.glasses();
        Socket app = world.dials();
        app.says(init);
        assertThat(app.heard()).isEmpty();
        assertThat(app.closed()).isEqualTo(new Close(1008, "Invalid session ID format"));
    }

    @Test
    void anIdIsNotLongerThanAThousandCharacters() {
        Socket app = world.dials();
        app.says(init(PLAIN).replace(ANN, "ann@" + "-".repeat(2_000)));
        assertThat(app.closed()).isEqualTo(new Close(1008, "Invalid session ID format"));
    }

    @Test
    void whoHasNoSessionHasNoApps() {
        Socket app = world.dials();
        app.says(init(PLAIN));
        isRefused(app, NOT_FOUND, "Session not found");

        Socket withToken =
                world.dials(
                        "Authorization: Bearer "
                                + token("packageName", PLAIN, "apiKey", key(PLAIN)),
                        "x-user-id: " + ANN,
                        "x-session-id: " + sessionId(PLAIN));
        isRefused(withToken, NOT_FOUND, "Session not found");
    }

    @Test
    void aWrongKeyIsSaidBeforeWhetherTheAppRuns() {
        Socket glasses = world.glasses();
        Socket stranger = world.dials();
        stranger.says(init(PLAIN).replace("key of", "guess of"));
        isRefused(stranger, WRONG_KEY, "Invalid API key");

        glasses.says(start(PLAIN));
        Socket another = world.dials();
        another.says(init(PLAIN).replace(key(PLAIN), key(TRUSTED)));
        isRefused(another, WRONG_KEY, "Invalid API key");

        Socket unheardOf = world.dials();
        unheardOf.says(init("com.unheard.of"));
        isRefused(unheardOf, WRONG_KEY, "Invalid API key");

        Socket keyless = world.dials();
        keyless.says(
                "{\"type\":\"tpa_connection_init\",\"sessionId\":\""
                        + sessionId(PLAIN)
                        + "\",\"packageName\":\""
                        + PLAIN
                        + "\"}");
        isRefused(keyless, WRONG_KEY, "Invalid API key");
    }

    @Test
    void theRightKeyIsNotEnoughForAnAppNobodyStarted() {
        world.glasses().says(start(TRUSTED));
        Socket app = world.dials();
        app.says(init(PLAIN));
        isRefused(app, NOT_STARTED, "App not started for this session");
    }

    @Test
    void anAppStartedByOneUserIsNotStartedForAnother() {
        world.glasses().says(start(PLAIN));
        world.glassesOf("bob@example.com");
        Socket app = world.dials();
        app.says(init(PLAIN).replace(ANN, "bob@example.com"));
        isRefused(app, NOT_STARTED, "App not started for this session");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"subscription_update\",\"subscriptions\":[]}",
                "{\"type\":\"display_event\",\"layout\":{\"layoutType\":\"clear_view\"}}",
                "{\"type\":\"location_poll_request\",\"accuracy\":\"high\",\"correlationId\":\"c\"}",
                "{\"type\":\"ownership_release\",\"reason\":\"clean_shutdown\"}",
                "{\"type\":\"unheard_of\"}"
            })
    void whoHasNotJoinedHasNothingToSay(String message) {
        world.glasses().says(start(PLAIN));
        Socket app = world.dials();
        app.says(message);
        isRefused(app, NOT_FOUND, "Session not found");

        Socket known = world.dials("x-user-id: " + ANN);
        known.says(message);
        isRefused(known, NOT_FOUND, "Session not found");
    }

    @Test
    void whoDoesNotJoinInTimeIsClosed() {
        Socket app = world.dials();
        app.says("{\"type\":\"ping\"}"); // which is answered, and no excuse
        world.passes(9_999);
        assertThat(app.isOpen()).isTrue();
        world.passes(1);
        assertThat(app.heard()).containsExactly("{\"type\":\"pong\",\"timestamp\":1767268800000}");
        assertThat(app.closed()).isEqualTo(new Close(1008, "Authentication timeout"));
    }

    @Test
    void whoHasJoinedIsNotClosedForIt() {
        Socket app = world.joins(world.glasses(), PLAIN);
        world.passes(11_000);
        assertThat(app.isOpen()).isTrue();
    }

    // ---- again

    @Test
    void anAppThatRunsMayReconnectAndFindsItsSubscriptions() {
        Socket glasses = world.glasses();
        Socket app =
                world.listens(glasses, TRUSTED, "transcription:en-US?hints=en,fr", "button_press");
        app.vanishes();
        world.passes(4_999);
        Socket again = resumes(TRUSTED, key(TRUSTED));
        again.says(RECONNECT);
        assertThat(again.heard())
                .containsExactly(
                        ack(
                                "reconnect_ack",
                                TRUSTED,
                                "[\"transcription:en-US?hints=en,fr\",\"button_press\"]"),
                        STATE);
        glasses.says("{\"type\":\"button_press\"}");
        assertThat(again.heard()).hasSize(1);
    }

    @Test
    void theOlderSocketIsReplacedWhateverItStillSays() {
        Socket glasses = world.glasses();
        Socket older = world.joins(glasses, PLAIN);
        Socket newer = world.dials();
        newer.says(init(PLAIN));
        isIn(newer, PLAIN);
        assertThat(older.heard()).isEmpty();
        assertThat(older.closed()).isEqualTo(new Close(1000, "Replaced"));
        world.passes(6_000);
        newer.subscribes("button_press");
        glasses.says("{\"type\":\"button_press\"}");
        assertThat(newer.heard()).hasSize(1);
        world.until(() -> !world.webhooks("session_request").isEmpty());
        assertThat(world.webhooks("session_request")).hasSize(1);
    }

    @Test
    void aReconnectToNoSessionIsRejectedAndTheSocketStaysForAnInit() {
        Socket app = resumes(PLAIN, key(PLAIN));
        app.says(RECONNECT);
        assertThat(app.heard()).containsExactly(rejected("SESSION_NOT_FOUND", "Session not found"));
        assertThat(app.closed()).isNull();

        world.glasses().says(start(PLAIN));
        app.says("{\"type\":\"tpa_connection_init\",\"sdkVersion\":\"3.0.0\"}");
        isIn(app, PLAIN);
        world.passes(11_000);
        assertThat(app.isOpen()).isTrue();
    }

    @Test
    void aReconnectOfAnAppThatDoesNotRunIsRejected() {
        Socket glasses = world.glasses();
        Socket app = resumes(PLAIN, key(PLAIN));
        app.says(RECONNECT);
        assertThat(app.heard())
                .containsExactly(rejected("NOT_RUNNING", "App not started for this session"));
        assertThat(app.closed()).isNull();

        glasses.says(start(PLAIN));
        app.says("{\"type\":\"tpa_connection_init\"}");
        isIn(app, PLAIN);
    }

    @Test
    void aSocketThatStayedAfterARejectionHasToJoinInTime() {
        Socket app = resumes(PLAIN, key(PLAIN));
        app.says(RECONNECT);
        world.passes(10_000);
        assertThat(app.closed()).isEqualTo(new Close(1008, "Authentication timeout"));
    }

    @Test
    void aReconnectNeedsTheKey() {
        world.listens(world.glasses(), PLAIN, "button_press");
        Socket app = resumes(PLAIN, "guess");
        app.says(RECONNECT);
        isRefused(app, WRONG_KEY, "Invalid API key");
    }

    @Test
    void anInitOnASocketThatHasJoinedIsAcknowledgedAgain() {
        Socket glasses = world.glasses();
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.says(init(PLAIN));
        assertThat(app.heard())
                .containsExactly(ack("tpa_connection_ack", PLAIN, "[\"button_press\"]"), STATE);
        assertThat(app.closed()).isNull();
    }

    @Test
    void aSocketCannotBecomeAnotherApp() {
        Socket glasses = world.glasses();
        Socket app = world.joins(glasses, PLAIN);
        glasses.says(start(TRUSTED));
        app.says(init(TRUSTED));
        isRefused(app, NOT_STARTED, "App not started for this session");
    }

    @Test
    void aJoinedSocketStaysWithItsUser() {
        world.glassesOf("bob@example.com").says(start(PLAIN));
        Socket app = world.joins(world.glasses(), PLAIN);
        app.says(init(PLAIN).replace(ANN, "bob@example.com"));
        assertThat(app.heard()).hasSize(2).first().asString().contains("\"userId\":\"" + ANN);
    }

    @Test
    void manyWhoGuessAreToldToTryLater() {
        world.glasses();
        Close last = null;
        for (int i = 0; i < 65; i++) {
            Socket app = world.dials();
            app.says(init(PLAIN).replace("key of", "guess of"));
            last = app.closed();
        }
        assertThat(last).isEqualTo(new Close(1013, "Try again later"));
        world.leaps(Duration.ofSeconds(1));
        Socket app = world.dials();
        app.says(init(PLAIN));
        isRefused(app, NOT_STARTED, "App not started for this session");
    }

    // ---- how apps are asked to come

    @Test
    void theWebhookNamesAllThreeUrls() {
        world.glasses().says(start(PLAIN));
        world.until(() -> !world.webhooks("session_request").isEmpty());
        var call = world.webhooks("session_request").getFirst();
        assertThat(call.path()).isEqualTo("/" + PLAIN + "/webhook");
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(call.body())
                .isEqualTo(
                        "{\"type\":\"session_request\",\"sessionId\":\""
                                + sessionId(PLAIN)
                                + "\",\"userId\":\""
                                + ANN
                                + "\",\"timestamp\":\"2026-01-01T12:00:00.000Z\","
                                + "\"websocketUrl\":\"wss://host/ws/miniapp\","
                                + "\"mentraOSWebsocketUrl\":\"wss://host/app-ws\","
                                + "\"augmentOSWebsocketUrl\":\"wss://host/app-ws\"}");
    }

    @Test
    void severalStartsAreOneCall() {
        Socket glasses = world.glasses();
        for (int i = 0; i < 5; i++) {
            glasses.says(start(PLAIN));
        }
        Socket app = world.dials();
        app.says(init(PLAIN));
        glasses.says(start(PLAIN));
        isIn(app, PLAIN);
        glasses.says(start(TRUSTED));
        world.until(() -> world.webhooks("session_request").size() >= 2);
        assertThat(world.webhooks("session_request").stream().map(call -> call.path()))
                .containsExactlyInAnyOrder("/" + PLAIN + "/webhook", "/" + TRUSTED + "/webhook");
    }

    @Test
    void anAppThatDoesNotComeIsStopped() {
        Socket glasses = world.glasses();
        glasses.says(start(PLAIN));
        assertThat(glasses.heard("app_stopped")).isEmpty();
        world.passes(5_999);
        assertThat(glasses.heard("app_stopped")).isEmpty();
        world.passes(1);
        assertThat(glasses.heard("app_stopped", "app_state_change"))
                .containsExactly(
                        "{\"type\":\"app_stopped\",\"packageName\":\""
                                + PLAIN
                                + "\",\"timestamp\":\"T\"}",
                        "{\"type\":\"app_state_change\",\"sessionId\":\""
                                + ANN
                                + "\",\"timestamp\":\"T\"}");
        Socket late = world.dials();
        late.says(init(PLAIN));
        isRefused(late, NOT_STARTED, "App not started for this session");
    }

    @Test
    void anUnknownAppIsStoppedAtOnce() {
        Socket glasses = world.glasses();
        glasses.says(start("com.unheard.of"));
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"app_stopped\",\"packageName\":\"com.unheard.of\",\"timestamp\":\"T\"}");
    }

    @Test
    void oneForegroundAppMakesRoomForTheNext() {
        world.register("com.x.one", true);
        world.register("com.x.two", true);
        Socket glasses = world.glasses();
        Socket background = world.joins(glasses, PLAIN);
        Socket one = world.joins(glasses, "com.x.one");
        Socket two = world.joins(glasses, "com.x.two");
        world.until(() -> !one.isOpen());
        assertThat(one.heard()).containsExactly("{\"type\":\"app_stopped\",\"timestamp\":\"T\"}");
        assertThat(one.closed()).isEqualTo(new Close(1000, "App stopped"));
        assertThat(List.of(background.isOpen(), two.isOpen())).containsExactly(true, true);
        assertThat(world.webhooks("stop_request").getFirst().body())
                .contains("\"reason\":\"system_stop\"");
    }
}
