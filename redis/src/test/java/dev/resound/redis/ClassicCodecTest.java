package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.Selection;
import dev.resound.socketio.SocketDescription;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over Redis, byte by byte. */
class ClassicCodecTest {
    private static final Selection ROOM = to("room1");
    private static final Selection EVERYBODY = to();

    private static Selection to(String... rooms) {
        return new Selection(new LinkedHashSet<>(List.of(rooms)), Set.of(), false, false, true);
    }

    private static PacketData data(String json, byte[]... attachments) {
        return new PacketData(json.getBytes(UTF_8), List.of(attachments));
    }

    /** Hexadecimal digits, with text in quotes among them. */
    private static byte[] bytes(String notation) {
        var hex = new StringBuilder();
        String[] parts = notation.split("\"", -1);
        for (int i = 0; i < parts.length; i++) {
            hex.append(
                    i % 2 == 0
                            ? parts[i].replace(" ", "")
                            : HexFormat.of().formatHex(parts[i].getBytes(UTF_8)));
        }
        return HexFormat.of().parseHex(hex);
    }

    private static String text(PacketData data) {
        return new String(data.json(), UTF_8);
    }

    private static final String BROADCAST =
            "93 a6\"54q74K\" 83 a4\"type\"02 a4\"data\"92 a5\"hello\" a1\"x\" a3\"nsp\" a1\"/\""
                    + " 83 a5\"rooms\"91 a5\"room1\" a6\"except\"90 a5\"flags\"80";

    @Test
    void broadcastIsWrittenAsNodeWritesIt() {
        var broadcast = new ClassicCodec.Broadcast("54q74K", "/", ROOM, data("[\"hello\",\"x\"]"));
        assertThat(ClassicCodec.write(broadcast)).isEqualTo(bytes(BROADCAST));
        assertThat(ClassicCodec.write(broadcast)).startsWith(ClassicCodec.head("54q74K"));
    }

    @Test
    void broadcastIsRead() throws Exception {
        var read = requireNonNull(ClassicCodec.readBroadcast(bytes(BROADCAST), "other", "/"));
        assertThat(read.uid()).isEqualTo("54q74K");
        assertThat(read.selection()).isEqualTo(ROOM);
        assertThat(text(read.event())).isEqualTo("[\"hello\",\"x\"]");
    }

    @Test
    void ownBroadcastsAndThoseOfOtherNamespacesAreNotRead() throws Exception {
        assertThat(ClassicCodec.readBroadcast(bytes(BROADCAST), "54q74K", "/")).isNull();
        assertThat(ClassicCodec.readBroadcast(bytes(BROADCAST), "other", "/chat")).isNull();
    }

    @Test
    void flagsAndBytesGoBothWays() throws Exception {
        var selection = new Selection(Set.of(), Set.of("out"), false, true, false);
        byte[] bytes = {1, 2, 3};
        PacketData event = data("[\"e\",{\"_placeholder\":true,\"num\":0}]", bytes);
        byte[] written =
                ClassicCodec.write(new ClassicCodec.Broadcast("abcdef", "/chat", selection, event));
        assertThat(written)
                .isEqualTo(
                        bytes(
                                "93 a6\"abcdef\" 83 a4\"type\"02 a4\"data\"92 a1\"e\" c403 010203"
                                        + " a3\"nsp\" a5\"/chat\" 83 a5\"rooms\"90"
                                        + " a6\"except\"91 a3\"out\" a5\"flags\"82"
                                        + " a8\"volatile\"c3 a8\"compress\"c2"));
        var read = requireNonNull(ClassicCodec.readBroadcast(written, "other", "/chat"));
        assertThat(read.selection()).isEqualTo(selection);
        assertThat(read.event().attachments()).containsExactly(bytes);
        assertThat(text(read.event())).isEqualTo(text(event));
    }

