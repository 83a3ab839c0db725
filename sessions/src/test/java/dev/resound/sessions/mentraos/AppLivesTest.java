package dev.resound.sessions.mentraos;

import static dev.resound.sessions.mentraos.GlassesWorld.ANN;
import static dev.resound.sessions.mentraos.GlassesWorld.PLAIN;
import static dev.resound.sessions.mentraos.GlassesWorld.TRUSTED;
import static dev.resound.sessions.mentraos.GlassesWorld.sessionId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Close;
import dev.resound.sessions.Companion;
import dev.resound.sessions.mentraos.GlassesWorld.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How apps are stopped, lost, asked anew, and told that it is over. */
class AppLivesTest {
    private static final String STOPPED = "{\"type\":\"app_stopped\",\"timestamp\":\"T\"}";
    private static final String PRESSED = "{\"type\":\"button_press\"}";
    private static final String RELEASE =
            "{\"type\":\"ownership_release\",\"reason\":\"switching_clouds\"}";

    private GlassesWorld world = new GlassesWorld();
    private Socket glasses = world.glasses();

    @AfterEach
    void close() {
        world.close();
    }

    private void asksToStop(String app) {
        glasses.says("{\"type\":\"stop_app\",\"packageName\":\"" + app + "\"}");
    }

    private static String init(String app, String version) {
        return GlassesWorld.init(app).replace("{", "{\"sdkVersion\":\"" + version + "\",");
    }

