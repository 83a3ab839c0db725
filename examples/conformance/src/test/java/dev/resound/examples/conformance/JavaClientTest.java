package dev.resound.examples.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.examples.conformance.JavaClient.Heard;
import dev.resound.netty.Resound;
import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.json.JSONArray;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** socket.io-client-java 2.1 and the events its own test suite counts on, by every transport. */
@ParameterizedClass
@EnumSource(JavaClient.Way.class)
class JavaClientTest {
    private static final byte[] BYTES = {0, 1, (byte) 0xff, 'x'};

    private final JavaClient.Way way;
    private final List<JavaClient> clients = new ArrayList<>();
    private Resound server;

    JavaClientTest(JavaClient.Way way) throws IOException {
        this.way = way;
        this.server = start(0, "/");
    }

    @AfterEach
    void close() {
        clients.forEach(JavaClient::close);
        server.close();
    }

    /** A client that is asked for a sign of life has three seconds before it is taken for lost. */
    private Resound start(int port, String namespace) throws IOException {
        String[] arguments = {
            "--profile",
            "java-client",
            "--port",
            Integer.toString(port),
            "--patience",
            "3000",
            "--cert",
            JavaClient.CERTIFICATE.toString(),
            "--key",
            JavaClient.KEY.toString(),
            namespace
        };
        return Conformance.start(
                Options.parse(arguments, Map.of("SSL", Boolean.toString(way.tls()))));
    }

    private JavaClient connect() {
        return connect("");
    }

    private JavaClient connect(String namespace) {
        return connect(namespace, way.options());
    }

    private JavaClient connect(String namespace, IO.Options options) {
        JavaClient client = JavaClient.connect(way.uri(server.port(), namespace), options);
        clients.add(client);
        return client;
    }

    /** What the first event of a namespace says. */
    private Object[] first(String namespace, String event, IO.Options options) {
        var heard = new ArrayList<Heard>();
        clients.add(
                JavaClient.begin(
                        way.uri(server.port(), namespace),
                        options,
                        client -> heard.add(client.hear(event))));
        return heard.getFirst().next();
    }

    @Test
    void clientIsGreeted() {
        assertThat(first("", "message", way.options())).containsExactly("hello client");
    }

    @Test
    void messagesAndEchoesComeBackAsTheyWere() throws JSONException {
        JavaClient client = connect();
        Heard messages = client.hear("message");
        Heard echoes = client.hear("echoBack");
        Object[] arguments = {
            1,
            2.5,
            "Ä てすと 🚀 \"\\\n",
            true,
            JSONObject.NULL,
            new JSONObject("{\"a\":[1,{\"b\":null}]}")
        };
        client.emit("echo", arguments);
        assertSame(arguments, echoes.next());
        client.socket().send(arguments);
        Object[] message = messages.next();
        // The greeting may come before.
        assertSame(arguments, message.length == 1 ? messages.next() : message);
    }

    @Test
    void bytesComeBackAtAnyDepth() throws JSONException {
        JavaClient client = connect();
        Heard echoes = client.hear("echoBack");
        JSONObject nested = new JSONObject();
        nested.put("list", new JSONArray().put(BYTES).put("text"));
        client.emit("echo", BYTES, nested, new byte[0]);
        Object[] back = echoes.next();
        assertThat((byte[]) back[0]).isEqualTo(BYTES);
        JSONArray list = ((JSONObject) back[1]).getJSONArray("list");
        assertThat((byte[]) list.get(0)).isEqualTo(BYTES);
        assertThat(list.get(1)).isEqualTo("text");
        assertThat((byte[]) back[2]).isEmpty();
    }

