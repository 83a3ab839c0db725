package dev.resound.socketio.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import dev.resound.testkit.WireClient.Received;
import dev.resound.testkit.WireClient.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A client that says exactly what it is told, right or wrong, and hears exactly what it is told,
 * whatever carries it. Packets are written as in the Engine.IO protocol, {@code 42["x"]}; binary
 * ones as {@code 0x} and hexadecimal digits; the end of the session as {@link #END}. <b>Thread:</b>
 * one.
 *
 * <p>Its requests come on another event loop than the one its session lives on.
 */
final class Peer implements AutoCloseable {
    static final String END = "the end";

    private static final Pattern ENGINE_ID = Pattern.compile("^0\\{\"sid\":\"([^\"]{20})\",");
    private static final Pattern JOINED =
            Pattern.compile(
                    "^40(?:/[^,]*,)?\\{\"sid\":\"([^\"]{20})\"(?:,\"pid\":\"([^\"]{20})\")?}$");

    private final Carrier carrier;
    private final int revision;
    private final String query;
    private final String engineId;
    private final Response handshake;
    private final Deque<String> heard = new ArrayDeque<>();
    private final List<WireClient> connections = new ArrayList<>();
    private final @Nullable WireClient polls;
    private final @Nullable WireClient posts;
    private final @Nullable WireClient webSocket;
    private boolean onWebSocket;
    private boolean polling;
    private int listensBeforeChange = 1;
    private int marks;

    Peer(LiveServer server, Carrier carrier, int revision, String query) throws IOException {
        this.carrier = carrier;
        this.revision = revision;
        this.query = query;
        if (carrier == Carrier.WEBSOCKET) {
            WireClient socket = add(server.wire());
            this.handshake = socket.upgrade(path("websocket"), "");
            assertThat(handshake.status()).isEqualTo(101);
            this.engineId = engineId(socket.receiveText());
            this.webSocket = socket;
            this.polls = null;
            this.posts = null;
            this.onWebSocket = true;
            return;
        }
        WireClient first = add(server.wire());
        first.get("/loop");
        String home = first.readResponse().body();
        first.get(path("polling"));
        this.handshake = first.readResponse();
        List<String> greeting = packets(handshake);
        this.engineId = engineId(greeting.getFirst());
        heard.addAll(greeting.subList(1, greeting.size()));
        this.polls = add(server.wireOff(home));
        this.posts = add(server.wireOff(home));
        if (carrier == Carrier.POLLING) {
            this.webSocket = null;
            return;
        }
        WireClient socket = add(server.wireOff(home));
        assertThat(socket.upgrade(path("websocket") + sid(), "").status()).isEqualTo(101);
        socket.text("2probe");
        assertThat(socket.receiveText()).isEqualTo("3probe");
        this.webSocket = socket;
        if (carrier == Carrier.UPGRADED) {
            takeOver(socket);
        }
    }

    private WireClient add(WireClient connection) {
        connections.add(connection);
        return connection;
    }

    private static String engineId(String greeting) {
        Matcher matcher = ENGINE_ID.matcher(greeting);
        assertThat(matcher.find()).as(greeting).isTrue();
        return matcher.group(1);
    }

    private String path(String transport) {
        return "/socket.io/?EIO=" + revision + "&transport=" + transport + query;
    }

    private String sid() {
        return "&sid=" + engineId;
    }

    private void takeOver(WireClient socket) throws IOException {
        socket.text("5");
        onWebSocket = true;
    }

    /** Goes on polling for so many polls before its WebSocket takes over. */
    void takesOverAfter(int polls) {
        listensBeforeChange = polls;
    }

    boolean isPolling() {
        return !onWebSocket;
    }

    String engineId() {
        return engineId;
    }

    /** The response its session began with. */
    Response handshake() {
        return handshake;
    }

    Carrier carrier() {
        return carrier;
    }

    /** What it speaks over: for those who look closer. */
    WireClient webSocket() {
        return Objects.requireNonNull(webSocket);
    }

    // ---- what it says

    /** Each one a message; while it polls, all in one post. */
    Peer says(String... packets) throws IOException {
        if (onWebSocket) {
            for (String packet : packets) {
                webSocket().text(packet);
            }
        } else {
            postUnanswered(packets);
            assertThat(posts().readResponse().status()).isEqualTo(200);
        }
        return this;
    }

    /** Says it without waiting for an answer, which may never come. */
    void postUnanswered(String... packets) throws IOException {
        byte[] body = payload(packets).getBytes(UTF_8);
        posts().request(
                        "POST",
                        path("polling") + sid(),
                        "Content-Type: text/plain;charset=UTF-8\r\n",
                        body);
    }

    WireClient posts() {
        return Objects.requireNonNull(posts);
    }

    /** An attachment. */
    Peer saysBytes(int... bytes) throws IOException {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        return saysBytes(message);
    }

    Peer saysBytes(byte[] message) throws IOException {
        if (!onWebSocket) {
            String base64 = Base64.getEncoder().encodeToString(message);
            return says((revision == 4 ? "b" : "b4") + base64);
        }
        byte[] payload = message;
        if (revision == 3) {
            payload = new byte[message.length + 1];
            payload[0] = 4;
            System.arraycopy(message, 0, payload, 1, message.length);
        }
        webSocket().frame(true, WireClient.BINARY, payload);
        return this;
    }

    /** Asks to be let into a namespace, and is. */
    Joined join(String connect) throws IOException {
        says(connect);
        return joined(next());
    }

    /** What it was told when it was let in. */
    record Joined(String id, @Nullable String privateId) {}

    static Joined joined(String reply) {
        Matcher matcher = JOINED.matcher(reply);
        assertThat(matcher.matches()).as(reply).isTrue();
        return new Joined(matcher.group(1), matcher.group(2));
    }

    /** Ends the session as clients do that want to. */
    void leaves() throws IOException {
        if (onWebSocket) {
            webSocket().close(1000, "");
        } else {
            says("1");
        }
    }

    /** Is gone without a word. */
    void vanishes() throws IOException {
        for (WireClient connection : connections) {
            connection.reset();
        }
    }

    // ---- what it hears

    /** The next packet; {@link #END} if there will be none. */
    String next() throws IOException {
        if (!onWebSocket && carrier == Carrier.UPGRADING && heard.isEmpty()) {
            if (--listensBeforeChange < 0) {
                takeOver(webSocket());
            }
        }
        while (heard.isEmpty()) {
            heard.addAll(onWebSocket ? List.of(frame()) : answer());
            heard.remove("6"); // lets go of a poll, and means nothing else
        }
        String next = heard.remove();
        if (next.equals(END)) {
            heard.add(END);
        }
        return next;
    }

    private String frame() throws IOException {
        Received frame;
        try {
            frame = webSocket().receive();
        } catch (EOFException | SocketException ended) {
            return END;
        }
        return switch (frame.opcode()) {
            case WireClient.TEXT -> frame.text();
            case WireClient.BINARY -> {
                byte[] bytes = frame.message();
                yield hex(revision == 4 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length));
            }
            case WireClient.CLOSE -> END;
            default -> throw new AssertionError("opcode " + frame.opcode());
        };
    }

    /** Polls, without waiting for the answer. */
    void poll() throws IOException {
        if (!polling) {
            polls().get(path("polling") + sid());
            polling = true;
        }
    }

    private WireClient polls() {
        return Objects.requireNonNull(polls);
    }

    private List<String> answer() throws IOException {
        poll();
        Response response = polls().readResponse();
        polling = false;
        if (response.status() == 400) {
            return List.of(END);
        }
        assertThat(response.status()).isEqualTo(200);
        return packets(response);
    }

    private List<String> packets(Response response) {
        List<String> packets = new ArrayList<>();
        byte[] body = response.bytes();
        if (revision == 3 && body.length > 0 && body[0] <= 1) {
            return binaryPackets(body);
        }
        for (String packet : split(response.body())) {
            String prefix = revision == 4 ? "b" : "b4";
            if (packet.equals("1")) {
                packets.add(END);
            } else if (packet.startsWith(prefix)) {
                packets.add(hex(Base64.getDecoder().decode(packet.substring(prefix.length()))));
            } else {
                packets.add(packet);
            }
        }
        return packets;
    }

    /** Revision 3 answers in bytes as soon as one packet is binary: kind, digits, 255, packet. */
    private static List<String> binaryPackets(byte[] body) {
        List<String> packets = new ArrayList<>();
        int at = 0;
        while (at < body.length) {
            boolean binary = body[at++] == 1;
            int length = 0;
            while (body[at] != (byte) 255) {
                length = length * 10 + body[at++];
            }
            int start = at + 1;
            at = start + length;
            packets.add(
                    binary
                            ? hex(Arrays.copyOfRange(body, start + 1, at))
                            : new String(body, start, length, UTF_8));
        }
        return packets;
    }

    static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    /** Hears these, and nothing in between. */
    Peer hears(String... packets) throws IOException {
        for (String packet : packets) {
            assertThat(next()).as(carrier.toString()).isEqualTo(packet);
        }
        return this;
    }

    /** Hears nothing of what was sent before this. It must be in {@code /}. */
    Peer hearsNothing() throws IOException {
        return hearsNothing("");
    }

    /** The same in another namespace: {@code "/chat,"}. */
    Peer hearsNothing(String namespace) throws IOException {
        int mark = 900_000 + ++marks;
        says("42" + namespace + mark + "[\"mark\"]");
        return hears("43" + namespace + mark + "[]");
    }

    // ---- polling in revision 3 counts characters

    private String payload(String... packets) {
        if (revision == 4) {
            return String.join("\u001e", packets);
        }
        var body = new StringBuilder();
        for (String packet : packets) {
            body.append(packet.length()).append(':').append(packet);
        }
        return body.toString();
    }

    private List<String> split(String body) {
        if (revision == 4) {
            return List.of(body.split("\u001e", -1));
        }
        List<String> packets = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            int colon = body.indexOf(':', at);
            int end = colon + 1 + Integer.parseInt(body.substring(at, colon));
            packets.add(body.substring(colon + 1, end));
            at = end;
        }
        return packets;
    }

    @Override
    public void close() throws IOException {
        for (WireClient connection : connections) {
            connection.close();
        }
    }
}
