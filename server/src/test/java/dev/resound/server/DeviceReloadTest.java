package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.resound.pusher.Health;
import dev.resound.pusher.PusherObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Device sessions change in the file while the server runs: they are read at its start only. */
@Timeout(60)
class DeviceReloadTest {
    private static final String LATER = "WARN Changed, and used after a restart only: ";
    private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t";
    private static final String ONE =
            "{package_name: one, public_url: 'http://127.0.0.1', api_key: k3y-k3y-k3y}";
    private static final String TWO =
            "{package_name: two, public_url: 'http://127.0.0.1', api_key: k3y-k3y-k3y}";

    @TempDir Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Reload.class);
    private Server server;
    private Reload reload;

    @BeforeEach
    void start() throws Exception {
        write("enabled: true, jwt_secret: " + SECRET + ", apps: [" + ONE + "]");
        Reload.Reader reader =
                () -> new ConfigurationReader(directory, Map.of()).read(null, Map.of());
        Configuration configuration = reader.read();
        server = Server.start(configuration, PusherObserver.NONE);
        reload = new Reload(server, configuration, directory.resolve("resound.yml"), reader);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
        server.drain();
    }

    private void write(String devices) throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                server: {host: 127.0.0.1, port: 0}
                shutdown: {drain_delay: 0, grace: 0}
                apps: [{id: one, key: key-one, secret: 0123456789abcdefghij}]
                device_sessions: {%s}
                """
                        .formatted(devices));
    }

    private List<String> said() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void anotherListOfAppsIsForTheNextStart() throws IOException {
        write("enabled: true, jwt_secret: " + SECRET + ", apps: [" + ONE + ", " + TWO + "]");
        reload.now();
        assertThat(said())
                .containsExactly(
                        LATER + "device_sessions.apps",
                        "INFO Reloaded: the apps are what they were");
        assertThat(server.health()).isEqualTo(Health.OK);
    }

    @Test
    void everythingElseIsForTheNextStartTooAndNothingIsShown() throws IOException {
        write("enabled: true, jwt_secret: " + SECRET + "x, app_grace: 9s, apps: []");
        reload.now();
        assertThat(said())
                .containsExactly(
                        "WARN device_sessions.apps has no app that could be started",
                        LATER
                                + "device_sessions.app_grace, device_sessions.apps,"
                                + " device_sessions.jwt_secret",
                        "INFO Reloaded: the apps are what they were");
    }

    @Test
    void switchingThemOffIsForTheNextStart() throws IOException {
        write("enabled: false, jwt_secret: " + SECRET + ", apps: [" + ONE + "]");
        reload.now();
        assertThat(said()).contains(LATER + "device_sessions.enabled");
    }

    @Test
    void anAppThatIsWrongKeepsTheFileFromBeingUsed() throws IOException {
        write(
                "enabled: true, jwt_secret: "
                        + SECRET
                        + ", apps: ["
                        + ONE
                        + ", {package_name: two, public_url: 'http://127.0.0.1', api_key: k3y}]");
        reload.now();
        assertThat(said())
                .containsExactly(
                        "WARN Not reloaded: resound.yml:4: device_sessions.apps[1].api_key is too"
                                + " short (and not shown here); it must be 8 characters or more");
        assertThat(server.health()).isEqualTo(Health.DEGRADED);
    }
}
