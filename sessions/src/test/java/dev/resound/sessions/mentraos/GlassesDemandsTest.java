package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.ANN;
import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the glasses are to do because of what apps listen to, and when they are told. */
class GlassesDemandsTest {
    private static final String CHANGED =
            "{\"type\":\"app_state_change\",\"sessionId\":\"" + ANN + "\",\"timestamp\":\"T\"}";

    private final GlassesWorld world = new GlassesWorld();
    private final Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    /** What the microphone was told, in short. */
    private static List<String> microphone(Socket glasses) {
        return glasses.heard("microphone_state_change").stream()
                .map(GlassesDemandsTest::inShort)
                .toList();
    }

    private static String inShort(String json) {
        JsonNode change = GlassesWorld.JSON.readTree(json);
        return (change.path("isMicrophoneEnabled").booleanValue() ? "on" : "off")
                + " "
                + change.path("requiredData")
                + (change.path("bypassVad").booleanValue() ? " raw" : "");
    }

    private static List<String> tiers(Socket glasses) {
        return glasses.heard("set_location_tier");
    }

    private static String tier(String tier) {
        return "{\"type\":\"set_location_tier\",\"tier\":\"" + tier + "\",\"timestamp\":\"T\"}";
    }

    private static String rates(String... rates) {
        StringBuilder list = new StringBuilder();
        for (String rate : rates) {
            list.append(list.isEmpty() ? "" : ",")
                    .append("{\"stream\":\"location_stream\",\"rate\":\"")
                    .append(rate)
                    .append("\"}");
        }
        return "{\"type\":\"subscription_update\",\"subscriptions\":[" + list + "]}";
    }

    // ---- the microphone

    @Test
    void glassesThatComeAreToldAboutTheMicrophoneOnceTheyHaveSettled() {
        world.passes(99);
        assertThat(microphone(glasses)).isEmpty();
        world.passes(1);
        assertThat(microphone(glasses)).containsExactly("off []");
        world.passes(20_000);
        assertThat(microphone(glasses)).isEmpty();
    }

    @Test
    void theMicrophoneGoesOnShortlyAfterSomebodyListens() {
        Socket app = world.joins(glasses, TRUSTED);
        app.subscribes("audio_chunk");
        world.passes(99);
        assertThat(microphone(glasses)).isEmpty();
        world.passes(1);
        assertThat(microphone(glasses)).containsExactly("on [\"pcm\"] raw");
    }

    @ParameterizedTest
    @CsvSource({
        "transcription, 'on [\"pcm\"]'",
        "transcription:auto, 'on [\"pcm\"]'",
        "translation:all-to-de-DE, 'on [\"pcm\"]'"
    })
    void speechNeedsTheMicrophoneToo(String stream, String told) {
        Socket app = world.joins(glasses, TRUSTED);
        app.subscribes(stream);
        world.passes(100);
        assertThat(microphone(glasses)).containsExactly(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "VAD", "button_press", "location_update", "photo_taken"})
    void otherStreamsDoNot(String stream) {
        Socket app = world.joins(glasses, TRUSTED);
        app.subscribes(stream);
        world.passes(5_000);
        assertThat(microphone(glasses)).isEmpty();
    }

    @Test
    void whoMayNotHearTurnsNoMicrophoneOn() {
        Socket app = world.joins(glasses, PLAIN);
        app.subscribes("audio_chunk", "transcription");
        world.passes(5_000);
        assertThat(microphone(glasses)).isEmpty();
    }

    @Test
    void theMicrophoneGoesOffThreeSecondsLater() {
        Socket app = world.listens(glasses, TRUSTED, "audio_chunk");
        app.subscribes("button_press");
        world.passes(3_099);
        assertThat(microphone(glasses)).isEmpty();
        world.passes(1);
        assertThat(microphone(glasses)).containsExactly("off []");
    }

    @Test
    void aShortPauseIsNoneForTheMicrophone() {
        Socket app = world.listens(glasses, TRUSTED, "audio_chunk");
        app.subscribes("button_press");
        world.passes(3_000);
        app.subscribes("audio_chunk");
        world.passes(10_000);
        assertThat(microphone(glasses)).isEmpty();
    }

    @Test
    void ofManyChangesInATenthOfASecondOneIsTold() {
        Socket app = world.joins(glasses, TRUSTED);
        for (String stream : List.of("audio_chunk", "transcription", "audio_chunk")) {
            app.subscribes(stream);
            world.passes(30);
        }
        app.subscribes("transcription");
        world.passes(1_000);
        assertThat(microphone(glasses)).containsExactly("on [\"pcm\"]");
    }

    @Test
    void theMicrophoneStaysOnForAnAppThatIsAwayForAMoment() {
        Socket app = world.listens(glasses, TRUSTED, "audio_chunk");
        app.vanishes();
        world.passes(4_900);
        assertThat(microphone(glasses)).isEmpty();
    }

