package dev.resound.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.resound.socketio.PacketData;
import dev.resound.socketio.packet.Argument;
import dev.resound.socketio.packet.Arguments;
import dev.resound.socketio.packet.MessagePackWriter;
import dev.resound.socketio.packet.Payload;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * A message to other nodes as it is being written: a JSON text, and what is binary in it. At the
 * end it may become MessagePack.
 */
final class MessageText {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private List<byte[]> attachments = List.of();

    /** A piece of JSON. */
    MessageText raw(String json) {
        out.writeBytes(json.getBytes(UTF_8));
        return this;
    }

    /** A value that is there as JSON. */
    MessageText raw(byte[] json) {
        out.writeBytes(json);
        return this;
    }

    /** A string. Half a surrogate pair is escaped, as JavaScript does: UTF-8 does not have it. */
    MessageText string(String text) {
        var quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                escape(quoted, c);
            } else if (!Character.isSurrogate(c)) {
                quoted.append(c);
            } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                quoted.append(c).append(text.charAt(++i));
            } else {
                escape(quoted, c);
            }
        }
        return raw(quoted.append('"').toString());
    }

    private static void escape(StringBuilder quoted, char c) {
        quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
    }

    /** An array of strings. */
    MessageText strings(Collection<String> texts) {
        raw("[");
        String separator = "";
        for (String text : texts) {
            raw(separator).string(text);
            separator = ",";
        }
        return raw("]");
    }

    /** What a packet carries; at most one per message has attachments. */
    MessageText data(PacketData data) {
        return data(data.json(), data);
    }

    /**
     * A part of what a packet carries.
     *
     * @param part JSON that refers to its attachments, if it has any
     */
    MessageText data(byte[] part, PacketData whole) {
        if (!whole.attachments().isEmpty()) {
            assert attachments.isEmpty() : "indices would no longer be right";
            attachments = whole.attachments();
        }
        return raw(part);
    }

    /** One more field with the first of some arguments: none if that is undefined. */
    MessageText first(String name, PacketData arguments) {
        List<Argument> all =
                Arguments.split(new Payload(arguments.json(), arguments.attachments()));
        if (all.isEmpty()) {
            return this;
        }
        Argument first = all.getFirst();
        byte[] json =
                Arrays.copyOfRange(first.json(), first.offset(), first.offset() + first.length());
        return raw(",\"" + name + "\":").data(json, arguments);
    }

    byte[] messagePack() {
        return MessagePackWriter.bytes(new Payload(out.toByteArray(), attachments));
    }

    /** JSON; MessagePack if there is anything binary. */
    byte[] jsonIfPossible() {
        return attachments.isEmpty() ? out.toByteArray() : messagePack();
    }
}
