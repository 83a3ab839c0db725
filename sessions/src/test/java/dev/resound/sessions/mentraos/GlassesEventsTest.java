package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.MessageRulesTest.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.DeviceMessage;
import dev.resound.sessions.Tokens;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What it means what glasses say, beyond being passed on. */
class GlassesEventsTest {
    private static final Map<String, JsonNode> MODELS =
            Map.of(
                    "G1", GlassesWorld.JSON.readTree("{\"hasCamera\":false}"),
                    "G2", GlassesWorld.JSON.readTree("{\"hasCamera\":true}"),
                    "G2 white", GlassesWorld.JSON.readTree("{\"hasCamera\":true}"));

    private final GlassesWorld world = new GlassesWorld(GlassesWorld.options(), MODELS, true);
    private final Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    private void connection(String status, String more) {
        glasses.says(
                "{\"type\":\"glasses_connection_state\",\"status\":\""
                        + status
                        + "\""
                        + more
                        + "}");
    }

    private static String model(String name) {
        return ",\"modelName\":\"" + name + "\"";
    }

    private static String update(String fields) {
        return "{\"type\":\"device_state_update\",\"state\":{" + fields + "},\"timestamp\":\"T\"}";
    }

    private static String capabilities(String capabilities, String model) {
        return "{\"type\":\"capabilities_update\",\"capabilities\":%s,\"modelName\":%s,\"timestamp\":\"T\"}"
                .formatted(capabilities, model);
    }

    // ---- the state

