package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.Health;
import dev.resound.pusher.PusherObserver;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The configuration changes while the server runs. */
@Timeout(60)
class ReloadTest {
    private static final String ONE = "  - {id: one, key: key-one, secret: 0123456789abcdefghij}\n";
    private static final String TWO = "  - {id: two, key: key-two, secret: abcdefghij0123456789}\n";

    @TempDir Path directory;

    private Server server;
    private Reload reload;

    @BeforeEach
    void start() throws Exception {
        write(ONE);
        Reload.Reader reader =
                () -> new ConfigurationReader(directory, Map.of()).read(null, Map.of());
        Configuration configuration = reader.read();
        server = Server.start(configuration, PusherObserver.NONE);
        reload = new Reload(server, configuration, directory.resolve("resound.yml"), reader);
        noticed();
    }

    @AfterEach
    void stop() {
        server.drain();
    }

    private void write(String apps) throws IOException {
        Files.writeString(directory.resolve("resound.yml"), yaml(apps));
    }

    private static String yaml(String apps) {
        return "server: {host: 127.0.0.1, port: 0}\nshutdown: {drain_delay: 0, grace: 0}\napps:\n"
                + apps;
    }

    private void noticed() {
        reload.poll();
        reload.poll();
    }

    private WireClient connect(String key) throws IOException {
        WireClient client = WireClient.open(server.port(), "/app/" + key);
        assertThat(client.receiveText()).contains("pusher:connection_established");
        return client;
    }

    private void isUnknown(String key) throws IOException {
        try (WireClient client = WireClient.open(server.port(), "/app/" + key)) {
            assertThat(client.receiveClose().closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void appsComeAndGoAndOthersStay() throws Exception {
        WireClient one = connect("key-one");
        isUnknown("key-two");
        write(ONE + TWO);
        noticed();
        WireClient two = connect("key-two");
        write(TWO);
        noticed();
        assertThat(one.receiveClose().closeCode()).isEqualTo(4001);
        isUnknown("key-one");
        two.text("{\"event\":\"pusher:ping\"}");
        assertThat(two.receiveText()).contains("pusher:pong");
        one.close();
        two.close();
    }

    @Test
    void aDisabledAppLosesItsSockets() throws Exception {
        try (WireClient one = connect("key-one")) {
            write(ONE.replace("}", ", enabled: false}"));
            noticed();
            assertThat(one.receiveClose().closeCode()).isEqualTo(4003);
        }
    }

    @Test
    void aChangeIsTakenWhenItHasBeenSeenTwice() throws Exception {
        write(ONE + TWO);
        reload.poll();
        isUnknown("key-two");
        reload.poll();
        connect("key-two").close();
    }

    @Test
    void aFileWithErrorsChangesNothingAndIsVisible() throws Exception {
        try (WireClient one = connect("key-one")) {
            write(TWO.replace("secret", "secrte"));
            noticed();
            assertThat(server.health()).isEqualTo(Health.DEGRADED);
            isUnknown("key-two");
            one.text("{\"event\":\"pusher:ping\"}");
            assertThat(one.receiveText()).contains("pusher:pong");
        }
        write(ONE + TWO);
        noticed();
        assertThat(server.health()).isEqualTo(Health.OK);
        connect("key-two").close();
    }

    @Test
    void aFileThatIsGoneOrEmptyTakesNoAppAway() throws Exception {
        Files.writeString(directory.resolve("resound.yml"), "");
        noticed();
        assertThat(server.health()).isEqualTo(Health.DEGRADED);
        connect("key-one").close();
        Files.delete(directory.resolve("resound.yml"));
        noticed();
        assertThat(server.health()).isEqualTo(Health.DEGRADED);
        connect("key-one").close();
    }

    @Test
    void whoAsksNeedNotWait() throws Exception {
        write(ONE + TWO);
        reload.now();
        connect("key-two").close();
    }

    @Test
    void linksThatAreMovedAsKubernetesDoesAreFollowed() throws Exception {
        // resound.yml -> ..data/resound.yml, ..data -> a directory, which is swapped whole
        Path file = directory.resolve("resound.yml");
        Files.createDirectory(directory.resolve("first"));
        Files.createDirectory(directory.resolve("second"));
        Files.writeString(directory.resolve("first/resound.yml"), yaml(ONE));
        Files.writeString(directory.resolve("second/resound.yml"), yaml(ONE + TWO));
        Files.setLastModifiedTime(
                directory.resolve("second/resound.yml"),
                Files.getLastModifiedTime(directory.resolve("first/resound.yml")));
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("first"));
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("..data", "resound.yml"));
        noticed();
        isUnknown("key-two");
        Path next = directory.resolve("..data_tmp");
        Files.createSymbolicLink(next, Path.of("second"));
        Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        noticed();
        connect("key-two").close();
    }
}
