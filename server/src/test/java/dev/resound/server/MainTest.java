package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Result;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as its user meets it. */
@Timeout(60)
class MainTest {
    private static final String[] APP = {
        "REVERB_APP_ID=4711", "REVERB_APP_KEY=app-key", "REVERB_APP_SECRET=0123456789abcdefghij"
    };

    @TempDir Path directory;

    private RunningMain run(String... arguments) {
        return RunningMain.run(directory, join(new String[] {"--"}, arguments));
    }

    private RunningMain runWithApp(String[] variables, String... arguments) {
        String[] all = join(join(APP, variables), join(new String[] {"--"}, arguments));
        return RunningMain.run(directory, all);
    }

    private static String[] join(String[] one, String[] other) {
        String[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    // ---- start

    @Test
    void withoutAnyConfigurationItServesADevelopmentAppAndEndsWhenAsked() throws IOException {
        RunningMain main = run("start", "--port", "0");
        try (WireClient client = WireClient.open(main.port(), "/app/resound-dev-key")) {
            assertThat(client.receiveText()).contains("pusher:connection_established");
            client.text("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"room\"}}");
            assertThat(client.receiveText()).contains("subscription_succeeded");
            Pusher backEnd = new Pusher("resound-dev", "resound-dev-key", "resound-dev-secret");
            backEnd.setHost("127.0.0.1:" + main.port());
            assertThat(backEnd.trigger("room", "hello", Map.of("a", 1)).getStatus())
                    .isEqualTo(Result.Status.SUCCESS);
            assertThat(client.receiveText()).contains("hello");
            main.signal(Signals.SIGTERM);
            assertThat(client.receiveClose().closeCode()).isEqualTo(4200);
        }
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.out().lines().count()).isLessThanOrEqualTo(8);
        assertThat(main.halts()).isEmpty();
    }

    @Test
    void thePrefixIsPartOfTheAddressAndOfEveryPath() throws IOException {
        RunningMain main =
                runWithApp(
                        new String[] {"RESOUND_SHUTDOWN_DRAIN_DELAY=0", "RESOUND_SHUTDOWN_GRACE=0"},
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--path",
                        "ws");
        int port = main.port();
        assertThat(main.out())
                .contains("listening on http://127.0.0.1:" + port + "/ws")
                .contains("1 app: 4711 (reverb)");
        assertThat(get(port, "/ws/up").status()).isEqualTo(200);
        assertThat(get(port, "/up").status()).isEqualTo(404);
        main.signal(Signals.SIGINT);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    @Test
    void limitsOfTheConfigurationAreThoseOfThePort() throws IOException {
        RunningMain main =
                runWithApp(
                        new String[] {
                            "RESOUND_SHUTDOWN_DRAIN_DELAY=0",
                            "RESOUND_SHUTDOWN_GRACE=0",
                            "REVERB_MAX_REQUEST_SIZE=100",
                            "REVERB_APP_MAX_MESSAGE_SIZE=1"
                        },
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        try (WireClient client = WireClient.connect(main.port())) {
            client.send(
                    "POST /apps/4711/events HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(413);
        }
        try (WireClient client = WireClient.open(main.port(), "/app/app-key")) {
            client.receiveText();
            client.text("{}");
            assertThat(client.receiveClose().closeCode()).isEqualTo(1009);
        }
        main.signal(Signals.SIGTERM);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    private static WireClient.Response get(int port, String path) throws IOException {
        try (WireClient client = WireClient.connect(port)) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            return client.readResponse();
        }
    }

    @Test
    void debuggingShowsMessagesAndNoSignatures() throws IOException {
        RunningMain main = run("start", "--port", "0", "--debug");
        try (WireClient client = WireClient.open(main.port(), "/app/resound-dev-key")) {
            client.receiveText();
            client.text(
                    "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-a\","
                            + "\"auth\":\"resound-dev-key:signature\"}}");
            await().until(() -> main.err().contains("pusher:error"));
        }
        main.signal(Signals.SIGTERM);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.err())
                .contains("open     ")
                .contains("out      ")
                .contains("pusher:connection_established")
                .contains("pusher:subscribe  {\"channel\":\"private-a\",\"auth\":***}")
                .contains("close    ")
                .doesNotContain("signature");
    }

    // ---- the end

    @Test
    void whileDrainingEverythingGoesOnButHealthSaysNo() throws IOException {
        RunningMain main =
                runWithApp(
                        new String[] {
                            "RESOUND_SHUTDOWN_DRAIN_DELAY=2s", "RESOUND_SHUTDOWN_GRACE=0"
                        },
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        int port = main.port();
        assertThat(get(port, "/up").status()).isEqualTo(200);
        try (WireClient client = WireClient.open(port, "/app/app-key")) {
            client.receiveText();
            main.signal(Signals.SIGTERM);
            await().until(() -> get(port, "/up").status() == 503);
            client.text("{\"event\":\"pusher:ping\"}");
            assertThat(client.receiveText()).contains("pusher:pong");
            assertThat(client.receiveClose().closeCode()).isEqualTo(4200);
        }
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.halts()).isEmpty();
    }

    @Test
    void whoAsksTwiceDoesNotWait() {
        RunningMain main =
                runWithApp(
                        new String[] {
                            "RESOUND_SHUTDOWN_DRAIN_DELAY=1s", "RESOUND_SHUTDOWN_GRACE=0"
                        },
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        main.port();
        main.signal(Signals.SIGTERM);
        assertThat(main.halts()).isEmpty();
        main.signal(Signals.SIGINT);
        assertThat(main.halts()).containsExactly(130);
        main.signal(Signals.SIGTERM);
        assertThat(main.halts()).containsExactly(130, 143);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
    }

    @Test
    void anEndThatTakesTooLongFails() throws IOException {
        RunningMain main =
                runWithApp(
                        new String[] {
                            "RESOUND_SHUTDOWN_DRAIN_DELAY=0",
                            "RESOUND_SHUTDOWN_GRACE=0",
                            "RESOUND_SHUTDOWN_TIMEOUT=200ms"
                        },
                        "start",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "0");
        // Never answers the close frame, so that the server waits for it.
        try (WireClient client = WireClient.open(main.port(), "/app/app-key")) {
            client.receiveText();
            main.signal(Signals.SIGTERM);
            assertThat(main.exitCode()).isEqualTo(Main.FAILED);
        }
    }

    // ---- what goes wrong

    @Test
    void aTakenPortFails() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunningMain main = run("start", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(main.exitCode()).isEqualTo(Main.FAILED);
            assertThat(main.err())
                    .startsWith(
                            "resound: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
                    .contains("Address already in use");
            assertThat(main.out()).isEmpty();
        }
    }

    @Test
    void aCertificateThatIsNoneFails() throws IOException {
        Files.writeString(directory.resolve("cert.pem"), "no certificate");
        Files.writeString(directory.resolve("key.pem"), "no key");
        Files.writeString(
                directory.resolve("resound.yml"),
                "server: {port: 0, tls: {certificate: cert.pem, key: key.pem}}\n");
        RunningMain main = run("start");
        assertThat(main.exitCode()).isEqualTo(Main.FAILED);
        assertThat(main.err()).startsWith("resound: cannot use certificate ").contains("cert.pem");
    }

    @Test
    void errorsInTheConfigurationAreToldAllAtOnceAndNothingIsStarted() throws IOException {
        Files.writeString(directory.resolve("resound.yml"), "server: {prot: 1}\ndebug: x\n");
        for (String command : new String[] {"start", "check"}) {
            RunningMain main = run(command);
            assertThat(main.exitCode()).isEqualTo(Main.WRONG);
            assertThat(main.out()).isEmpty();
            assertThat(main.err().lines())
                    .containsExactly(
                            "resound: the configuration has 2 errors",
                            "  resound.yml:1: there is no setting server.prot; did you mean"
                                    + " server.port?",
                            "  resound.yml:2: debug is \"x\"; it must be true or false");
        }
    }

    @Test
    void wrongUsageIsExplained() {
        for (String[] arguments :
                new String[][] {{}, {"strat"}, {"start", "--prot", "1"}, {"check", "x"}}) {
            RunningMain main = run(arguments);
            assertThat(main.exitCode()).isEqualTo(Main.WRONG);
            assertThat(main.err()).containsAnyOf("Usage: resound", "Did you mean: resound");
            assertThat(main.out()).isEmpty();
        }
    }

    // ---- the other commands

    @Test
    void checkSaysOkAndWhatItHasRead() throws IOException {
        Path other = Files.writeString(directory.resolve("other.yml"), "debug: true\n");
        RunningMain main =
                RunningMain.run(
                        directory,
                        "RESOUND_DIALEKT=x",
                        "REVERB_SERVER_PORT=1",
                        "--",
                        "check",
                        "--config",
                        other.getFileName().toString());
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.out().lines())
                .containsExactly(
                        "OK: other.yml, 1 REVERB_ variable",
                        "warning: RESOUND_DIALEKT: there is no such setting; did you mean"
                                + " RESOUND_DIALECT?");
    }

    @Test
    void versionAndHelpAreAnswered() {
        RunningMain version = run("version");
        assertThat(version.exitCode()).isEqualTo(Main.OK);
        assertThat(version.out()).startsWith("Resound " + Version.current() + " (Java ");
        RunningMain option = run("--version");
        assertThat(option.exitCode()).isEqualTo(Main.OK);
        assertThat(option.out()).isEqualTo(version.out());
        for (String[] arguments : new String[][] {{"--help"}, {"help"}, {"start", "--help"}}) {
            RunningMain help = run(arguments);
            assertThat(help.exitCode()).isEqualTo(Main.OK);
            assertThat(help.out())
                    .contains("Usage: resound", "Exit codes:")
                    .doesNotContain("--train");
        }
    }

    @Test
    void aTrainingRunUsesTheServerOnceAndEnds() throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                server: {host: 0.0.0.0, port: 1, path: /ws}
                dialect: pusher
                apps:
                  - id: a
                    key: b
                    secret: 0123456789abcdefghij
                    enabled: false
                """);
        RunningMain main = run("start", "--train");
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(main.out()).contains("listening on http://127.0.0.1:");
    }
}
