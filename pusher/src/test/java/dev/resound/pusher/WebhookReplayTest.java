package dev.resound.pusher;

import static dev.resound.pusher.WebhookReceiver.status;
import static dev.resound.pusher.WebhookWorld.occupied;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.resound.pusher.WebhookReceiver.Call;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters, and their second life. */
@Timeout(60)
class WebhookReplayTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @TempDir Path directory;

    private Path file;
    private WebhookReceiver receiver;
    private App app;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("dead.jsonl");
        receiver = new WebhookReceiver();
        app = WebhookWorld.app("app-id", new Webhook(receiver.url("/hook?token=1")));
    }

    @AfterEach
    void close() throws IOException {
        receiver.close();
    }

    private DeadLetter letter(App app, String id) {
        URI url = receiver.url("/hook?token=1");
        return new DeadLetter(
                Instant.EPOCH,
                app.id(),
                url,
                id,
                1,
                "HTTP 500",
                ("{\"" + id + "\":\"ü\\n\"}").getBytes(UTF_8));
    }

    private void write(DeadLetter... letters) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        for (DeadLetter letter : letters) {
            lines.add(letter.line());
        }
        assertThat(new DeadLetterFile(file).append(lines, DeadLetterFile.MAX_BYTES))
                .isEqualTo(letters.length);
    }

    private WebhookReplay.Result replay(App... apps) throws IOException {
        return new WebhookReplay(file, List.of(apps), TIMEOUT).run(any -> true);
    }

    // ---- how they get there

    @Test
    void whatIsGivenUpIsAppendedAsALineForItsOwnerOnly() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.small(1, 100, file))) {
            world.occupy("a");
            world.occupy("b");
            world.receiver.answers(status(500));
            world.webhooks.close(Duration.ofMillis(100));
            List<String> lines = Files.readAllLines(file);
            assertThat(lines).hasSize(2);
            assertThat(lines.getFirst())
                    .startsWith(
                            "{\"time\":\"2026-01-01T12:00:00Z\",\"app\":\"app-id\",\"url\":\""
                                    + world.receiver.url()
                                    + "\",\"id\":\"")
                    .contains(
                            "\"events\":1,\"reason\":\"overflow\","
                                    + "\"body\":\"{\\\"time_ms\\\":1767268800000,")
                    .contains("\\\"channel\\\":\\\"b\\\"");
            assertThat(lines.getLast())
                    .contains("\"reason\":\"shutdown\"")
                    .contains("\\\"channel\\\":\\\"a\\\"");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aRefusedTargetIsToldApart() throws IOException {
        try (var world = new WebhookWorld(WebhookWorld.options(file))) {
            App guest = WebhookWorld.app("guest", WebhookWorld.publicOnly(world.receiver.url()));
            world.occupy(guest, "a");
            world.webhooks.flush(Duration.ofSeconds(10));
            await().until(() -> Files.exists(file) && Files.size(file) > 0);
            assertThat(Files.readString(file)).contains("the host has a private address");
        }
    }

    @Test
    void theFileIsBounded() throws IOException {
        DeadLetterFile small = new DeadLetterFile(file);
        byte[] line = letter(app, "a").line();
        assertThat(small.append(List.of(line, line, line), 2L * line.length)).isEqualTo(2);
        assertThat(small.append(List.of(line), 2L * line.length)).isZero();
        assertThat(Files.size(file)).isEqualTo(2L * line.length);
    }

    @Test
    void aFileThatCannotBeWrittenStopsNobody() throws IOException {
        Path nowhere = directory.resolve("missing").resolve("dead.jsonl");
        try (var world = new WebhookWorld(WebhookWorld.small(1, 100, nowhere))) {
            world.occupy("a");
            world.occupy("b");
            world.batchTimePasses();
            assertThat(world.receiver.hears().events()).isEqualTo(occupied("a"));
            assertThat(world.statistics().dead()).isEqualTo(1);
        }
    }

    // ---- and out again

    @Test
    void lettersAreSentAgainSignedWithThePresentSecret() throws IOException {
        write(letter(app, "a"), letter(app, "b"));
        App renewed =
                App.builder("app-id", "new-key", "new-secret").webhooks(app.webhooks()).build();
        assertThat(replay(renewed)).isEqualTo(new WebhookReplay.Result(2, 0, 0));
        Call call = receiver.hears();
        assertThat(call.requestLine()).isEqualTo("POST /hook?token=1 HTTP/1.1");
        assertThat(call.text()).isEqualTo("{\"a\":\"ü\\n\"}");
        assertThat(call.header("X-Resound-Webhook-Id")).isEqualTo("a");
        assertThat(call.header("X-Pusher-Key")).isEqualTo("new-key");
        assertThat(call.header("X-Pusher-Signature"))
                .isEqualTo(new Signer("new-secret").sign(call.body()));
        assertThat(receiver.hears().header("X-Resound-Webhook-Id")).isEqualTo("b");
        assertThat(file).doesNotExist();
        assertThat(replay(renewed)).isEqualTo(new WebhookReplay.Result(0, 0, 0));
    }

    @Test
    void lettersThatFailAgainAreKeptAsTheyWere() throws IOException {
        write(letter(app, "a"), letter(app, "b"), letter(app, "c"));
        String before = Files.readString(file);
        receiver.answers(call ->
                call.header("X-Resound-Webhook-Id").equals("b") ? WebhookReceiver.OK : status(500));
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(1, 2, 0));
        assertThat(Files.readString(file))
                .isEqualTo(before.replace(new String(letter(app, "b").line(), UTF_8), ""));
        receiver.answers(WebhookReceiver.OK);
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(2, 0, 0));
    }

    @Test
    void aTargetThatKeepsFailingIsNotAskedForEachLetter() throws IOException {
        write(letter(app, "a"), letter(app, "b"), letter(app, "c"), letter(app, "d"));
        receiver.answers(status(500));
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(0, 4, 0));
        receiver.hears();
        receiver.hears();
        receiver.hears();
        receiver.heardAll();
        assertThat(Files.readAllLines(file)).hasSize(4);
    }

    @Test
    void onlyWhatIsConfiguredIsCalled() throws IOException {
        write(letter(app, "a"));
        App elsewhere = WebhookWorld.app("app-id", new Webhook(receiver.url("/elsewhere")));
        assertThat(replay(elsewhere)).isEqualTo(new WebhookReplay.Result(0, 1, 0));
        assertThat(replay()).isEqualTo(new WebhookReplay.Result(0, 1, 0));
        receiver.heardAll();
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(1, 0, 0));
    }

    @Test
    void lettersOfOtherAppsAreLeftAlone() throws IOException {
        App other = WebhookWorld.app("other", new Webhook(receiver.url("/hook?token=1")));
        write(letter(other, "a"), letter(app, "b"));
        var replay = new WebhookReplay(file, List.of(app, other), TIMEOUT);
        assertThat(replay.run("app-id"::equals)).isEqualTo(new WebhookReplay.Result(1, 0, 1));
        assertThat(Files.readAllLines(file)).hasSize(1).first().asString().contains("\"other\"");
    }

    @Test
    void whatARunningServerAppendsMeanwhileIsNotLost() throws Exception {
        write(letter(app, "a"), letter(app, "b"));
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch appended = new CountDownLatch(1);
        receiver.answers(call -> {
            called.countDown();
            try {
                appended.await();
            } catch (InterruptedException stopped) {
                throw new AssertionError(stopped);
            }
            return call.header("X-Resound-Webhook-Id").equals("a")
                    ? status(500)
                    : WebhookReceiver.OK;
        });
        var replay =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return replay(app);
                    } catch (IOException failed) {
                        throw new AssertionError(failed);
                    }
                });
        called.await();
        write(letter(app, "c"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> replay(app))
                .withMessageContaining("another replay");
        appended.countDown();
        assertThat(replay.join()).isEqualTo(new WebhookReplay.Result(1, 1, 0));
        assertThat(Files.readAllLines(file))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("\"id\":\"a\""),
                        line -> assertThat(line).contains("\"id\":\"c\""));
    }

    @Test
    void whatAReplayThatWasKilledLeftIsSentByTheNext() throws IOException {
        write(letter(app, "a"));
        new DeadLetterFile(file).take();
        assertThat(file).doesNotExist();
        write(letter(app, "b"));
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(2, 0, 0));
        try (var left = Files.list(directory)) {
            assertThat(left).noneMatch(path -> path.toString().endsWith(".replay"));
        }
    }

    @Test
    void halfALineIsKeptAndSpoilsNoOther() throws IOException {
        Files.writeString(file, "{\"app\":\"app-id\",\"ur");
        write(letter(app, "a"));
        assertThat(replay(app)).isEqualTo(new WebhookReplay.Result(1, 1, 0));
        assertThat(Files.readString(file)).isEqualTo("{\"app\":\"app-id\",\"ur\n");
    }
}
