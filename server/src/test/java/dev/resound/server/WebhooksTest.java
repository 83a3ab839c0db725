package dev.resound.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.pusher.rest.Pusher;
import com.pusher.rest.data.Validity;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks from end to end: a program, a browser's socket, a back end with the official SDK. */
@Timeout(60)
class WebhooksTest {
    private static final Pusher SDK = new Pusher("app-id", "app-key", "0123456789abcdefghij");

    @TempDir Path directory;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private HttpServer backEnd;
    private volatile int answer = 200;

    @BeforeEach
    void start() throws IOException {
        backEnd = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backEnd.createContext("/hook", this::called);
        backEnd.start();
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                server: {host: 127.0.0.1, port: 0}
                shutdown: {drain_delay: 0, grace: 0}
                webhooks: {dead_letters: dead.jsonl, batch_time: 10ms, timeout: 2s}
                apps:
                  - id: app-id
                    key: app-key
                    secret: 0123456789abcdefghij
                    accept_client_events_from: members
                    webhooks:
                      - url: http://127.0.0.1:%d/hook
                        filter: {channel_name_starts_with: private-}
                        headers: {X-Tenant: seven}
                """
                        .formatted(backEnd.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        backEnd.stop(0);
    }

    private void called(HttpExchange call) throws IOException {
        String body = new String(call.getRequestBody().readAllBytes(), UTF_8);
        Validity validity =
                SDK.validateWebhookSignature(
                        call.getRequestHeaders().getFirst("X-Pusher-Key"),
                        call.getRequestHeaders().getFirst("X-Pusher-Signature"),
                        body);
        received.add(validity + " " + call.getRequestHeaders().getFirst("X-Tenant") + " " + body);
        call.sendResponseHeaders(answer, -1);
        call.close();
    }

    private RunningMain run(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "--";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return RunningMain.run(directory, all);
    }

    private static WireClient join(RunningMain main, String channel) throws IOException {
        WireClient client = WireClient.open(main.port(), "/app/app-key");
        String id = client.receiveText().replaceFirst("(?s).*?(\\d+\\.\\d+).*", "$1");
        String auth = SDK.authenticate(id, channel).replaceFirst(".*\"auth\":\"([^\"]+)\".*", "$1");
        client.text(
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"%s\",\"auth\":\"%s\"}}"
                        .formatted(channel, auth));
        assertThat(client.receiveText()).contains("subscription_succeeded");
        return client;
    }

    @Test
    void whatHappensInTheChannelsArrivesSignedAndTheLastOfItAtTheEnd() throws IOException {
        RunningMain main = run("start");
        try (WireClient client = join(main, "private-c")) {
            await().until(() -> String.join("", received).contains("subscription_count\":1"));
            assertThat(String.join("", received))
                    .contains("{\"name\":\"channel_occupied\",\"channel\":\"private-c\"}");
            client.text(
                    "{\"event\":\"client-e\",\"channel\":\"private-c\",\"data\":{\"a\":\"ü\"}}");
            await().until(() -> received.getLast().contains("\"client_event\""));
            assertThat(received.getLast())
                    .contains("\"event\":\"client-e\",\"data\":\"{\\\"a\\\":\\\"ü\\\"}\"");
            main.signal(Signals.SIGTERM);
            assertThat(client.receiveClose().closeCode()).isEqualTo(4200);
        }
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        assertThat(String.join("", received))
                .contains("{\"name\":\"channel_vacated\",\"channel\":\"private-c\"}");
        assertThat(received).allMatch(call -> call.startsWith("VALID seven {\"time_ms\":"));
        assertThat(directory.resolve("dead.jsonl")).doesNotExist();
    }

    @Test
    void whatABackEndMissedIsReplayed() throws IOException {
        answer = 500;
        RunningMain main = run("start");
        join(main, "private-c").close();
        await().until(() -> !received.isEmpty());
        main.signal(Signals.SIGTERM);
        assertThat(main.exitCode()).isEqualTo(Main.OK);
        long letters = Files.readAllLines(directory.resolve("dead.jsonl")).size();
        assertThat(letters).isPositive();

        RunningMain inVain = run("webhooks", "replay");
        assertThat(inVain.exitCode()).isEqualTo(Main.FAILED);
        assertThat(inVain.out().strip()).isEqualTo("delivered: 0, kept: " + letters);

        answer = 200;
        received.clear();
        RunningMain replay = run("webhooks", "replay", "--app", "app-id", "--json");
        assertThat(replay.exitCode()).isEqualTo(Main.OK);
        assertThat(replay.out().strip())
                .isEqualTo("{\"delivered\":" + letters + ",\"kept\":0,\"other_apps\":0}");
        assertThat(String.join("", received))
                .contains(
                        "{\"name\":\"channel_occupied\",\"channel\":\"private-c\"}",
                        "{\"name\":\"channel_vacated\",\"channel\":\"private-c\"}");
        assertThat(received).allMatch(call -> call.startsWith("VALID seven {\"time_ms\":"));

        RunningMain nothing = run("webhooks", "replay", "--file", "dead.jsonl");
        assertThat(nothing.exitCode()).isEqualTo(Main.OK);
        assertThat(nothing.out().strip()).isEqualTo("delivered: 0, kept: 0");
    }

    @Test
    void wrongUsageOfReplayIsExplained() throws IOException {
        RunningMain app = run("webhooks", "replay", "--app", "x");
        assertThat(app.exitCode()).isEqualTo(Main.WRONG);
        assertThat(app.err()).contains("no app with the id \"x\" is configured");

        Files.delete(directory.resolve("resound.yml"));
        RunningMain file = run("webhooks", "replay");
        assertThat(file.exitCode()).isEqualTo(Main.WRONG);
        assertThat(file.err()).contains("webhooks.dead_letters").contains("--file");

        RunningMain help = run("webhooks", "replay", "--help");
        assertThat(help.exitCode()).isEqualTo(Main.OK);
        assertThat(help.out()).contains("--file", "--app", "--json", "Exit codes:");

        assertThat(run("webhooks").exitCode()).isEqualTo(Main.WRONG);
    }

    @Test
    void deadLettersNeedADirectory() {
        Written written =
                Written.in(directory).file("webhooks: {dead_letters: missing/dead.jsonl}\n").app();
        assertThat(written.problems())
                .containsExactly(
                        "resound.yml:1: webhooks.dead_letters is \"missing/dead.jsonl\"; it must"
                                + " be a file, which need not exist, in a directory that does");
    }
}