    @Test
    void oldAndOddSendersAreUnderstood() throws Exception {
        // No namespace, the type a double, a numeric room, no exceptions, nil for flags, more.
        byte[] message =
                bytes(
                        "94 a1\"u\" 83 a4\"type\" cb4000000000000000 a4\"data\"91 a1\"e\""
                                + " a2\"id\"07 82 a5\"rooms\"92 07 cb4020000000000000"
                                + " a5\"flags\"c0 c0");
        var read = requireNonNull(ClassicCodec.readBroadcast(message, "other", "/"));
        assertThat(read.selection()).isEqualTo(to("7", "8"));
    }

    @Test
    void requestsAreWrittenAsNodeWritesThem() {
        assertThat(json(new ClassicRequest.AllRooms("u", "r")))
                .isEqualTo("{\"uid\":\"u\",\"requestId\":\"r\",\"type\":1}");
        assertThat(json(new ClassicRequest.Join("u", ROOM, Set.of("x"))))
                .isEqualTo(
                        "{\"uid\":\"u\",\"type\":2,\"opts\":{\"rooms\":[\"room1\"],\"except\":[]},"
                                + "\"rooms\":[\"x\"]}");
        assertThat(json(new ClassicRequest.Leave("u", EVERYBODY, Set.of("x"))))
                .isEqualTo(
                        "{\"uid\":\"u\",\"type\":3,\"opts\":{\"rooms\":[],\"except\":[]},"
                                + "\"rooms\":[\"x\"]}");
        assertThat(json(new ClassicRequest.Disconnect("u", EVERYBODY, true)))
                .isEqualTo(
                        "{\"uid\":\"u\",\"type\":4,\"opts\":{\"rooms\":[],\"except\":[]},"
                                + "\"close\":true}");
        assertThat(json(new ClassicRequest.Fetch("u", "r", ROOM)))
                .isEqualTo(
                        "{\"uid\":\"u\",\"requestId\":\"r\",\"type\":5,"
                                + "\"opts\":{\"rooms\":[\"room1\"],\"except\":[]}}");
        assertThat(json(new ClassicRequest.ServerSideEmit("u", null, data("[\"e\",1]"))))
                .isEqualTo("{\"uid\":\"u\",\"type\":6,\"data\":[\"e\",1]}");
        assertThat(json(new ClassicRequest.ServerSideEmit("u", "r", data("[\"e\"]"))))
                .isEqualTo("{\"uid\":\"u\",\"requestId\":\"r\",\"type\":6,\"data\":[\"e\"]}");
    }

    private static String json(ClassicRequest request) {
        return new String(ClassicCodec.write(request, "/"), UTF_8);
    }

