package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.sessions.DeviceSessionOptions;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What apps show on the glasses, and when. */
class ScreenTest {
    private GlassesWorld world = new GlassesWorld();
    private Socket glasses = world.glasses();
    private Socket app = world.joins(glasses, PLAIN);
    private Socket other = world.joins(glasses, TRUSTED);

    @AfterEach
    void close() {
        world.close();
    }

    private void begin(DeviceSessionOptions options, boolean dashboardForAll) {
        world.close();
        world = new GlassesWorld(options, Map.of(), dashboardForAll);
        glasses = world.glasses();
        app = world.joins(glasses, PLAIN);
        other = world.joins(glasses, TRUSTED);
    }

    private static void shows(Socket app, String text, String... more) {
        app.says(
                "{\"type\":\"display_event\","
                        + String.join("", more)
                        + "\"layout\":{\"layoutType\":\"text_wall\",\"text\":\""
                        + text
                        + "\"}}");
    }

    private List<String> shown() {
        return textsOf(glasses);
    }

    private static List<String> textsOf(Socket glasses) {
        return glasses.heard("display_event").stream()
                .map(text ->
                        GlassesWorld.JSON.readTree(text).path("layout").path("text").stringValue())
                .toList();
    }

    @Test
    void glassesAreToldWhoseItIsAndWhere() {
        shows(app, "hi", "\"durationMs\":1500,", "\"forceDisplay\":true,", "\"view\":\"main\",");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"display_event\",\"timestamp\":\"T\",\"packageName\":\"com.my-org.plain\",\"view\":\"main\","
                                + "\"layout\":{\"layoutType\":\"text_wall\",\"text\":\"hi\"},\"durationMs\":1500,\"forceDisplay\":true}");
    }

    @Test
    void withoutAViewItIsTheMainOne() {
        shows(app, "hi");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"display_event\",\"timestamp\":\"T\",\"packageName\":\"com.my-org.plain\",\"view\":\"main\","
                                + "\"layout\":{\"layoutType\":\"text_wall\",\"text\":\"hi\"}}");
    }

    @Test
    void whatAnAppSaysBesidesIsPassedOnAndItsNamesAreNot() {
        shows(
                app,
                "hi",
                "\"new\":{\"x\":[1.50,null]},",
                "\"sessionId\":\"\",\"userId\":\"eve\",\"appId\":\"eve\",\"packageName\":\"eve\",",
                "\"timestamp\":7,\"later\":true,");
        assertThat(glasses.heard())
                .containsExactly(
                        "{\"type\":\"display_event\",\"timestamp\":\"T\",\"packageName\":\"com.my-org.plain\",\"view\":\"main\","
                                + "\"layout\":{\"layoutType\":\"text_wall\",\"text\":\"hi\"},\"new\":{\"x\":[1.50,null]},\"later\":true}");
    }

    @Test
    void aLayoutIsTheGlassesAffair() {
        String layout =
                "{\"more\":1e400,\"layoutType\":\"of_tomorrow\",\"text\":\"\\uD800é😀\",\"n\":0.12345678901234567890}";
        app.says("{\"type\":\"display_event\",\"layout\":" + layout + "}");
        assertThat(glasses.heard())
                .singleElement()
                .asString()
                .contains("\"layout\":" + layout.replace("1e400", "1E+400"));
    }

    @Test
    void ofWhatComesTooFastTheNewestWaits() {
        shows(app, "1");
        shows(app, "2");
        shows(app, "3");
        assertThat(shown()).containsExactly("1");
        world.passes(299);
        assertThat(shown()).isEmpty();
        world.passes(1);
        assertThat(shown()).containsExactly("3");
        world.passes(299);
        shows(app, "4");
        assertThat(shown()).isEmpty();
        world.passes(1);
        assertThat(shown()).containsExactly("4");
        world.passes(300);
        shows(app, "5");
        assertThat(shown()).containsExactly("5");
    }

    @Test
    void theNewestOfEachAppWaits() {
        shows(app, "a1");
        shows(app, "a2");
        shows(other, "b1");
        shows(app, "a3");
        shows(other, "b2");
        world.passes(300);
        assertThat(shown()).containsExactly("a1", "a3");
        world.passes(299);
        assertThat(shown()).isEmpty();
        world.passes(1);
        assertThat(shown()).containsExactly("b2");
        world.passes(1_000);
        assertThat(shown()).isEmpty();
    }

    @Test
    void whatIsForcedDoesNotWaitAndMakesOlderThingsOfTheAppVoid() {
        shows(app, "1");
        shows(app, "2");
        shows(other, "b");
        shows(app, "3", "\"forceDisplay\":true,");
        assertThat(shown()).containsExactly("1", "3");
        world.passes(1_000);
        assertThat(shown()).containsExactly("b");
    }

    @Test
    void theDashboardDoesNotWait() {
        shows(app, "1");
        shows(app, "d1", "\"view\":\"dashboard\",");
        shows(app, "d2", "\"view\":\"dashboard\",");
        shows(app, "2");
        assertThat(glasses.heard("display_event"))
                .hasSize(3)
                .filteredOn(text -> text.contains("\"view\":\"dashboard\""))
                .hasSize(2);
        world.passes(300);
        assertThat(shown()).containsExactly("2");
    }

    @Test
    void whileGlassesAreSlowTheNewestOfEachViewWaits() {
        glasses.connection.lags();
        glasses.says("{\"type\":\"ping\"}"); // the pong is the first that they do not take
        for (int i = 0; i < 3; i++) {
            shows(app, "main " + i, "\"forceDisplay\":true,");
            shows(app, "dashboard " + i, "\"view\":\"dashboard\",");
            shows(other, "of another " + i, "\"view\":\"dashboard\",");
        }
        assertThat(shown()).isEmpty();
        glasses.connection.drains();
        assertThat(shown()).containsExactly("main 2", "dashboard 2", "of another 2");
    }

    @Test
    void viewsNobodyKnowsDoNotPileUpWhileGlassesAreSlow() {
        glasses.connection.lags();
        glasses.says("{\"type\":\"ping\"}");
        for (int i = 0; i < 1_000; i++) {
            shows(app, "text " + i, "\"view\":\"view " + i + "\",");
        }
        glasses.connection.drains();
        assertThat(glasses.heard("display_event"))
                .singleElement()
                .asString()
                .contains("\"view\":\"view 999\"");
    }

    @Test
    void theDashboardCanBeKeptFromApps() {
        begin(GlassesWorld.options(), false);
        shows(app, "1", "\"view\":\"dashboard\",");
        shows(app, "2", "\"view\":\"dashboard\",");
        assertThat(glasses.heard())
                .singleElement()
                .asString()
                .contains("\"view\":\"main\"")
                .doesNotContain("dashboard");
        world.passes(300);
        assertThat(shown()).containsExactly("2");
    }

    @Test
    void nothingWaitsIfThatIsWanted() {
        DeviceSessionOptions options = GlassesWorld.options();
        DeviceSessionOptions.Pace pace = options.pace();
        begin(
                options.with(
                        new DeviceSessionOptions.Pace(
                                pace.emptySubscription(), Duration.ZERO, pace.changes())),
                true);
        for (String text : List.of("1", "2", "3")) {
            shows(app, text);
        }
        assertThat(shown()).containsExactly("1", "2", "3");
    }

    @Test
    void theNewestIsKeptForGlassesThatAreAway() {
        glasses.vanishes();
        shows(app, "1");
        shows(other, "2");
        shows(app, "d", "\"view\":\"dashboard\",");
        world.passes(10_000);
        Socket again = world.glassesOf(GlassesWorld.ANN);
        assertThat(again.heard())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{\"type\":\"connection_ack\"");
        again = world.glassesOf(GlassesWorld.ANN);
        assertThat(textsOf(again)).isEmpty();
    }

    @Test
    void whatIsKeptIsTheNewest() {
        glasses.vanishes();
        shows(app, "1");
        shows(other, "2");
        assertThat(textsOf(world.glassesOf(GlassesWorld.ANN))).containsExactly("2");
    }

    @Test
    void whatWaitedWhenTheGlassesLeftIsKeptToo() {
        shows(app, "1");
        shows(app, "2");
        glasses.vanishes();
        world.passes(1_000);
        assertThat(textsOf(world.glassesOf(GlassesWorld.ANN))).containsExactly("2");
    }

    @Test
    void whatAStoppedAppWantedToShowIsDropped() {
        shows(other, "1");
        shows(app, "2");
        glasses.says("{\"type\":\"stop_app\",\"packageName\":\"" + PLAIN + "\"}");
        world.passes(1_000);
        assertThat(shown()).containsExactly("1");
        glasses.vanishes();
        shows(other, "3");
        world.sessions.session(GlassesWorld.ANN).orElseThrow().stop(TRUSTED);
        world.settle();
        assertThat(textsOf(world.glassesOf(GlassesWorld.ANN))).isEmpty();
    }
}