    @Test
    void glassesThatComeBackAreToldAgain() {
        world.listens(glasses, TRUSTED, "audio_chunk");
        glasses.vanishes();
        world.passes(1_000);
        Socket again = world.glasses();
        world.passes(99);
        assertThat(microphone(again)).isEmpty();
        world.passes(1);
        assertThat(microphone(again)).containsExactly("on [\"pcm\"] raw");
    }

    @ParameterizedTest
    @CsvSource({"CONNECTED, 1", "RECONNECTED, 1", "DISCONNECTED, 0", "BUSY, 0"})
    void aPhoneWhoseGlassesConnectIsToldAgain(String status, int times) {
        world.listens(glasses, TRUSTED, "transcription");
        glasses.says("{\"type\":\"glasses_connection_state\",\"status\":\"" + status + "\"}");
        assertThat(microphone(glasses)).isEmpty();
        world.passes(100);
        assertThat(microphone(glasses)).hasSize(times).allMatch("on [\"pcm\"]"::equals);
    }

    @Test
    void glassesThatSendWhatNobodyWantsAreRemindedEveryFiveSeconds() {
        world.passes(1_000);
        glasses.heard();
        for (int i = 0; i < 100; i++) {
            glasses.says(new byte[640]);
            world.passes(100);
        }
        assertThat(microphone(glasses)).containsExactly("off []", "off []");
    }

    @Test
    void glassesThatSendWhatSomebodyWantsAreNotReminded() {
        world.listens(glasses, TRUSTED, "audio_chunk");
        glasses.says(new byte[640]);
        world.passes(6_000);
        glasses.says(new byte[640]);
        assertThat(microphone(glasses)).isEmpty();
    }

    // ---- the position

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threeKilometers",
                "kilometer",
                "hundredMeters",
                "tenMeters",
                "standard",
                "high",
                "realtime"
            })
    void theGlassesAreToldHowExactAPositionIsWanted(String rate) {
        Socket app = world.joins(glasses, TRUSTED);
        app.says(rates(rate));
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier(rate));
    }

    @Test
    void theHighestWishOfAllAppsCounts() {
        world.register("com.x.other", "LOCATION");
        Socket app = world.joins(glasses, TRUSTED);
        Socket other = world.joins(glasses, "com.x.other");
        app.says(rates("kilometer", "tenMeters", "reduced"));
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("tenMeters"));
        other.says(rates("hundredMeters"));
        world.passes(1_000);
        assertThat(tiers(glasses)).isEmpty();
        other.says(rates("realtime"));
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("realtime"));
        other.subscribes("button_press");
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("tenMeters"));
        app.subscribes("location_update");
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("reduced"));
    }

    @Test
    void withoutAWordAPositionIsWantedAsUsual() {
        Socket app = world.joins(glasses, TRUSTED);
        app.subscribes("location_stream");
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("standard"));
        app.says(rates("to the inch"));
        world.passes(100);
        assertThat(tiers(glasses)).containsExactly(tier("reduced"));
    }

    @Test
    void glassesThatComeBackAreToldTheTierIfThereIsAny() {
        Socket app = world.joins(glasses, TRUSTED);
        Socket again = world.glasses();
        world.passes(1_000);
        assertThat(tiers(again)).isEmpty();
        app.says(rates("high"));
        world.passes(1_000);
        again = world.glasses();
        world.passes(100);
        assertThat(tiers(again)).containsExactly(tier("high"));
    }

    // ---- apps

    @Test
    void changesOfAppsAreToldTogether() {
        Socket app = world.joins(glasses, PLAIN);
        app.subscribes("a");
        assertThat(glasses.heard("app_state_change")).containsExactly(CHANGED);
        for (int i = 0; i < 100; i++) {
            app.subscribes("b" + i);
            world.passes(1);
        }
        world.passes(49);
        assertThat(glasses.heard("app_state_change")).isEmpty();
        world.passes(1);
        assertThat(glasses.heard("app_state_change")).containsExactly(CHANGED);
        world.passes(1_000);
        assertThat(glasses.heard("app_state_change")).isEmpty();
    }

    @Test
    void theSameListAgainIsNoChange() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.subscribes("button_press");
        world.passes(1_000);
        assertThat(glasses.heard()).isEmpty();
    }

    @Test
    void startJoinAndStopAreChanges() {
        world.passes(1_000);
        glasses.heard();
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + PLAIN + "\"}");
        assertThat(glasses.heard()).containsExactly(CHANGED);
        world.passes(1_000);
        Socket app = world.dials();
        app.says(GlassesWorld.init(PLAIN));
        assertThat(glasses.heard()).containsExactly(CHANGED);
        world.passes(1_000);
        glasses.says("{\"type\":\"stop_app\",\"packageName\":\"" + PLAIN + "\"}");
        assertThat(glasses.heard()).containsExactly(CHANGED);
    }

    @Test
    void aReturnWithinTheGraceIsNone() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        app.vanishes();
        world.passes(1_000);
        Socket again = world.dials();
        again.says(GlassesWorld.init(PLAIN));
        world.passes(1_000);
        assertThat(glasses.heard()).isEmpty();
    }
}
