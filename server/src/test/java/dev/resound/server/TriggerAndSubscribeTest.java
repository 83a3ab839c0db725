package dev.resound.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code resound trigger} and {@code resound subscribe} against a server. */
@Timeout(60)
class TriggerAndSubscribeTest {
    @TempDir Path directory;

    @Test
    void whatIsTriggeredIsPrintedWhereItIsSubscribedTo() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain listener =
                    world.run("subscribe", "room", "private-a", "presence-b", "--count", "3");
            await().until(() -> listener.err().lines().count() == 3);
            assertThat(listener.err().lines())
                    .containsExactly(
                            "subscribed to room",
                            "subscribed to private-a",
                            "subscribed to presence-b");
            for (String channel : new String[] {"room", "private-a", "presence-b"}) {
                RunningMain trigger = world.run("trigger", channel, "hello", "{\"n\":1}");
                assertThat(trigger.exitCode()).isEqualTo(Main.OK);
                assertThat(trigger.out()).isEqualToIgnoringNewLines("200 {}");
            }
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
            assertThat(listener.out().lines())
                    .containsExactly(
                            "room hello {\"n\":1}",
                            "private-a hello {\"n\":1}",
                            "presence-b hello {\"n\":1}");
        }
    }

    @Test
    void programsGetJsonAndNothingElse() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain listener = world.run("subscribe", "cache-room", "--count", "3", "--json");
            await().until(() -> listener.out().contains("pusher:cache_miss"));
            RunningMain trigger =
                    world.run(
                            "trigger",
                            "cache-room",
                            "hello",
                            "--info",
                            "subscription_count",
                            "--json");
            assertThat(trigger.exitCode()).isEqualTo(Main.OK);
            assertThat(trigger.out())
                    .isEqualToIgnoringNewLines(
                            "{\"status\":200,\"body\":{\"channels\":{\"cache-room\":"
                                    + "{\"subscription_count\":1}}}}");
            // Only now: who has counted enough leaves, perhaps before it was counted.
            assertThat(world.run("trigger", "cache-room", "bye").exitCode()).isEqualTo(Main.OK);
            assertThat(listener.exitCode()).isEqualTo(Main.OK);
            assertThat(listener.out().lines())
                    .containsExactly(
                            "{\"event\":\"pusher:cache_miss\",\"channel\":\"cache-room\"}",
                            "{\"event\":\"hello\",\"data\":\"{}\",\"channel\":\"cache-room\"}",
                            "{\"event\":\"bye\",\"data\":\"{}\",\"channel\":\"cache-room\"}");
            assertThat(listener.err()).isEmpty();
        }
    }

    @Test
    void theServerAndTheAppMayComeFromTheConfiguration() throws IOException {
        Files.writeString(
                directory.resolve("resound.yml"),
                """
                server: {host: 127.0.0.1, port: 0, path: /ws}
                shutdown: {drain_delay: 0s, grace: 0s}
                apps:
                  - {id: one, key: key-one, secret: 0123456789abcdefghij}
                  - {id: two, key: key-two, secret: abcdefghij0123456789}
                """);
        RunningMain server = RunningMain.run(directory, "--", "start");
        server.port();
        RunningMain which = RunningMain.run(directory, "--", "trigger", "room", "hello");
        assertThat(which.exitCode()).isEqualTo(Main.WRONG);
        assertThat(which.err())
                .isEqualToIgnoringNewLines(
                        "resound: several apps are configured, say which: --app ID (one, two)");
        RunningMain trigger =
                RunningMain.run(directory, "--", "trigger", "room", "hello", "--app", "two");
        assertThat(trigger.exitCode()).as(trigger.err()).isEqualTo(Main.OK);
        server.signal(Signals.SIGTERM);
        assertThat(server.exitCode()).isEqualTo(Main.OK);
    }

    @Test
    void aWrongSecretIsExplained() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain trigger =
                    world.runWith(
                            world.url(), "4711", "app-key", "wrong", "trigger", "room", "hello");
            assertThat(trigger.exitCode()).isEqualTo(Main.FAILED);
            assertThat(trigger.out()).isEmpty();
            assertThat(trigger.err())
                    .startsWith("resound: the server answered 401 ")
                    .contains("the secret or the key is wrong");
            RunningMain listener =
                    world.runWith(
                            world.url(), "4711", "app-key", "wrong", "subscribe", "private-a");
            assertThat(listener.exitCode()).isEqualTo(Main.FAILED);
            assertThat(listener.err()).contains("refused: ").contains("4009");
        }
    }

    @Test
    void aWrongKeyAndAWrongAppAreExplained() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain listener =
                    world.runWith(world.url(), "4711", "wrong", "x", "subscribe", "room");
            assertThat(listener.exitCode()).isEqualTo(Main.FAILED);
            assertThat(listener.err()).contains("refused: ").contains("4001");
            RunningMain trigger =
                    world.runWith(world.url(), "1", "app-key", "x", "trigger", "a", "b", "--json");
            assertThat(trigger.exitCode()).isEqualTo(Main.FAILED);
            assertThat(trigger.err()).isEmpty();
            assertThat(trigger.out())
                    .startsWith("{\"status\":404,\"body\":\"No matching application")
                    .contains("\"hint\":\"there is no app of this id");
        }
    }

    @Test
    void whoWaitsInVainFailsOnlyIfItHasCounted() {
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain counting =
                    world.run("subscribe", "room", "--count", "1", "--timeout", "100ms");
            assertThat(counting.exitCode()).isEqualTo(Main.FAILED);
            assertThat(counting.err()).contains("0 of 1 events came in time");
            RunningMain looking = world.run("subscribe", "room", "--timeout", "100ms");
            assertThat(looking.exitCode()).isEqualTo(Main.OK);
        }
    }

    @Test
    void aSubscriptionEndsWithCtrlCAndWithTheServer() {
        RunningMain second;
        try (OperationsWorld world = OperationsWorld.start(directory)) {
            RunningMain first = world.run("subscribe", "room");
            second = world.run("subscribe", "room");
            await().until(() -> first.err().contains("subscribed"));
            await().until(() -> second.err().contains("subscribed"));
            first.signal(Signals.SIGINT);
            assertThat(first.exitCode()).isEqualTo(Main.OK);
        }
        assertThat(second.exitCode()).isEqualTo(Main.FAILED);
        assertThat(second.err()).contains("the server has closed the connection: 4200");
    }

    @Test
    void pingsAreAnswered() {
        try (OperationsWorld world =
                OperationsWorld.start(
                        directory,
                        "RESOUND_APPS_0_PING_INTERVAL=1",
                        "RESOUND_APPS_0_PONG_TIMEOUT=1")) {
            RunningMain listener = world.run("subscribe", "room", "--timeout", "4s");
            assertThat(listener.exitCode()).as(listener.err()).isEqualTo(Main.OK);
        }
    }

    @Test
    void aServerThatIsNotThereIsTold() throws IOException {
        int closed;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = taken.getLocalPort();
        }
        for (String[] command :
                new String[][] {{"subscribe", "room"}, {"trigger", "room", "hello"}}) {
            RunningMain main =
                    RunningMain.run(
                            directory,
                            "--",
                            command[0],
                            "--url=ws://127.0.0.1:" + closed,
                            "--app=a",
                            "--key=k",
                            "--secret=s",
                            command[1],
                            command.length > 2 ? command[2] : "other");
            assertThat(main.exitCode()).isEqualTo(Main.FAILED);
            assertThat(main.err())
                    .isEqualToIgnoringNewLines(
                            "resound: http://127.0.0.1:" + closed + ": connection refused");
        }
    }

    @Test
    void wrongUsageIsToldBeforeAnythingIsDone() {
        String[][] wrong = {
            {"trigger", "--url", "ftp://x", "--key", "k", "a", "b"},
            {"trigger", "--url", "http://u:p@x", "--key", "k", "a", "b"},
            {"trigger", "--url", "http://x", "--key", "k", "a", "b"},
            {"trigger", "--url", "http://x", "--key", "k/", "a", "b"},
            {"trigger", "--secret", "s", "a", "b"},
            {"trigger", "--app", "other", "a", "b"},
            {"subscribe", "--url", "http://x", "--key", "k", "--timeout", "soon", "a"},
            {"subscribe", "--url", "http://x", "--key", "k", "--count", "-1", "a"},
            {"trigger", "a"},
            {"subscribe"},
        };
        for (String[] arguments : wrong) {
            String[] all = new String[arguments.length + 1];
            all[0] = "--";
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            RunningMain main = RunningMain.run(directory, all);
            assertThat(main.exitCode()).as(main.err()).isEqualTo(Main.WRONG);
            assertThat(main.err()).isNotEmpty();
        }
    }
}
