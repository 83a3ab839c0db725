package dev.resound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resound.testkit.WireClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A Socket.IO client by WebSocket that sees every byte. <b>Thread:</b> the test's. */
final class Client implements AutoCloseable {
    private static final String SID = "\"sid\":\"";

    final String id;
    private final WireClient wire;
    private final String prefix;

    Client(int port, String namespace) throws IOException {
        this.prefix = namespace.equals("/") ? "" : namespace + ",";
        this.wire = WireClient.open(port, "/socket.io/?EIO=4&transport=websocket&colour=blue");
        assertThat(next()).startsWith("0{");
        wire.text("40" + prefix);
        String joined = next();
        assertThat(joined).startsWith("40" + prefix + "{");
        int start = joined.indexOf(SID) + SID.length();
        this.id = joined.substring(start, joined.indexOf('"', start));
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