    /** As {@link GlassesWorld#listens}, but the app says which version it is of. */
    private Socket listens(String app, String version, String... subscriptions) {
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + app + "\"}");
        calledFor(1);
        Socket socket = world.dials();
        socket.says(init(app, version));
        socket.subscribes(subscriptions);
        world.passes(1_000);
        socket.heard();
        glasses.heard();
        return socket;
    }

    private void calledFor(int sessions) {
        world.until(() -> world.webhooks("session_request").size() >= sessions);
        assertThat(world.webhooks("session_request")).hasSize(sessions);
    }

    private Socket joinsAgain(String app) {
        Socket socket = world.dials();
        socket.says(GlassesWorld.init(app));
        return socket;
    }

    private static void isRefused(Socket socket) {
        assertThat(socket.closed()).isEqualTo(new Close(1008, "App not started for this session"));
    }

    // ---- stopped

    @Test
    void anAppIsAskedToStopAndThenClosed() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        world.webhooksAreAnsweredLater();
        asksToStop(PLAIN);
        world.until(() -> !world.webhooks("stop_request").isEmpty());
        var call = world.webhooks("stop_request").getFirst();
        assertThat(call.path()).isEqualTo("/" + PLAIN + "/webhook");
        assertThat(GlassesWorld.timeless(call.body()))
                .isEqualTo(
                        "{\"type\":\"stop_request\",\"sessionId\":\""
                                + sessionId(PLAIN)
                                + "\",\"userId\":\""
                                + ANN
                                + "\",\"reason\":\"user_disabled\",\"timestamp\":\"T\"}");
        glasses.says(PRESSED);
        assertThat(app.heard()).isEmpty();
        assertThat(app.isOpen()).isTrue();
        isRefused(joinsAgain(PLAIN));
        world.webhooksAreAnswered();
        world.until(() -> !app.isOpen());
        assertThat(app.heard()).containsExactly(STOPPED);
        assertThat(app.closed()).isEqualTo(new Close(1000, "App stopped"));
        world.passes(20_000);
        assertThat(glasses.heard("app_stopped")).isEmpty();
        assertThat(world.webhooks("session_request")).hasSize(1);
        isRefused(joinsAgain(PLAIN));
    }

    @Test
    void anAppMayCloseItsSocketItself() {
        Socket app = world.joins(glasses, PLAIN);
        world.webhooksAreAnsweredLater();
        asksToStop(PLAIN);
        app.connection.closes(Close.NO_STATUS);
        world.passes(10_000);
        assertThat(app.heard()).isEmpty();
        world.webhooksAreAnswered();
        world.until(() -> {
            Socket again = joinsAgain(PLAIN);
            return again.closed() != null;
        });
        world.passes(10_000);
        assertThat(world.webhooks("session_request")).hasSize(1);
        assertThat(world.webhooks("stop_request")).hasSize(1);
    }

    @Test
    void anAppThatIsOnItsWayCanBeStopped() {
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + PLAIN + "\"}");
        asksToStop(PLAIN);
        isRefused(joinsAgain(PLAIN));
        world.until(() -> !world.webhooks("stop_request").isEmpty());
        world.passes(10_000);
        assertThat(glasses.heard("app_stopped")).isEmpty();
    }

    @Test
    void whatDoesNotRunCannotBeStopped() {
        asksToStop(PLAIN);
        asksToStop("com.unheard.of");
        assertThat(glasses.heard()).isEmpty();
        assertThat(world.webhooks("stop_request")).isEmpty();
    }

    @Test
    void anAppCanBeStartedAgainWhileItStops() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        calledFor(1);
        asksToStop(PLAIN);
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + PLAIN + "\"}");
        calledFor(2);
        assertThat(app.closed()).isEqualTo(new Close(1000, "App stopped"));
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[]");
    }

    @Test
    void answersForAStoppedAppAreDropped() {
        Socket app = world.joins(glasses, TRUSTED);
        app.says("{\"type\":\"photo_request\",\"requestId\":\"r1\"}");
        asksToStop(TRUSTED);
        glasses.says("{\"type\":\"photo_response\",\"requestId\":\"r1\",\"success\":true}");
        assertThat(app.heard("photo_response")).isEmpty();
    }

    // ---- lost

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1005, 1006, 1011, 4000})
    void anAppMayComeBackHoweverItLeft(int code) {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        calledFor(1);
        app.connection.closes(new Close(code, ""));
        world.passes(4_999);
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[\"button_press\"]");
        world.passes(10_000);
        assertThat(world.webhooks("stop_request")).isEmpty();
        calledFor(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.1.29", "2", "v3", "x", "1.9", "0.3.0"})
    void anOlderAppIsStoppedBeforeItIsAskedAnewAndBeginsAnew(String version) {
        Socket app = listens(PLAIN, version, "button_press");
        app.vanishes();
        world.passes(5_000);
        calledFor(2);
        assertThat(world.webhooks("stop_request"))
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("\"reason\":\"system_stop\""));
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[]");
        assertThat(glasses.heard("app_stopped")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.0-hono.8", "3", "3.0.0-alpha.4", "10.1.0"})
    void aNewerAppIsAskedAnewAndGoesOn(String version) {
        Socket app = listens(PLAIN, version, "button_press");
        app.vanishes();
        world.passes(5_000);
        calledFor(2);
        assertThat(world.webhooks("stop_request")).isEmpty();
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[\"button_press\"]");
        glasses.says(PRESSED);
        assertThat(again.heard("data_stream")).hasSize(1);
    }

    @Test
    void theFarewellOfOlderAppsCanBeLeftOut() {
        world.close();
        world = new GlassesWorld(GlassesWorld.options().withDismissFirst(false));
        glasses = world.glasses();
        Socket app = listens(PLAIN, "2.1.29", "button_press");
        app.vanishes();
        world.passes(5_000);
        calledFor(2);
        assertThat(world.webhooks("stop_request")).isEmpty();
        assertThat(joinsAgain(PLAIN).heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[]");
    }

    @Test
    void anAppThatIsAskedAnewAndDoesNotComeIsStopped() {
        Socket app = listens(PLAIN, "3.0.0", "button_press");
        app.vanishes();
        world.passes(5_000);
        calledFor(2);
        world.passes(6_000);
        assertThat(glasses.heard("app_stopped"))
                .containsExactly(
                        "{\"type\":\"app_stopped\",\"packageName\":\""
                                + PLAIN
                                + "\",\"timestamp\":\"T\"}");
        isRefused(joinsAgain(PLAIN));
    }

    @Test
    void anAppThatIsLostAgainAndAgainIsStopped() {
        Socket app = listens(PLAIN, "3.0.0", "button_press");
        for (int time = 2; time <= 4; time++) {
            app.vanishes();
            world.passes(5_000);
            calledFor(time);
            app = world.dials();
            app.says(init(PLAIN, "3.0.0"));
            assertThat(app.heard("tpa_connection_ack")).hasSize(1);
        }
        app.vanishes();
        assertThat(glasses.heard("app_stopped")).isEmpty();
        world.passes(5_000);
        assertThat(glasses.heard("app_stopped")).hasSize(1);
        calledFor(4);
    }

    @Test
    void withoutGlassesAnAppThatIsLostIsAskedOnceTheyComeBack() {
        Socket app = listens(PLAIN, "3.0.0", "button_press");
        glasses.vanishes();
        app.vanishes();
        world.passes(20_000);
        calledFor(1);
        glasses = world.glasses();
        calledFor(2);
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[\"button_press\"]");
    }

    @Test
    void anAppThatWasGivenUpMayComeHoweverLate() {
        Socket app = listens(PLAIN, "3.0.0", "button_press");
        glasses.vanishes();
        app.vanishes();
        world.passes(50_000);
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack")).hasSize(1);
        glasses = world.glasses();
        world.passes(10_000);
        calledFor(1);
        glasses.says(PRESSED);
        assertThat(again.heard("data_stream")).hasSize(1);
    }

    // ---- handed over

    @Test
    void anAppThatHasReleasedItselfIsNotCalledBack() {
        Socket app = listens(PLAIN, "2.1.29", "button_press");
        app.says(RELEASE);
        glasses.says(PRESSED);
        assertThat(app.heard("data_stream")).hasSize(1); // until it closes
        app.vanishes();
        world.passes(60_000);
        calledFor(1);
        assertThat(glasses.heard("app_stopped")).isEmpty();
        Socket again = joinsAgain(PLAIN);
        assertThat(again.heard("tpa_connection_ack"))
                .singleElement()
                .asString()
                .contains("\"subscriptions\":[]");
    }

    @Test
    void anAppThatHasReleasedItselfIsAskedWhenGlassesComeOrItIsStarted() {
        Socket app = listens(PLAIN, "2.1.29", "button_press");
        app.says(RELEASE);
        app.vanishes();
        glasses = world.glasses();
        calledFor(2);
        app = joinsAgain(PLAIN);
        app.says(RELEASE);
        app.vanishes();
        glasses.says("{\"type\":\"start_app\",\"packageName\":\"" + PLAIN + "\"}");
        calledFor(3);
        assertThat(world.webhooks("stop_request")).isEmpty();
    }

    @Test
    void aReleaseIsOfOneSocketAlone() {
        Socket older = listens(PLAIN, "3.0.0", "button_press");
        older.says(RELEASE);
        Socket newer = world.dials();
        newer.says(init(PLAIN, "3.0.0"));
        older.vanishes();
        glasses.says(PRESSED);
        assertThat(newer.heard("data_stream")).hasSize(1);
        newer.vanishes();
        world.passes(5_000);
        calledFor(2);
    }

    // ---- the session

    @Test
    void aSessionThatEndsTellsItsAppsSo() {
        Socket app = world.joins(glasses, PLAIN);
        Socket other = world.joins(glasses, TRUSTED);
        glasses.vanishes();
        world.passes(59_999);
        assertThat(List.of(app.isOpen(), other.isOpen())).containsExactly(true, true);
        world.passes(1);
        for (Socket each : List.of(app, other)) {
            assertThat(each.heard()).containsExactly(STOPPED);
            assertThat(each.closed()).isEqualTo(new Close(1000, "User session ended"));
        }
        assertThat(world.sessions.count()).isZero();
        Socket late = joinsAgain(PLAIN);
        assertThat(late.closed()).isEqualTo(new Close(1008, "Session not found"));
    }

    @Test
    void glassesThatComeInTimeFindTheSessionAsItWas() {
        Socket app = world.listens(glasses, PLAIN, "button_press");
        glasses.vanishes();
        world.passes(59_999);
        glasses = world.glassesOf(ANN);
        assertThat(glasses.heard("connection_ack")).hasSize(1);
        world.passes(60_000);
        glasses.says(PRESSED);
        assertThat(app.heard()).hasSize(1);
        calledFor(1);
    }

    @Test
    void theNextSessionStartsWhatRanInTheLastOne() {
        world.joins(glasses, PLAIN);
        world.joins(glasses, TRUSTED);
        calledFor(2);
        asksToStop(TRUSTED);
        world.until(() -> !world.webhooks("stop_request").isEmpty());
        glasses.vanishes();
        world.passes(60_000);
        Socket again = world.glassesOf(ANN);
        assertThat(again.heard().getFirst()).startsWith("{\"type\":\"connection_ack\"");
        calledFor(3);
        assertThat(world.webhooks("session_request").getLast().path()).contains(PLAIN);
        assertThat(joinsAgain(PLAIN).heard("tpa_connection_ack")).hasSize(1);
    }

    @Test
    void anEndedSessionCallsNobody() {
        Socket app = listens(PLAIN, "2.1.29", "button_press");
        app.vanishes();
        glasses.vanishes();
        world.passes(70_000);
        world.settle();
        calledFor(1);
        assertThat(world.webhooks("stop_request")).isEmpty();
    }

    @Test
    void anApplicationMaySpeakToAnApp() {
        Socket app = world.joins(glasses, PLAIN);
        Socket other = world.joins(glasses, TRUSTED);
        var session = world.sessions.session(ANN).orElseThrow();
        session.tell(PLAIN, "wave", GlassesWorld.JSON.readTree("{\"x\":[1]}"));
        world.settle();
        assertThat(app.heard())
                .containsExactly(
                        "{\"type\":\"custom_message\",\"action\":\"wave\",\"payload\":{\"x\":[1]},\"timestamp\":\"T\"}");
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void otherSettingsAreTold() {
        Socket app = world.joins(glasses, PLAIN);
        var changed =
                Companion.of(PLAIN, GlassesWorld.key(PLAIN), Set.of())
                        .withSettings(GlassesWorld.JSON.readTree("[{\"key\":\"line\"}]"));
        world.sessions.settingsChanged(changed);
        world.settle();
        assertThat(app.heard())
                .containsExactly(
                        "{\"type\":\"settings_update\",\"packageName\":\""
                                + PLAIN
                                + "\",\"settings\":[{\"key\":\"line\"}],\"timestamp\":\"T\"}");
    }
}
