package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that do what no client does: nothing stays behind, and nobody else notices. */
class AbuseTest {
    private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
    private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

    private static EngineIo.Builder impatient(EngineIo.Builder options) {
        return options.pingInterval(Duration.ofSeconds(1))
                .pingTimeout(Duration.ofSeconds(1))
                .upgradeTimeout(Duration.ofMillis(100))
                .pollCloseTimeout(Duration.ofMillis(100));
    }

    /** Somebody who behaves is served as if nothing was. */
    private static void assertServes(EngineServer server) throws IOException {
        try (Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            assertThat(client.post("4well?").body()).isEqualTo("ok");
            assertThat(client.poll()).contains("4well?");
            client.post("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void guessedIdsOpenNothing(int loops) throws IOException {
        try (EngineServer server = EngineServer.start(loops);
                Polling victim = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP);
                WireClient guesser = server.connect()) {
            String near = victim.sid().substring(0, 19);
            for (int i = 0; i < 1_000; i++) {
                String guess = i % 4 == 0 ? near + "_-AZ".charAt(i / 4 % 4) : SessionIds.next();
                if (!guess.equals(victim.sid())) {
                    guesser.get(POLLING + "&sid=" + guess);
                    assertThat(guesser.readResponse().body()).contains("\"code\":1");
                }
            }
            assertThat(server.engine().sessions()).isEqualTo(1);
            victim.post("4mine");
            assertThat(victim.poll()).containsExactly("4mine");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void sessionsThatAreNeverPolledAreForgotten(int loops) throws IOException {
        try (EngineServer server =
                EngineServer.start(
                        loops,
                        options ->
                                options.pingInterval(Duration.ofMillis(500))
                                        .pingTimeout(Duration.ofMillis(500)))) {
            int most = 0;
            for (int c = 0; c < 4; c++) {
                try (WireClient client = server.connect()) {
                    String request = "GET " + POLLING + " HTTP/1.1\r\nHost: a\r\n\r\n";
                    for (int i = 0; i < 50; i++) {
                        client.send(request.repeat(10));
                        for (int k = 0; k < 10; k++) {
                            assertThat(client.readResponse().status()).isEqualTo(200);
                        }
                    }
                    most = Math.max(most, server.engine().sessions());
                }
            }
            assertThat(most).isGreaterThan(100);
            server.awaitNoSessions();
            assertThat(server.sessions()).hasSize(2_000);
            assertThat(server.sessions())
                    .allMatch(session -> session.end().reason() == CloseReason.PING_TIMEOUT);
        }
    }

    @Test
    void sessionsThatAreNeverPolledAreForgottenAtTheirTimeAndNotBefore() {
        var world =
                new EngineWorld(options -> options.application(socket -> new Heard(socket, false)));
        for (int i = 0; i < 2_000; i++) {
            assertThat(
                            world.ask(
                                            world.home,
                                            "GET",
                                            "EIO=" + (3 + i % 2) + "&transport=polling",
                                            new byte[0])
                                    .status())
                    .isEqualTo(200);
        }
        assertThat(world.engine.sessions()).isEqualTo(2_000);
        world.clock.advance(Duration.ofSeconds(25));
        world.settle();
        assertThat(world.engine.sessions()).isEqualTo(2_000);
        world.clock.advance(Duration.ofSeconds(20));
        world.settle();
        assertThat(world.engine.sessions()).isZero();
    }

    // ---- posts

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aMegabyteOfSeparatorsIsRefusedAtTheFirst(Setting setting) throws IOException {
        byte[] separators = new byte[1_000_000];
        Arrays.fill(separators, (byte) (setting.revision == 4 ? 0x1e : ':'));
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            assertThat(client.postBody("", separators).status()).isEqualTo(400);
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
            assertThat(client.session().messages()).isEmpty();
            assertServes(server);
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPostOfTooManyPacketsIsRefused(Setting setting) throws IOException {
        String[] packets = new String[200_000];
        Arrays.fill(packets, "4");
        try (EngineServer server =
                        EngineServer.silent(
                                setting.loops, options -> options.messagesPerSecond(0));
                Polling client = Polling.open(server, setting)) {
            assertThat(client.post(Arrays.copyOf(packets, 16_384)).body()).isEqualTo("ok");
            assertThat(client.session().messages()).hasSize(16_384);
            assertThat(client.post(packets).status()).isEqualTo(400);
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
            assertThat(client.session().messages()).hasSize(2 * 16_384);
        }
    }

    @Test
    void aPostOfBytesClaimingToBeManyIsRefused() throws IOException {
        byte[] claims = "999999999:".repeat(50_000).getBytes(UTF_8);
        byte[] octets = new byte[500_000];
        Arrays.fill(octets, (byte) 9);
        try (EngineServer server = EngineServer.start(2)) {
            for (String type : new String[] {"text/plain", "application/octet-stream"}) {
                for (byte[] body : new byte[][] {claims, octets}) {
                    try (Polling client = Polling.open(server, Setting.REVISION_3_ON_TWO_LOOPS)) {
                        assertThat(client.postBody("Content-Type: " + type + "\r\n", body).status())
                                .isEqualTo(400);
                    }
                }
            }
            assertServes(server);
        }
    }

    @Test
    void queriesOfEveryKindAreAnswered() throws IOException {
        try (EngineServer server = EngineServer.start(1, options -> options.allowJsonp(true))) {
            for (int seed = 0; seed < 300; seed++) {
                Random random = new Random(seed);
                var query = new StringBuilder();
                String[] words = {
                    "EIO", "transport", "sid", "j", "b64", "=", "&", "%", "%4", "%zz", "%00",
                    "polling", "websocket", "4", "3", "+", "?", "%F0%9F", ";", "[]", "&&", "=="
                };
                for (int i = random.nextInt(30); i > 0; i--) {
                    query.append(words[random.nextInt(words.length)]);
                }
                try (WireClient client = server.connect()) {
                    client.get("/engine.io/?" + query);
                    assertThat(client.readResponse().status()).as("%s", query).isIn(200, 400);
                }
            }
            try (WireClient client = server.connect()) {
                client.get(POLLING + "&sid=" + "a".repeat(7_000));
                assertThat(client.readResponse().status()).isEqualTo(400);
                client.get(POLLING + "&a=b".repeat(1_500));
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    // ---- requests that end in their midst

    /**
     * Every request, cut off after every byte: of the connection, the reset; of the server, calm.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void requestsAbortedAtAnyByteLeaveNothing(int loops) throws IOException {
        try (EngineServer server = EngineServer.start(loops, AbuseTest::impatient)) {
            for (int seed = 0; seed < 150; seed++) {
                Random random = new Random(seed);
                try (Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
                    byte[] script = script(random, client);
                    int cut = random.nextInt(script.length + 1);
                    WireClient aborting = client.another();
                    aborting.send(Arrays.copyOf(script, cut));
                    if (random.nextBoolean()) {
                        aborting.hears(1 + random.nextInt(3)); // an answer, perhaps
                    }
                    switch (random.nextInt(3)) {
                        case 0 -> aborting.reset();
                        case 1 -> aborting.endOutput();
                        default -> aborting.close();
                    }
                }
            }
            assertServes(server);
            server.awaitNoSessions();
            Until.holds("no connections", () -> server.resound().connections() == 0);
        }
    }

    private static byte[] script(Random random, Polling client) {
        return switch (random.nextInt(5)) {
            case 0 -> ("GET " + POLLING + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1);
            case 1 ->
                    ("GET " + client.path() + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1);
            case 2 ->
                    ("POST "
                                    + client.path()
                                    + " HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n4hello\u001e4you")
                            .getBytes(ISO_8859_1);
            case 3 ->
                    UpgradeTest.handshakeAndFrames(
                            client.webSocketPath(), "2probe", "5", "4one", "4two");
            default -> UpgradeTest.handshakeAndFrames(WEBSOCKET, "4one", "3", "4two");
        };
    }

    // ---- many at once

    /** Several threads pull at one session from all sides. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void overlapsFromAllSidesEndASessionOnce(Setting setting)
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (EngineServer server = EngineServer.start(setting.loops, AbuseTest::impatient)) {
            for (int round = 0; round < 15; round++) {
                try (Polling client = Polling.open(server, setting)) {
                    var start = new CountDownLatch(1);
                    List<Future<?>> running = new ArrayList<>();
                    for (int i = 0; i < 6; i++) {
                        Random random = new Random(round * 100L + i);
                        running.add(
                                threads.submit(() -> {
                                    start.await();
                                    pull(server, setting, client, random);
                                    return null;
                                }));
                    }
                    start.countDown();
                    for (Future<?> thread : running) {
                        thread.get();
                    }
                }
            }
            server.awaitNoSessions();
            for (Heard session : server.sessions()) {
                assertThat(session.wrongs()).isEmpty();
            }
            assertServes(server);
        } finally {
            threads.close();
        }
    }

    private static void pull(EngineServer server, Setting setting, Polling client, Random random)
            throws IOException {
        try (WireClient connection = server.connect()) {
            for (int i = 0; i < 6; i++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> connection.get(client.path());
                    case 2 ->
                            connection.request(
                                    "POST", client.path(), "", setting.body("4a", "4b", "3"));
                    default -> {
                        connection.send(
                                UpgradeTest.handshakeAndFrames(
                                        client.webSocketPath(), "2probe", "5", "4x"));
                        Response response = connection.readResponse();
                        assertThat(response.status()).isIn(101, 400);
                        if (response.status() == 101) {
                            connection.receive();
                            return;
                        }
                        continue;
                    }
                }
                assertThat(connection.readResponse().status()).isIn(200, 400);
            }
        } catch (EOFException | SocketException ended) {
            // A refused upgrade ends its connection: what was sent behind it meets a closed door.
        }
    }

    /** Polls behind one another on one connection are served one after the other. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void pipelinedPollsAreServedInTheirOrder(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            String get = "GET " + client.path() + " HTTP/1.1\r\nHost: a\r\n\r\n";
            client.polls().send(get.repeat(20));
            for (int i = 0; i < 20; i++) {
                String text = "m" + i;
                client.session().awaitHeldPoll();
                client.session().run(() -> client.session().socket.send(text));
                assertThat(client.answerToPoll()).containsExactly("4" + text);
            }
            assertThat(client.session().hasEnded()).isFalse();
        }
    }
}
