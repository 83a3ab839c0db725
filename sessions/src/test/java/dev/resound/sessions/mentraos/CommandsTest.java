package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.MessageRulesTest.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.Companion;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** What apps have the glasses do, and how the answers find them. */
class CommandsTest {
    private static final String BOTH_NAMES =
            "\"packageName\":\"%s\",\"appId\":\"%s\"".formatted(TRUSTED, TRUSTED);

    private final GlassesWorld world = new GlassesWorld();
    private final Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    private static String error(String code, String message, String more) {
        return "{\"type\":\"tpa_connection_error\",\"code\":\"%s\",\"message\":\"%s\",%s\"timestamp\":\"T\"}"
                .formatted(code, message, more);
    }

    private static String poll(String accuracy, String correlation) {
        return "{\"type\":\"location_poll_request\",\"accuracy\":\"%s\",\"correlationId\":\"%s\"}"
                .formatted(accuracy, correlation);
    }

    private static String photo(String request) {
        return "{\"type\":\"photo_request\",\"requestId\":\"" + request + "\"}";
    }

    private static String taken(String request) {
        return "{\"type\":\"photo_response\",\"requestId\":\"" + request + "\",\"success\":true}";
    }

    // ---- as the glasses get them

    @Test
    void aPhotoGoesToTheAppThatAskedForIt() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(photo("r1"));
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"photo_request\",\"timestamp\":\"T\",\"appId\":\""
                                + TRUSTED
                                + "\",\"webhookUrl\":\""
                                + world.url(TRUSTED)
                                + "/photo-upload\",\"size\":\"medium\",\"compress\":\"none\",\"requestId\":\"r1\"}");
    }

    @Test
    void aPhotoMayGoElsewhereAndBeOfAnotherKind() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(
                "{\"type\":\"photo_request\",\"requestId\":\"r1\",\"size\":\"large\",\"compress\":\"heavy\","
                        + "\"customWebhookUrl\":\"https://x/y\",\"authToken\":\"t\",\"saveToGallery\":true}");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"photo_request\",\"timestamp\":\"T\",\"appId\":\""
                                + TRUSTED
                                + "\",\"webhookUrl\":\"https://x/y\",\"size\":\"large\",\"compress\":\"heavy\","
                                + "\"requestId\":\"r1\",\"authToken\":\"t\",\"saveToGallery\":true}");
    }

    @Test
    void anAppsAddressMayEndWithASlash() {
        world.register(
                new Companion(
                        "com.x.slash",
                        "slash",
                        URI.create(world.url("com.x.slash") + "/"),
                        Companion.sha256(GlassesWorld.key("com.x.slash")),
                        false,
                        Set.of("CAMERA"),
                        JsonNodeFactory.instance.arrayNode()));
        Socket app = world.joins(glasses, "com.x.slash");
        app.says(photo("r1"));
        assertThat(glasses.heard())
                .singleElement()
                .asString()
                .contains("\"webhookUrl\":\"" + world.url("com.x.slash") + "/photo-upload\"");
        world.until(() -> !world.webhooks("session_request").isEmpty());
        assertThat(world.webhooks("session_request").getFirst().path())
                .isEqualTo("/com.x.slash/webhook");
    }

    @Test
    void soundsArePlayedAndStopped() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(
                "{\"type\":\"audio_play_request\",\"requestId\":\"r1\",\"audioUrl\":\"https://x/y\",\"volume\":0.50,"
                        + "\"stopOtherAudio\":true,\"trackId\":\"t\"}");
        app.says(
                "{\"type\":\"audio_play_request\",\"requestId\":\"r2\",\"audioUrl\":\"https://x/y\"}");
        app.says("{\"type\":\"audio_stop_request\",\"trackId\":\"t\"}");
        app.says("{\"type\":\"audio_stop_request\"}");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"audio_play_request\",\"timestamp\":\"T\","
                                + BOTH_NAMES
                                + ",\"requestId\":\"r1\",\"audioUrl\":\"https://x/y\",\"volume\":0.50,"
                                + "\"stopOtherAudio\":true,\"trackId\":\"t\"}",
                        "{\"type\":\"audio_play_request\",\"timestamp\":\"T\","
                                + BOTH_NAMES
                                + ",\"requestId\":\"r2\",\"audioUrl\":\"https://x/y\"}",
                        "{\"type\":\"audio_stop_request\",\"timestamp\":\"T\","
                                + BOTH_NAMES
                                + ",\"trackId\":\"t\"}",
                        "{\"type\":\"audio_stop_request\",\"timestamp\":\"T\"," + BOTH_NAMES + "}");
    }

    @Test
    void lightsAreControlled() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(
                "{\"type\":\"rgb_led_control\",\"requestId\":\"r1\",\"action\":\"on\",\"color\":\"red\","
                        + "\"ontime\":100,\"offtime\":50,\"count\":3}");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"rgb_led_control\",\"timestamp\":\"T\","
                                + BOTH_NAMES
                                + ",\"requestId\":\"r1\",\"action\":\"on\",\"color\":\"red\","
                                + "\"ontime\":100,\"offtime\":50,\"count\":3}");
    }

    @Test
    void aNetworkIsAskedFor() {
        Socket app = world.joins(glasses, PLAIN);
        app.says("{\"type\":\"request_wifi_setup\",\"reason\":\"to stream\"}");
        app.says("{\"type\":\"request_wifi_setup\"}");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"show_wifi_setup\",\"timestamp\":\"T\",\"appPackageName\":\"com.my-org.plain\",\"reason\":\"to stream\"}",
                        "{\"type\":\"show_wifi_setup\",\"timestamp\":\"T\",\"appPackageName\":\"com.my-org.plain\"}");
    }

    // ---- what comes to nothing; the socket always stays

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"photo_request\"",
                "\"photo_request\",\"requestId\":\"\"",
                "\"photo_request\",\"requestId\":7",
                "\"audio_play_request\",\"audioUrl\":\"https://x\"",
                "\"audio_play_request\",\"audioUrl\":\"https://x\",\"requestId\":7",
                "\"rgb_led_control\",\"action\":\"on\",\"requestId\":[]",
                "\"location_poll_request\",\"accuracy\":\"high\"",
                "\"location_poll_request\",\"accuracy\":\"high\",\"correlationId\":7",
                "\"display_event\"",
                "\"display_event\",\"layout\":{}",
                "\"display_event\",\"layout\":\"text\"",
                "\"display_event\",\"layout\":{\"layoutType\":7}",
                "\"display_event\",\"view\":7,\"layout\":{\"layoutType\":\"clear_view\"}"
            })
    void aCommandWithoutWhatItNeedsIsRefused(String command) {
        Socket app = world.joins(glasses, TRUSTED);
        app.says("{\"type\":" + command + "}");
        assertThat(app.heard("tpa_connection_error"))
                .singleElement()
                .asString()
                .contains("\"code\":\"MALFORMED_MESSAGE\",\"message\":\"Malformed message\"");
        assertThat(app.isOpen()).isTrue();
        assertThat(glasses.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"audio_play_request\",\"requestId\":\"r1\"",
                "\"audio_play_request\",\"requestId\":\"r1\",\"audioUrl\":7",
                "\"rgb_led_control\",\"requestId\":\"r1\""
            })
    void aRefusedCommandIsNamed(String command) {
        Socket app = world.joins(glasses, TRUSTED);
        app.says("{\"type\":" + command + "}");
        assertThat(app.heard())
                .containsExactly(
                        error("MALFORMED_MESSAGE", "Malformed message", "\"requestId\":\"r1\","));
    }

    /** Even if the answer is there already. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"correlationId\":7", ",\"correlationId\":\"\""})
    void aPollSaysHowItsAnswerIsToBeFound(String field) {
        Socket app = world.joins(glasses, TRUSTED);
        glasses.says("{\"type\":\"location_update\",\"lat\":1}");
        app.says("{\"type\":\"location_poll_request\",\"accuracy\":\"high\"" + field + "}");
        assertThat(app.heard("data_stream")).isEmpty();
        assertThat(app.isOpen()).isTrue();
    }

    @Test
    void whoLacksAPermissionIsToldSo() {
        Socket app = world.joins(glasses, PLAIN);
        app.says(photo("r1"));
        app.says(poll("high", "c1"));
        assertThat(app.heard())
                .containsExactly(
                        error("PERMISSION_DENIED", "Permission denied", "\"requestId\":\"r1\","),
                        error(
                                "PERMISSION_DENIED",
                                "Permission denied",
                                "\"correlationId\":\"c1\","));
        assertThat(app.isOpen()).isTrue();
        assertThat(glasses.heard()).isEmpty();
    }

    @Test
    void withoutGlassesNothingIsAskedOfThem() {
        Socket app = world.joins(glasses, TRUSTED);
        glasses.vanishes();
        app.says(photo("r1"));
        app.says(poll("high", "c1"));
        app.says("{\"type\":\"request_wifi_setup\"}");
        assertThat(app.heard())
                .containsExactly(
                        error("INTERNAL_ERROR", "Glasses not connected", "\"requestId\":\"r1\","),
                        error(
                                "INTERNAL_ERROR",
                                "Glasses not connected",
                                "\"correlationId\":\"c1\","),
                        error("INTERNAL_ERROR", "Glasses not connected", ""));
        assertThat(app.isOpen()).isTrue();
        Socket again = world.glasses();
        world.passes(1_000);
        assertThat(again.heard("photo_request", "request_single_location")).isEmpty();
    }

    @Test
    void anAppWaitsForSixtyFourAnswersAtMost() {
        Socket app = world.joins(glasses, TRUSTED);
        for (int i = 0; i < 64; i++) {
            app.says(photo("r" + i));
        }
        assertThat(app.heard()).isEmpty();
        app.says(photo("one more"));
        assertThat(app.heard())
                .containsExactly(
                        error(
                                "TOO_MANY_REQUESTS",
                                "Too many requests",
                                "\"requestId\":\"one more\","));
        assertThat(app.isOpen()).isTrue();
        assertThat(glasses.heard()).hasSize(64);

        world.register("com.x.other", "CAMERA");
        Socket other = world.joins(glasses, "com.x.other");
        other.says(photo("of another"));
        assertThat(other.heard()).isEmpty();
        glasses.says(taken("r0"));
        app.says(photo("one more"));
        assertThat(app.heard()).containsExactly(taken("r0"));
    }

    // ---- answers

    @ParameterizedTest
    @CsvSource({
        "photo_response, '\"photo_request\",\"requestId\":\"r1\"'",
        "audio_play_response,"
                + " '\"audio_play_request\",\"requestId\":\"r1\",\"audioUrl\":\"https://x\"'",
        "rgb_led_control_response, '\"rgb_led_control\",\"requestId\":\"r1\",\"action\":\"on\"'"
    })
    void theAnswerReachesWhoAskedAsItIsAndNobodyElse(String type, String command) {
        world.register("com.x.all", "ALL");
        Socket all = world.listens(glasses, "com.x.all", "*", type);
        Socket app = world.joins(glasses, TRUSTED);
        app.says("{\"type\":" + command + "}");
        String answer =
                "{\"success\":false, \"error\":{\"code\":\"x\"},\"type\":\"%s\",\"requestId\":\"r1\",\"new\":1.0}"
                        .formatted(type);
        glasses.says(answer);
        assertThat(app.heard()).containsExactly(answer);
        glasses.says(answer);
        assertThat(app.heard()).isEmpty();
        assertThat(all.heard()).isEmpty();
    }

    @Test
    void anAnswerNobodyAskedForIsDropped() {
        Socket app = world.listens(glasses, TRUSTED, "photo_response", "*");
        glasses.says(taken("never"));
        assertThat(app.heard()).isEmpty();
        app.says(photo("r1"));
        world.passes(29_999);
        glasses.says(taken("r2"));
        assertThat(app.heard()).isEmpty();
        glasses.says(taken("r1"));
        assertThat(app.heard()).containsExactly(taken("r1"));
    }

    @Test
    void anAnswerAfterHalfAMinuteIsTooLate() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(photo("r1"));
        world.passes(30_000);
        glasses.says(taken("r1"));
        assertThat(app.heard()).isEmpty();
        app.says(photo("r1")); // free again
        glasses.says(taken("r1"));
        assertThat(app.heard()).containsExactly(taken("r1"));
    }

    @Test
    void oneRequestIdIsOneAppsAtATime() {
        world.register("com.x.other", "CAMERA");
        Socket app = world.joins(glasses, TRUSTED);
        Socket other = world.joins(glasses, "com.x.other");
        app.says(photo("r1"));
        glasses.heard();
        other.says(photo("r1"));
        assertThat(other.heard())
                .containsExactly(
                        error("MALFORMED_MESSAGE", "Malformed message", "\"requestId\":\"r1\","));
        assertThat(glasses.heard()).isEmpty();
        glasses.says(taken("r1"));
        assertThat(app.heard()).containsExactly(taken("r1"));
        other.says(photo("r1"));
        glasses.says(taken("r1"));
        assertThat(other.heard()).containsExactly(taken("r1"));
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void anAppThatComesBackGetsItsAnswer() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(photo("r1"));
        app.vanishes();
        Socket again = world.dials();
        again.says(GlassesWorld.init(TRUSTED));
        again.heard();
        glasses.says(taken("r1"));
        assertThat(again.heard()).containsExactly(taken("r1"));
    }

    // ---- positions

    @Test
    void aPollIsAnsweredByTheGlassesToTheOneWhoAsked() {
        Socket app = world.joins(glasses, TRUSTED);
        world.register("com.x.all", "ALL");
        Socket all = world.listens(glasses, "com.x.all", "location_update", "*");
        app.says(poll("realtime", "c1"));
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"request_single_location\",\"timestamp\":\"T\",\"accuracy\":\"realtime\",\"correlationId\":\"c1\"}");
        String answer = "{\"type\":\"location_update\",\"lat\":1.50,\"correlationId\":\"c1\"}";
        glasses.says(answer);
        assertThat(app.heard()).containsExactly(event(TRUSTED, "location_update", answer));
        assertThat(all.heard()).isEmpty();
        glasses.says(answer); // nobody waits for it any more: a position like others
        assertThat(app.heard()).isEmpty();
        assertThat(all.heard()).containsExactly(event("com.x.all", "location_update", answer));
    }

    @Test
    void aPollIsForgottenAfterAQuarterOfAMinute() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(poll("realtime", "c1"));
        world.passes(15_000);
        glasses.says("{\"type\":\"location_update\",\"correlationId\":\"c1\"}");
        assertThat(app.heard()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "realtime, 1",
        "high, 10",
        "standard, 30",
        "tenMeters, 30",
        "hundredMeters, 60",
        "kilometer, 300",
        "threeKilometers, 900",
        "reduced, 900",
        "unheardOf, 900"
    })
    void aPositionIsYoungEnoughForAWhile(String accuracy, int seconds) {
        Socket app = world.joins(glasses, TRUSTED);
        glasses.says(
                "{\"type\":\"location_update\",\"lat\":1.25,\"lng\":-2,\"correlationId\":\"old\"}");
        world.leaps(Duration.ofSeconds(seconds).minusMillis(1));
        app.says(poll(accuracy, "early"));
        assertThat(app.heard()).containsExactly(known("early"));
        world.leaps(Duration.ofMillis(1));
        app.says(poll(accuracy, "just"));
        assertThat(app.heard()).containsExactly(known("just"));
        glasses.heard();
        world.leaps(Duration.ofMillis(1));
        app.says(poll(accuracy, "late"));
        assertThat(app.heard()).isEmpty();
        assertThat(glasses.heard("request_single_location")).hasSize(1);
    }

    private static String known(String correlation) {
        return event(
                TRUSTED,
                "location_update",
                "{\"type\":\"location_update\",\"lat\":1.25,\"lng\":-2,\"correlationId\":\"%s\"}"
                        .formatted(correlation));
    }

    @Test
    void aPositionThatIsKnownIsToldWithoutGlasses() {
        Socket app = world.joins(glasses, TRUSTED);
        glasses.says("{\"type\":\"location_update\",\"lat\":1}");
        glasses.vanishes();
        app.says(poll("high", "c1"));
        assertThat(app.heard("data_stream")).hasSize(1);
    }

    @Test
    void onesAnswerIsNobodysLastPosition() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(poll("high", "c1"));
        glasses.says("{\"type\":\"location_update\",\"lat\":1,\"correlationId\":\"c1\"}");
        glasses.heard();
        app.says(poll("high", "c2"));
        assertThat(glasses.heard("request_single_location")).hasSize(1);
    }

    @Test
    void numbersOfAPositionAreToldAsTheyWere() {
        Socket app = world.joins(glasses, TRUSTED);
        glasses.says("{\"type\":\"location_update\",\"lat\":48.12345678901234567890,\"x\":1e400}");
        app.says(poll("high", "c1"));
        assertThat(app.heard("data_stream"))
                .singleElement()
                .asString()
                .contains("\"lat\":48.12345678901234567890,\"x\":1E+400,");
    }
}
