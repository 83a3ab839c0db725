package dev.resound.server.wire;

import static dev.resound.server.wire.WireWorld.INVALID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.core.Hub;
import dev.resound.netty.Resound;
import dev.resound.pusher.App;
import dev.resound.pusher.AppSource;
import dev.resound.pusher.PusherProtocol;
import dev.resound.server.wire.WireWorld.Client;
import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages no client should send, and a server that goes on serving the others. */
class BadMessageTest {
    private static final int LIMIT = 10_000;
    private static final String UNAUTHORIZED =
            """
            {"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"Connection is unauthorized\\"}"}\
            """;

    @SuppressWarnings("NullAway.Init")
    private WireWorld world;

    @SuppressWarnings("NullAway.Init")
    private Client bad;

    @BeforeEach
    void open() throws IOException {
        world = WireWorld.start(WireWorld.app().maxChannelsPerConnection(3).build());
        bad = world.connect();
    }

    @AfterEach
    void othersWereServedAndNothingIsLeft() throws IOException {
        world.witnessesAreServed();
        bad.close();
        world.nothingElseIsLeft();
        world.close();
    }

    static List<String> malformed() {
        return List.of(
                "",
                "not json",
                "{",
                "[]",
                "7",
                "null",
                "{\"event\":",
                "{\"event\":[]}",
                "{\"event\":{}}",
                "{\"event\":null}",
                "{\"event\":1e999999999}",
                "{\"event\":\"pusher:subscribe\"}",
                "{\"event\":\"pusher:subscribe\",\"data\":\"x\"}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":null}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":{\"channel\":\"a\"}}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-a\",\"auth\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\",\"channel_data\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\",\"channel_data\":\"Hello\"}}",
                "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":7}}",
                "{\"event\":\"pusher:unheard_of\",\"data\":{}}",
                "{\"event\":\"client-x\",\"channel\":[\"witness\"],\"data\":{}}",
                "[".repeat(5_000),
                "{\"a\":".repeat(1_900),
                "{\"event\":\"pusher:ping\",\"data\":" + "[".repeat(600) + "]".repeat(600) + "}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\\u0000b\"}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\\r\\nb\"}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\""
                        + "x".repeat(201)
                        + "\"}}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void whatIsNoMessageGetsAnErrorAndTheSocketStays(String message) throws IOException {
        bad.says(message).hears(INVALID).isServed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"typing\",\"channel\":\"witness\",\"data\":{}}",
                "{\"event\":\"pusher_internal:member_removed\",\"channel\":\"witness\",\"data\":{}}",
                "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":\"witness\"}}",
                "{\"event\":\"pusher:pong\"}",
            })
    void whatIsNobodysBusinessIsIgnored(String message) throws IOException {
        bad.says(message).isServed();
    }

    @Test
    void whoIsNotInAChannelCannotSpeakThere() throws IOException {
        bad.says("{\"event\":\"client-x\",\"channel\":\"witness\",\"data\":{}}")
                .hears(
                        """
                        {"event":"pusher:error","data":"{\\"code\\":4009,\\"message\\":\\"The client is not a member of the specified channel.\\"}"}\
                        """)
                .isServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"private-a", "presence-a", "private-encrypted-a", "private-cache-a"})
    void forgedAndMissingSignaturesOpenNothing(String channel) throws IOException {
        for (String auth :
                List.of(
                        "",
                        ",\"auth\":null",
                        ",\"auth\":\"\"",
                        ",\"auth\":\"app-key:" + "0".repeat(64) + "\"",
                        ",\"auth\":\"app-key:\\u0000\"",
                        ",\"auth\":\"" + "x".repeat(5_000) + "\"")) {
            bad.says(
                            "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\""
                                    + channel
                                    + "\""
                                    + auth
                                    + "}}")
                    .hears(UNAUTHORIZED);
        }
        bad.isServed();
    }

    @Test
    void aSignatureForAnotherSocketOpensNothing() throws IOException {
        try (Client good = world.connect()) {
            String auth = world.sdk("app-secret").authenticate(good.socketId(), "private-a");
            String subscribe =
                    "{\"event\":\"pusher:subscribe\",\"data\":"
                            + auth.replaceFirst("\\{", "{\"channel\":\"private-a\",")
                            + "}";
            bad.says(subscribe).hears(UNAUTHORIZED);
            good.says(subscribe).hears(WireWorld.succeeded("private-a"));
        }
    }

    @Test
    void tooManyChannelsAreRefusedOneByOne() throws IOException {
        bad.joins("a").joins("b").joins("c");
        bad.says("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"d\"}}")
                .hears(
                        """
                        {"event":"pusher:error","data":"{\\"code\\":4200,\\"message\\":\\"Too many channels on one connection\\"}"}\
                        """)
                .isServed();
    }

    @Test
    void aLoneSurrogateReachesNobodyAsBrokenText() throws IOException {
        try (Client other = world.connect().joins("a")) {
            bad.joins("a");
            bad.says("{\"event\":\"client-x\",\"channel\":\"a\",\"data\":{\"s\":\"\\ud800\"}}");
            String frame = other.wire().receiveText();
            assertThat(UTF_8.newEncoder().canEncode(frame)).isTrue();
            assertThat(frame).startsWith("{\"event\":\"client-x\"");
        }
        bad.says("{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"\\udc00\"}}");
        assertThat(UTF_8.newEncoder().canEncode(bad.wire().receiveText())).isTrue();
        bad.isServed();
    }

    // ---- bytes

    @Test
    void invalidUtf8IsClosedWith1007() throws IOException {
        bad.wire().frame(true, WireClient.TEXT, new byte[] {'{', (byte) 0xc0, (byte) 0x80, '}'});
        bad.isClosed(1007);
    }

    @Test
    void invalidUtf8AcrossFragmentsIsClosedWith1007() throws IOException {
        bad.wire().frame(false, WireClient.TEXT, new byte[] {'"', (byte) 0xe2});
        bad.wire().frame(true, WireClient.CONTINUATION, new byte[] {(byte) 0x28, '"'});
        bad.isClosed(1007);
    }

    @Test
    void aBinaryMessageIsTakenAsTextAndBrokenTextIsNoMessage() throws IOException {
        bad.wire().frame(true, WireClient.BINARY, "{\"event\":\"pusher:ping\"}".getBytes(UTF_8));
        bad.hears("{\"event\":\"pusher:pong\"}");
        bad.wire().frame(true, WireClient.BINARY, new byte[] {(byte) 0xff});
        bad.hears(INVALID).isServed();
    }

    // ---- sizes

    private static byte[] ping(int bytes) {
        String start = "{\"event\":\"pusher:ping\",\"data\":\"";
        return (start + "x".repeat(bytes - start.length() - 2) + "\"}").getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {LIMIT - 1, LIMIT})
    void aMessageUpToTheLimitIsTaken(int bytes) throws IOException {
        bad.wire().frame(true, WireClient.TEXT, ping(bytes));
        bad.hears("{\"event\":\"pusher:pong\"}");
    }

    @Test // row 27
    void aLimitOfOneByteLetsClientsConnectAndSayNothing() throws IOException {
        Hub hub = new Hub();
        App mute = WireWorld.app().maxMessageBytes(1).build();
        var pusher = new PusherProtocol(hub, AppSource.of(List.of(mute)));
        try (Resound server = Resound.builder().hub(hub).port(0).protocol(pusher).start();
                Client client = WireWorld.greeted(WireClient.open(server.port(), "/app/app-key"))) {
            client.says("{}").isClosed(1009);
        }
    }

    private void isTooBig() throws IOException {
        assertThat(bad.isClosed(1009).closeReason()).isEqualTo("Maximum message size exceeded");
    }

    @Test // row 26
    void aMessageAboveItIsClosedWith1009() throws IOException {
        bad.wire().frame(true, WireClient.TEXT, ping(LIMIT + 1));
        isTooBig();
    }

    @Test
    void aLengthAboveItIsEnoughWithoutItsBytes() throws IOException {
        byte[] head = {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0x7f, -1, -1, -1, 0, 0, 0, 0};
        bad.wire().send(head);
        isTooBig();
    }

    @Test
    void fragmentsAreCountedTogether() throws IOException {
        byte[] message = ping(LIMIT + 1);
        bad.wire().frame(false, WireClient.TEXT, Arrays.copyOf(message, LIMIT / 2));
        bad.wire()
                .frame(
                        true,
                        WireClient.CONTINUATION,
                        Arrays.copyOfRange(message, LIMIT / 2, LIMIT + 1));
        isTooBig();
    }

    @Test
    void endlessTinyFragmentsAreCountedToo() throws IOException {
        bad.wire().frame(false, WireClient.TEXT, new byte[] {'"'});
        byte[] fragment = WireClient.frameBytes(false, WireClient.CONTINUATION, new byte[] {'x'});
        byte[] many = new byte[fragment.length * 200];
        for (int i = 0; i < 200; i++) {
            System.arraycopy(fragment, 0, many, i * fragment.length, fragment.length);
        }
        bad.wire().send(many);
        isTooBig();
    }

    @Test
    void frameTypesNobodyKnowsAreClosedWith1002() throws IOException {
        bad.wire().frame(true, 0x3, new byte[0]);
        bad.isClosed(1002);
    }
}
