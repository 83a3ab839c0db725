package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.ANN;
import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.GlassesWorld.sessionId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for all messages, whatever they are about. */
class MessageRulesTest {
    /** Whoever sends this claims to be somebody else. */
    private static final String FORGED =
            "\"packageName\":\"%s\",\"appId\":\"%s\",\"sessionId\":\"eve@example.com-%s\",\"userId\":\"eve@example.com\","
                    .formatted(TRUSTED, TRUSTED, TRUSTED);

    private final GlassesWorld world = new GlassesWorld();
    private final Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    static String event(String app, String stream, String json) {
        return "{\"type\":\"data_stream\",\"sessionId\":\"%s\",\"streamType\":\"%s\",\"data\":%s,\"timestamp\":\"T\"}"
                .formatted(sessionId(app), stream, json);
    }

    // ---- pings

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"timestamp\":1}",
                " { \"timestamp\" : \"x\", \"type\" : \"ping\" } ",
                "{\"type\":\"pong\",\"type\":\"ping\"}"
            })
    void aPingIsAnsweredAndReachesNobody(String ping) {
        Socket app = world.listens(glasses, TRUSTED, "*", "ping");
        glasses.says(ping);
        assertThat(glasses.heard()).containsExactly("{\"type\":\"pong\"}");
        assertThat(app.heard()).isEmpty();
        app.says(ping);
        assertThat(app.heard())
                .containsExactly("{\"type\":\"pong\",\"timestamp\":" + world.clock.millis() + "}");
        assertThat(glasses.heard()).isEmpty();
    }

    @Test
    void aPongIsTakenInSilence() {
        Socket app = world.listens(glasses, TRUSTED, "*", "pong");
        glasses.says("{\"type\":\"pong\"}");
        app.says("{\"type\":\"pong\"}");
        assertThat(glasses.heard()).isEmpty();
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void noAppIsEverAskedForAPongInJson() {
        Socket app = world.listens(glasses, TRUSTED, "*");
        world.passes(30_000);
        assertThat(app.heard()).isEmpty();
        assertThat(app.connection.pings()).isGreaterThan(0);
    }

    @Test
    void glassesAreAcknowledgedAsOftenAsTheyAsk() {
        for (int i = 0; i < 2; i++) {
            glasses.says(
                    "{\"type\":\"connection_init\",\"userId\":\"eve@example.com\",\"coreToken\":\"x\"}");
            assertThat(glasses.heard())
                    .containsExactly(
                            "{\"type\":\"connection_ack\",\"sessionId\":\""
                                    + ANN
                                    + "\",\"timestamp\":\"T\"}");
        }
    }

    // ---- what makes no sense

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{nope",
                "[]",
                "7",
                "null",
                "{}",
                "{\"type\":7}",
                "{\"type\":\"button_press\"} garbage",
                "{\"type\":\"button_press\"}{\"type\":\"button_press\"}",
                "\uFEFF{\"type\":\"button_press\"}",
                "{\"type\":\"button_press\",\"type\":null}",
                "{\"type\":\"start_app\"}",
                "{\"type\":\"start_app\",\"packageName\":7}",
                "{\"type\":\"stop_app\",\"packageName\":\"\"}",
                "{\"type\":\"photo_response\"}",
                "{\"type\":\"location_update\",\"lat\":}"
            })
    void glassesMayTalkNonsense(String text) {
        Socket app = world.listens(glasses, TRUSTED, "*");
        glasses.says(text);
        assertThat(app.heard()).isEmpty();
        assertThat(glasses.isOpen()).isTrue();
        glasses.says("{\"type\":\"button_press\"}");
        assertThat(app.heard()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{nope",
                "[]",
                "7",
                "null",
                "{}",
                "{\"type\":7}",
                "{\"type\":\"ping\"} garbage",
                "\uFEFF{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"type\":null}"
            })
    void anAppThatTalksNonsenseComesAnew(String text) {
        Socket joined = world.joins(glasses, TRUSTED);
        joined.says(text);
        assertThat(joined.heard()).isEmpty();
        assertThat(joined.closed()).isEqualTo(new Close(1011, "Internal server error"));

        Socket stranger = world.dials();
        stranger.says(text);
        assertThat(stranger.heard()).isEmpty();
        assertThat(stranger.closed()).isEqualTo(new Close(1011, "Internal server error"));
    }

    @Test
    void deepNestingHarmsNobody() {
        Socket app = world.listens(glasses, TRUSTED, "*");
        String deep = "{\"type\":\"button_press\",\"a\":" + "[".repeat(100_000);
        glasses.says(deep);
        glasses.says(deep + "]".repeat(100_000) + "}");
        assertThat(glasses.isOpen()).isTrue();
        assertThat(app.heard()).isEmpty();
        app.says(deep);
        assertThat(app.closed()).isEqualTo(new Close(1011, "Internal server error"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"unheard_of\"}",
                "{\"type\":\"rtmp_stream_request\"}",
                "{\"type\":\"dashboard_content_update\"}",
                "{\"type\":\"app_broadcast_message\"}",
                "{\"type\":\"managed_stream_request\"}",
                "{\"type\":\"\"}"
            })
    void whatAppsSayThatNobodyKnowsIsDropped(String text) {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(text);
        app.says(new byte[40]);
        assertThat(app.isOpen()).isTrue();
        assertThat(app.heard()).isEmpty();
        assertThat(glasses.heard()).isEmpty();
    }

    // ---- what is passed on

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"button_press\",\"buttonId\":\"main\",\"pressType\":\"short\"}",
                "{\"type\":\"head_position\",\"position\":\"up\",\"x\":[1,{\"y\":null}]}",
                "{ \"b\" : 1.50e+00 , \"type\":\"never_heard_of\", \"a\" : -0.0 }",
                "{\"type\":\"button_press\",\"a\":1,\"a\":2}",
                "{\"type\":\"x\",\"big\":123456789012345678901234567890.5,\"far\":1e400}",
                "{\"type\":\"x\",\"text\":\"\\ud800 \\u00e9 é 😀 \\/\"}",
                "{\"type\":\"VAD\",\"status\":true,\"later\":\"field\"}",
                "{\"type\":\"glasses_battery_update\",\"level\":1,\"charging\":false}",
                "{\"type\":\"location_update\",\"lat\":1.10,\"lng\":2}",
                "{\"type\":\"touch_event\",\"device_model\":\"G1\",\"gesture_name\":\"wiggle\"}",
                "{\"type\":\"glasses_connection_state\",\"modelName\":\"G1\",\"status\":\"BUSY\"}"
            })
    void eventsArePassedOnByteForByte(String json) {
        Socket app = world.listens(glasses, TRUSTED, "*");
        glasses.says(json);
        assertThat(app.heard("data_stream"))
                .singleElement()
                .asString()
                .contains("\"data\":" + json);
    }

    @Test
    void whatTheGlassesSayOfThemselvesIsOnlyText() {
        Socket app = world.listens(glasses, TRUSTED, "button_press");
        Socket bobs = world.glassesOf("bob@example.com");
        bobs.heard();
        String json =
                "{\"type\":\"button_press\",\"userId\":\"bob@example.com\",\"sessionId\":\"bob@example.com\"}";
        glasses.says(json);
        assertThat(app.heard()).containsExactly(event(TRUSTED, "button_press", json));
        glasses.says(
                "{\"type\":\"start_app\",\"userId\":\"bob@example.com\",\"packageName\":\"none\"}");
        assertThat(bobs.heard()).isEmpty();
        assertThat(glasses.heard("app_stopped")).hasSize(1);
    }

    // ---- nobody is who they say in a message

    @Test
    void anAppSubscribesForItselfAlone() {
        Socket trusted = world.listens(glasses, TRUSTED, "button_press");
        Socket plain = world.joins(glasses, PLAIN);
        plain.says(
                "{\"type\":\"subscription_update\","
                        + FORGED
                        + "\"subscriptions\":[\"head_position\",\"audio_chunk\"]}");
        assertThat(plain.heard("permission_error")).hasSize(1);
        glasses.says("{\"type\":\"button_press\"}");
        glasses.says("{\"type\":\"head_position\"}");
        assertThat(trusted.heard())
                .containsExactly(event(TRUSTED, "button_press", "{\"type\":\"button_press\"}"));
        assertThat(plain.heard())
                .containsExactly(event(PLAIN, "head_position", "{\"type\":\"head_position\"}"));
    }

    @Test
    void anAppShowsThingsUnderItsOwnName() {
        Socket plain = world.joins(glasses, PLAIN);
        plain.says(
                "{\"type\":\"display_event\","
                        + FORGED
                        + "\"layout\":{\"layoutType\":\"text_wall\",\"text\":\"hi\"}}");
        assertThat(glasses.heard("display_event"))
                .singleElement()
                .asString()
                .contains("\"packageName\":\"" + PLAIN + "\"")
                .doesNotContain(TRUSTED)
                .doesNotContain("eve@");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"audio_play_request\",\"requestId\":\"r\",\"audioUrl\":\"https://x/y\"",
                "\"audio_stop_request\"",
                "\"rgb_led_control\",\"requestId\":\"r\",\"action\":\"on\"",
                "\"request_wifi_setup\",\"reason\":\"because\"",
                "\"photo_request\",\"requestId\":\"r\"",
                "\"location_poll_request\",\"accuracy\":\"high\",\"correlationId\":\"c\""
            })
    void anAppGivesCommandsUnderItsOwnName(String command) {
        world.register("com.x.mine", "CAMERA", "LOCATION");
        Socket app = world.joins(glasses, "com.x.mine");
        app.says("{" + FORGED + "\"type\":" + command + "}");
        assertThat(glasses.heard())
                .singleElement()
                .asString()
                .doesNotContain(TRUSTED)
                .doesNotContain("eve@");
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void aForgedPackageGivesNoPermission() {
        Socket plain = world.joins(glasses, PLAIN);
        plain.says("{\"type\":\"photo_request\"," + FORGED + "\"requestId\":\"r\"}");
        assertThat(plain.heard())
                .containsExactly(
                        "{\"type\":\"tpa_connection_error\",\"code\":\"PERMISSION_DENIED\","
                                + "\"message\":\"Permission denied\",\"requestId\":\"r\",\"timestamp\":\"T\"}");
        assertThat(glasses.heard()).isEmpty();
    }

    @Test
    void anAppReleasesItselfAlone() {
        Socket trusted = world.listens(glasses, TRUSTED, "button_press");
        Socket plain = world.joins(glasses, PLAIN);
        plain.says("{\"type\":\"ownership_release\"," + FORGED + "\"reason\":\"user_logout\"}");
        plain.vanishes();
        glasses.says("{\"type\":\"button_press\"}");
        assertThat(trusted.heard()).hasSize(1);
        trusted.vanishes();
        world.passes(5_000);
        world.until(() -> world.webhooks("stop_request").size() == 1);
        assertThat(world.webhooks("stop_request").getFirst().path()).contains(TRUSTED);
    }
}
