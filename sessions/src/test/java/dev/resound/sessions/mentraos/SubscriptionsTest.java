package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.GlassesWorld.init;
import static dev.resound.sessions.mentraos.MessageRulesTest.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.sessions.StreamName;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which event reaches which app, and under which name. */
class SubscriptionsTest {
    private static final String PRESSED = "{\"type\":\"button_press\"}";
    private static final String NODDED = "{\"type\":\"head_position\"}";

    private final GlassesWorld world = new GlassesWorld();
    private final Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    private static String spoken(String language) {
        return "{\"type\":\"local_transcription\",\"text\":\"hi\",\"transcribeLanguage\":\"%s\"}"
                .formatted(language);
    }

    /** As an engine for translation says it. */
    private void translated(String languages) {
        world.sessions
                .session(GlassesWorld.ANN)
                .orElseThrow()
                .emit(
                        new StreamName("translation", languages),
                        "{\"type\":\"translation\"}".getBytes(UTF_8));
        world.settle();
    }

    private static List<String> streams(Socket app) {
        return app.heard("data_stream").stream()
                .map(text -> GlassesWorld.JSON.readTree(text).path("streamType").stringValue())
                .toList();
    }

    // ---- the list

    @Test
    void aListReplacesTheOneBefore() {
        Socket app = world.listens(glasses, PLAIN, "button_press", "touch_event");
        app.subscribes("head_position");
        glasses.says(PRESSED);
        glasses.says(NODDED);
        assertThat(app.heard()).containsExactly(event(PLAIN, "head_position", NODDED));
    }

    @Test
    void ofSeveralListsInOneMomentTheLastCounts() {
        Socket app = world.joins(glasses, PLAIN);
        for (String last : List.of("button_press", "touch_event", "head_position")) {
            app.connection.says(
                    "{\"type\":\"subscription_update\",\"subscriptions\":[\"" + last + "\"]}");
        }
        world.settle();
        glasses.says(PRESSED);
        glasses.says(NODDED);
        assertThat(app.heard()).containsExactly(event(PLAIN, "head_position", NODDED));
    }