    @Test
    void broadcastThatWantsAnswersIsMessagePack() throws Exception {
        var request =
                new ClassicRequest.Broadcast(
                        "u", "r", EVERYBODY, data("[\"e\"]"), Duration.ofSeconds(5));
        byte[] written = ClassicCodec.write(request, "/");
        assertThat(written)
                .isEqualTo(
                        bytes(
                                "85 a3\"uid\"a1\"u\" a9\"requestId\"a1\"r\" a4\"type\"07"
                                        + " a6\"packet\"83 a4\"type\"02 a4\"data\"91a1\"e\""
                                        + " a3\"nsp\"a1\"/\" a4\"opts\"83 a5\"rooms\"90"
                                        + " a6\"except\"90 a5\"flags\"81 a7\"timeout\"cd1388"));
        var read =
                (ClassicRequest.Broadcast)
                        requireNonNull(ClassicCodec.readRequest(written, "other"));
        assertThat(read.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(text(read.event())).isEqualTo("[\"e\"]");
    }

    @Test
    void requestsGoBothWays() throws Exception {
        List<ClassicRequest> requests =
                List.of(
                        new ClassicRequest.SocketIds("u", "r", Set.of("a")),
                        new ClassicRequest.AllRooms("u", "r"),
                        new ClassicRequest.Join("u", ROOM, Set.of("x")),
                        new ClassicRequest.Join(null, ROOM, Set.of("x")),
                        new ClassicRequest.Leave("u", ROOM, Set.of("x")),
                        new ClassicRequest.Disconnect("u", ROOM, false),
                        new ClassicRequest.OfSocket(
                                "u", "r", "s", new ClassicRequest.Change.JoinRoom("x")),
                        new ClassicRequest.OfSocket(
                                "u", "r", "s", new ClassicRequest.Change.LeaveRoom("x")),
                        new ClassicRequest.OfSocket(
                                "u", null, "s", new ClassicRequest.Change.End(true)),
                        new ClassicRequest.Fetch("u", "r", ROOM));
        for (ClassicRequest request : requests) {
            byte[] written = ClassicCodec.write(request, "/");
            assertThat(ClassicCodec.readRequest(written, "other")).isEqualTo(request);
            if (request.uid() != null) {
                assertThat(ClassicCodec.readRequest(written, "u")).isNull();
            }
        }
    }

    @Test
    void namesThatUtf8DoesNotHaveAreEscapedAsJavaScriptDoes() throws Exception {
        var request = new ClassicRequest.Join("u", EVERYBODY, Set.of("\ud800\"\\\n🚪"));
        assertThat(json(request)).contains("[\"\\ud800\\\"\\\\\\u000a🚪\"]");
        assertThat(ClassicCodec.readRequest(ClassicCodec.write(request, "/"), "other"))
                .isEqualTo(request);
    }

    @Test
    void responsesAreWrittenAsNodeWritesThem() throws Exception {
        assertThat(json(new ClassicResponse.ClientCount("r", 3)))
                .isEqualTo("{\"type\":8,\"requestId\":\"r\",\"clientCount\":3}");
        assertThat(json(new ClassicResponse.SocketIds("r", List.of("a"))))
                .isEqualTo("{\"requestId\":\"r\",\"sockets\":[\"a\"]}");
        assertThat(json(new ClassicResponse.Rooms("r", List.of("a"))))
                .isEqualTo("{\"requestId\":\"r\",\"rooms\":[\"a\"]}");
        assertThat(json(new ClassicResponse.Done("r"))).isEqualTo("{\"requestId\":\"r\"}");
        assertThat(json(new ClassicResponse.Answer("r", data("[1,2]"))))
                .isEqualTo("{\"type\":6,\"requestId\":\"r\",\"data\":1}");
        assertThat(json(new ClassicResponse.Answer("r", data("[]"))))
                .isEqualTo("{\"type\":6,\"requestId\":\"r\"}");
        byte[] answer = ClassicCodec.write(new ClassicResponse.ClientAnswer("r", data("[\"x\"]")));
        assertThat(answer)
                .isEqualTo(bytes("83 a4\"type\"09 a9\"requestId\"a1\"r\" a6\"packet\"a1\"x\""));
        var read = (ClassicResponse.ClientAnswer) requireNonNull(ClassicCodec.readResponse(answer));
        assertThat(text(read.arguments())).isEqualTo("[\"x\"]");
    }

    private static String json(ClassicResponse response) {
        return new String(ClassicCodec.write(response), UTF_8);
    }

    @Test
    void answersOfClientsMayBeBytes() throws Exception {
        byte[] bytes = {9, 8};
        PacketData arguments =
                data(
                        "[{\"a\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":0}]",
                        new byte[] {1},
                        bytes);
        byte[] written = ClassicCodec.write(new ClassicResponse.ClientAnswer("r", arguments));
        assertThat(written)
                .isEqualTo(
                        bytes(
                                "83 a4\"type\"09 a9\"requestId\"a1\"r\""
                                        + " a6\"packet\"81 a1\"a\" c402 0908"));
        var read =
                (ClassicResponse.ClientAnswer) requireNonNull(ClassicCodec.readResponse(written));
        assertThat(read.arguments().attachments()).containsExactly(bytes);
    }

    /** As Node 8.3 writes it, shortened. */
    @Test
    void socketsOfNodeAreRead() throws Exception {
        String message =
                """
                {"requestId":"r","sockets":[{"id":"s1","handshake":{"headers":{"host":"a:1",\
                "set-cookie":["x=1","y=2"],"origin":"http://b"},"time":"Mon Nov 30 2026 \
                23:42:28 GMT+0000 (Coordinated Universal Time)","address":"::ffff:127.0.0.1",\
                "xdomain":true,"secure":true,"issued":1796082148000,\
                "url":"/socket.io/?EIO=4&a=%20b","query":{"EIO":"4","a":" b"},\
                "auth":{"token":"t"}},"rooms":["s1","room"],"data":{"n":1}}]}\
                """;
        var read =
                (ClassicResponse.Sockets)
                        requireNonNull(ClassicCodec.readResponse(message.getBytes(UTF_8)));
        SocketDescription socket = read.sockets().getFirst();
        assertThat(socket.id()).isEqualTo("s1");
        assertThat(socket.rooms()).containsExactlyInAnyOrder("s1", "room");
        assertThat(socket.data().path("n").asInt()).isEqualTo(1);
        var handshake = socket.handshake();
        assertThat(handshake.headers())
                .containsEntry("host", "a:1")
                .containsEntry("set-cookie", "x=1, y=2");
        assertThat(handshake.address()).isEqualTo("::ffff:127.0.0.1");
        assertThat(handshake.xdomain()).isTrue();
        assertThat(handshake.secure()).isTrue();
        assertThat(handshake.issued()).isEqualTo(1796082148000L);
        assertThat(handshake.url()).isEqualTo("/socket.io/?EIO=4&a=%20b");
        assertThat(handshake.query()).containsEntry("a", " b");
        assertThat(handshake.auth().path("token").asString()).isEqualTo("t");
    }

    @Test
    void socketsGoBothWays() throws Exception {
        String message =
                """
                {"requestId":"r","sockets":[{"id":"s1","handshake":{"headers":{"host":"a:1"},\
                "time":"","address":"127.0.0.1","secure":false,"issued":7,"url":"/?a=b",\
                "auth":{}},"rooms":["s1"],"data":{"text":"\\ud83d"}}]}\
                """;
        var read =
                (ClassicResponse.Sockets)
                        requireNonNull(ClassicCodec.readResponse(message.getBytes(UTF_8)));
        var again =
                (ClassicResponse.Sockets)
                        requireNonNull(ClassicCodec.readResponse(ClassicCodec.write(read)));
        assertThat(again.sockets().getFirst().handshake().url()).isEqualTo("/?a=b");
        assertThat(again.sockets().getFirst().data().path("text").asString()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "c0",
                "90",
                "93 01 80 80", // no name of a node
                "93 a1\"u\" c0 80",
                "93 a1\"u\" 80 80", // no packet
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"80 80", // no array
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"90 80", // no event
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"91 a7\"connect\" 80",
                "93 a1\"u\" 82 a4\"type\"00 a4\"data\"91 a1\"e\" 80", // of another type
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"91 a1\"e\" c0", // no options
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"91 a1\"e\" 81 a5\"rooms\" a1\"x\"",
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"91 a1\"e\" 81 a5\"rooms\" 91 c3",
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\" dd7fffffff 80", // huge claims
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\" df7fffffff 80",
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\" c67fffffff 80",
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\" db7fffffff 80",
                "93 dbffffffff 80",
                "ddffffffff a1\"u\"",
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\" d705 0000000000000000 80",
                // what looks like a placeholder beside binary
                "93 a1\"u\" 82 a4\"type\"02 a4\"data\"93 a1\"e\" c400"
                        + " 82 ac\"_placeholder\"c3 a3\"num\"05 80",
            })
    void malformedBroadcastsAreRefused(String notation) {
        assertThatThrownBy(() -> ClassicCodec.readBroadcast(bytes(notation), "own", "/"))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"type\":-1}",
                "{\"type\":8,\"requestId\":\"r\",\"clientCount\":1}", // a response
                "{\"type\":1e300}",
                "{\"type\":\"1\",\"requestId\":\"r\"}",
                "{\"type\":1}",
                "{\"type\":1,\"requestId\":7}",
                "{\"type\":1,\"requestId\":\"r\",\"uid\":{}}",
                "{\"type\":2}",
                "{\"type\":2,\"opts\":[],\"rooms\":[]}",
                "{\"type\":2,\"opts\":{},\"rooms\":{}}",
                "{\"type\":2,\"opts\":{\"rooms\":[{}]},\"rooms\":[]}",
                "{\"type\":2,\"sid\":\"x\"}",
                "{\"type\":5,\"requestId\":\"r\"}",
                "{\"type\":6,\"data\":{}}",
                "{\"type\":6,\"data\":[1]}",
                "{\"type\":6,\"data\":[\"disconnect\"]}",
                "{\"type\":7,\"requestId\":\"r\",\"opts\":{},\"packet\":[]}",
                "{\"type\":1,\"requestId\":\"r\"}x",
            })
    void malformedRequestsAreRefused(String text) {
        assertThatThrownBy(() -> ClassicCodec.readRequest(text.getBytes(UTF_8), "own"))
                .isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"requestId\":7}",
                "{\"requestId\":\"r\",\"type\":99}",
                "{\"requestId\":\"r\",\"type\":8}",
                "{\"requestId\":\"r\",\"type\":8,\"clientCount\":-1}",
                "{\"requestId\":\"r\",\"type\":8,\"clientCount\":1.5}",
                "{\"requestId\":\"r\",\"sockets\":{}}",
                "{\"requestId\":\"r\",\"sockets\":[1]}",
                "{\"requestId\":\"r\",\"sockets\":[{\"id\":\"s\"}]}",
                "{\"requestId\":\"r\",\"sockets\":[{\"id\":\"s\",\"handshake\":{\"url\":\"a\\nb\","
                        + "\"issued\":1,\"headers\":{}}}]}",
                "{\"requestId\":\"r\",\"sockets\":[{\"id\":\"s\",\"handshake\":{\"url\":\"/\","
                        + "\"issued\":1e17,\"headers\":{}}}]}",
                "{\"requestId\":\"r\",\"sockets\":[{\"id\":\"s\",\"handshake\":{\"url\":\"/\","
                        + "\"issued\":1,\"headers\":{\"a:b\":\"c\"}}}]}",
            })
    void malformedResponsesAreRefused(String text) {
        assertThatThrownBy(() -> ClassicCodec.readResponse(text.getBytes(UTF_8)))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void deepNestingIsRefused() {
        String json = "{\"type\":6,\"data\":[\"e\"," + "[".repeat(100_000);
        assertThatThrownBy(() -> ClassicCodec.readRequest(json.getBytes(UTF_8), "own"))
                .isInstanceOf(MalformedMessage.class);
        byte[] head = bytes("93 a1\"u\" 82 a4\"type\"02 a4\"data\"92 a1\"e\"");
        byte[] deep = new byte[head.length + 100_000];
        Arrays.fill(deep, (byte) 0x91);
        System.arraycopy(head, 0, deep, 0, head.length);
        assertThatThrownBy(() -> ClassicCodec.readBroadcast(deep, "own", "/"))
                .isInstanceOf(MalformedMessage.class);
    }

    @Test
    void everyBeginningOfAMessageIsRefused() {
        byte[] whole = bytes(BROADCAST);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ClassicCodec.readBroadcast(part, "own", "/"))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void patternsMatchTheirTextOnly() {
        assertThat(Globs.literal("socket.io#/a*[b]?\\#"))
                .isEqualTo("socket.io#/a\\*\\[b\\]\\?\\\\#");
    }
}