    @Test
    void appsAreToldOnlyWhatHasChanged() {
        Socket app = world.joins(glasses, PLAIN);
        connection("CONNECTED", model("Simulated Glasses"));
        assertThat(app.heard())
                .containsExactly(
                        update("\"connected\":true,\"modelName\":\"Simulated Glasses\""),
                        capabilities("null", "\"Simulated Glasses\""));
        connection("CONNECTED", model("Simulated Glasses"));
        connection("RECONNECTED", "");
        assertThat(app.heard()).isEmpty();
        connection("DISCONNECTED", model("Simulated Glasses"));
        assertThat(app.heard()).containsExactly(update("\"connected\":false"));
        connection("RECONNECTED", ",\"wifi\":{\"connected\":true,\"ssid\":\"home\"}");
        assertThat(app.heard())
                .containsExactly(
                        update("\"connected\":true,\"wifiConnected\":true,\"wifiSsid\":\"home\""));
        connection("CONNECTED", ",\"wifi\":{\"connected\":false}");
        assertThat(app.heard())
                .containsExactly(update("\"wifiConnected\":false,\"wifiSsid\":null"));
        connection("CONNECTED", ",\"wifi\":null,\"modelName\":\"\"");
        assertThat(app.heard()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCANNING", "connected", "", "DISCONNECTED"})
    void anyOtherStatusIsNotConnected(String status) {
        Socket app = world.joins(glasses, PLAIN);
        connection(status, "");
        assertThat(app.heard()).containsExactly(update("\"connected\":false"));
    }

    @Test
    void theStateIsAlsoAStream() {
        Socket app = world.listens(glasses, PLAIN, "glasses_connection_state");
        String json = "{\"type\":\"glasses_connection_state\",\"status\":\"CONNECTED\",\"new\":1}";
        glasses.says(json);
        glasses.says(json);
        assertThat(app.heard())
                .containsExactly(
                        update("\"connected\":true"),
                        event(PLAIN, "glasses_connection_state", json),
                        event(PLAIN, "glasses_connection_state", json));
    }

    @Test
    void whoeverJoinsLaterIsToldAllOfIt() {
        connection("CONNECTED", model("G9") + ",\"wifi\":{\"connected\":true,\"ssid\":\"home\"}");
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + PLAIN + "\"}");
        Socket app = world.dials();
        app.says(GlassesWorld.init(PLAIN));
        assertThat(app.heard("device_state_update"))
                .containsExactly(
                        "{\"type\":\"device_state_update\",\"state\":{\"connected\":true,\"modelName\":\"G9\","
                                + "\"wifiConnected\":true,\"wifiSsid\":\"home\"},\"fullSnapshot\":true,\"timestamp\":\"T\"}");
    }

    @Test
    void theStateOutlivesTheGlassesSocket() {
        Socket app = world.joins(glasses, PLAIN);
        connection("CONNECTED", model("G1"));
        glasses.vanishes();
        Socket again = world.glasses();
        app.heard();
        again.says(
                "{\"type\":\"glasses_connection_state\",\"status\":\"CONNECTED\",\"modelName\":\"G1\"}");
        assertThat(app.heard()).isEmpty();
    }

    @Test
    void whatAnotherModelCanIsTold() {
        Socket app = world.joins(glasses, PLAIN);
        connection("CONNECTED", model("G1"));
        assertThat(app.heard())
                .containsExactly(
                        update("\"connected\":true,\"modelName\":\"G1\""),
                        capabilities("{\"hasCamera\":false}", "\"G1\""));
        connection("CONNECTED", model("G2"));
        assertThat(app.heard())
                .containsExactly(
                        update("\"modelName\":\"G2\""),
                        capabilities("{\"hasCamera\":true}", "\"G2\""));
        connection("DISCONNECTED", model("G2"));
        assertThat(app.heard()).containsExactly(update("\"connected\":false"));
        connection("CONNECTED", model("G3"));
        assertThat(app.heard())
                .containsExactly(
                        update("\"connected\":true,\"modelName\":\"G3\""),
                        capabilities("null", "\"G3\""));
    }

    // ---- speech

    @Test
    void whatTheGlassesUnderstandIsATranscription() {
        Socket app = world.listens(glasses, TRUSTED, "transcription:en-US");
        glasses.says(
                "{\"type\":\"local_transcription\",\"text\":\"hi \\u00e9\",\"isFinal\":true,\"startTime\":0,\"endTime\":1.50,"
                        + "\"speakerId\":0,\"transcribeLanguage\":\"en-US\",\"provider\":\"test\",\"new\":[1e400]}");
        assertThat(app.heard())
                .containsExactly(
                        event(
                                TRUSTED,
                                "transcription:en-US",
                                "{\"type\":\"transcription\",\"text\":\"hi é\",\"isFinal\":true,\"startTime\":0,\"endTime\":1.50,"
                                        + "\"speakerId\":0,\"transcribeLanguage\":\"en-US\",\"provider\":\"test\",\"new\":[1E+400]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"transcribeLanguage\":\"\"", ",\"transcribeLanguage\":null"})
    void withoutALanguageItIsEnglish(String field) {
        Socket app = world.listens(glasses, TRUSTED, "transcription");
        glasses.says("{\"type\":\"local_transcription\",\"text\":\"hi\"" + field + "}");
        assertThat(app.heard())
                .containsExactly(
                        event(
                                TRUSTED,
                                "transcription",
                                "{\"type\":\"transcription\",\"text\":\"hi\",\"transcribeLanguage\":\"en-US\"}"));
    }

    @Test
    void aTranscriptionIsNotAlsoHeardUnderItsOldName() {
        Socket app = world.listens(glasses, TRUSTED, "local_transcription");
        glasses.says("{\"type\":\"local_transcription\",\"text\":\"hi\"}");
        assertThat(app.heard()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "'\"true\"', true",
        "false, false",
        "'\"false\"', false",
        "'\"nonsense\"', false",
        "null, false",
        "{}, false",
        "1, true"
    })
    void whetherSomebodySpeaksIsSaidInSeveralWays(String status, boolean speaking) {
        var profile =
                new MentraOs(
                        Tokens.hs256(GlassesWorld.SECRET.getBytes(UTF_8), world.clock),
                        MentraOs.Installation.at(URI.create("wss://host")),
                        world.clock);
        byte[] json = ("{\"type\":\"VAD\",\"status\":" + status + "}").getBytes(UTF_8);
        var message = profile.device().read(json, 0, json.length);
        assertThat(message).isInstanceOf(DeviceMessage.Event.class);
        var effects = ((DeviceMessage.Event) message).effects();
        assertThat(effects).containsExactly(new DeviceMessage.Effect.Speech(speaking));
    }

    // ---- names

    /** They are remembered for a while, so that they must not be of any length. */
    @Test
    void anEventWhoseNameNobodyCouldAskForIsDropped() {
        Socket app = world.listens(glasses, TRUSTED, "*");
        String longest = "x".repeat(500);
        glasses.says("{\"type\":\"" + longest + "\"}");
        glasses.says("{\"type\":\"touch_event\",\"gesture_name\":\"" + longest + "\"}");
        glasses.says(
                "{\"type\":\"local_transcription\",\"transcribeLanguage\":\"" + longest + "\"}");
        assertThat(app.heard()).hasSize(3);
        glasses.says("{\"type\":\"x" + longest + "\"}");
        glasses.says("{\"type\":\"touch_event\",\"gesture_name\":\"x" + longest + "\"}");
        glasses.says(
                "{\"type\":\"local_transcription\",\"transcribeLanguage\":\"x" + longest + "\"}");
        assertThat(app.heard()).isEmpty();
        assertThat(glasses.isOpen()).isTrue();
    }

    // ---- audio

    @Test
    void audioReachesThoseWhoAskedAsWholeSamples() {
        Socket app = world.listens(glasses, TRUSTED, "audio_chunk");
        Socket other = world.listens(glasses, PLAIN, "button_press");
        glasses.says(new byte[] {1, 2, 3});
        glasses.says(new byte[0]);
        glasses.says(new byte[] {4});
        glasses.says("{\"type\":\"x\"}".getBytes(UTF_8));
        List<String> heard =
                app.connection.frames().stream()
                        .filter(frame -> frame.binary())
                        .map(frame -> Arrays.toString(frame.payload()))
                        .toList();
        assertThat(heard)
                .containsExactly(
                        "[1, 2]", "[3, 4]", Arrays.toString("{\"type\":\"x\"}".getBytes(UTF_8)));
        assertThat(other.connection.frames()).noneMatch(frame -> frame.binary());
    }

    @Test
    void halfASampleIsNotKeptForTheNextSocket() {
        Socket app = world.listens(glasses, TRUSTED, "audio_chunk");
        glasses.says(new byte[] {1, 2, 3});
        Socket again = world.glassesOf(GlassesWorld.ANN);
        again.says(new byte[] {4, 5});
        assertThat(
                        app.connection.frames().stream()
                                .filter(frame -> frame.binary())
                                .map(frame -> Arrays.toString(frame.payload())))
                .containsExactly("[1, 2]", "[4, 5]");
    }
}
