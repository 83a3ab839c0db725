package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Frame;
import dev.resound.core.http.Header;
import dev.resound.testkit.FakePeer;
import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Polls and posts, on the wire. */
class PollingTest {
    private static final String TEXT = "Content-Type: text/plain;charset=UTF-8\r\n";
    private static final String OCTETS = "Content-Type: application/octet-stream\r\n";

    private static void assertUnknown(Response response) {
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    }

    // E7
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPostIsAnsweredOkAndItsMessageHeard(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            Response posted = client.post("4hello");
            assertThat(posted.status()).isEqualTo(200);
            assertThat(posted.body()).isEqualTo("ok");
            assertThat(posted.headers())
                    .containsEntry("Content-Type", "text/html")
                    .containsEntry("Content-Length", "2")
                    .containsEntry("cache-control", "no-store");
            Response polled = client.get();
            assertThat(polled.body()).isEqualTo(setting.payload("4hello"));
            assertThat(polled.headers())
                    .containsEntry("Content-Type", "text/plain; charset=UTF-8")
                    .containsEntry("cache-control", "no-store")
                    .doesNotContainKey("X-XSS-Protection");
            assertThat(client.session().messages()).containsExactly("hello");
        }
    }

    // E7, the poll first
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aHeldPollIsAnsweredWithTheFirstMessage(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            for (int i = 0; i < 3; i++) {
                client.hold();
                client.post("4hello " + i);
                assertThat(client.answerToPoll()).containsExactly("4hello " + i);
            }
        }
    }

    // E8
    @ParameterizedTest
    @EnumSource(Setting.class)
    void severalPacketsTravelInOnePostAndInOneAnswer(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            client.post("4test1", "4test2", "4test3");
            assertThat(client.answerToPoll()).containsExactly("4test1", "4test2", "4test3");
            client.post("4test1", "4test2", "4test3");
            assertThat(client.poll()).containsExactly("4test1", "4test2", "4test3");
        }
    }

    // E9
    @ParameterizedTest
    @EnumSource(Setting.class)
    void binaryMessagesTravelInBase64(Setting setting) throws IOException {
        String[] packets = {"4hello", setting.base64("AQIDBA==")};
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting, "&b64=1")) {
            assertThat(client.post(packets).body()).isEqualTo("ok");
            assertThat(client.poll()).containsExactly(packets);
            assertThat(client.session().messages()).containsExactly("hello", "0x01020304");
        }
    }

    // E42
    @Test
    void inRevision3BinaryMessagesTravelAsBytesBothWays() throws IOException {
        byte[] payload = HexFormat.of().parseHex("0006ff3468656c6c6f0105ff0401020304");
        Setting setting = Setting.REVISION_3_ON_TWO_LOOPS;
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, setting)) {
            assertThat(client.postBody(OCTETS, payload).body()).isEqualTo("ok");
            assertThat(client.session().messages()).containsExactly("hello", "0x01020304");
            Response polled = client.get();
            assertThat(polled.bytes()).isEqualTo(payload);
            assertThat(polled.headers()).containsEntry("Content-Type", "application/octet-stream");
        }
    }

    // E10
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aMalformedPostEndsTheSession(Setting setting) throws IOException {
        List<byte[]> malformed = new ArrayList<>();
        malformed.add("abc".getBytes(UTF_8));
        malformed.add(setting.body("7"));
        malformed.add(setting.body("x"));
        malformed.add(new byte[] {0x1e});
        malformed.add(setting.body(setting.base64("===")));
        malformed.add((setting.payload("4a") + "\u001e").getBytes(UTF_8));
        malformed.add((setting.payload("4a") + ":").getBytes(UTF_8));
        if (setting.revision == 4) {
            malformed.removeLast(); // sound there: the message "a:"
        }
        try (EngineServer server = EngineServer.start(setting.loops)) {
            for (byte[] body : malformed) {
                try (Polling client = Polling.open(server, setting)) {
                    Response response = client.postBody(TEXT, body);
                    assertThat(response.status()).as(new String(body, UTF_8)).isEqualTo(400);
                    assertThat(client.session().end())
                            .isEqualTo(new Heard.End(CloseReason.PARSE_ERROR, null));
                    assertUnknown(client.get());
                }
            }
            server.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void anEmptyPostEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.posts()
                    .send(
                            "POST "
                                    + client.path()
                                    + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.posts().readResponse().status()).isEqualTo(400);
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
            assertUnknown(client.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void packetsBeforeTheMalformedOneAreHeard(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            assertThat(client.post("4one", "4two", "x", "4three").status()).isEqualTo(400);
            assertThat(client.session().messages()).containsExactly("one", "two");
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.PARSE_ERROR);
        }
    }

    // E11
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aSecondPollEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            WireClient second = client.another().get(client.path());
            Response refused = second.readResponse();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).isEmpty();
            assertThat(client.answerToPoll()).containsExactly("1");
            assertThat(client.session().end())
                    .isEqualTo(new Heard.End(CloseReason.TRANSPORT_ERROR, "overlap from client"));
            assertUnknown(client.get());
            assertUnknown(client.post("4x"));
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void aSecondPostWhileOneIsComingInEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            WireClient slow = client.another();
            slow.send(
                    "POST "
                            + client.path()
                            + " HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n"
                            + "Expect: 100-continue\r\n\r\n");
            assertThat(slow.readResponse().status()).isEqualTo(100); // so the server knows of it
            Response refused = client.post("4second");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(client.session().end())
                    .isEqualTo(
                            new Heard.End(
                                    CloseReason.TRANSPORT_ERROR,
                                    "data request overlap from client"));
            assertThat(client.answerToPoll()).containsExactly("1");
            assertThat(client.session().messages()).isEmpty();
        }
    }

    // E12
    @ParameterizedTest
    @EnumSource(Setting.class)
    void anAbortedPollEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold().close();
            assertThat(client.session().end())
                    .isEqualTo(
                            new Heard.End(
                                    CloseReason.TRANSPORT_ERROR,
                                    "poll connection closed prematurely"));
            WireClient late = client.another().get(client.path());
            assertUnknown(late.readResponse());
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void anAbortedPostEndsTheSession(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.posts()
                    .send(
                            "POST "
                                    + client.path()
                                    + " HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n4")
                    .close();
            assertThat(client.session().end())
                    .isEqualTo(
                            new Heard.End(
                                    CloseReason.TRANSPORT_ERROR,
                                    "data request connection closed prematurely"));
            assertUnknown(client.get());
        }
    }

    /** What was in the answer is lost; a session with a gap must not go on. */
    @Test
    void aPollWhosePeerIsGoneBeforeItsAnswerIsWrittenEndsTheSession() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        EngineWorld.Asked poll = client.get();
        client.send("lost");
        world.settle();
        assertThat(poll.isAnswered()).isTrue();
        world.elsewhere.run(() -> poll.peer().vanishes()); // before it was on its way
        world.settle();
        assertThat(client.session().end())
                .isEqualTo(
                        new Heard.End(
                                CloseReason.TRANSPORT_ERROR, "poll connection closed prematurely"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aRequestWhosePeerIsGoneBeforeItIsLookedAtEndsTheSession(String method) {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        var peer = new FakePeer(world.elsewhere);
        world.elsewhere.run(peer::vanishes);
        if (method.equals("GET")) {
            world.get(peer, client);
        } else {
            world.beginPost(peer, client);
        }
        world.settle();
        assertThat(client.session().end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        assertThat(world.engine.sessions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 408, 413})
    void aPostThatTheTransportRefusesEndsTheSessionUnlessItIsOnlyTooLarge(int status) {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        var peer = new FakePeer(world.elsewhere);
        world.beginPost(peer, client);
        world.refusePost(peer, client, status);
        world.settle();
        assertThat(client.session().hasEnded()).isEqualTo(status != 413);
        assertThat(client.post("4x").status()).isEqualTo(status == 413 ? 200 : 400);
    }

    // E19
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aGoodbyeLetsGoOfTheHeldPoll(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.hold();
            assertThat(client.post("1").body()).isEqualTo("ok");
            assertThat(client.answerToPoll()).containsExactly("6");
            assertThat(client.session().end())
                    .isEqualTo(new Heard.End(CloseReason.TRANSPORT_CLOSE, null));
            server.awaitNoSessions();
            assertUnknown(client.get());
        }
    }

    // E19, when the post wins the race
    @ParameterizedTest
    @EnumSource(Setting.class)
    void aPollJustAfterTheGoodbyeIsLetGoOnce(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops)) {
            boolean inTime = false;
            while (!inTime) { // a tenth of a second is short on a busy machine
                try (Polling client = Polling.open(server, setting)) {
                    long said = System.nanoTime();
                    assertThat(client.post("1").body()).isEqualTo("ok");
                    Response polled = client.get();
                    inTime = System.nanoTime() - said < 90_000_000;
                    if (inTime) {
                        assertThat(setting.packets(polled.body())).containsExactly("6");
                        assertUnknown(client.get());
                    }
                }
            }
        }
    }

    @Test
    void theGoodbyeIsRememberedForATenthOfASecondAndForOnePoll() {
        var world = new EngineWorld();
        EngineWorld.Client inTime = world.open(4);
        EngineWorld.Client late = world.open(4);
        assertThat(inTime.post("1").body()).isEqualTo("ok");
        assertThat(late.post("1").body()).isEqualTo("ok");
        assertThat(inTime.post("4x").status()).as("a post is no poll").isEqualTo(400);
        world.pass(99);
        assertThat(inTime.packets(inTime.get())).containsExactly("6");
        assertThat(inTime.get().status()).isEqualTo(400);
        world.pass(1);
        assertThat(late.get().status()).isEqualTo(400);
        assertThat(world.engine.sessions()).isZero();
    }

    @Test
    void noOtherEndIsRemembered() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        client.post("2");
        assertThat(client.session().end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
        assertThat(world.engine.sessions()).isZero();
        assertThat(client.get().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void whatFollowsAGoodbyeIsNotHeard(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            assertThat(client.post("4before", "1", "4after").body()).isEqualTo("ok");
            client.session().end();
            assertThat(client.session().messages()).containsExactly("before");
        }
    }

    @Test
    void aPostedPingEndsARevision4SessionAndIsAnsweredOk() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            assertThat(client.post("2").body()).isEqualTo("ok");
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertUnknown(client.get());
        }
    }

    @Test
    void aPostedPingIsAnsweredInRevision3() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_3_ON_TWO_LOOPS)) {
            client.post("2");
            assertThat(client.poll()).containsExactly("3");
        }
    }

    /** Some clients post a noop while they pause. */
    @ParameterizedTest
    @EnumSource(Setting.class)
    void packetsThatMeanNothingAreIgnored(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            assertThat(client.post("6", "5", "0{}", "4hello").body()).isEqualTo("ok");
            assertThat(client.poll()).containsExactly("4hello");
        }
    }

    // E31
    @ParameterizedTest
    @ValueSource(ints = {1_000_001, 1_500_000, 2_500_000})
    void aPostThatIsTooLargeIsRefusedAndTheSessionGoesOn(int bytes) throws IOException {
        Setting setting = Setting.REVISION_4_ON_TWO_LOOPS;
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) '4');
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, setting)) {
            WireClient large = client.another();
            large.request("POST", client.path(), TEXT, body);
            assertThat(large.readResponse().status()).isEqualTo(413);
            assertThat(client.post("4small").body()).isEqualTo("ok");
            assertThat(client.poll()).containsExactly("4small");
        }
    }

    // E31, when nobody knows beforehand
    @Test
    void aChunkedPostThatIsTooLargeIsRefusedAndTheSessionGoesOn() throws IOException {
        try (EngineServer server =
                        EngineServer.start(2, options -> options.maxMessageBytes(1_000));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            for (int bytes : new int[] {0x600, 0x2000}) {
                WireClient large = client.another();
                large.send(
                        "POST "
                                + client.path()
                                + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + Integer.toHexString(bytes)
                                + "\r\n"
                                + "4".repeat(bytes)
                                + "\r\n0\r\n\r\n");
                assertThat(large.readResponse().status()).isEqualTo(413);
            }
            assertThat(client.post("4small").body()).isEqualTo("ok");
            assertThat(client.poll()).containsExactly("4small");
        }
    }

    // E31, the other side of the border
    @Test
    void aPostOfExactlyTheLimitIsTaken() throws IOException {
        try (EngineServer server = EngineServer.silent(2, options -> options);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            assertThat(client.post("4" + "x".repeat(999_999)).body()).isEqualTo("ok");
            assertThat(client.session().messages().getFirst()).hasSize(999_999);
        }
    }

    @Test
    void aMalformedChunkEndsTheSession() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            client.posts()
                    .send(
                            "POST "
                                    + client.path()
                                    + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "2\r\n4x\r\nno number\r\n");
            assertThat(client.posts().readResponse().status()).isEqualTo(400);
            assertThat(client.session().end())
                    .isEqualTo(
                            new Heard.End(
                                    CloseReason.TRANSPORT_ERROR,
                                    "data request connection closed prematurely"));
        }
    }

    @Test
    void aChunkedPostIsAsGoodAsAnyOther() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            client.posts()
                    .send(
                            "POST "
                                    + client.path()
                                    + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    + "2\r\n4h\r\n4\r\nello\r\n0\r\n\r\n");
            assertThat(client.posts().readResponse().body()).isEqualTo("ok");
            assertThat(client.poll()).containsExactly("4hello");
        }
    }

    // E33
    @Test
    void bytesPostedInRevision4EndTheSession() throws IOException {
        try (EngineServer server = EngineServer.start(2);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            Response response = client.postBody(OCTETS, "4hello".getBytes(UTF_8));
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).isEmpty();
            assertThat(client.session().end().reason()).isEqualTo(CloseReason.TRANSPORT_ERROR);
            assertUnknown(client.get());
        }
    }

    // E38
    @ParameterizedTest
    @EnumSource(Setting.class)
    void everythingQueuedComesInOneAnswer(Setting setting) throws IOException {
        List<String> expected = new ArrayList<>();
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            Heard session = client.session(); // once: it is looked for, with patience
            session.run(() -> {
                for (int i = 0; i < 5_000; i++) {
                    session.socket.send("message " + i);
                    expected.add("4message " + i);
                }
            });
            assertThat(client.poll()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void clientsWrittenInPythonGetSixteenPacketsAtATime(Setting setting) throws IOException {
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            Heard session = client.session();
            session.run(() -> {
                for (int i = 0; i < 40; i++) {
                    session.socket.send("m" + i);
                }
            });
            List<Integer> sizes = new ArrayList<>();
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                WireClient polls = client.polls();
                polls.request(
                        "GET",
                        client.path(),
                        "User-Agent: Python/3.12 aiohttp/3.9\r\n",
                        new byte[0]);
                List<String> packets = setting.packets(polls.readResponse().body());
                sizes.add(packets.size());
                all.addAll(packets);
            }
            assertThat(sizes).containsExactly(16, 16, 8);
            assertThat(all).hasSize(40).startsWith("4m0", "4m1").endsWith("4m38", "4m39");
        }
    }

    @Test
    void theApplicationMayLimitThePacketsOfAnAnswer() {
        var world = new EngineWorld(options -> options.maxPacketsPerPoll(2));
        EngineWorld.Client client = world.open(4);
        for (int i = 0; i < 3; i++) {
            client.send("m" + i);
        }
        assertThat(client.packets(client.get())).containsExactly("4m0", "4m1");
        assertThat(client.packets(client.get())).containsExactly("4m2");
    }

    @Test
    void anAnswerIsNotLargerThanFourMegabytesUnlessOneMessageIs() {
        var world = new EngineWorld(options -> options.backlogBytes(64 << 20));
        EngineWorld.Client client = world.open(4);
        String large = "x".repeat(3 << 20);
        client.send(large);
        client.send("y".repeat(1 << 20));
        client.send("z".repeat(5 << 20));
        client.send("end");
        assertThat(client.packets(client.get())).containsExactly("4" + large);
        assertThat(client.packets(client.get())).hasSize(1);
        assertThat(client.packets(client.get())).hasSize(1);
        assertThat(client.packets(client.get())).containsExactly("4end");
    }

    // E40
    @ParameterizedTest
    @EnumSource(Setting.class)
    void textOfEveryKindComesBackAsItWas(Setting setting) throws IOException {
        String text =
                "\u2028\u2029 caf\u00e9 \u20ac \ud83d\ude00\ud83d\udc69\u200d\ud83d\ude80 \u0000 \"\\";
        try (EngineServer server = EngineServer.start(setting.loops);
                Polling client = Polling.open(server, setting)) {
            client.post("4" + text, "4next");
            assertThat(client.poll()).containsExactly("4" + text, "4next");
            WireClient socket = client.upgraded(false);
            socket.text("4" + text);
            assertThat(socket.receiveText()).isEqualTo("4" + text);
        }
    }

    // E40: what is no text must not reach others, whose WebSockets would be closed by it
    @ParameterizedTest
    @EnumSource(Setting.class)
    void whatIsNoUtf8IsReplaced(Setting setting) throws IOException {
        byte[][] broken = {
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // a lone surrogate
            {(byte) 0xff},
            {(byte) 0xc3},
            {(byte) 0xf0, (byte) 0x9f},
            {(byte) 0xc0, (byte) 0x80}
        };
        try (EngineServer server = EngineServer.silent(setting.loops, options -> options);
                Polling client = Polling.open(server, setting)) {
            for (byte[] bytes : broken) {
                var body = new ByteArrayOutputStream();
                body.writeBytes(new byte[] {'4', 'a'});
                body.writeBytes(bytes);
                byte[] packet = body.toByteArray();
                var frames = new ArrayList<String>();
                PollCodec.of(4)
                        .decode(
                                packet,
                                false,
                                new PollCodec.Sink() {
                                    @Override
                                    public boolean text(byte[] buffer, int offset, int length) {
                                        byte[] valid = Utf8.valid(buffer, offset, length);
                                        frames.add(new String(valid, UTF_8));
                                        assertThat(new String(valid, UTF_8).getBytes(UTF_8))
                                                .isEqualTo(valid);
                                        return true;
                                    }

                                    @Override
                                    public boolean binary(byte[] message) {
                                        return true;
                                    }
                                });
                assertThat(frames.getFirst()).startsWith("4a\ufffd");
                if (setting.revision == 4) {
                    assertThat(client.postBody(TEXT, packet).body()).isEqualTo("ok");
                    assertThat(client.session().messages().getLast()).startsWith("a\ufffd");
                }
            }
        }
    }

    @Test
    void answersAreCompressedIfTheApplicationWantsItAndThePeerCan() throws IOException {
        try (EngineServer server =
                        EngineServer.start(2, options -> options.httpCompression(1_024));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            String large = "4" + "lorem ipsum ".repeat(1_000);
            String small = "4" + "x".repeat(1_000);
            String gzip = "Accept-Encoding: gzip, deflate, br\r\n";
            client.post(large);
            client.polls().request("GET", client.path(), gzip, new byte[0]);
            Response compressed = client.polls().readResponse();
            assertThat(compressed.headers()).containsEntry("Content-Encoding", "gzip");
            try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed.bytes()))) {
                assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo(large);
            }
            client.post(small);
            client.polls().request("GET", client.path(), gzip, new byte[0]);
            assertThat(client.polls().readResponse().body()).isEqualTo(small);
            client.post(large);
            assertThat(client.get().headers()).doesNotContainKey("Content-Encoding");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true true, true",
        "false true, true",
        "true false, true",
        "false false, false",
        "false, false"
    })
    void anAnswerIsCompressedIfAnyOfItsPacketsMayBe(String packets, boolean expected)
            throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (String compressible : packets.split(" ", -1)) {
            Frame frame = Frame.text("4" + "lorem ipsum ".repeat(200));
            frames.add(Boolean.parseBoolean(compressible) ? frame : frame.uncompressed());
        }
        try (EngineServer server =
                        EngineServer.silent(2, options -> options.httpCompression(1_024));
                Polling client = Polling.open(server, Setting.REVISION_4_ON_TWO_LOOPS)) {
            client.session().run(() -> frames.forEach(client.session().socket.connection()::send));
            client.polls().request("GET", client.path(), "Accept-Encoding: gzip\r\n", new byte[0]);
            assertThat(client.polls().readResponse().headers().containsKey("Content-Encoding"))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | true",
                "br, GZIP;q=0.5 | true",
                "deflate,gzip ; q=1 | true",
                "gzip;q=0 | false",
                "br, gzip; q=0.000 | false",
                "deflate | false",
                "x-gzip | false",
                "* | false"
            })
    void aPeerIsBelievedInWhatItCanTake(String accepted, boolean expected) {
        var world = new EngineWorld(options -> options.httpCompression(0));
        EngineWorld.Client client = world.open(4);
        client.send("hello");
        EngineWorld.Asked asked =
                world.ask(
                        world.home,
                        "GET",
                        client.query(),
                        new byte[0],
                        new Header("accept-encoding", accepted));
        assertThat(
                        asked.response().headers().stream()
                                .anyMatch(header -> header.name().equals("Content-Encoding")))
                .isEqualTo(expected);
    }

    @Test
    void oldInternetExplorersAreToldNotToProtectThemselves() throws IOException {
        try (EngineServer server = EngineServer.start(1);
                Polling client = Polling.open(server, Setting.REVISION_4_ON_ONE_LOOP)) {
            client.post("4x");
            client.polls().request("GET", client.path(), "User-Agent: a;MSIE 9\r\n", new byte[0]);
            assertThat(client.polls().readResponse().headers())
                    .containsEntry("X-XSS-Protection", "0");
        }
    }

    /** 2.8: what volatile messages ask. */
    @Test
    void aPollingSessionIsWritableWhileAPollIsHeldAndNothingWasSent() {
        var world = new EngineWorld();
        EngineWorld.Client client = world.open(4);
        EngineSocket socket = client.socket();
        assertThat(socket.isWritable()).isFalse();
        EngineWorld.Asked held = client.get();
        assertThat(socket.isWritable()).isTrue();
        world.home.run(() -> {
            socket.send("one");
            assertThat(socket.isWritable()).as("in the same turn").isFalse();
            socket.send("two");
        });
        world.settle();
        assertThat(client.packets(held)).containsExactly("4one", "4two");
        assertThat(socket.isWritable()).isFalse();
        client.get();
        assertThat(socket.isWritable()).isTrue();
        world.home.run(socket::closeNow);
        assertThat(socket.isWritable()).isFalse();
    }

    @Test
    void thePostWhoseMessagesAreHeardCanBeLookedAt() throws IOException {
        List<String> seen = new ArrayList<>();
        var world =
                new EngineWorld(options ->
                        options.application(socket ->
                                new Heard(socket, false) {
                                    @Override
                                    public void onText(byte[] buffer, int offset, int length) {
                                        var post = socket.currentPost();
                                        seen.add(post == null ? "none" : post.method());
                                    }
                                }));
        EngineWorld.Asked handshake =
                world.ask(world.home, "GET", "EIO=4&transport=polling", new byte[0]);
        String sid = Polling.sid(handshake.body());
        world.ask(
                world.home,
                "POST",
                "EIO=4&transport=polling&sid=" + sid,
                "4a\u001e4b".getBytes(UTF_8));
        assertThat(seen).containsExactly("POST", "POST");
    }
}
