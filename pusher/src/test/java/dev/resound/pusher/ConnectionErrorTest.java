package dev.resound.pusher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.pusher.PusherWorld.Client;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is turned away at the door, and what is no message. */
class ConnectionErrorTest {
    private static final String INVALID =
            """
            {"event":"pusher:error","data":"{\\"code\\":4200,\\"message\\":\\"Invalid message format\\"}"}\
            """;

    @Tag("reverb")
    @Test // row 2
    void anUnknownKeyIsToldSoAndClosed() {
        PusherWorld world = PusherWorld.inAnyDialect();
        Client client = world.knock(world.a, "no-such-key", List.of());
        client.hears(
                """
                {"event":"pusher:error","data":"{\\"code\\":4001,\\"message\\":\\"Application does not exist\\"}"}\
                """);
        client.isClosedWith(4001);
        client.joins("orders").hearsNothing();
    }

    @Test // row 4
    void aDisabledAppIsToldSoAndClosed() {
        PusherWorld world =
                new PusherWorld(PusherWorld.app().enabled(false).dialect(Dialect.SOKETI).build());
        Client client = world.knock(world.a, "app-key", List.of());
        client.hears(Frames.errorObject(4003, "Application is disabled"));
        client.isClosedWith(4003);
    }

    @Test // row 1
    void anyOfSeveralKeysIsWelcome() {
        App second = App.builder("2", "key-2", "secret-2").build();
        PusherWorld world = new PusherWorld(PusherWorld.app().build(), second);
        world.connect(world.a);
        world.connect(world.b, second);
    }

    @Test
    void socketIdsAreTwoNumbersAndDifferent() {
        PusherWorld world = PusherWorld.inAnyDialect();
        var ids = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            String id = world.connect().socketId;
            assertThat(id).matches("[1-9]\\d{0,9}\\.[1-9]\\d{0,9}");
            ids.add(id);
        }
        assertThat(ids).hasSize(1_000);
    }

    static List<String> malformed() {
        return List.of(
                "",
                " ",
                "not json",
                "{",
                "[]",
                "7",
                "\"text\"",
                "null",
                "{}",
                "{\"event\":[]}",
                "{\"event\":null}",
                "{\"event\":7}",
                "{\"event\":\"\"}",
                "{\"event\":{\"event\":\"pusher:ping\"}}",
                "{\"event\":\"pusher:subscribe\"}",
                "{\"event\":\"pusher:subscribe\",\"data\":\"sfsfsfs\"}",
                "{\"event\":\"pusher:subscribe\",\"data\":[]}",
                "{\"event\":\"pusher:subscribe\",\"data\":7}",
                "{\"event\":\"pusher:subscribe\",\"data\":{}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":null}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":7}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":{}}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":true}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-x\",\"auth\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"private-x\",\"auth\":7}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"x\",\"channel_data\":[]}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"x\",\"channel_data\":{}}}",
                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"x\",\"channel_data\":\"Hello\"}}",
                "{\"event\":\"pusher:unsubscribe\"}",
                "{\"event\":\"pusher:unsubscribe\",\"data\":{\"channel\":[]}}",
                "{\"event\":\"pusher:unsubscribe\",\"data\":{}}",
                "{\"event\":\"pusher:connection_established\",\"data\":{}}",
                "{\"event\":\"pusher:no_such_command\",\"data\":{}}",
                "{\"event\":\"pusher:signin\",\"data\":{}}",
                "{\"event\":\"pusher:\"}",
                "{\"event\":\"client-x\"}",
                "{\"event\":\"client-x\",\"channel\":[]}",
                "{\"event\":\"client-x\",\"channel\":null,\"data\":{}}",
                "{\"event\":\"client-x\",\"channel\":{\"a\":1},\"data\":{}}",
                "{\"event\":\"pusher:ping\"}}",
                "{\"event\":\"pusher:ping\",}",
                "{'event':'pusher:ping'}",
                "{\"event\":\"pusher:ping\"} x",
                "\uFEFF{\"event\":\"pusher:ping\"}",
                "{\"event\":\"a\u0001b\"}",
                "[".repeat(10_000),
                "{\"event\":\"pusher:ping\",\"data\":" + "[".repeat(600) + "]".repeat(600) + "}");
    }

    @Tag("reverb")
    @ParameterizedTest // row 28
    @MethodSource("malformed")
    void whatIsNoMessageGetsAnErrorAndTheSocketStays(String message) {
        PusherWorld world = PusherWorld.inAnyDialect();
        Client client = world.connect().says(message).hears(INVALID).staysOpen();
        client.joins("orders").hears(Frames.succeeded("orders"));
        assertThat(world.get("/channels").body()).isEqualTo("{\"channels\":{\"orders\":{}}}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void soketiSaysNothingToIt(String message) {
        PusherWorld world = PusherWorld.speaking(Dialect.SOKETI);
        Client client = world.connect().says(message).hearsNothing().staysOpen();
        client.joins("orders").hears(Frames.succeeded("orders"));
    }

    @Test
    void pusherAnswersWithAnObject() {
        PusherWorld.speaking(Dialect.PUSHER)
                .connect()
                .says("not json")
                .hears(
                        "{\"event\":\"pusher:error\",\"data\":{\"code\":4200,\"message\":\"Invalid message format\"}}");
    }

    @Tag("reverb")
    @Test
    void aBinaryMessageIsTakenAsText() {
        PusherWorld world = PusherWorld.inAnyDialect();
        Client client = world.connect();
        client.connection.says(Frames.subscribe("żółw").getBytes(UTF_8));
        client.hears(Frames.succeeded("żółw"));
        client.connection.says(new byte[] {'{', (byte) 0xff, '}'});
        client.hears(INVALID).staysOpen();
    }

    @Test
    void aLoneSurrogateIsNoReasonToSendBrokenText() {
        PusherWorld world = PusherWorld.inAnyDialect();
        Client client =
                world.connect()
                        .says(
                                "{\"event\":\"pusher:subscribe\",\"data\":{\"channel\":\"a\\ud800b\"}}");
        List<String> heard = client.connection.takeTexts();
        assertThat(heard).hasSize(1);
        assertThat(UTF_8.newEncoder().canEncode(heard.getFirst())).isTrue();
        client.staysOpen();
    }
}
