package dev.resound.engineio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A polling client that does exactly what it is told. Its polls and its posts have a connection
 * each, on another loop than the session if there is one. <b>Thread:</b> one.
 */
final class Polling implements AutoCloseable {
    private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]*)\"");

    private final EngineServer server;
    private final Setting setting;
    private final String sid;
    private final Response handshake;
    private final WireClient polls;
    private final WireClient posts;
    private final List<WireClient> others = new ArrayList<>();

    private Polling(EngineServer server, Setting setting, Response handshake) throws IOException {
        this.server = server;
        this.setting = setting;
        this.handshake = handshake;
        this.sid = sid(handshake.body());
        this.polls = server.connectOff(session().socket.loop());
        this.posts = server.connectOff(session().socket.loop());
    }

    /** A session that has just been greeted. */
    static Polling open(EngineServer server, Setting setting) throws IOException {
        return open(server, setting, "");
    }

    /** As above, with more parameters in its first query. */
    static Polling open(EngineServer server, Setting setting, String more) throws IOException {
        try (WireClient client = server.connect()) {
            client.get(handshakePath(setting) + more);
            Response response = client.readResponse();
            assertThat(response.status()).as("handshake").isEqualTo(200);
            return new Polling(server, setting, response);
        }
    }

    static String handshakePath(Setting setting) {
        return "/engine.io/?EIO=" + setting.revision + "&transport=polling";
    }

    /** The session's id in a greeting. */
    static String sid(String greeting) {
        Matcher matcher = SID.matcher(greeting);
        assertThat(matcher.find()).as(greeting).isTrue();
        return matcher.group(1);
    }

    String sid() {
        return sid;
    }

    Response handshake() {
        return handshake;
    }

    /** The server's side of it. */
    Heard session() {
        return server.session(sid);
    }

    String path() {
        return handshakePath(setting) + "&sid=" + sid;
    }

    String webSocketPath() {
        return "/engine.io/?EIO=" + setting.revision + "&transport=websocket&sid=" + sid;
    }

    // ---- polls

    /** Polls and waits for the answer. */
    Response get() throws IOException {
        polls.get(path());
        return polls.readResponse();
    }

    /** The packets a poll is answered with. */
    List<String> poll() throws IOException {
        Response response = get();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return setting.packets(response.body());
    }

    /** Polls, and returns when the server holds the poll. */
    WireClient hold() throws IOException {
        polls.get(path());
        session().awaitHeldPoll();
        return polls;
    }

    /** The packets that a poll sent before is answered with. */
    List<String> answerToPoll() throws IOException {
        Response response = polls.readResponse();
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return setting.packets(response.body());
    }

    WireClient polls() {
        return polls;
    }

    // ---- posts

    /** Posts a body as it is. */
    Response postBody(String headers, byte[] body) throws IOException {
        posts.request("POST", path(), headers, body);
        return posts.readResponse();
    }

    Response postBody(String body) throws IOException {
        return postBody("Content-Type: text/plain;charset=UTF-8\r\n", body.getBytes(UTF_8));
    }

    /** Posts packets. */
    Response post(String... packets) throws IOException {
        return postBody(setting.payload(packets));
    }

    WireClient posts() {
        return posts;
    }

    /** One more connection, for what must not be done on those two. */
    WireClient another() throws IOException {
        WireClient client = server.connectOff(session().socket.loop());
        others.add(client);
        return client;
    }

    /** A WebSocket that wants to take over; on the session's loop or on another. */
    WireClient webSocket(boolean sameLoop) throws IOException {
        WireClient client =
                sameLoop
                        ? server.connectOn(session().socket.loop())
                        : server.connectOff(session().socket.loop());
        others.add(client);
        assertThat(client.upgrade(webSocketPath(), "").status()).isEqualTo(101);
        return client;
    }

    /** A WebSocket that has taken over. */
    WireClient upgraded(boolean sameLoop) throws IOException {
        WireClient client = webSocket(sameLoop);
        client.text("2probe");
        assertThat(client.receiveText()).isEqualTo("3probe");
        client.text("5");
        Until.holds("the upgrade", () -> session().upgrades() == 1);
        return client;
    }

    @Override
    public void close() throws IOException {
        polls.close();
        posts.close();
        for (WireClient client : others) {
            client.close();
        }
    }
}
