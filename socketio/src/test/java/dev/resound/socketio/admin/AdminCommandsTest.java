package dev.resound.socketio.admin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.resound.socketio.Namespace;
import dev.resound.socketio.PlayedServer;
import dev.resound.socketio.Socket;
import dev.resound.socketio.admin.AdminUi.Auth;
import dev.resound.socketio.admin.AdminUi.Mode;
import dev.resound.socketio.admin.AdminWorld.Page;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AdminCommandsTest {
    private final AdminWorld world = new AdminWorld();
    private final Page page = world.page();
    private final PlayedServer.Client annsClient = world.client();
    private final Socket<Map<String, Object>> ann = annsClient.joins("/");
    private final PlayedServer.Client bobsClient = world.client();
    private final Socket<Map<String, Object>> bob = bobsClient.joins("/");

    private final Logger log = (Logger) LoggerFactory.getLogger(Commands.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private @Nullable Level level;

    @BeforeEach
    void listensToTheLog() {
        level = log.getLevel();
        log.setLevel(Level.INFO);
        log.setAdditive(false);
        logged.start();
        log.addAppender(logged);
    }

    @AfterEach
    void listensNoMore() {
        log.detachAppender(logged);
        log.setLevel(level);
        log.setAdditive(true);
    }

    private List<String> logLines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aSocketIsEmittedTo() {
        page.asks("[\"emit\",\"/\",\"%s\",\"hi\",1,{\"a\": 2}]".formatted(ann.id()));
        assertThat(annsClient.hears()).containsExactly("42[\"hi\",1,{\"a\": 2}]");
        assertThat(bobsClient.hears()).isEmpty();
    }

    @Test
    void everybodyIsEmittedToWithoutAFilter() {
        page.asks("[\"emit\",\"/\",null,\"hi\"]");
        assertThat(annsClient.hears()).containsExactly("42[\"hi\"]");
        assertThat(bobsClient.hears()).containsExactly("42[\"hi\"]");
    }

    @Test
    void socketsJoinAndLeaveRooms() {
        page.asks("[\"join\",\"/\",\"zoo\",\"%s\"]".formatted(ann.id()));
        assertThat(ann.rooms()).contains("zoo");
        assertThat(bob.rooms()).doesNotContain("zoo");
        page.asks("[\"join\",\"/\",\"bar\"]");
        assertThat(bob.rooms()).contains("bar");
        page.asks("[\"leave\",\"/\",\"bar\",\"zoo\"]");
        assertThat(ann.rooms()).doesNotContain("bar");
        assertThat(bob.rooms()).contains("bar");
        page.asks("[\"leave\",\"/\",\"bar\"]");
        assertThat(bob.rooms()).doesNotContain("bar");
    }

    @Test
    void aSocketIsDisconnected() {
        page.asks("[\"_disconnect\",\"/\",false,\"%s\"]".formatted(ann.id()));
        assertThat(annsClient.hears()).containsExactly("41");
        assertThat(annsClient.isClosed()).isFalse();
        assertThat(bob.isConnected()).isTrue();
        assertThat(page.hearsOf("socket_disconnected").getFirst())
                .contains("\"server namespace disconnect\"");
    }

    @Test
    void aConnectionIsClosed() {
        page.asks("[\"_disconnect\",\"/\",true,\"%s\"]".formatted(ann.id()));
        assertThat(annsClient.isClosed()).isTrue();
        assertThat(bobsClient.isClosed()).isFalse();
    }

    @Test
    void severalRoomsMayBeMeant() {
        page.asks("[\"join\",\"/\",\"zoo\",[\"%s\",\"%s\"]]".formatted(ann.id(), bob.id()));
        assertThat(bob.rooms()).contains("zoo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "{}", "[]", "[1]", "true", "{\"a\":\"b\"}"})
    void whatIsNoFilterMeansNobody(String filter) {
        page.asks("[\"_disconnect\",\"/\",true,%s]".formatted(filter));
        assertThat(ann.isConnected()).isTrue();
        assertThat(logLines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"join\"]",
                "[\"join\",7,\"zoo\"]",
                "[\"join\",\"/\",7]",
                "[\"emit\",\"/\"]",
                "[\"emit\",\"/\",null,7]",
                "[\"emit\",\"/\",null,\"disconnect\"]",
                "[\"_disconnect\",null]"
            })
    void whatIsNoCommandHarmsNobody(String nonsense) {
        page.asks(nonsense);
        page.asks("[\"join\",\"/\",\"zoo\"]");
        assertThat(ann.rooms()).contains("zoo");
        assertThat(annsClient.hears()).isEmpty();
    }

    @Test
    void askingForANamespaceDoesNotMakeIt() {
        page.asks("[\"join\",\"/nowhere\",\"zoo\"]");
        assertThat(world.server.io().namespaces())
                .<String>map(Namespace::name)
                .doesNotContain("/nowhere");
        assertThat(logLines()).isEmpty();
    }

    @Test
    void whatIsDoneIsLoggedWithoutPayloads() {
        page.asks("[\"emit\",\"/\",\"a\\nb\\u202e\\\"\",\"hi\",\"hush\"]");
        page.asks("[\"_disconnect\",\"/\",false,\"nobody\"]");
        page.asks("[\"join\",\"/\",\"zoo\"]");
        String id = world.server.io().of("/admin").sockets().keySet().iterator().next();
        assertThat(logLines())
                .containsExactly(
                        "Admin " + id + ": emit in \"/\" for [\"a\\u000ab\\u202e\\\"\"]",
                        "Admin " + id + ": _disconnect in \"/\" for [\"nobody\"]",
                        "Admin " + id + ": join in \"/\" for everybody");
    }

    @Test
    void longNamesAreShortenedInTheLog() {
        assertThat(Quoted.text("x".repeat(1000))).isEqualTo('"' + "x".repeat(100) + "\"...");
    }

    @Test
    void moreThanFiftyCommandsASecondAreIgnored() {
        for (int i = 0; i < 60; i++) {
            page.asks("[\"join\",\"/\",\"room%d\",\"%s\"]".formatted(i, ann.id()));
        }
        assertThat(ann.rooms()).hasSize(50 + 1);
        assertThat(logged.list.stream().filter(line -> line.getLevel() == Level.WARN)).hasSize(1);
        world.passes(Duration.ofSeconds(1));
        page.asks("[\"join\",\"/\",\"later\",\"%s\"]".formatted(ann.id()));
        assertThat(ann.rooms()).contains("later");
    }

    @Test
    void aPageThatMayOnlyLookCommandsNothing() {
        var readonly = new AdminWorld(Auth.none(), options -> options.readonly(true));
        Page looking = readonly.stranger();
        looking.says("40/admin,");
        assertThat(looking.hears().get(1))
                .isEqualTo(
                        "[\"config\",{\"supportedFeatures\":[\"AGGREGATED_EVENTS\",\"ALL_EVENTS\"]}]");
        Socket<Map<String, Object>> socket = readonly.client().joins("/");
        looking.asks("[\"join\",\"/\",\"zoo\"]");
        looking.asks("[\"_disconnect\",\"/\",true]");
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.rooms()).containsExactly(socket.id());
    }

    @Test
    void inProductionCommandsAreThereIfTheServerSaysSo() {
        var production =
                new AdminWorld(
                        Auth.none(), options -> options.mode(Mode.PRODUCTION).readonly(false));
        Page commanding = production.page();
        Socket<Map<String, Object>> socket = production.client().joins("/");
        commanding.asks("[\"join\",\"/\",\"zoo\"]");
        assertThat(socket.rooms()).contains("zoo");
    }
}
