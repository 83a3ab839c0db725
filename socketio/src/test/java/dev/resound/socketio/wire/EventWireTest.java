package dev.resound.socketio.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.socketio.Ack;
import dev.resound.socketio.Arguments;
import dev.resound.socketio.Socket;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Events and answers, both ways. */
@ParameterizedClass
@EnumSource
class EventWireTest {
    private static final String FIRST = "{\"_placeholder\":true,\"num\":0}";
    private static final String SECOND = "{\"_placeholder\":true,\"num\":1}";

    private final Setting setting;

    EventWireTest(Setting setting) {
        this.setting = setting;
    }

    @Test
    void anEventIsSaidBackAsItCame() throws IOException { // S9, S61
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("42[\"message\",1,\"2\",{\"3\":[true]}]");
            peer.hears("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
            peer.says("42[\"message\",{\"b\":1,\"a\":[1,1.0,1e3,-0,12345678901234567890]},[]]");
            peer.hears(
                    "42[\"message-back\",{\"b\":1,\"a\":[1,1.0,1e3,-0,12345678901234567890]},[]]");
        }
    }

    @Test
    void attachmentsAreSaidBackInOrder() throws IOException { // S10
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("452-[\"message\"," + FIRST + "," + SECOND + "]");
            peer.saysBytes(1, 2, 3).saysBytes(4, 5, 6);
            peer.hears(
                    "452-[\"message-back\"," + FIRST + "," + SECOND + "]", "0x010203", "0x040506");
        }
    }

    @Test
    void anEventIsAnswered() throws IOException { // S11
        try (LiveServer server = setting.server().echoes()) {
            server.joined(setting.carrier)
                    .says("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]")
                    .hears("43456[1,\"2\",{\"3\":[false]}]");
        }
    }

    @Test
    void anEventWithAttachmentsIsAnsweredWithThem() throws IOException { // S12, S39
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("452-789[\"message-with-ack\"," + FIRST + "," + SECOND + "]");
            peer.saysBytes(1, 2, 3).saysBytes(4, 5, 6);
            peer.hears("462-789[" + FIRST + "," + SECOND + "]", "0x010203", "0x040506");
        }
    }

    @Test
    void anAnswerNobodyWaitsForMeansNothing() throws IOException { // S21
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("43999[1]", "430[]", "431", "43[]", "439007199254740991[1]");
            peer.says("461-999[" + FIRST + "]").saysBytes(1);
            peer.hearsNothing();
        }
    }

    @Test
    void onlyTheFirstAnswerIsSent() throws IOException { // S38
        try (LiveServer server =
                setting.server()
                        .onConnection(socket ->
                                socket.on(
                                        "twice",
                                        arguments -> {
                                            arguments.ack().send("first");
                                            arguments.ack().send("second");
                                        }))) {
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            peer.says("421[\"twice\"]").hears("431[\"first\"]").hearsNothing();
        }
    }

    @Test
    void anAnswerMayHaveAttachmentsOfTheServer() throws IOException { // S39
        try (LiveServer server =
                setting.server()
                        .onConnection(socket ->
                                socket.on(
                                        "bytes",
                                        arguments ->
                                                arguments
                                                        .ack()
                                                        .send(
                                                                "ok",
                                                                Map.of("x", new byte[] {1, 2}))))) {
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            peer.says("425[\"bytes\"]").hears("461-5[\"ok\",{\"x\":" + FIRST + "}]", "0x0102");
        }
    }

    @Test
    void whoHearsEverythingHearsTheWayToAnswer() throws IOException { // S44
        try (LiveServer server =
                setting.server()
                        .onConnection(socket ->
                                socket.onAny((event, arguments) -> {
                                    if (!event.equals("mark")) {
                                        arguments.ack().send(event, arguments.size());
                                    }
                                }))) {
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            peer.says("427[\"any\",\"a\",2]").hears("437[\"any\",2]");
            peer.says("42[\"unanswered\"]").hearsNothing();
        }
    }

    @Test
    void aMiddlewareChangesArgumentsAndKeepsTheWayToAnswer() throws IOException { // S46
        try (LiveServer server =
                setting.server()
                        .echoes()
                        .onConnection(socket ->
                                socket.use((event, arguments) ->
                                        switch (event) {
                                            case "message-with-ack" ->
                                                    arguments.with("changed", arguments.size());
                                            case "message" -> throw new IOException("dropped");
                                            default -> arguments;
                                        }))) {
            Peer peer = server.joined(setting.carrier);
            peer.says("422[\"message-with-ack\",1,2,3]").hears("432[\"changed\",3]");
            peer.says("42[\"message\",1]").hearsNothing();
            assertThat(server.notes()).containsExactly("error");
        }
    }

    private record Odd(Date date, double nan, double infinite) {}

    @Test
    @SuppressWarnings("JavaUtilDate") // applications still have them
    void whatJsonHasNoWordForIsWrittenAsJavaScriptDoes() throws IOException { // S47
        try (LiveServer server = setting.server()) {
            server.io.onConnection(socket -> {
                Instant moment = Instant.ofEpochMilli(1);
                socket.emit("odd", new Date(0), moment, Double.NaN, Float.NEGATIVE_INFINITY, null);
                socket.emit("odd", new Odd(new Date(0), Double.NaN, Double.POSITIVE_INFINITY));
            });
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            peer.hears(
                    "42[\"odd\",\"1970-01-01T00:00:00.000Z\",\"1970-01-01T00:00:00.001Z\",null,null,"
                            + "null]",
                    "42[\"odd\",{\"date\":\"1970-01-01T00:00:00.000Z\",\"nan\":null,\"infinite\":null}]");
        }
    }

    @Test
    void textOfAllScriptsStaysAsItIs() throws IOException { // S48
        String text = "てすと Я Б Г Д Ж Й Ä ä Ü ü ß utf8 — string \uD83D\uDE00 a/b";
        try (LiveServer server = setting.server().echoes()) {
            Peer peer = server.joined(setting.carrier);
            peer.says("42[\"message\",\"" + text + "\"]")
                    .hears("42[\"message-back\",\"" + text + "\"]");
            Socket<Map<String, Object>> socket =
                    server.io.root().sockets().values().iterator().next();
            socket.emit(text, text);
            peer.hears("42[\"" + text + "\",\"" + text + "\"]");
        }
    }

    @Test
    void nullIsAnArgument() throws IOException { // S58
        try (LiveServer server =
                setting.server()
                        .onConnection(socket ->
                                socket.on(
                                        "echo",
                                        arguments -> arguments.ack().send(arguments.toArray())))) {
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            peer.says("420[\"echo\",null]").hears("430[null]");
            peer.says("421[\"echo\"]").hears("431[]");
        }
    }

    @Test
    void everySocketCountsWhatItAsksFromOne() throws IOException { // S60
        try (LiveServer server = setting.server()) {
            for (int i = 0; i < 2; i++) {
                Peer peer = server.connect(setting.carrier);
                Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
                CompletableFuture<Arguments> text = socket.emitWithAck("emit-with-ack", 1, "2");
                CompletableFuture<Arguments> bytes = socket.emitWithAck("bytes", new byte[] {9});
                peer.hears("421[\"emit-with-ack\",1,\"2\"]");
                peer.hears("451-2[\"bytes\"," + FIRST + "]", "0x09");
                peer.says("461-2[" + FIRST + "]").saysBytes(7, 8);
                peer.says("431[\"yes\",null]");
                assertThat(Until.done(bytes).bytes(0)).containsExactly(7, 8);
                assertThat(Until.done(text).string(0)).isEqualTo("yes");
                assertThat(Until.done(text).isNull(1)).isTrue();
                assertThat(Until.done(text).size()).isEqualTo(2);
            }
        }
    }

    @Test
    void aSecondAnswerOfTheClientMeansNothing() throws IOException { // S21, S60
        try (LiveServer server = setting.server().onConnection(socket -> {})) {
            Peer peer = server.connect(setting.carrier);
            Socket<Map<String, Object>> socket = server.socket(peer.join("40").id());
            CompletableFuture<Arguments> answer = socket.emitWithAck("question");
            peer.hears("421[\"question\"]").says("431[1]", "431[2]").hearsNothing();
            assertThat(Until.done(answer).get(0).intValue()).isEqualTo(1);
        }
    }

    @Test
    void namesMeanNothingToTheServer() throws IOException {
        List<String> names = List.of("connection", "error", "__proto__", "constructor", "toString");
        try (LiveServer server =
                setting.server()
                        .onConnection(socket ->
                                socket.onAny(
                                        (event, arguments) -> answer(event, arguments.ack())))) {
            Peer peer = server.connect(setting.carrier);
            peer.join("40");
            for (String name : names) { // spec 3.2: events like any others
                peer.says("421[\"" + name + "\",{\"__proto__\":{\"admin\":true}}]");
                peer.hears("431[\"" + name + "\"]");
            }
            peer.says("421[5,\"x\"]").hears("431[\"5\"]");
        }
    }

    private static void answer(String event, Ack ack) {
        if (!event.equals("mark")) {
            ack.send(event);
        }
    }
}