    @Test
    void serverAcknowledges() throws JSONException {
        JavaClient client = connect();
        Object[] arguments = {1, "two", new JSONObject("{\"three\":3}")};
        assertSame(arguments, client.ask("ack", arguments));
        assertThat(client.ask("ack")).isEmpty();
        assertThat((byte[]) client.ask("getAckBinary", "")[0]).isEqualTo("huehue".getBytes(UTF_8));
        Instant now = Instant.parse((String) client.ask("getAckDate", new JSONObject())[0]);
        assertThat(Duration.between(now, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void clientAcknowledges() {
        JavaClient client = connect();
        Heard back = client.hear("ackBack");
        client.socket().once("ack", question -> ((Ack) question[0]).call(5, "five"));
        client.emit("callAck");
        assertThat(back.next()).containsExactly(5, "five");
        client.socket().once("ack", question -> ((Ack) question[0]).call((Object) BYTES));
        client.emit("callAckBinary");
        assertThat((byte[]) back.next()[0]).isEqualTo(BYTES);
    }

    @Test
    void orderHoldsWhileTheTransportChanges() {
        JavaClient client = connect();
        Heard echoes = client.hear("echoBack");
        int count = 0;
        for (; count < 50; count++) {
            client.emit("echo", count);
        }
        if (way.upgrades()) {
            client.awaitWebSocket();
        }
        for (; count < 100; count++) {
            client.emit("echo", count);
        }
        for (int i = 0; i < count; i++) {
            assertThat(echoes.next()).containsExactly(i);
        }
    }

    @Test
    void broadcastReachesTheOthersAndTheOwnRoomOnlyOneself() {
        JavaClient one = connect();
        JavaClient two = connect();
        Heard twoHears = two.hear("broadcastBack");
        Heard oneHears = one.hear("broadcastBack");
        one.emit("broadcast", "hi", 1);
        assertThat(twoHears.next()).containsExactly("hi", 1);
        Heard ownRoom = one.hear("roomBack");
        Heard othersRoom = two.hear("roomBack");
        one.emit("room", "me");
        assertThat(ownRoom.next()).containsExactly("me");
        assertThat(two.ask("ack")).isEmpty();
        assertThat(oneHears.queue()).isEmpty();
        assertThat(othersRoom.queue()).isEmpty();

        JavaClient foo = connect("/foo");
        Heard fooRoom = foo.hear("roomBack");
        foo.emit("room", "me", 2);
        assertThat(fooRoom.next()).containsExactly("me", 2);
    }

    @Test
    void serverMayDisconnect() {
        JavaClient client = connect();
        Heard ends = client.hear(Socket.EVENT_DISCONNECT);
        client.emit("requestDisconnect");
        assertThat(ends.next()[0]).isEqualTo("io server disconnect");
        Heard begins = client.hear(Socket.EVENT_CONNECT);
        client.socket().connect();
        begins.next();
        assertThat(client.ask("ack", "again")).containsExactly("again");
    }

    @Test
    void handshakeShowsQueryAndAuth() throws JSONException {
        IO.Options options = way.options();
        options.query = "token=abc&umlaut=%C3%A4";
        options.auth = Map.of("user", "Zoë");
        JSONObject handshake = (JSONObject) connect("", options).ask("getHandshake")[0];
        assertThat(handshake.getJSONObject("query").getString("token")).isEqualTo("abc");
        assertThat(handshake.getJSONObject("query").getString("umlaut")).isEqualTo("ä");
        assertThat(handshake.getJSONObject("auth").getString("user")).isEqualTo("Zoë");
        assertThat(handshake.getBoolean("secure")).isEqualTo(way.tls());

        options = way.options();
        options.query = "b=c";
        JSONObject told = (JSONObject) first("/abc", "handshake", options)[0];
        assertThat(told.getJSONObject("query").getString("b")).isEqualTo("c");
    }

    @Test
    void refusalsComeWithTheirReason() throws JSONException {
        JSONObject refused =
                (JSONObject) first("/no", Socket.EVENT_CONNECT_ERROR, way.options())[0];
        assertThat(refused.getString("message")).isEqualTo("auth failed");
        assertThat(refused.getJSONObject("data").getString("a")).isEqualTo("b");
        assertThat(refused.getJSONObject("data").getInt("c")).isEqualTo(3);
        JSONObject unknown =
                (JSONObject) first("/unknown", Socket.EVENT_CONNECT_ERROR, way.options())[0];
        assertThat(unknown.getString("message")).isEqualTo("Invalid namespace");
    }

    @Test
    void emptyNamespacesCanBeConnectedTo() {
        for (String namespace : List.of("/timeout_socket", "/valid", "/asd", "/foo")) {
            assertThat(connect(namespace).socket().connected()).isTrue();
        }
    }

    @Test
    void headerIsEchoedOnEveryResponse() {
        IO.Options options = way.options();
        options.extraHeaders = Map.of("X-SocketIO", List.of("hi"));
        JavaClient client = connect("", options);
        if (way.upgrades()) {
            client.awaitWebSocket();
        }
        assertThat(client.ask("ack", 1)).containsExactly(1);
        assertThat(client.responseHeaders())
                .isNotEmpty()
                .allSatisfy(headers -> assertThat(value(headers, "X-SocketIO")).isEqualTo("hi"));
    }

    private static String value(Map<String, List<String>> headers, String name) {
        return headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()))
                .map(header -> header.getValue().getFirst())
                .findFirst()
                .orElse("");
    }

    @Test
    void largeMessagesComeBack() {
        JavaClient client = connect();
        String text = "x".repeat(900_000);
        assertThat(client.ask("ack", text)).containsExactly(text);
        byte[] bytes = new byte[600_000];
        bytes[599_999] = 7;
        assertThat((byte[]) client.ask("ack", (Object) bytes)[0]).isEqualTo(bytes);
    }

    @Test
    void clientComesBackToTheNextServerOnThePort() throws IOException {
        JavaClient client = connect();
        Heard ends = client.hear(Socket.EVENT_DISCONNECT);
        Heard begins = client.hear(Socket.EVENT_CONNECT);
        int port = server.port();
        server.close();
        // This library overlooks that a WebSocket is closed; it misses the pings instead.
        assertThat((String) ends.next()[0])
                .isIn("transport close", "transport error", "ping timeout");
        server = start(port, "/");
        begins.next();
        assertThat(client.ask("ack", "back")).containsExactly("back");
    }

    @Test
    void namespaceOfTheArgumentHasTheEvents() throws IOException {
        server.close();
        server = start(0, "/foo");
        assertThat(first("/foo", "message", way.options())).containsExactly("hello client");
        JavaClient foo = connect("/foo");
        assertThat(foo.ask("ack", 1)).containsExactly(1);
        Heard room = foo.hear("roomBack");
        foo.emit("room", "once");
        foo.emit("room", "then");
        assertThat(room.next()).containsExactly("once");
        assertThat(room.next()).containsExactly("then");
    }

    /** The library's JSON classes do not know equality. */
    private static void assertSame(Object[] expected, Object[] actual) {
        assertThat(Arrays.toString(actual)).isEqualTo(Arrays.toString(expected));
    }
}
