package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A Socket.IO client by WebSocket that sees every byte. <b>Thread:</b> the test's. */
final class Client implements AutoCloseable {
    private static final String SID = "\"sid\":\"";

    final String id;

    /** What the server said at the beginning. */
    final String joined;

    /** What came before it. */
    final List<String> missed = new ArrayList<>();

    private final WireClient wire;
    private final String prefix;

    Client(int port, String namespace) throws IOException {
        this(port, namespace, "");
    }

    /**
     * @param auth JSON, or nothing
     */
    Client(int port, String namespace, String auth) throws IOException {
        this.prefix = namespace.equals("/") ? "" : namespace + ",";
        this.wire = WireClient.open(port, "/socket.io/?EIO=4&transport=websocket&colour=blue");
        assertThat(next()).startsWith("0{");
        wire.text("40" + prefix + auth);
        String next = next();
        while (!next.startsWith("40" + prefix + "{")) {
            missed.add(next);
            next = next();
        }
        this.joined = next;
        int start = joined.indexOf(SID) + SID.length();
        this.id = joined.substring(start, joined.indexOf('"', start));
    }

    /** With which it can come back. */
    String privateId() {
        return field("pid");
    }

    private String field(String name) {
        String start = "\"" + name + "\":\"";
        int begin = joined.indexOf(start) + start.length();
        return joined.substring(begin, joined.indexOf('"', begin));
    }

    /** The next message is this event with an offset, which is returned. */
    String hearsKept(String event) throws IOException {
        String next = next();
        String beginning = "42" + prefix + event.substring(0, event.length() - 1) + ",\"";
        assertThat(next).startsWith(beginning).endsWith("\"]");
        return next.substring(beginning.length(), next.length() - 2);
    }

    /** The next message that is no ping; binary in hexadecimal digits. */
    String next() throws IOException {
        while (true) {
            WireClient.Received received = wire.receive();
            if (received.opcode() == WireClient.BINARY) {
                return HexFormat.of().formatHex(received.message());
            }
            assertThat(received.opcode()).isEqualTo(WireClient.TEXT);
            String text = new String(received.message(), StandardCharsets.UTF_8);
            if (!text.equals("2")) {
                return text;
            }
            wire.text("3");
        }
    }

    /** The next event is this one. */
    void hears(String event) throws IOException {
        assertThat(next()).isEqualTo("42" + prefix + event);
    }

    /** The next event wants an answer; this is it. */
    void answers(String event, String answer) throws IOException {
        String asked = next();
        int start = ("42" + prefix).length();
        int end = asked.indexOf('[');
        assertThat(asked.substring(end)).isEqualTo(event);
        wire.text("43" + prefix + asked.substring(start, end) + answer);
    }

    void says(String event) throws IOException {
        wire.text("42" + prefix + event);
    }

    Client joins(String room) throws IOException {
        wire.text("42" + prefix + "7[\"join\",\"" + room + "\"]");
        assertThat(next()).isEqualTo("43" + prefix + "7[]");
        return this;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