    @Test
    void entriesThatAreNoSubscriptionsAreLeftOut() {
        Socket app = world.joins(glasses, PLAIN);
        app.says(
                "{\"type\":\"subscription_update\",\"subscriptions\":[7,null,[],{},\"\",{\"stream\":7},"
                        + "{\"stream\":\"head_position\",\"rate\":9},\""
                        + "x".repeat(501)
                        + "\",\"button_press\"]}");
        glasses.says(PRESSED);
        glasses.says(NODDED);
        assertThat(streams(app)).containsExactly("button_press", "head_position");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"subscriptions\":null", ",\"subscriptions\":\"button_press\""})
    void withoutAListThereIsNoSenseInIt(String field) {
        Socket app = world.joins(glasses, PLAIN);
        app.says("{\"type\":\"subscription_update\"" + field + "}");
        assertThat(app.closed()).isEqualTo(new Close(1011, "Internal server error"));
    }

    @Test
    void moreThan256AreRefusedAndThoseBeforeStay() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.subscribes(IntStream.range(0, 257).mapToObj(i -> "s" + i).toArray(String[]::new));
        assertThat(app.heard())
                .containsExactly(
                        "{\"type\":\"tpa_connection_error\",\"code\":\"TOO_MANY_REQUESTS\","
                                + "\"message\":\"Too many requests\",\"timestamp\":\"T\"}");
        assertThat(app.isOpen()).isTrue();
        glasses.says(PRESSED);
        assertThat(app.heard()).hasSize(1);

        app.subscribes(IntStream.range(0, 256).mapToObj(i -> "s" + i).toArray(String[]::new));
        glasses.says(PRESSED);
        glasses.says("{\"type\":\"s255\"}");
        assertThat(streams(app)).containsExactly("s255");
    }

    // ---- the empty list

    @Test
    void anEmptyListRightAfterTheJoinIsBelievedLater() {
        Socket app = world.joins(glasses, PLAIN); // a second ago
        app.subscribes("button_press");
        app.subscribes();
        world.passes(6_999);
        glasses.says(PRESSED);
        assertThat(app.heard()).hasSize(1);
        world.passes(1);
        glasses.says(PRESSED);
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void anEmptyListIsForgottenWhenAnotherOneComes() {
        Socket app = world.joins(glasses, PLAIN);
        app.subscribes();
        app.subscribes("button_press");
        world.passes(10_000);
        glasses.says(PRESSED);
        assertThat(app.heard()).hasSize(1);
    }

    @Test
    void anEmptyListIsBelievedAtOnceWhenTheAppHasBeenThereForAWhile() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        world.passes(8_000);
        app.subscribes();
        glasses.says(PRESSED);
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void aStrayEmptyListAfterAReturnTakesNothingAway() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        world.passes(20_000);
        app.vanishes();
        Socket again = world.dials();
        again.says(init(PLAIN));
        again.subscribes();
        world.passes(100);
        again.subscribes("button_press", "head_position");
        again.heard();
        world.passes(10_000);
        glasses.says(PRESSED);
        assertThat(again.heard()).hasSize(1);
    }

    @Test
    void anEmptyListThatWaitsGoesWithItsSocket() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.subscribes();
        app.vanishes();
        world.passes(4_000);
        Socket again = world.dials();
        again.says(init(PLAIN));
        world.passes(7_000);
        again.heard();
        glasses.says(PRESSED);
        assertThat(again.heard()).hasSize(1);
    }

    // ---- permissions

    @Test
    void whatAnAppMayNotHearIsReportedAndTheRestApplies() {
        Socket app = world.joins(glasses, PLAIN);
        app.subscribes("button_press", "audio_chunk", "location_update", "transcription:en-US?x=y");
        assertThat(app.heard())
                .containsExactly(
                        "{\"type\":\"permission_error\",\"message\":\"Some subscriptions need permissions the app lacks\",\"details\":["
                                + detail("audio_chunk", "MICROPHONE")
                                + ","
                                + detail("location_update", "LOCATION")
                                + ","
                                + detail("transcription:en-US?x=y", "MICROPHONE")
                                + "],\"timestamp\":\"T\"}");
        assertThat(app.isOpen()).isTrue();
        glasses.says(PRESSED);
        glasses.says("{\"type\":\"location_update\",\"lat\":1}");
        glasses.says(new byte[] {1, 2});
        glasses.says(spoken("en-US"));
        assertThat(streams(app)).containsExactly("button_press");
        assertThat(app.connection.frames()).noneMatch(frame -> frame.binary());
    }

    private static String detail(String stream, String permission) {
        return "{\"stream\":\"%s\",\"requiredPermission\":\"%s\",\"message\":\"The app does not declare %s\"}"
                .formatted(stream, permission, permission);
    }

    @ParameterizedTest
    @CsvSource({
        "audio_chunk, MICROPHONE",
        "transcription, MICROPHONE",
        "transcription:de-DE, MICROPHONE",
        "transcription:auto, MICROPHONE",
        "translation:all-to-de-DE, MICROPHONE",
        "VAD, MICROPHONE",
        "location_update, LOCATION",
        "location_stream, LOCATION",
        "calendar_event, CALENDAR",
        "photo_response, CAMERA",
        "photo_taken, CAMERA",
        "photo_request, CAMERA",
        "video, CAMERA",
        "rtmp_stream_status, CAMERA",
        "managed_stream_status, CAMERA",
        "phone_notification, READ_NOTIFICATIONS",
        "phone_notification_dismissed, READ_NOTIFICATIONS"
    })
    void eachOfTheseTakesAPermission(String stream, String permission) {
        Socket plain = world.joins(glasses, PLAIN);
        plain.subscribes(stream);
        assertThat(plain.heard("permission_error"))
                .singleElement()
                .asString()
                .contains(detail(stream, permission));

        world.register("com.x.permitted", permission);
        Socket permitted = world.joins(glasses, "com.x.permitted");
        permitted.subscribes(stream);
        assertThat(permitted.heard()).isEmpty();
        Socket trusted = world.joins(glasses, TRUSTED);
        trusted.subscribes(stream);
        assertThat(trusted.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "button_press",
                "head_position",
                "touch_event:long_press",
                "glasses_battery_update",
                "phone_battery_update",
                "glasses_connection_state",
                "vps_coordinates",
                "augmentos:*",
                "custom_message",
                "core_status_update",
                "unheard_of"
            })
    void theOthersTakeNone(String stream) {
        Socket app = world.joins(glasses, PLAIN);
        app.subscribes(stream);
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void theOlderWordForNotificationsWillDo() {
        world.register("com.x.older", "NOTIFICATIONS");
        Socket app = world.listens(glasses, "com.x.older", "phone_notification");
        glasses.says("{\"type\":\"phone_notification\"}");
        assertThat(streams(app)).containsExactly("phone_notification");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "all"})
    void everythingIsWhatAnAppMayHear(String everything) {
        Socket plain = world.listens(glasses, PLAIN, everything);
        Socket trusted = world.listens(glasses, TRUSTED, everything);
        for (String type :
                List.of(
                        "VAD",
                        "location_update",
                        "calendar_event",
                        "photo_taken",
                        "phone_notification",
                        "phone_notification_dismissed",
                        "rtmp_stream_status",
                        "button_press")) {
            glasses.says("{\"type\":\"" + type + "\"}");
        }
        glasses.says(spoken("en-US"));
        glasses.says(new byte[] {1, 2});
        translated("en-US-to-de-DE");
        assertThat(plain.heard()).containsExactly(event(PLAIN, "button_press", PRESSED));
        assertThat(plain.connection.frames()).noneMatch(frame -> frame.binary());
        assertThat(streams(trusted))
                .containsExactly(
                        "VAD",
                        "location_update",
                        "calendar_event",
                        "photo_taken",
                        "phone_notification",
                        "phone_notification_dismissed",
                        "rtmp_stream_status",
                        "button_press",
                        "transcription:en-US",
                        "translation:en-US-to-de-DE");
        assertThat(trusted.connection.frames()).filteredOn(frame -> frame.binary()).hasSize(1);
    }

    // ---- names

    @ParameterizedTest
    @CsvSource({
        "transcription, en-US",
        "transcription?x=y, en-US",
        "transcription:en-US, en-US",
        "transcription:en-US?hints=en%2Cfr&no-language-identification=true, en-US",
        "transcription:en-US?, en-US",
        "transcription:auto, en-US",
        "transcription:auto?x=y, fr-FR",
        "transcription:yue-CN, yue-CN"
    })
    void aTranscriptionComesUnderTheNameItWasAskedForWith(String asked, String language) {
        Socket app = world.listens(glasses, TRUSTED, asked);
        glasses.says(spoken(language));
        assertThat(streams(app)).containsExactly(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "transcription, de-DE",
        "transcription:en-US, en-GB",
        "transcription:en, en-US",
        "transcription:EN-us, en-US",
        "transcription:en-US:x, en-US",
        "transcription:, en-US",
        "translation:en-US-to-de-DE, en-US"
    })
    void whatWasNotAskedForDoesNotCome(String asked, String language) {
        Socket app = world.listens(glasses, TRUSTED, asked);
        glasses.says(spoken(language));
        assertThat(streams(app)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsMatchedToTheLetter() {
        Socket app =
                world.listens(glasses, TRUSTED, "transcription:klingon", "x?y", "touch_event:");
        glasses.says("{\"type\":\"transcription:klingon\"}");
        glasses.says("{\"type\":\"x\"}");
        glasses.says("{\"type\":\"x?y\"}");
        glasses.says("{\"type\":\"touch_event\",\"gesture_name\":\"\"}");
        assertThat(streams(app)).containsExactly("transcription:klingon", "x?y");
    }

    @ParameterizedTest
    @CsvSource({
        "translation:en-US-to-de-DE, en-US-to-de-DE",
        "translation:en-US-to-de-DE?x=y, en-US-to-de-DE",
        "translation:all-to-de-DE, en-US-to-de-DE",
        "translation:all-to-de-DE?x=y, fr-FR-to-de-DE"
    })
    void aTranslationComesUnderTheNameItWasAskedForWith(String asked, String languages) {
        Socket app = world.listens(glasses, TRUSTED, asked);
        translated(languages);
        assertThat(streams(app)).containsExactly(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "translation:en-US-to-de-DE, de-DE-to-en-US",
        "translation:all-to-de-DE, en-US-to-fr-FR",
        "translation:all-to-all, en-US-to-fr-FR",
        "translation, en-US-to-fr-FR",
        "translation:en-US-to-, en-US-to-fr-FR"
    })
    void anotherTranslationDoesNot(String asked, String languages) {
        Socket app = world.listens(glasses, TRUSTED, asked);
        translated(languages);
        assertThat(streams(app)).isEmpty();
    }

    @Test
    void aGestureReachesThoseWhoWantItAndThoseWhoWantAll() {
        world.register("com.x.two");
        world.register("com.x.three");
        Socket one = world.listens(glasses, PLAIN, "touch_event");
        Socket two = world.listens(glasses, "com.x.two", "touch_event:double_tap");
        Socket three = world.listens(glasses, "com.x.three", "touch_event:long_press");
        Socket both = world.listens(glasses, TRUSTED, "touch_event", "touch_event:double_tap");
        glasses.says("{\"type\":\"touch_event\",\"gesture_name\":\"double_tap\"}");
        assertThat(streams(one)).containsExactly("touch_event");
        assertThat(streams(two)).containsExactly("touch_event:double_tap");
        assertThat(streams(three)).isEmpty();
        assertThat(streams(both)).containsExactly("touch_event:double_tap");
        glasses.says("{\"type\":\"touch_event\"}");
        assertThat(streams(one)).containsExactly("touch_event");
        assertThat(streams(two)).isEmpty();
    }

    @Test
    void positionsHaveOneNameHoweverTheyWereAskedFor() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(
                "{\"type\":\"subscription_update\",\"subscriptions\":[{\"stream\":\"location_stream\",\"rate\":\"high\"}]}");
        String position = "{\"type\":\"location_update\",\"lat\":1.5,\"lng\":2.5}";
        glasses.says(position);
        assertThat(app.heard()).containsExactly(event(TRUSTED, "location_update", position));
        app.subscribes("location_stream", "location_update");
        glasses.says(position);
        assertThat(app.heard()).containsExactly(event(TRUSTED, "location_update", position));
    }

    @Test
    void settingsAreHeardByKeyOrAllTogether() {
        world.register("com.x.one");
        Socket all = world.listens(glasses, PLAIN, "augmentos:*");
        Socket one = world.listens(glasses, "com.x.one", "augmentos:brightness");
        Socket both = world.listens(glasses, TRUSTED, "augmentos:all", "augmentos:brightness");
        glasses.says("{\"type\":\"augmentos:brightness\"}");
        glasses.says("{\"type\":\"augmentos:volume\"}");
        assertThat(streams(all)).containsExactly("augmentos:*", "augmentos:*");
        assertThat(streams(one)).containsExactly("augmentos:brightness");
        assertThat(streams(both)).containsExactly("augmentos:brightness", "augmentos:all");
    }

    @Test
    void anEventComesOnceHoweverManyEntriesMeanIt() {
        Socket app =
                world.listens(
                        glasses,
                        TRUSTED,
                        "*",
                        "transcription:auto",
                        "transcription:en-US?x=y",
                        "transcription:en-US",
                        "transcription:en-US");
        glasses.says(spoken("en-US"));
        assertThat(streams(app)).containsExactly("transcription:en-US");
        glasses.says(spoken("fr-FR"));
        assertThat(streams(app)).containsExactly("transcription:fr-FR"); // by the first, which is *
        app.subscribes("transcription:auto", "*");
        glasses.says(spoken("fr-FR"));
        assertThat(streams(app)).containsExactly("transcription:auto");
    }

    @Test
    void strangeCharactersInANameComeBackAsTheyWere() {
        String asked = "transcription:en-US?hints=\\ud800\\\"é😀\\u0000";
        Socket app = world.joins(glasses, TRUSTED);
        app.says("{\"type\":\"subscription_update\",\"subscriptions\":[\"" + asked + "\"]}");
        glasses.says(spoken("en-US"));
        assertThat(streams(app)).containsExactly("transcription:en-US?hints=\ud800\"é😀\0");
    }

    @Test
    void unknownNamesAreStreamsToo() {
        Socket app = world.listens(glasses, PLAIN, "unheard_of");
        glasses.says("{\"type\":\"unheard_of\",\"x\":1}");
        assertThat(app.heard())
                .containsExactly(event(PLAIN, "unheard_of", "{\"type\":\"unheard_of\",\"x\":1}"));
    }

    @Test
    void nothingIsKeptForAnAppThatIsAway() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.vanishes();
        glasses.says(PRESSED);
        Socket again = world.dials();
        again.says(init(PLAIN));
        assertThat(streams(again)).isEqualTo(Collections.emptyList());
        glasses.says(PRESSED);
        assertThat(streams(again)).containsExactly("button_press");
    }
}
