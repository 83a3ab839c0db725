package dev.resound.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.bench.StandInServer.Mischief;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole tool, from arguments to exit code, against a server whose faults we know. */
class EndToEndTest {

    private record Outcome(int exitCode, String out, String err) {}

    @Test
    void faultlessFanoutEndsWithZero() {
        var outcome = fanout(Mischief.NONE, "--in-flight", "1");

        assertThat(outcome.out)
                .contains("\"deliveries\":600", "\"lost\":0", "\"duplicates\":0")
                .contains("\"out_of_order\":0", "\"errors\":0", "\"error_counts\":{}");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void burstsOverSeveralConnectionsAllArrive() {
        var outcome = fanout(Mischief.NONE, "--in-flight", "15", "--publishers", "4");

        assertThat(outcome.out).contains("\"deliveries\":600", "\"out_of_order\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void aLostMessageIsCounted() {
        var outcome = fanout(Mischief.LOSE, "--in-flight", "1");

        assertThat(outcome.out)
                .contains("\"lost\":1", "\"duplicates\":0", "\"out_of_order\":0", "\"errors\":0");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void aDoubledMessageIsCounted() {
        var outcome = fanout(Mischief.DOUBLE, "--in-flight", "1");

        assertThat(outcome.out)
                .contains("\"lost\":0", "\"duplicates\":1", "\"out_of_order\":0", "\"errors\":0");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void swappedMessagesAreCountedAsOneOutOfOrder() {
        var outcome = fanout(Mischief.SWAP, "--in-flight", "10");

        assertThat(outcome.out)
                .contains("\"lost\":0", "\"duplicates\":0", "\"out_of_order\":1", "\"errors\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void aMessageNobodyPublishedIsAnErrorAndTheRealOneIsLost() {
        var outcome = fanout(Mischief.FORGE, "--in-flight", "1");

        assertThat(outcome.out)
                .contains("\"lost\":1", "\"messages arrived that nobody published there\":1");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void aSubscriberCutOffEndsTheRun() {
        var outcome = fanout(Mischief.CUT, "--in-flight", "1");

        assertThat(outcome.out)
                .contains("\"subscriber lost: TCP connection closed by the server\":1");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void aRefusedPublishEndsTheRun() {
        var outcome = fanout(Mischief.LIMIT_RATE, "--in-flight", "1");

        assertThat(outcome.out).contains("\"publish answered 429 slow down\":1");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void aServerThatEndsConnectionsAfterEveryAnswerIsFollowed() {
        var outcome = fanout(Mischief.ONE_REQUEST_PER_CONNECTION, "--in-flight", "5");

        assertThat(outcome.out).contains("\"deliveries\":600", "\"lost\":0", "\"duplicates\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void clientEventsReachEverybodyButTheirSender() {
        var outcome = fanout(Mischief.NONE, "--in-flight", "3", "--via", "client-event");

        assertThat(outcome.out).contains("\"deliveries\":600", "\"lost\":0", "\"duplicates\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void pacedPublishesFollowTheClock() {
        var outcome =
                fanout(Mischief.NONE, "--rate", "200", "--seconds", "0.5", "--messages", "1000");

        assertThat(outcome.out).contains("\"publishes\":100,", "\"deliveries\":1000,");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void rawFanoutGoesFromOneSenderToAllOthers() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run(
                            "fanout",
                            List.of(
                                    "--raw",
                                    "ws://127.0.0.1:" + server.port() + "/room",
                                    "--subscribers",
                                    "10",
                                    "--warmup-messages",
                                    "10",
                                    "--messages",
                                    "60"));

            assertThat(outcome.out).contains("\"via\":\"raw\"", "\"deliveries\":600", "\"lost\":0");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void subscribersConnectToAnotherNodeIfThatIsAskedFor() {
        try (var other = new StandInServer(Mischief.NONE)) {
            // These two are no cluster: what is published here is not heard there.
            var outcome =
                    fanout(
                            Mischief.LOSE,
                            "--subscribers-at",
                            "ws://127.0.0.1:" + other.port(),
                            "--messages",
                            "1");

            assertThat(outcome.out)
                    .contains("\"listening\":\"127.0.0.1:" + other.port(), "\"deliveries\":0,");
            assertThat(outcome.exitCode).isEqualTo(1);
        }
    }

    @Test
    void rawMessagesCanBePublishedAtAnotherPath() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run(
                            "fanout",
                            List.of(
                                    "--raw=ws://127.0.0.1:" + server.port() + "/room",
                                    "--raw-publish=/pub",
                                    "--publishers=2",
                                    "--in-flight=4",
                                    "--subscribers=10",
                                    "--warmup-messages=10",
                                    "--messages=60"));

            assertThat(outcome.out).contains("\"deliveries\":600", "\"lost\":0", "\"errors\":0");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void channelsArePublishedToInTurn() {
        var outcome = fanout(Mischief.NONE, "--rooms", "6", "--in-flight", "4");

        assertThat(outcome.out)
                .contains("\"rooms\":6,", "\"deliveries\":600", "\"lost\":0", "\"errors\":0")
                .contains("\"out_of_order\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void socketIoEventsReachTheWholeRoom() {
        var outcome = socketIo(Mischief.NONE, "fanout", "--subscribers=10", "--in-flight=3");

        assertThat(outcome.out)
                .contains("\"via\":\"socketio\"", "\"publishes\":60,", "\"deliveries\":600")
                .contains("\"lost\":0", "\"duplicates\":0", "\"errors\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void socketIoRoomsArePublishedToInTurn() {
        var outcome =
                socketIo(
                        Mischief.NONE,
                        "fanout",
                        "--rooms=20",
                        "--per-room=3",
                        "--in-flight=6",
                        "--publishers=2");

        assertThat(outcome.out)
                .contains("\"deliveries\":180", "\"lost\":0", "\"errors\":0")
                .contains("\"out_of_order\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOSE", "DOUBLE", "SWAP"})
    void socketIoMessagesAreCountedAsTheyArrive(Mischief mischief) {
        var outcome =
                socketIo(
                        mischief, "fanout", "--subscribers=10", "--in-flight=10", "--patience=0.5");

        assertThat(outcome.out)
                .contains("\"lost\":" + (mischief == Mischief.LOSE ? 1 : 0))
                .contains("\"duplicates\":" + (mischief == Mischief.DOUBLE ? 1 : 0))
                .contains("\"out_of_order\":" + (mischief == Mischief.SWAP ? 1 : 0));
        assertThat(outcome.exitCode).isEqualTo(mischief == Mischief.SWAP ? 0 : 1);
    }

    @Test
    void aRefusedSocketIoConnectionIsExplainedAndEndsWithTwo() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run("echo", List.of("--socketio=ws://127.0.0.1:" + server.port() + "/closed/"));

            assertThat(outcome.err).contains("refuses the Socket.IO connection: Not authorized");
            assertThat(outcome.exitCode).isEqualTo(2);
        }
    }

    @Test
    void echoCountsAcknowledgedSocketIoEvents() {
        var outcome = socketIo(Mischief.NONE, "echo", "--connections=7", "--payload=300");

        assertThat(outcome.out)
                .contains("\"errors\":0", "\"payload_bytes\":300")
                .doesNotContain("\"round_trips\":0,");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void anAcknowledgementThatStaysOutIsAnError() {
        var outcome = socketIo(Mischief.SILENT, "echo", "--connections=7", "--patience=0.2");

        assertThat(outcome.out).contains("\"round_trips\":0", "\"errors\":7");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "room-%d"})
    void idleSocketIoSessionsAreMeasuredWithAndWithoutARoom(String room) {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run(
                            "idle",
                            List.of(
                                    "--socketio=ws://127.0.0.1:" + server.port(),
                                    "--connections=5,20",
                                    "--channel=" + room,
                                    "--settle=0.3",
                                    "--pid=" + ProcessHandle.current().pid()));

            assertThat(outcome.out).contains("\"memory_bytes_at_20\":", "\"errors\":0");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void aStormIsOverWhenEverybodyIsThere() {
        var outcome = pusher(Mischief.NONE, "storm", "--connections", "50");

        assertThat(outcome.out).contains("\"turned_away\":0", "\"connect_p99_ms\":");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void echoCountsRoundTripsOfPusherPings() {
        var outcome = pusher(Mischief.NONE, "echo", "--connections", "7", "--seconds", "0.3");

        assertThat(outcome.out).contains("\"errors\":0").doesNotContain("\"round_trips\":0,");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void echoCountsRoundTripsOfRawMessages() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run(
                            "echo",
                            List.of(
                                    "--raw",
                                    "ws://127.0.0.1:" + server.port() + "/echo",
                                    "--connections",
                                    "7",
                                    "--payload",
                                    "300",
                                    "--warmup-messages",
                                    "10",
                                    "--seconds",
                                    "0.3"));

            assertThat(outcome.out).contains("\"errors\":0").doesNotContain("\"round_trips\":0,");
            assertThat(outcome.exitCode).isZero();
        }
    }

    @Test
    void anEchoThatStaysOutIsAnError() {
        var outcome = pusher(Mischief.SILENT, "echo", "--connections", "7", "--patience", "0.2");

        assertThat(outcome.out).contains("\"round_trips\":0", "\"errors\":7");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NONE", "ONE_REQUEST_PER_CONNECTION"})
    void httpCountsAnswers(Mischief mischief) {
        var outcome =
                pusher(
                        mischief,
                        "http",
                        "--connections",
                        "3",
                        "--in-flight",
                        "2",
                        "--subscribers",
                        "2",
                        "--seconds",
                        "0.3");

        assertThat(outcome.out).contains("\"status_200\":", "\"errors\":0");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void httpCountsRefusals() {
        var outcome = pusher(Mischief.LIMIT_RATE, "http", "--seconds", "0.3");

        assertThat(outcome.out).contains("\"status_429\":", "\"answered 429 slow down\":");
        assertThat(outcome.exitCode).isEqualTo(1);
    }

    @Test
    void idleMeasuresMemoryAtEachStep() {
        var outcome =
                pusher(
                        Mischief.NONE,
                        "idle",
                        "--connections",
                        "5,20",
                        "--channel",
                        "own-%d",
                        "--settle",
                        "0.3",
                        "--pid",
                        Long.toString(ProcessHandle.current().pid()));

        assertThat(outcome.out)
                .contains("\"memory_bytes_at_0\":", "\"memory_bytes_at_5\":")
                .contains("\"memory_bytes_at_20\":", "\"bytes_per_connection_marginal\":");
        assertThat(outcome.exitCode).isZero();
    }

    @Test
    void theServersProcessorTimeIsReported() {
        var outcome =
                pusher(
                        Mischief.NONE,
                        "echo",
                        "--seconds",
                        "0.3",
                        "--warmup-cpu",
                        "0.1",
                        "--pid",
                        Long.toString(ProcessHandle.current().pid()));

        assertThat(outcome.out)
                .contains("\"cpu_us\":", "\"cpu_user_us\":")
                .doesNotContain("\"cpu_us\":null", "\"cpu_us\":0.000");
    }

    @Test
    void aWrongSecretIsExplainedAndEndsWithTwo() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var arguments = credentials(server);
            arguments.add("--secret=wrong");
            var outcome = run("http", withoutSecret(arguments));

            assertThat(outcome.err).contains("401 bad signature", "--secret");
            assertThat(outcome.exitCode).isEqualTo(2);
        }
    }

    @Test
    void anUnknownAppKeyIsExplainedAndEndsWithTwo() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var outcome =
                    run(
                            "echo",
                            List.of(
                                    "--url=ws://127.0.0.1:" + server.port(),
                                    "--app-id=" + StandInServer.APP_ID,
                                    "--app-key=other",
                                    "--secret=" + StandInServer.SECRET));

            assertThat(outcome.err).contains("unknown app key", "--app-key");
            assertThat(outcome.exitCode).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fanout", "echo", "http"})
    void anAbsentServerIsExplainedAndEndsWithTwo(String load) {
        List<String> arguments;
        try (var server = new StandInServer(Mischief.NONE)) {
            arguments = credentials(server);
        }
        var outcome = run(load, arguments);

        assertThat(outcome.err).contains("Nobody listens at 127.0.0.1:");
        assertThat(outcome.exitCode).isEqualTo(2);
    }

    @Test
    void wrongOptionsEndWithTwo() {
        assertThat(run("fanout", List.of("--subscribers", "many")).exitCode).isEqualTo(2);
        assertThat(run("fanout", List.of("--raw", "ws://127.0.0.1", "--payload", "3")).err)
                .contains("--payload is 3, allowed are 40 to");
        assertThat(run("http", List.of("--raw", "ws://127.0.0.1")).err)
                .contains("--raw and --socketio do not fit");
        assertThat(run("echo", List.of("--raw=ws://127.0.0.1", "--socketio=ws://127.0.0.1")).err)
                .contains("not both");
        assertThat(run("fanout", List.of("--raw-publish", "/pub")).err).contains("needs --raw");
        assertThat(run("fanout", List.of("--raw", "ws://127.0.0.1", "--rooms", "2")).err)
                .contains("--rooms fits");
        assertThat(run("fanout", List.of("--rooms", "2", "--channel", "same")).err)
                .contains("--channel needs");
        assertThat(run("idle", List.of("--raw", "ws://127.0.0.1")).err)
                .contains("--pid is missing");
        assertThat(run("echo", List.of("--raw", "wss://127.0.0.1")).err).contains("no TLS");
    }

    @Test
    void theTableShowsTheSameFigures() {
        try (var server = new StandInServer(Mischief.NONE)) {
            var out = new StringWriter();
            var arguments = credentials(server);
            arguments.addFirst("fanout");
            arguments.addAll(List.of("--subscribers", "10", "--messages", "60"));
            int exitCode =
                    Bench.commandLine()
                            .setOut(new PrintWriter(out))
                            .execute(arguments.toArray(new String[0]));

            assertThat(out.toString()).containsPattern("\n  deliveries +600\n");
            assertThat(exitCode).isZero();
        }
    }

    @Test
    void nioCarriesTheSameLoad() {
        try (var server = new StandInServer(Mischief.NONE);
                var loop = ClientLoop.openNio()) {
            var target =
                    Target.pusher(
                            "ws://127.0.0.1:" + server.port(),
                            StandInServer.APP_ID,
                            StandInServer.APP_KEY,
                            StandInServer.SECRET);
            var phases = new Phases(seconds(0), 5, seconds(5), 20, seconds(2));
            var plan =
                    new Fanout.Plan(
                            target,
                            target,
                            1,
                            8,
                            200,
                            2,
                            1,
                            Fanout.Via.HTTP,
                            "bench",
                            0,
                            phases,
                            seconds(0));
            var result = loop.run(new Fanout(loop, plan, Optional.empty()), LiveLine.none());

            assertThat(result.transport()).isEqualTo("NIO");
            assertThat(result.deliveries()).isEqualTo(160);
            assertThat(result.isClean()).isTrue();
        }
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    /** Ten subscribers, sixty measured publishes; short of patience. */
    private static Outcome fanout(Mischief mischief, String... more) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "--subscribers",
                                "10",
                                "--patience",
                                mischief == Mischief.NONE ? "5" : "0.5"));
        if (!List.of(more).contains("--messages")) {
            arguments.addAll(List.of("--messages", "60"));
        }
        arguments.addAll(List.of(more));
        return pusher(mischief, "fanout", arguments.toArray(new String[0]));
    }

    /** Sixty measured messages. */
    private static Outcome socketIo(Mischief mischief, String load, String... more) {
        try (var server = new StandInServer(mischief)) {
            var arguments =
                    new ArrayList<>(
                            List.of(
                                    "--socketio=ws://127.0.0.1:" + server.port(),
                                    "--warmup-messages=10",
                                    "--messages=60"));
            arguments.addAll(List.of(more));
            return run(load, arguments);
        }
    }

    private static Outcome pusher(Mischief mischief, String load, String... more) {
        try (var server = new StandInServer(mischief)) {
            var arguments = credentials(server);
            if (!load.equals("idle") && !load.equals("storm")) {
                arguments.addAll(List.of("--warmup-messages", "10"));
            }
            arguments.addAll(List.of(more));
            return run(load, arguments);
        }
    }

    private static List<String> credentials(StandInServer server) {
        return new ArrayList<>(
                List.of(
                        "--url=ws://127.0.0.1:" + server.port(),
                        "--app-id=" + StandInServer.APP_ID,
                        "--app-key=" + StandInServer.APP_KEY,
                        "--secret=" + StandInServer.SECRET));
    }

    private static List<String> withoutSecret(List<String> arguments) {
        return arguments.stream()
                .filter(each -> !each.equals("--secret=" + StandInServer.SECRET))
                .toList();
    }

    private static Outcome run(String load, List<String> arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var all = new ArrayList<>(List.of(load, "--json"));
        all.addAll(arguments);
        int exitCode =
                Bench.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(all.toArray(new String[0]));
        return new Outcome(exitCode, out.toString(), err.toString());
    }
}
